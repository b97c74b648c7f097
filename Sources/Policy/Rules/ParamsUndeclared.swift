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
      opens it by its name (`open("params.yaml")`, `Path(…)`, `load(…)`, `read_yaml(…)`), or calls `dvc.api.params_show`. A stage that has the whole file among its `deps:` says \
      what it reads. Scripts that the command reaches only through others are not looked at.
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
            advice: "name the keys that it reads under 'params:' in \(stage.stage.file), then: "
              + ShellCommand(dvc: "repro", stage).description))
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
      if let read = stage.undeclaredRead(among: files.sorted(), &found.unread) { found.reads.append(read) }
    }
    return found
  }
}

extension JudgedStage {
  fileprivate func undeclaredRead(
    among files: [RepositoryPath], _ unread: inout [Unjudged]
  ) -> UndeclaredRead? {
    let declared = stage.parameterFiles
    let deps = stage.dataDependencies
    let outputs = stage.outputs
    let names = Set(declared.map { Array($0.name) })
    // Of two files of one name nobody can say which is meant: the nearest is.
    let candidates = files.filter { file in
      !names.contains(Array(file.name)) && !deps.contains(where: file.isInside)
        && !outputs.contains(where: file.isInside)
    }
    guard !candidates.isEmpty else { return nil }
    let words = StageCommand(stage).words.map { word in word.dropPrefixes(["./", "../"]) }
    for file in candidates where words.contains(where: { file.isNamed(by: $0) }) {
      return UndeclaredRead(stage: status, file: file, reader: nil, line: nil)
    }
    for script in namedDependencies where script.isScript {
      let bytes: [UInt8]
      do { bytes = try project.tree.contents(of: script) } catch {
        // What DVC holds has no bytes here. Of a blob that is not here the hash may be known, and the status says nothing.
        if case .notAvailable(_, let why) = error, status.notChecked.isEmpty {
          unread.append(Unjudged(what: "what \(script) reads", why: why))
        }
        continue
      }
      for (number, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
        guard let file = candidates.first(where: { line.reads($0) }) else { continue }
        return UndeclaredRead(stage: status, file: file, reader: script, line: number + 1)
      }
    }
    return nil
  }
}

extension RepositoryPath {
  fileprivate var isScript: Bool { Self.scripts.match(name) }

  private static let scripts = NameEndings([".py", ".R", ".r", ".jl", ".sh"])

  /// Whether a word of a command, which is relative to a directory that nobody knows, can be this path.
  fileprivate func isNamed(by word: ArraySlice<UInt8>) -> Bool {
    bytes.elementsEqual(word) || bytes.suffix(word.count + 1).elementsEqual([UInt8(ascii: "/")] + word)
  }
}

extension ArraySlice<UInt8> {
  /// Whether a line of a script has a file's name in quotes, or asks DVC for the parameters, and not in a comment.
  fileprivate func reads(_ file: RepositoryPath) -> Bool {
    let text = Text(utf8: self)
    guard let place = place(of: Text(utf8: file.name), in: text) ?? text.firstIndex(of: "params_show(") else {
      return false
    }
    return !text.utf8[..<place].contains(UInt8(ascii: "#"))
  }

  private func place(of name: Text, in text: Text) -> Int? {
    var start = 0
    while let place = text.firstIndex(of: name, from: start) {
      let end = place + name.utf8.count
      if place > 0, end < text.utf8.count, "\"'/".utf8.contains(text.utf8[place - 1]),
        "\"'".utf8.contains(text.utf8[end]), text.opens(before: place)
      {
        return place
      }
      start = end
    }
    return nil
  }
}

extension Text {
  private static let readers: [Text] = [
    "open(", "Path(", "load(", "read_yaml(", "read_text(", "read_json(", "load_yaml(", "yaml.load_file(",
    "read_params(",
    "load_params(", "read_config(", "load_config(", "fromJSON(", "YAML.load_file(", "cat ", "yq ", "jq ",
    "/ ",
  ]

  /// Whether what stands in quotes around a place is the first argument of a call that reads a file.
  fileprivate func opens(before place: Int) -> Bool {
    let quotes = [UInt8(ascii: "\""), UInt8(ascii: "'")]
    guard let quote = utf8[..<place].lastIndex(where: quotes.contains) else { return false }
    let before = Text(utf8: utf8[..<quote])
    return Self.readers.contains(where: before.hasSuffix)
  }
}

extension [UInt8] {
  /// What is left when prefixes are taken off as often as they stand there.
  fileprivate func dropPrefixes(_ prefixes: [String]) -> ArraySlice<UInt8> {
    var rest = self[...]
    while let prefix = prefixes.first(where: { rest.starts(with: $0.utf8) }) {
      rest = rest.dropFirst(prefix.utf8.count)
    }
    return rest
  }
}
