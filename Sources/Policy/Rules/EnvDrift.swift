import DVC
import Trees
import Values
import YAML

extension Rule {
  static let envDrift = Rule(
    "env/drift", nil,
    summary: "an environment file changed, and the results are those of the environment before",
    explanation: """
      `dvc.lock` does not know which libraries were installed: when `requirements.txt` is changed, DVC finds all results up \
      to date. A commit in which an environment file is another one than in the commit that brought what `dvc.lock` records of \
      a stage claims that the new environment gives the old results, and nobody has tried. That commit is looked for in the \
      history, and named; a merge that puts both together is told, too. Before a commit this is only looked at when it changes \
      an environment file or a `dvc.lock`: what was so before, `guard check --rev HEAD --inherited` lists.

      `dvc repro --force` runs what DVC finds up to date. When its results come out as they were, `dvc.lock` stays the same and \
      knows nothing of the run, so the commit has to say it: a line `Guard-Skip: env/drift same results` at the end of its \
      message claims that the results are those of its environment, too. It is shown as waived there, and from then on that \
      environment is one in which the results hold; a commit of its own does as well (`git commit --allow-empty`). \
      Where policy makes the rule an error, the hook stops before there is a message, so that \
      `GUARD_SKIP=env/drift git commit` is needed as well. What needs no such claim is the file under `deps:` of the stages \
      that use it.

      The environment files of a stage are those that stand nearest, upward from its `dvc.yaml` and from each file in Git that \
      it reads; what stands in a directory whose name begins with `env`, `docker`, `conda`, `container`, `require` or `depend` \
      counts as if it stood above that. Elsewhere, as in `docs` or `.devcontainer`, it is nobody's. What a \
      lock beside it settles (`uv.lock` for `pyproject.toml`, `conda-lock.yml` for `environment.yml`) does not count. One that \
      is gone is told, unless another one asks for the same.

      A stage that has the file among its `deps:` is left alone: `lock/deps` tells it. So are changes that install \
      nothing else: comments, order, line ends and the spelling of names; the project's own version, and settings of other \
      tools in `pyproject.toml` and `setup.cfg`; the `name:` of a conda environment; hashes and file formats of locks; what a \
      `Dockerfile` only says of the image (`LABEL`, `CMD`, …). The rule is off unless policy turns it on: programs \
      that raise versions week by week would trip it each time.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {env/drift: warn}\n' > .guard.yml
        $ echo 'scikit-learn==1.6.1' > requirements.txt
        $ git add -A
        $ guard check --staged
        requirements.txt: warning: the environment changed since commit dd53ee81db01 brought the results of 'prepare', 'train' [env/drift]
            fix: dvc repro --force
            or:  where dvc.lock stays the same, end the commit's message with 'Guard-Skip: env/drift same results'; or name the file under 'deps:'
        guard: 0 errors, 2 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i 's|    - src/train.py|    - src/train.py\n    - requirements.txt|' dvc.yaml
        $ sed -i 's|    - src/prepare.py|    - src/prepare.py\n    - requirements.txt|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    together: Drift.told
  ) { (subject) throws(JudgementError) in
    guard subject.originSource != nil, try subject.mayDrift() else { return [] }
    var drift = Drift(subject)
    var findings: [Finding] = []
    for project in try subject.projects() { findings += try drift.findings(in: project) }
    drift.tellUnknown()
    return findings
  }
}

/// Looks for results that were made in another environment.
private struct Drift {
  /// Results with the commit that brought them.
  private typealias Results = (stage: JudgedStage, commit: Text, tree: any FileTree)

  private let subject: Subject
  private let environment: StageEnvironment
  /// The environment files of the commits that brought results, by their letters.
  private var environments: [Text: StageEnvironment] = [:]
  /// What the locks of the tree record of their stages.
  private var own: [RepositoryPath: [Text: Text]] = [:]
  /// What locks recorded of their stages, by the letters of the lock's object.
  private var locks: [Text: [Text: Text]] = [:]
  /// The stages of which nobody knows who brought their results.
  private var unknown: [JudgedStage] = []

  init(_ subject: Subject) {
    self.subject = subject
    environment = StageEnvironment(subject.tracked)
  }

  mutating func findings(in project: JudgedProject) throws(JudgementError) -> [Finding] {
    var stale: [RepositoryPath: [(results: Results, change: Compared)]] = [:]
    for results in try results(of: project) {
      let stage = results.stage.stage
      let now = try environment.files(of: stage)
      for file in try files(of: results) where !stage.dataDependencies.contains(where: file.isInside) {
        if let change = try subject.change(of: file, among: now, since: results.tree),
          try !isVouchedFor(file, results, now)
        {
          stale[file, default: []].append((results, change))
        }
      }
    }
    return stale.sorted { $0.key < $1.key }.flatMap { file, stale in
      let fix = project.rerunning(stale.map(\.results.stage)).description
      return stale.map { Self.finding(file, $0.results, $0.change, fix: fix) }
    }
  }

  /// The environment files that a stage had when its results were made; nothing where they are not in this clone.
  private mutating func files(of results: Results) throws(JudgementError) -> Set<RepositoryPath> {
    let environment = environments[results.commit] ?? StageEnvironment(results.tree)
    environments[results.commit] = environment
    do throws(JudgementError) { return try environment.files(of: results.stage.stage) } catch {
      // A partial clone has the commits and not their files.
      guard case .tree(.notAvailable) = error else { throw error }
      unknown.append(results.stage)
      return []
    }
  }

  private static func finding(
    _ file: RepositoryPath, _ results: Results, _ change: Compared, fix: String
  ) -> Finding {
    let isGone = change.current == nil
    let claim =
      "where dvc.lock stays the same, end the commit's message with 'Guard-Skip: env/drift same results'"
    var finding = Finding(
      "env/drift", at: Place(file), of: results.stage, key: results.commit,
      message: what(isGone) + " since commit \(shown(results.commit)) brought the results of "
        + results.stage.phrase,
      fix: fix,
      advice: isGone ? "bring the file back; or " + claim : claim + "; or name the file under 'deps:'")
    finding.compared = change
    return finding
  }

  private static func what(_ isGone: Bool) -> String {
    isGone ? "the environment file has gone" : "the environment changed"
  }

  /// What the findings on one file come to, in one line.
  static let told: @Sendable ([Finding]) -> String = { findings in
    var commits: [Text] = []
    for commit in findings.compactMap(\.key) where !commits.contains(commit) { commits.append(commit) }
    let parts = commits.prefix(2).enumerated().map { index, commit in
      let names = findings.filter { $0.key == commit }.compactMap(\.stage).map { "'\($0)'" }
      let more = names.count > 4 ? " and \(names.count - 3) more" : ""
      let shown = names.prefix(names.count > 4 ? 3 : 4).joined(separator: ", ") + more
      return
        "since commit \(Self.shown(commit)) \(index == 0 ? "brought the results of" : "those of") \(shown)"
    }
    let others = commits.count - parts.count
    return what(findings.first?.compared.current == nil) + " " + parts.joined(separator: ", and ")
      + (others > 0 ? ", and since \(others) other \(others == 1 ? "commit" : "commits") others" : "")
  }

  private static func shown(_ commit: Text) -> String { String(commit.string.prefix(12)) }

  /// The stages of pipelines with recorded results, with the commits that brought these.
  private mutating func results(of project: JudgedProject) throws(JudgementError) -> [Results] {
    var results: [Results] = []
    for stage in project.judgedStages where stage.stage.name != nil && !stage.isUnrecorded {
      switch try origin(of: stage) {
      case .here?, nil: continue
      case .unknown?: if try !environment.files(of: stage.stage).isEmpty { unknown.append(stage) }
      case .commit(let id, let tree)?: results.append((stage, id, tree))
      }
    }
    return results
  }

  /// Whether the message of a commit since then says that the same results are those of the environment that is here.
  private mutating func isVouchedFor(
    _ file: RepositoryPath, _ results: Results, _ now: Set<RepositoryPath>
  ) throws(JudgementError) -> Bool {
    guard subject.believesMessages, let source = subject.passSource else { return false }
    let stage = results.stage
    do throws(JudgementError) {
      for tree in try source("env/drift", results.commit) {
        if try tree.hasFile(file) == subject.tree.hasFile(file),
          try Self.entries(of: stage.lock, in: tree)[stage.name] == own[stage.lock]?[stage.name],
          try subject.change(of: file, among: now, since: tree) == nil
        {
          return true
        }
      }
    } catch {
      // As of the commit that brought them: a partial clone has the commits and not their files.
      guard case .tree(.notAvailable) = error else { throw error }
      unknown.append(stage)
    }
    return false
  }

  private mutating func origin(of stage: JudgedStage) throws(JudgementError) -> Origin? {
    if own[stage.lock] == nil { own[stage.lock] = try Self.entries(of: stage.lock, in: subject.tree) }
    guard let source = subject.originSource, let entry = own[stage.lock]?[stage.name] else { return nil }
    var locks = self.locks
    defer { self.locks = locks }
    do throws(JudgementError) {
      return try source(stage.lock) { (version, tree) throws(JudgementError) in
        if locks[version] == nil { locks[version] = try Self.entries(of: stage.lock, in: tree) }
        return locks[version]?[stage.name] == entry
      }
    } catch {
      // A partial clone has the commits and not their files.
      guard case .tree(.notAvailable) = error else { throw error }
      return .unknown
    }
  }

  /// What a lock records of each stage, spelled out; nothing where it cannot be read.
  private static func entries(
    of lock: RepositoryPath, in tree: any FileTree
  ) throws(JudgementError) -> [Text: Text] {
    let bytes = try reading { () throws(TreeError) -> [UInt8] in
      if case .file? = try tree.target(of: lock) { try tree.contents(of: lock) } else { [] }
    }
    let stages: Mapping?
    do throws(YAMLError) { stages = try YAMLDocument.parse(bytes).map?["stages"]?.map } catch { return [:] }
    var entries: [Text: Text] = [:]
    for entry in stages?.entries ?? [] {
      if let name = entry.key.text { entries[name] = entry.value.value.pythonRepr }
    }
    return entries
  }

  /// Takes down what could not be found out.
  func tellUnknown() {
    guard let first = unknown.first else { return }
    let more = unknown.count > 1 ? " and \(unknown.count - 1) more" : ""
    subject.note(
      Unjudged(
        what: "in which environment the results of '\(first.name)'\(more) were made",
        why: "the commit that brought them, or a file of it, is not in this clone, or too far back"))
  }
}

extension FileTree {
  fileprivate func hasFile(_ file: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in if case .file? = try target(of: file) { true } else { false } }
  }
}

extension JudgedProject {
  /// The command that runs stages which DVC finds up to date, named so that it is found from the root of the DVC
  /// repository: there need be no `dvc.yaml`, and what is beside them need not run.
  fileprivate func rerunning(_ stale: [JudgedStage]) -> ShellCommand {
    let sizes = Dictionary(
      judgedStages.filter { $0.stage.name != nil }.map { ($0.stage.file, 1) }, uniquingKeysWith: +)
    var targets: [[UInt8]] = []
    for (file, own) in Dictionary(grouping: stale, by: \.stage.file).sorted(by: { $0.key < $1.key }) {
      let isWhole = own.count > 1 && own.count == sizes[file]
      targets += isWhole ? [file.relative(to: root) ?? file.bytes] : own.map(\.target)
    }
    // DVC takes that one when none is named.
    if targets == [Array("dvc.yaml".utf8)] { targets = [] }
    return ShellCommand(dvc: "repro --force", in: root, targets, running: stale)
  }
}

extension Subject {
  /// Whether anything may be found that the parents did not have: what they had is not for a hook to look for.
  fileprivate func mayDrift() throws(JudgementError) -> Bool {
    guard kind == .staged else { return true }
    return try changes().contains { $0.path.isLockFile || EnvironmentFiles.rank(of: $0.path.name) != nil }
  }

  /// The two versions of an environment file, when it has something else installed than in another tree, or is gone and no
  /// other one of these asks for the same. A file that was not there changes nothing that was known.
  fileprivate func change(
    of file: RepositoryPath, among files: Set<RepositoryPath>, since old: any FileTree
  ) throws(JudgementError) -> Compared? {
    do throws(JudgementError) {
      guard try old.hasFile(file) else { return nil }
      let before = try reading { () throws(TreeError) in try old.contents(of: file) }
      let asked = InstalledSoftware.asked(of: file, before)
      let recorded = Value.string(Text(utf8: before))
      guard try tree.hasFile(file) else {
        for other in files where try tree.hasFile(other) {
          let bytes = try reading { () throws(TreeError) in try tree.contents(of: other) }
          if InstalledSoftware.asked(of: other, bytes) == asked { return nil }
        }
        return asked.isEmpty ? nil : Compared(recorded: recorded, current: nil)
      }
      // Another one has come nearer.
      guard files.contains(file) else { return nil }
      let new = try reading { () throws(TreeError) in try tree.contents(of: file) }
      guard new != before, InstalledSoftware.asked(of: file, new) != asked else { return nil }
      return Compared(recorded: recorded, current: .string(Text(utf8: new)))
    } catch {
      guard case .tree(.notAvailable(_, let why)) = error else { throw error }
      note(Unjudged(what: "whether \(file) is what results were made with", why: why))
      return nil
    }
  }
}
