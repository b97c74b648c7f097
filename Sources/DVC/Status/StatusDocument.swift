import Trees
import Values

/// The document that `dvc status --json` prints, and the text of the same shape
/// (DVC 3.67, `dvc/commands/status.py`, `str(out)` in `dvc/output.py`).
public struct StatusDocument: Sendable {
  /// One line or group of a stage.
  enum Entry: Sendable {
    case line(Text)
    case group(Text, Updated<Item>)
  }
  /// What is said of a path: a word, or words for parameters.
  enum Item: Sendable {
    case change(Change)
    case parameters([(key: Text, change: Change)])
  }

  private var stages = Updated<[Entry]>()

  /// The document that says nothing.
  public init() {}

  /// Whether DVC would call everything up to date.
  public var isEmpty: Bool { stages.isEmpty }

  /// The document of these statuses.
  public init(_ statuses: [StageStatus], _ names: Names) { add(statuses, names) }

  /// Adds the statuses of another DVC repository of the same tree.
  public mutating func add(_ statuses: [StageStatus], _ names: Names) {
    for status in statuses where !status.isClean {
      stages.set(names.address(of: status.stage), Self.entries(of: status, names))
    }
  }

  private static func entries(of status: StageStatus, _ names: Names) -> [Entry] {
    var entries: [Entry] = []
    var deps = Updated<Item>()
    for item in status.dependencies { deps.set(names.display(item.dependency), Item(item.change)) }
    var outs = Updated<Item>()
    for item in status.outputs { outs.set(names.display(item.output.reference), .change(item.change)) }
    if !deps.isEmpty { entries.append(.group("changed deps", deps)) }
    if !outs.isEmpty { entries.append(.group("changed outs", outs)) }
    if status.isAlwaysChanged { entries.append(.line("always changed")) }
    if status.changedCommand != nil { entries.append(.line("changed command")) }
    if status.hasChangedChecksum { entries.append(.line("changed checksum")) }
    return entries
  }

  // MARK: - Writing

  /// One line of JSON, ASCII only.
  public var json: Text {
    let body = stages.entries.map {
      $0.key.pythonJSON + ": [" + $0.value.map(Self.json).joined(separator: ", ") + "]"
    }
    return "{" + body.joined(separator: ", ") + "}"
  }

  private static func json(_ entry: Entry) -> Text {
    switch entry {
    case .line(let text): text.pythonJSON
    case .group(let name, let items):
      "{" + name.pythonJSON + ": {"
        + items.entries.map { $0.key.pythonJSON + ": " + json($0.value) }.joined(separator: ", ") + "}}"
    }
  }

  private static func json(_ item: Item) -> Text {
    switch item {
    case .change(let change): Text(change.rawValue).pythonJSON
    case .parameters(let changes):
      "{"
        + changes.map { $0.key.pythonJSON + ": " + Text($0.change.rawValue).pythonJSON }.joined(
          separator: ", ") + "}"
    }
  }

  /// The lines that `dvc status` prints.
  public var lines: [Text] {
    var lines: [Text] = []
    for stage in stages.entries {
      lines.append(stage.key + ":")
      for entry in stage.value {
        switch entry {
        case .line(let text): lines.append("\t" + text)
        case .group(let name, let items):
          lines.append("\t" + name + ":")
          for item in items.entries { lines += Self.lines(item.key, item.value) }
        }
      }
    }
    return lines
  }

  private static func lines(_ key: Text, _ item: Item) -> [Text] {
    switch item {
    case .change(let change): [line(key, change, indent: "\t\t")]
    case .parameters(let changes):
      ["\t\t" + key + ":"] + changes.map { line($0.key, $0.change, indent: "\t\t\t") }
    }
  }

  private static func line(_ key: Text, _ change: Change, indent: Text) -> Text {
    let word = change.rawValue + ":"
    return indent + Text(word) + Text(String(repeating: " ", count: max(0, 20 - word.utf8.count))) + key
  }
}

/// Values by key, set as Python's `dict.update` does: the last one counts, in the place of the first.
struct Updated<Value: Sendable>: Sendable {
  private(set) var entries: [(key: Text, value: Value)] = []
  private var places: [Text: Int] = [:]

  var isEmpty: Bool { entries.isEmpty }

  mutating func set(_ key: Text, _ value: Value) {
    if let known = places[key] {
      entries[known].value = value
    } else {
      places[key] = entries.count
      entries.append((key, value))
    }
  }
}

extension StatusDocument.Item {
  fileprivate init(_ kind: DependencyStatus.Kind) {
    switch kind {
    case .path(let change, _): self = .change(change)
    case .parameters(let changes): self = .parameters(changes.map { ($0.key, $0.change) })
    }
  }
}

/// How DVC names stages and paths, relative to a directory.
public struct Names: Sendable {
  private let paths: PathSpace
  /// What names are relative to: absolute.
  public let directory: [UInt8]
  private let namesEveryFile: Bool

  /// - Parameters:
  ///   - directory: what names are relative to, absolute: the current directory when it is in the DVC
  ///     repository, else its root.
  ///   - namesEveryFile: whether a stage is named with its file even when that is `dvc.yaml` right here.
  public init(paths: PathSpace, directory: [UInt8], namesEveryFile: Bool = false) {
    self.paths = paths
    self.directory = directory
    self.namesEveryFile = namesEveryFile
  }

  /// `train`, `sub/dvc.yaml:train` or `data.csv.dvc`.
  public func address(of stage: Stage) -> Text {
    let file = Text(utf8: PathSpace.relative(paths.absolute(stage.file), from: directory))
    guard let name = stage.name else { return file }
    return file == "dvc.yaml" && !namesEveryFile ? name : file + ":" + name
  }

  /// The name of a dependency.
  func display(_ dependency: Dependency) -> Text {
    if case .repository(let url, _, _) = dependency.kind {
      return dependency.reference.definition + " (" + url + ")"
    }
    return display(dependency.reference)
  }

  /// The name of a path: as it is written when it is absolute or a URL, else relative, and absolute when
  /// it leads out of the DVC repository.
  public func display(_ reference: PathSpace.Reference) -> Text {
    let definition = reference.definition
    guard definition.utf8.first != UInt8(ascii: "/") else { return definition }
    switch reference.location {
    case .url, .dataset: return definition
    case .outside(let path): return definition.hasPrefix("remote://") ? definition : Text(utf8: path)
    case .inside(let path):
      let absolute = paths.absolute(path)
      guard reference.isInRepository else { return Text(utf8: absolute) }
      return Text(utf8: PathSpace.relative(absolute, from: directory))
    }
  }
}
