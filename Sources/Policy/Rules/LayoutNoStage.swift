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
      stage names the script. Paths that are put together from parts are not seen, nor is what stands in comments. Tests write below a directory of their own, and so may what changes its \
      directory (`chdir`, `setwd`, `cd`): neither is looked at.

      A stage runs a script and no notebook (`layout/notebook-stage`): a notebook's code that makes data goes into a \
      script first.

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
  fileprivate var isProgram: Bool { Self.programs.match(name) && !isOfTests }

  /// Whether it is a test, as pytest, testthat and Julia's Pkg name them: what one writes is gone behind it.
  private var isOfTests: Bool {
    let isBelow = components.dropLast().contains { directory in
      ["tests", "test", "testthat"].contains { directory.elementsEqual($0.utf8) }
    }
    return isBelow || name.starts(with: "test_".utf8) || name.suffix(8).elementsEqual("_test.py".utf8)
      || name.elementsEqual("conftest.py".utf8)
  }

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
    guard try mayBeProgram(script) else { return [] }
    var findings: [Finding] = []
    var found: Set<RepositoryPath> = []
    let parts = try parts(of: script)
    // Where it is then is not known.
    guard !parts.contains(where: \.program.changesDirectory) else { return [] }
    for part in parts {
      for literal in part.program.literals {
        let items = [project.root, script.parent].compactMap { $0.following(literal.value) }
          .compactMap { data[$0] }
        guard !items.isEmpty, part.program.writes(literal) else { continue }
        for item in items where found.insert(item.path).inserted {
          findings.append(finding(script, part.lines?[literal.line - 1] ?? literal.line, item, project))
        }
      }
    }
    return findings
  }

  /// The text of a script, or that of each cell of a notebook with the lines of the file that it stands on.
  private func parts(
    of script: RepositoryPath
  ) throws(JudgementError) -> [(program: ProgramText, lines: [Int]?)] {
    guard let language = ProgramText.Language(of: script.name) else {
      return try notebook(at: script)?.code.map { (ProgramText($0.text, .python), $0.lines) } ?? []
    }
    guard let bytes = try available(script), bytes.count < Self.largestProgram else { return [] }
    return [(ProgramText(bytes, language), nil)]
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
    Finding(
      "layout/no-stage", at: Place(script, Position(line: line, column: 1)), key: item.path.text,
      message: "it writes '\(item.path)', which \(item.stage.stage.file) holds, and no stage runs it",
      advice: advice(script, item, project))
  }

  /// Where the program's code is best kept, the pointer taken away, and a stage that runs it.
  private func advice(_ script: RepositoryPath, _ item: AddedData, _ project: JudgedProject) -> String {
    let pointer = item.stage.stage.file
    var steps = [
      "\(ShellCommand(dvc: "remove", in: project.root, [pointer.relative(to: project.root) ?? pointer.bytes]))"
    ]
    var code = script
    let sources = project.root.appending(Array("src".utf8))
    if ProgramText.Language(of: script.name) == nil {
      code = sources.appending(script.name.dropLast(6) + Array(".py".utf8))
      let convert = ShellCommand("jupyter nbconvert --to script --output-dir", [sources, script])
      steps.insert("\(convert) makes a script of it; leave in that what makes the data", at: 0)
    } else if isAmongNotebooks(script) {
      code = sources.appending(script.name)
      steps.insert("move it to where the code is, such as \(code) (git mv)", at: 0)
    }
    let dvc = project.root.isRoot ? "dvc" : "\(ShellCommand("dvc --cd", [project.root]))"
    let dependency = ShellCommand.quoted(code.relative(to: project.root) ?? code.bytes)
    let output = ShellCommand.quoted(item.path.relative(to: project.root) ?? item.path.bytes)
    steps.append("\(dvc) stage add -n NAME -d \(dependency) -o \(output) COMMAND")
    return steps.joined(separator: ", then: ")
  }

  /// Whether a stage that runs it would be one that layout/notebook-stage tells.
  private func isAmongNotebooks(_ script: RepositoryPath) -> Bool {
    let directory = script.parent
    return !directory.isRoot
      && policy.paths("directories", of: "layout/notebook-stage").contains { Glob($0).matches(directory) }
  }
}
