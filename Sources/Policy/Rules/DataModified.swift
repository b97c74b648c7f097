import DVC
import Hashing
import Trees
import Values

extension Rule {
  static let dataModified = Rule(
    "data/modified", .error, .change,
    summary: "data in the work tree that is not the data its .dvc or dvc.lock names",
    explanation: """
      Data was changed, and DVC was not told: the commit names the old data, and the new data is nowhere but here.

      `dvc add` for data behind a `.dvc` file; for the output of a stage `dvc repro` when an input of the stage \
      changed too, else `dvc commit`. Raw data that `data/raw-changed` calls immutable gets a name of its own beside the old \
      data. `dvc checkout -f` throws the change away, and brings back what was recorded. Data that is not here is not looked at, and data that the pointer in the work \
      tree names already is only a matter of `git add`, which other rules tell.

      `not-checked-out`: the data is a version that a parent of the commit records or the cache holds, as after a \
      merge without `dvc checkout`. Nothing is lost, so that is a warning. Where the cache lacks the version that is \
      recorded, it has to be fetched first: `dvc checkout` would only take the data away that is here.

      What a command of DVC's is writing right now (`dvc repro` in another terminal) is not judged, and that is said.

      Hashes that are known are not computed again. When more would have to be read than the limits allow, that is \
      said, and the data is not looked at.
      """,
    example: Example(
      fails: #"""
        $ echo 'FINE,1' >> data/prepared.csv
        $ guard check --staged
        dvc.lock:17: error: 'data/prepared.csv' is not the data that dvc.lock names [data/modified]
            recorded: 1d9edf18d83a69424408f049a7913f74
            current:  b74358c1e2205941f32e37853b42cd4f
            fix: dvc commit prepare -f
            or:  to throw the change away: dvc checkout -f data/prepared.csv
        to commit all the same: GUARD_SKIP=data/modified git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc checkout -q -f data/prepared.csv
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [
      Option("limit", .size(256 << 20), "how many bytes to read at most"),
      Option("files", .count(20_000), "how many files to look at at most"),
    ]
  ) { (subject) throws(JudgementError) in
    guard let workTree = subject.workTree else { return [] }
    var findings: [Finding] = []
    for project in try subject.projects() { findings += try project.modified(in: workTree, subject) }
    return findings
  }
}

extension JudgedProject {
  fileprivate func modified(in workTree: WorkTreeSource, _ subject: Subject) throws(JudgementError)
    -> [Finding]
  {
    guard case .success(let project) = project else { return [] }
    var outputs: [(JudgedStage, Output, RepositoryPath)] = []
    for stage in judgedStages {
      for output in stage.stage.outs where output.isCached && output.recorded.value != nil {
        guard case .inside(let path) = output.reference.location,
          try reading({ () throws(TreeError) in try workTree.tree.target(of: path) }) != nil
        else { continue }
        outputs.append((stage, output, path))
      }
    }
    outputs = finished(outputs, workTree, subject)
    let affordable = try self.affordable(outputs.map(\.2), workTree, subject)
    outputs = outputs.filter { affordable.contains($0.2) }
    guard !outputs.isEmpty else { return [] }
    let content = CurrentContent(of: workTree.tree, for: project)
    for algorithm in [HashAlgorithm.md5, .md5DOS2Unix] {
      content.prepare(outputs.filter { $0.1.recorded.algorithm == algorithm }.map(\.2), algorithm)
    }
    let here = Lazily { () throws(JudgementError) in try self.asInWorkTree(workTree, subject) }
    let mends = ModifiedMend(subject: subject, workTree: workTree.tree)
    var findings: [Finding] = []
    for (stage, output, path) in outputs {
      guard let current = changed(output, path, content, subject) else { continue }
      let stageHere = try here.value()[stage.identity]
      let pointer = stageHere?.stage.outs.first { $0.reference.location == output.reference.location }
      // The pointer that is here names the data: only `git add` was forgotten, which other rules tell.
      guard pointer?.recorded.value != current.value else { continue }
      if try isKept(current.value, output, subject) {
        findings.append(notCheckedOut(stage, output, path, current.value))
      } else {
        let mend = try mends.mend(stage, stageHere ?? stage, output, path, files: current.files)
        findings.append(modified(stage, output, path, current.value, mend))
      }
    }
    return findings
  }

  /// The outputs that no command of DVC's is writing; the others are noted.
  private func finished(
    _ outputs: [(JudgedStage, Output, RepositoryPath)], _ workTree: WorkTreeSource, _ subject: Subject
  ) -> [(JudgedStage, Output, RepositoryPath)] {
    let running = outputs.isEmpty ? [] : workTree.running(root)
    guard !running.isEmpty else { return outputs }
    return outputs.filter { _, _, path in
      guard let write = running.first(where: { $0.path.isInside(path) || path.isInside($0.path) }) else {
        return true
      }
      subject.note(
        Unjudged(what: "\(path)", why: "'\(write.command)' is writing it (process \(write.process))"))
      return false
    }
  }

