import DVC
import Trees
import Values

extension Rule {
  static let layoutNoStage = Rule(
    "layout/no-stage", .warning, .change,
    summary: "a script or notebook that writes data behind a .dvc file, and no stage runs it",
    explanation: """
      Data that a program makes and `dvc add` takes in has no history: nobody can say by which code and from which data it \
      came, and nothing tells that it is old when they change. As the output of a stage it has all of that.

      So that nothing is told that is not so, much must come together: a `.dvc` file stands for data that was added here \
      (not imported), a script or notebook in Git has the path of that data in quotes, from the root of the DVC repository or from \
      the script's own directory, as what a call writes to (`to_csv("…"`, `open("…", "w")`, `dump(x, "…")`, …), and no \
      stage names the script. Paths that are put together from parts are not seen.

      A commit that adds or changes the script, or adds the `.dvc` file, is looked at.
      """,
    example: Example(
      fails: #"""
        $ cat > src/words.py <<'END'
        > with open("words.txt", "w") as words:
        >     words.write("good bad")
        > END
        $ python src/words.py && dvc add -q words.txt && git add -A
        $ guard check --staged
        src/words.py:1: warning: it writes 'words.txt', which words.txt.dvc holds, and no stage runs it [layout/no-stage]
            do:  dvc remove words.txt.dvc, then: dvc stage add -n NAME -d src/words.py -o words.txt COMMAND
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc remove -q words.txt.dvc
        $ dvc stage add -q -n words -d src/words.py -o words.txt 'python src/words.py'
        $ dvc repro -q words && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    let changes = try subject.changes().filter { $0.kind != .deleted && !$0.isMerged }
    let scripts = changes.map(\.path).filter(\.isProgram)
    let pointers = Set(changes.filter { $0.kind == .added && $0.path.isPointer }.map(\.path))
    guard !scripts.isEmpty || !pointers.isEmpty else { return [] }
    var findings: [Finding] = []
    for project in try subject.projects() {
      let added = project.addedData()
      guard !added.isEmpty else { continue }
      let known = project.scriptsOfStages()
      for script in scripts where script.isInside(project.root) && !known.contains(script) {
        findings += try subject.writes(of: script, among: added, project)
      }
      let new = added.filter { pointers.contains($0.value.stage.stage.file) }
      guard !new.isEmpty else { continue }
      for script in try subject.programs(in: project)
      where !known.contains(script) && !scripts.contains(script) {
        findings += try subject.writes(of: script, among: new, project)
      }
    }
    return findings
  }
}

/// Data behind a `.dvc` file that was added here.
private struct AddedData {
  let stage: JudgedStage
  let path: RepositoryPath
}

extension RepositoryPath {
  fileprivate var isProgram: Bool { Self.programs.match(name) }

  fileprivate static let programs = NameEndings([".py", ".R", ".r", ".jl", ".ipynb"])
}

extension JudgedProject {
  fileprivate func addedData() -> [RepositoryPath: AddedData] {
    var added: [RepositoryPath: AddedData] = [:]
    for stage in judgedStages where stage.stage.name == nil && stage.stage.deps.isEmpty {
      for path in stage.stage.outputs { added[path] = AddedData(stage: stage, path: path) }
    }
    return added
  }

  /// What a stage depends on is run by one; so is what a directory dependency holds.
  fileprivate func scriptsOfStages() -> ScriptIndex {
    let stages = judgedStages.filter { $0.stage.name != nil }
    return ScriptIndex(
      dependencies: Set(stages.flatMap(\.stage.dataDependencies)),
      words: Set(stages.flatMap { StageCommand($0.stage).words.map { Text(utf8: $0) } }))
  }
}

/// The scripts that stages run.
private struct ScriptIndex {
  let dependencies: Set<RepositoryPath>
  let words: Set<Text>

  func contains(_ script: RepositoryPath) -> Bool {
    dependencies.contains(script) || script.directoriesUpward.contains(where: dependencies.contains)
      || words.contains { $0.hasSuffix(Text(utf8: script.name)) }
  }
}

extension Subject {
  private static let mostPrograms = 500

