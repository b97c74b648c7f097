import Hashing
import Trees
import Values

/// A `dvc.yaml` with its `dvc.lock`: resolves the templates and gives the stages
/// (DVC 3.67, `DataResolver` in `dvc/parsing/__init__.py`, `StageLoader` in `dvc/stage/loader.py`).
struct PipelineFile {
  let file: RepositoryPath
  let document: Mapping
  let lock: LockFile
  let paths: PathSpace
  let loader: DocumentLoader
  let tree: any FileTree
  let spelling: TemplateSpelling
  private let definitions: Mapping
  private let context: TemplateContext

  /// Reads what the templates of a `dvc.yaml` may name.
  /// - Parameter document: the file, which fits its schema.
  init(
    _ file: RepositoryPath, _ document: Node, lock: LockFile, _ paths: PathSpace, _ tree: any FileTree,
    _ loader: DocumentLoader,
    _ spelling: TemplateSpelling
  ) throws(DVCError) {
    self.file = file
    self.lock = lock
    self.paths = paths
    self.tree = tree
    self.loader = loader
    self.spelling = spelling
    self.document = document.map ?? Mapping()
    definitions = self.document["stages"]?.map ?? Mapping()
    let variables = self.document["vars"]?.list ?? []
    var context = TemplateContext()
    let files = VariableFiles(tree: tree, paths: paths, loader: loader)
    let directory = paths.absolute(file.parent)
    do {
      try Self.refuseTokens(in: variables)
      try files.loadDefault(into: &context, from: directory)
      try files.load(variables, into: &context, from: directory)
    } catch {
      throw files.error ?? DVCError(error, of: "vars", in: file, context, missing: files.missing)
    }
    self.context = context
  }

  /// The stages in the order of the file, generated ones in the order of their turns, or why they cannot be resolved;
  /// of turns that cannot be told that stands for their group.
  func stages() -> [NamedStage] {
    var stages: [NamedStage] = []
    var groups: [Text: Group] = [:]
    for entry in definitions.entries {
      guard let name = entry.key.text else { continue }
      do { groups[name] = try Group(of: entry, self) } catch {
        stages.append(NamedStage(name: name, isGroup: true, stage: .failure(error)))
      }
    }
    for entry in definitions.entries {
      guard let name = entry.key.text, let group = groups[name] else { continue }
      for generated in group.names(name) {
        let stage = Result { () throws(DVCError) in
          try self.stage(named: generated, groups, at: entry.key.position)
        }
        stages.append(NamedStage(name: generated, stage: stage))
      }
    }
    return stages
  }

  /// The resolved entries under `datasets:`.
  private(set) var datasets: [Mapping] = []

  /// The files that the sections `metrics`, `plots` and `params` beside the stages name.
  private(set) var named = NamedFiles()

  /// Resolves what stands beside the stages, since DVC stops when it cannot.
  mutating func resolveTopLevel() throws(DVCError) {
    let interpolation = Interpolation(context: context, spelling: spelling)
    for section in ["artifacts", "datasets", "metrics", "params", "plots"] as [Text] {
      guard let node = document[section] else { continue }
      try resolving("'\(section)'", at: node.position) { () throws(TemplateError) in
        if section == "datasets", node.list == nil {
          throw TemplateError("expected a list", at: node.position)
        }
        try Token.check(node)
        let resolved = try interpolation.resolve(node)
        switch section {
        case "datasets": datasets = resolved.list?.compactMap(\.map) ?? []
        case "metrics", "params": name(resolved.list?.compactMap(\.text) ?? [], in: section)
        case "plots": name(NamedFiles.ofPlots(resolved), in: section)
        default: break
        }
      }
    }
  }

  private mutating func name(_ files: [Text], in section: Text) {
    let directory = paths.absolute(file.parent)
    let inside = files.compactMap { paths.inside(PathSpace.resolve($0.utf8, from: directory)) }
    if section == "params" { named.parameters += inside } else { named.results += inside }
    if section == "metrics" { named.metrics += inside }
  }

  // MARK: - One stage

  /// A stage by its name, or why it cannot be resolved.
  struct NamedStage {
    let name: Text
    /// Whether the name is that of a group of which the turns cannot be told.
    var isGroup = false
    let stage: Result<Stage, DVCError>
  }

  /// A definition: a plain stage, or the turns of a generated one.
  private enum Group {
    case plain(Node)
    case generated(template: Mapping, turns: [Text: Iteration.Turn], order: [Text])

    init(of entry: Mapping.Entry, _ file: PipelineFile) throws(DVCError) {
      let definition = entry.value.map ?? Mapping()
      let name = entry.key.text ?? ""
      let iteration: Iteration
      var template = Mapping()
      if let axes = definition["matrix"] {
        iteration = try file.resolving("stage '\(name)'", at: entry.key.position) {
          () throws(TemplateError) in
          try Iteration(matrix: axes, in: file.context, file.spelling)
        }
        for item in definition.entries {
          if let key = item.key.text, key != "matrix" { template.set(key, item.value, at: item.key.position) }
        }
      } else if let data = definition["foreach"] {
        iteration = try file.resolving("stage '\(name)'", at: entry.key.position) {
          () throws(TemplateError) in
          try Iteration(foreach: data, in: file.context, file.spelling)
        }
        template = definition["do"]?.map ?? Mapping()
      } else {
        self = .plain(entry.value)
        return
      }
      if !iteration.turns.isEmpty {
        try file.resolving("stage '\(name)'", at: entry.key.position) { () throws(TemplateError) in
          for item in template.entries { try Token.check(item.value) }
        }
      }
      self = .generated(
        template: template, turns: Dictionary(iteration.turns.map { ($0.key, $0) }) { $1 },
        order: iteration.turns.map(\.key))
    }