  /// The stages as the work tree's own files define and record them.
  private func asInWorkTree(
    _ workTree: WorkTreeSource, _ subject: Subject
  ) throws(JudgementError) -> [StageIdentity: JudgedStage] {
    var project = self
    if subject.kind == .staged {
      let beside = StagedBeside(subject: subject, workTree: workTree.tree)
      let inputs = judgedStages.flatMap(\.stage.dataDependencies)
      let files = try beside.differing(decisiveFiles.union(inputs))
      let tree = TreeOverlay(subject.tree, taking: files, from: workTree.tree)
      project = JudgedProject(root: root, tree: tree, reader: reader, others: others)
    }
    return Dictionary(project.judgedStages.map { ($0.identity, $0) }) { $1 }
  }

  /// The paths whose hashes cost no more than policy allows, taken in order; the others are noted.
  private func affordable(
    _ paths: [RepositoryPath], _ workTree: WorkTreeSource, _ subject: Subject
  ) throws(JudgementError) -> Set<RepositoryPath> {
    guard !paths.isEmpty else { return [] }
    let bytes = subject.policy.number("limit", of: "data/modified")
    let files = subject.policy.number("files", of: "data/modified")
    let whole = try reading { () throws(TreeError) in try workTree.cost(paths) }
    if whole.bytes <= bytes, whole.files <= files { return Set(paths) }
    var spent = HashingCost(files: 0, bytes: 0)
    var taken: Set<RepositoryPath> = []
    // Asking for each costs a look-up: of very many paths only the first are tried.
    for path in paths.prefix(200) {
      let cost = try reading { () throws(TreeError) in try workTree.cost([path]) }
      guard spent.bytes + cost.bytes <= bytes, spent.files + cost.files <= files else { continue }
      spent = HashingCost(files: spent.files + cost.files, bytes: spent.bytes + cost.bytes)
      taken.insert(path)
    }
    let left = paths.filter { !taken.contains($0) }
    let names = left.prefix(3).map(\.description).joined(separator: ", ")
    subject.note(
      Unjudged(
        what: "the data in the work tree of \(names)\(left.count > 3 ? " and \(left.count - 3) more" : "")",
        why: "there is more to hash than the limits of data/modified allow "
          + "(\(whole.files) files, \(ByteCount(whole.bytes)) to read)"))
    return taken
  }

  /// The hash of what is there, when it is not the recorded one, and of a directory the files.
  private func changed(
    _ output: Output, _ path: RepositoryPath, _ content: CurrentContent, _ subject: Subject
  ) -> (value: Text, files: Manifest?)? {
    guard let algorithm = output.recorded.algorithm else { return nil }
    do {
      guard let current = try content.hash(at: path, algorithm) else { return nil }
      return current.value == output.recorded.value ? nil : current
    } catch {
      subject.note(Unjudged(what: "\(path) in the work tree", why: error.message))
      return nil
    }
  }

  /// Whether data is another version that DVC knows: a parent of the commit records it, or the cache holds it.
  private func isKept(_ current: Text, _ output: Output, _ subject: Subject) throws(JudgementError) -> Bool {
    for parent in try subject.ancestry().parents {
      let old = try parent.projects().first { $0.root == root }
      let outputs = old?.judgedStages.flatMap(\.stage.outs) ?? []
      if outputs.contains(where: {
        $0.reference.location == output.reference.location && $0.recorded.value == current
      }) {
        return true
      }
    }
    return keeps(current, output.recorded.algorithm)
  }

  private func notCheckedOut(
    _ stage: JudgedStage, _ output: Output, _ path: RepositoryPath, _ current: Text
  ) -> Finding {
    let name = path.relative(to: root) ?? path.bytes
    let checkout = ShellCommand(dvc: "checkout", in: root, [name])
    let isKept = keeps(output.recorded)
    // Of what it lacks, `dvc fetch` (DVC 3.67) says so and ends well all the same.
    let advice =
      stage.mayFetch(output)
      ? "\(ShellCommand(dvc: "fetch", in: root, [name])) and, only where it has fetched the data, \(checkout): "
        + "without the data that would take '\(path)' away"
      : "have the data brought here by who recorded it, since there is no remote, then: \(checkout); "
        + "without the data that would take '\(path)' away"
    return Finding(
      "data/modified", at: Place(stage.lock, output.recorded.position), of: stage,
      key: output.reference.definition, recorded: output.recorded.value, current: current,
      reason: .notCheckedOut,
      message: "'\(path)' is another version than \(stage.lock) names: not checked out",
      fix: isKept ? checkout.description : nil, advice: isKept ? nil : advice)
  }

  private func modified(
    _ stage: JudgedStage, _ output: Output, _ path: RepositoryPath, _ current: Text, _ mend: Mend
  ) -> Finding {
    Finding(
      "data/modified", at: Place(stage.lock, output.recorded.position), of: stage,
      key: output.reference.definition, recorded: output.recorded.value, current: current,
      reason: .content, message: "'\(path)' is not the data that \(stage.lock) names",
      fix: mend.command, advice: mend.advice
    ).proposing(mend.safe)
  }
}
