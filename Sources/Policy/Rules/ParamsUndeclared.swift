import DVC
import Trees
import Values

extension Rule {
  static let paramsUndeclared = Rule(
    "params/undeclared", .warning,
    summary: "a stage that reads a parameters file and declares no parameter of it",
    explanation: """
      DVC knows of a parameter only what `params:` of the stage says. A stage that reads `params.yaml` and declares \
      nothing keeps its old results when a value changes: `dvc repro` and `dvc status` find all up to date.

      A stage reads the file when its command names it, or when a script that the command runs, and the stage depends on, \
      opens it by its name: `open("params.yaml")`, `Path("params.yaml").read_text()`, `load(…)`, `read_yaml(…)` and the like, \
      also by a variable that holds nothing else; or `dvc.api.params_show`. A path means what it means in the directory \
      where the command runs (`wdir`). A stage that has the whole file among its `deps:`, or writes it, is left alone.

      Not looked at are scripts that the command reaches only through others, paths that are put together from parts, and \
      commands and scripts that go to another directory first.
      """,
    example: Example(
      fails: #"""
        $ sed -i '/params:/,/lr/d' dvc.yaml
        $ dvc commit -q -f train && git add -A
        $ guard check --staged
        dvc.yaml:9: warning: stage 'train' reads params.yaml (src/train.py:2) and declares no parameter of it [params/undeclared]
            do:  name the keys that it reads under 'params:' in dvc.yaml, then: dvc repro train
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ git restore --source=HEAD --staged --worktree dvc.yaml dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for project in try subject.projects() {
      let undeclared = try project.undeclaredReads.get()
      for unread in undeclared.unread { subject.note(unread) }
      for read in undeclared.reads {
        let stage = JudgedStage(project: project, status: read.stage)
        let place = read.line.map { "\(read.reader ?? stage.stage.file):\($0)" }
        findings.append(
          Finding(
            "params/undeclared", at: Place(stage.stage.file, stage.stage.position), of: stage,
            key: read.file.text,
            message: "\(stage.phrase) reads \(read.file)\(place.map { " (\($0))" } ?? "") and declares no "
              + "parameter of it",
            advice: "name the keys that it reads \(stage.place(ofKeysIn: read.file)), then: "
              + stage.rerun))
      }
    }
    return findings
  }
}

/// A stage reads a parameters file and does not say so.
struct UndeclaredRead {
  let stage: StageStatus
  let file: RepositoryPath
  /// The script that reads it, with the line; none when the command itself names the file.
  let reader: RepositoryPath?
  let line: Int?
}

/// What stages read and do not declare.
struct UndeclaredReads {
  var reads: [UndeclaredRead] = []
  /// The scripts that could not be looked into.
  var unread: [Unjudged] = []
}

extension JudgedProject {
  /// The stages that read a parameters file and do not say so.
  func findUndeclaredReads() throws(JudgementError) -> UndeclaredReads {
    let stages = judgedStages.filter { $0.stage.name != nil }
    var files = Set(stages.flatMap(\.stage.parameterFiles))
    for pipeline in Set(stages.map(\.stage.file)) {
      let standard = pipeline.parent.appending(Array("params.yaml".utf8))
      if try reading({ () throws(TreeError) in try tree.target(of: standard) }) != nil {
        files.insert(standard)
      }
    }
    var found = UndeclaredReads()
    guard !files.isEmpty else { return found }
    for stage in stages where !stage.stage.isFrozen {
      if let read = stage.undeclaredRead(among: files, &found.unread) { found.reads.append(read) }
    }
    return found
  }
}

extension JudgedStage {
  fileprivate func undeclaredRead(
    among files: Set<RepositoryPath>, _ unread: inout [Unjudged]
  ) -> UndeclaredRead? {
    let parameters = stage.parameterFiles
    let data = Set(stage.dataDependencies)
    let declared = data.union(parameters + stage.outputs)
    let candidates = files.filter { !$0.isAnyOf(declared) }
    let command = StageCommand(stage)
    guard !candidates.isEmpty, let directory = stage.workingDirectory, !command.changesDirectory else {
      return nil
    }
    let named = command.words.compactMap { directory.following($0) }
    if let file = named.first(where: candidates.contains) {
      return UndeclaredRead(stage: status, file: file, reader: nil, line: nil)
    }
    // Who declares some keys may be shown only those.
    let standard = project.root.appending(Array("params.yaml".utf8))
    let shown = parameters.isEmpty && candidates.contains(standard) ? standard : nil
    let search = ParameterSearch(directory: directory, candidates: candidates, shown: shown)
    var known: Set<RepositoryPath> = []
    for script in named where script.isScript && script.isAnyOf(data) && known.insert(script).inserted {
      let bytes: [UInt8]
      do { bytes = try project.tree.contents(of: script) } catch {
        // What DVC holds has no bytes here. Of a blob that is not here the hash may be known, and the status says nothing.
        if case .notAvailable(_, let why) = error, status.notChecked.isEmpty {
          unread.append(Unjudged(what: "what \(script) reads", why: why))
        }
        continue
      }
      if let read = search.first(in: bytes, of: script) {
        return UndeclaredRead(stage: status, file: read.file, reader: script, line: read.line)
      }
    }
    return nil
  }