  /// The scripts and notebooks of a repository in Git, of very many the first.
  fileprivate func programs(in project: JudgedProject) throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in
      var found: [RepositoryPath] = []
      var pending = [project.root]
      while let directory = pending.popLast(), found.count < Self.mostPrograms {
        guard try tracked.mayHold(RepositoryPath.programs, below: directory) else { continue }
        for child in try tracked.children(of: directory) {
          let path = directory.appending(child.name)
          if child.entry == .directory { pending.append(path) }
          if case .file = child.entry, path.isProgram { found.append(path) }
        }
      }
      return found
    }
  }

  fileprivate func writes(
    of script: RepositoryPath, among data: [RepositoryPath: AddedData], _ project: JudgedProject
  ) throws(JudgementError) -> [Finding] {
    guard try mayBeProgram(script), let bytes = try available(script), bytes.count < Self.largestProgram
    else { return [] }
    var findings: [Finding] = []
    var found: Set<RepositoryPath> = []
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let text = Text(utf8: line).replacing("\\\"", with: "\"")
      for name in text.written {
        let paths = [project.root, script.parent].compactMap { $0.resolving(name) }
        for path in paths where found.insert(path).inserted {
          if let item = data[path] { findings.append(finding(script, number + 1, item, project)) }
        }
      }
    }
    return findings
  }

  /// Whether a file is no larger than what somebody writes, as far as that is known without reading it. What is behind a
  /// link has a turn of its own.
  private func mayBeProgram(_ script: RepositoryPath) throws(JudgementError) -> Bool {
    do {
      guard case .file? = try tree.entry(at: script) else { return false }
      return try tree.storedSize(of: script) ?? 0 < Self.largestProgram
    } catch {
      // Who reads it tells that it is not here.
      guard case .notAvailable = error else { throw .tree(error) }
      return true
    }
  }

  private static let largestProgram = 4 << 20

  private func finding(
    _ script: RepositoryPath, _ line: Int, _ item: AddedData, _ project: JudgedProject
  ) -> Finding {
    let pointer = item.stage.stage.file
    let remove = ShellCommand(
      dvc: "remove", in: project.root, [pointer.relative(to: project.root) ?? pointer.bytes])
    let dvc = project.root.isRoot ? "dvc" : "\(ShellCommand("dvc --cd", [project.root]))"
    let code = ShellCommand.quoted(script.relative(to: project.root) ?? script.bytes)
    let output = ShellCommand.quoted(item.path.relative(to: project.root) ?? item.path.bytes)
    return Finding(
      "layout/no-stage", at: Place(script, Position(line: line, column: 1)), key: item.path.text,
      message: "it writes '\(item.path)', which \(pointer) holds, and no stage runs it",
      advice: "\(remove), then: \(dvc) stage add -n NAME -d \(code) -o \(output) COMMAND")
  }
}

extension Text {
  /// Calls whose first argument is the file.
  private static let writers: [Text] = [
    ".to_csv(", ".to_parquet(", ".to_pickle(", ".to_json(", ".to_feather(", ".to_hdf(", ".to_excel(",
    ".savefig(",
    ".save(", ".savez(", ".savez_compressed(", ".savetxt(", ".save_model(", ".write_csv(", ".write_parquet(",
    "imwrite(",
  ]
  /// Calls of which a later argument is the file.
  private static let lateWriters: [Text] = [
    ".dump(", ".save(", "write.csv(", "write_csv(", "saveRDS(", "ggsave(", "CSV.write(",
  ]
  private static let modes: [Text] = ["w", "wb", "wt", "x", "w+", "wb+"]

  /// What stands in quotes where a line of a program writes to it.
  fileprivate var written: [ArraySlice<UInt8>] {
    guard utf8.first(where: { $0 != 0x20 && $0 != 0x09 }) != UInt8(ascii: "#") else { return [] }
    return quoted.filter { isWritten($0) }
  }

  private func isWritten(_ name: ArraySlice<UInt8>) -> Bool {
    let before = Text(utf8: utf8[..<(name.startIndex - 1)].reversed().drop { $0 == 0x20 }.reversed())
    let after = utf8[(name.endIndex + 1)...].drop { $0 == 0x20 }
    if Self.writers.contains(where: before.hasSuffix) { return true }
    if before.hasSuffix("open("), after.first == UInt8(ascii: ",") {
      let mode = after.dropFirst().drop { $0 == 0x20 }
      let rest = mode.starts(with: "mode=".utf8) ? mode.dropFirst(5) : mode
      if Self.modes.contains(where: { rest.dropFirst().starts(with: $0.utf8 + [rest.first ?? 0]) }) {
        return true
      }
    }
    if after.starts(with: ").write_text(".utf8) || after.starts(with: ").write_bytes(".utf8) { return true }
    return Self.lateWriters.contains { call in
      guard let start = before.firstIndex(of: call) else { return false }
      var depth = 0
      for byte in before.utf8[(start + call.utf8.count - 1)...] {
        if byte == UInt8(ascii: "(") { depth += 1 }
        if byte == UInt8(ascii: ")") { depth -= 1 }
        if depth == 0 { return false }
      }
      return depth == 1 && before.hasSuffix(",")
    }
  }

  /// What stands between two quotes of one kind. Each may begin one: in a notebook the whole line is in quotes.
  fileprivate var quoted: [ArraySlice<UInt8>] {
    var found: [ArraySlice<UInt8>] = []
    var rest = utf8[...]
    while let start = rest.firstIndex(where: { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") }) {
      let quote = rest[start]
      rest = rest[(start + 1)...]
      guard let end = rest.firstIndex(of: quote) else { break }
      if end > rest.startIndex { found.append(rest[..<end]) }
      rest = rest[end...]
    }
    return found
  }
}
