import DVC
import Trees
import Values

extension Rule {
  static let dataRawChanged = Rule(
    "data/raw-changed", .warning, .change,
    summary: "raw data that policy calls immutable changed in place or deleted",
    explanation: """
      Raw data is where every result begins. New raw data goes beside the old, under another name, so that old results \
      can be told from new ones. That holds for data behind a `.dvc` file and for data that Git has itself. What is added \
      is fine, and so is content that goes to another name in these directories, or from Git to DVC.

      A merge is not blamed for what a merged commit has already, a directory not for files that \
      are added to it (as far as DVC's cache here has its lists), nor an import for being brought up to date or taken away. \
      What a stage makes is not raw. Of Git's files those are no data whose name begins with a dot or is that of a text \
      about the data (`README…`, `LICENSE…`, `*.md`, lists of checksums), of a program, or of a file of DVC's.

      Raw data that was wrong and has to be mended in place is allowed by a line at the end of the commit's message that \
      says why: `Guard-Skip: data/raw-changed the provider sent a corrected file`; so is raw data that has to go. Where policy makes the rule an error, the \
      hook stops before there is a message, so that `GUARD_SKIP=data/raw-changed git commit` is needed as well.
      """,
    example: Example(
      fails: #"""
        $ echo 'fine,1' >> data/raw/reviews.csv
        $ dvc add -q data/raw/reviews.csv && dvc repro -q && git add -A
        $ guard check --staged
        data/raw/reviews.csv.dvc:2: warning: raw data 'data/raw/reviews.csv' changed in place [data/raw-changed]
            recorded: 786b0590f3a78ffbf9729cd64a1604e5
            current:  1e3d37d06e5f3f94423979c89719bfed
            do:  keep the old data, and add the new data under another name
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ cp data/raw/reviews.csv data/raw/reviews-2.csv
        $ git restore --source=HEAD --staged --worktree . && dvc checkout -q
        $ dvc add -q data/raw/reviews-2.csv && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [Option("paths", .paths(["data/raw"]), "the directories that hold raw data")]
  ) { (subject) throws(JudgementError) in
    let directories = subject.rawDirectories
    let changes = try subject.changes().filter { change in
      change.kind != .added && (change.path.isPointer || change.path.isRawFile(in: directories))
    }
    guard !changes.isEmpty else { return [] }
    let pointers = Set(changes.map(\.path).filter(\.isPointer))
    let parents = try subject.ancestry().parents
    var before: [[JudgedStage]] = []
    for parent in parents where !pointers.isEmpty {
      _ = subject.note("whether raw data changed in place", unjudgedIn: try parent.projects())
      before.append(try parent.stages().filter { $0.stage.deps.isEmpty && pointers.contains($0.stage.file) })
    }
    let changed = try subject.stages().filter {
      $0.stage.deps.isEmpty && pointers.contains($0.stage.file)
    }
    var findings = changed.flatMap { stage in
      stage.rawChanges(
        since: before.joined().filter { $0.stage.file == stage.stage.file }, in: directories)
    }
    let files = changes.filter { !$0.path.isPointer }
    guard !files.isEmpty || before.joined().contains(where: { $0.hasOutput(in: directories) }) else {
      return findings
    }
    var raw = try RawData(subject, in: directories)
    try raw.look(forDataOf: before)
    if let parent = parents.first {
      for file in files { try raw.look(at: file, since: parent) }
    }
    findings += try raw.findings()
    return findings
  }
}

extension JudgedStage {
  fileprivate func hasOutput(in directories: [RepositoryPath]) -> Bool {
    stage.outputs.contains { output in directories.contains(where: output.isInside) }
  }

  fileprivate func rawChanges(since before: [JudgedStage], in directories: [RepositoryPath]) -> [Finding] {
    let all = before.flatMap(\.stage.outs)
    return stage.outs.compactMap { output in
      guard case .inside(let path) = output.reference.location, directories.contains(where: path.isInside),
        let current = output.recorded.value
      else { return nil }
      let old = all.filter { $0.reference.location == output.reference.location }.map(\.recorded.value)
      // A merge takes over what any of its parents has.
      guard let recorded = old.first ?? nil, !old.contains(current),
        !old.contains(where: { project.only(adds: current, to: $0) })
      else { return nil }
      return Finding(
        "data/raw-changed", at: Place(stage.file, output.recorded.position), of: self,
        key: output.reference.definition, recorded: recorded, current: current, reason: .content,
        message: "raw data '\(path)' changed in place", advice: RawData.advice)
    }
  }
}