  /// Where keys of a file are declared. Keys without a file are those of the `params.yaml` where the command runs.
  fileprivate func place(ofKeysIn file: RepositoryPath) -> String {
    guard let directory = stage.workingDirectory, file != directory.following("params.yaml".utf8) else {
      return "under 'params:' in \(stage.file)"
    }
    let name = Text(utf8: PathSpace.relative(file.bytes, from: directory.bytes))
    return "below '- \(name):' under 'params:' in \(stage.file)"
  }
}

extension RepositoryPath {
  fileprivate var isScript: Bool { Self.scripts.match(name) }

  private static let scripts = NameEndings([".py", ".R", ".r", ".jl", ".sh"])

  /// Whether it is one of these paths or below one.
  fileprivate func isAnyOf(_ paths: Set<RepositoryPath>) -> Bool {
    paths.contains(self) || directoriesUpward.contains(where: paths.contains)
  }
}

/// Looks into scripts for parameters files that they read.
private struct ParameterSearch {
  /// Where the scripts run.
  let directory: RepositoryPath
  let candidates: Set<RepositoryPath>
  /// The file of which `dvc.api.params_show()` gives the keys.
  let shown: RepositoryPath?

  /// The file that a script reads first, and on which line.
  func first(in bytes: [UInt8], of script: RepositoryPath) -> (file: RepositoryPath, line: Int)? {
    guard let language = ProgramText.Language(of: script.name) else { return first(inShell: bytes) }
    let program = ProgramText(bytes, language)
    guard !program.changesDirectory else { return nil }
    var looks = 0
    for literal in program.literals where looks < Self.mostLooks {
      guard let file = directory.following(literal.value), candidates.contains(file) else { continue }
      looks += 1
      if program.reads(literal) { return (file, literal.line) }
    }
    guard let shown, let place = program.placeWhereParametersAreShown else { return nil }
    return (shown, program.line(of: place))
  }

  /// Nobody names one file so often in a script.
  private static let mostLooks = 100

  private func first(inShell bytes: [UInt8]) -> (file: RepositoryPath, line: Int)? {
    for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      for command in ShellScript(Array(line)).commands {
        let program = Text(utf8: command[0].split(separator: UInt8(ascii: "/")).last ?? [])
        if program == "cd" || program == "pushd" { return nil }
        guard Self.shellReaders.contains(program), !command.contains(where: Self.isInPlace) else { continue }
        let files = command.dropFirst().compactMap { directory.following($0) }
        if let file = files.first(where: candidates.contains) { return (file, number + 1) }
      }
    }
    return nil
  }

  private static let shellReaders: Set<Text> = ["cat", "yq", "jq"]

  /// Whether an option of `yq` has it write the file.
  private static func isInPlace(_ word: [UInt8]) -> Bool {
    word.starts(with: "--in".utf8) || word.starts(with: "-i".utf8)
  }
}

extension ProgramText {
  /// Where DVC is asked for all parameters.
  fileprivate var placeWhereParametersAreShown: Int? {
    let call: Text = "params_show()"
    let text = Text(utf8: code)
    var from = 0
    while let place = text.firstIndex(of: call, from: from) {
      from = place + call.utf8.count
      let isDefinition = code[..<place].suffix(4).elementsEqual("def ".utf8)
      if !isDefinition, byte(at: place - 1)?.isOfName != true { return place }
    }
    return nil
  }
}