    func names(_ name: Text) -> [Text] {
      switch self {
      case .plain: [name]
      case .generated(_, _, let order): order.map { name + "@" + $0 }
      }
    }
  }

  /// DVC looks a stage up by the part before its last `@`, so some names lead to another stage or to none.
  private func stage(named name: Text, _ groups: [Text: Group], at position: Position?) throws(DVCError)
    -> Stage
  {
    let parts = name.splitAtLastAt
    let missing = DVCError(
      file, at: position, .template,
      "stage '\(name)' not found: DVC takes what follows the last '@' for a generated part")
    guard let group = groups[parts.group] else { throw missing }
    switch group {
    case .plain(let definition):
      guard parts.key == nil else { throw missing }
      let map = definition.map ?? Mapping()
      let source = StageSource(
        file: file, name: name, definition: map, position: position, entry: lock.entry(of: name),
        paths: paths,
        spelling: spelling)
      return try loader.memory.stage(of: source) { () throws(DVCError) in
        try resolving("stage '\(name)'", at: position) { () throws(TemplateError) in
          for item in map.entries { try Token.check(item.value) }
        }
        return try stage(name, map, context, at: position)
      }
    case .generated(let template, let turns, _):
      guard let key = parts.key, let turn = turns[key] else { throw missing }
      let iterating = try resolving("stage '\(name)'", at: position) { () throws(TemplateError) in
        try context.iterating(item: turn.item, key: turn.hasKey ? turn.key : nil)
      }
      return try stage(name, template, iterating, at: position)
    }
  }

  private func stage(
    _ name: Text, _ definition: Mapping, _ context: TemplateContext, at position: Position?
  ) throws(DVCError) -> Stage {
    guard !name.isEmpty else { throw DVCError(file, at: position, .unsupported, "a stage has an empty name") }
    let files = VariableFiles(tree: tree, paths: paths, loader: loader)
    var context = context
    var resolved = Mapping()
    let variables = definition["vars"]?.list ?? []
    do {
      try Self.refuseTokens(in: variables)
      let directory = try workingDirectory(definition["wdir"], context)
      if !variables.isEmpty { try files.load(variables, into: &context, from: directory) }
      for item in definition.entries {
        guard let key = item.key.text, key != "vars" else { continue }
        let interpolation = Interpolation(context: context, spelling: spelling, stageKey: key)
        resolved.set(key, try interpolation.resolve(item.value), at: item.key.position)
      }
    } catch {
      throw files.error
        ?? DVCError(
          error.orAt(position), of: "stage '\(name)'", in: file, context, missing: files.missing)
    }
    let builder = StageBuilder(
      file: file, paths: paths, lockEntry: lock.entry(of: name), valueFiles: context.files)
    return try builder.stage(name, resolved, at: position)
  }

  private func workingDirectory(_ node: Node?, _ context: TemplateContext) throws(TemplateError) -> [UInt8] {
    let directory = paths.absolute(file.parent)
    guard let text = node?.text, !text.isEmpty else { return directory }
    let value = try Interpolation(context: context, spelling: spelling).resolve(text).value
    return PathSpace.resolve(try spelling.text(of: value).utf8, from: directory)
  }

  // MARK: - Errors

  private static func refuseTokens(in variables: [Node]) throws(TemplateError) {
    for node in variables {
      if let found = Token.first(in: node) {
        throw TemplateError("interpolating is not allowed in 'vars'", at: found.position)
      }
    }
  }

  private func resolving<Result>(
    _ what: String, at position: Position?, _ body: () throws(TemplateError) -> Result
  ) throws(DVCError) -> Result {
    do { return try body() } catch {
      throw DVCError(error.orAt(position), of: what, in: file, context)
    }
  }
}

extension DVCError {
  /// The error of a template of a `dvc.yaml`, or of a file that its templates take values from.
  fileprivate init(
    _ error: TemplateError, of what: String, in file: RepositoryPath, _ context: TemplateContext,
    missing: RepositoryPath? = nil
  ) {
    self.init(
      error.file ?? file, at: error.position, .template,
      error.file == nil ? "\(what): \(error.message)" : error.message, missing: missing,
      unfound: error.unfound.map { Unfound(name: $0, files: context.files) })
  }
}

extension Text {
  /// What stands before and after the last `@`, as Python's `rsplit("@", 1)`.
  fileprivate var splitAtLastAt: (group: Text, key: Text?) {
    guard let at = utf8.lastIndex(of: UInt8(ascii: "@")) else { return (self, nil) }
    return (Text(utf8: utf8[..<at]), Text(utf8: utf8[(at + 1)...]))
  }
}
