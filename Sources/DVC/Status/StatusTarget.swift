import Trees
import Values

/// A target of `dvc status`: a stage, a group of stages, a file of DVC's, an output or a directory
/// (DVC 3.67, `collect_granular` in `dvc/repo/stage.py`, `parse_target` in `dvc/utils/__init__.py`).
public struct StatusTarget {
  private let text: Text
  /// The DVC file that the target names.
  private let file: Text?
  /// The stage that the target names.
  private let name: Text?

  /// The stages that a target stands for, and the output that it narrows them down to.
  public struct Selection {
    /// The stages, in DVC's order.
    public let stages: [Stage]
    /// The path that the target named, when it named an output.
    public let output: RepositoryPath?
  }

  /// Takes a target apart.
  /// - Throws: ``StatusTargetError`` for a `dvc.lock`.
  public init(_ text: Text) throws(StatusTargetError) {
    self.text = text
    let parts = text.splitTarget
    if !parts.path.isEmpty {
      if parts.path.split(separator: UInt8(ascii: "/")).last == "dvc.lock" {
        throw StatusTargetError(
          message: "'\(text)' is no target: did you mean '\(text.replacing(".lock", with: ".yaml"))'?")
      }
      if parts.name == nil {
        file = text.isDVCFileName ? text : nil
        name = text.isDVCFileName ? nil : text
        return
      }
    }
    file = parts.path.isEmpty ? "dvc.yaml" : parts.path
    name = parts.name
  }

  /// Finds what the target stands for.
  /// - Parameters:
  ///   - project: the repository.
  ///   - directory: what the target is relative to, absolute.
  ///   - isRecursive: whether a directory stands for the stages in it.
  ///   - includesUpstream: whether the stages that the target needs come with it.
  ///   - isDirectory: whether an absolute path outside the tree is a directory.
  public func select(
    in project: Project, from directory: [UInt8], isRecursive: Bool, includesUpstream: Bool,
    isDirectory: ([UInt8]) -> Bool
  ) throws(StatusTargetError) -> Selection {
    let place = PathSpace.resolve(text.utf8, from: directory)
    let path = project.paths.inside(place)
    // What is named as a file of DVC's is read as one before it is taken for a directory.
    let isFile = file?.isDVCFileName == true && !includesUpstream
    if isRecursive, !isFile, try self.isDirectory(path, project) ?? isDirectory(place) {
      let stages = try all(project)
      try failing { () throws(DVCError) in try StageGraph(stages).check() }
      return Selection(
        stages: stages.filter { project.paths.absolute($0.file).isBelow(directory: place) }, output: nil)
    }
    let named = try namedStages(in: project, from: directory, includesUpstream)
    if !named.isEmpty {
      return Selection(stages: try withUpstream(named, project, includesUpstream), output: nil)
    }
    if file == nil || includesUpstream, let path {
      let stages = try all(project)
      try failing { () throws(DVCError) in try StageGraph(stages).check() }
      let owners = stages.filter { stage in
        stage.outs.contains {
          if case .inside(let out) = $0.reference.location { path.isInside(out) } else { false }
        }
      }
      if let owner = owners.first { return Selection(stages: [owner], output: path) }
    }
    let found = try namedStages(in: project, from: directory, false)
    // A `dvc.yaml` may have no stages.
    guard !found.isEmpty || isWholeFile else { throw standsForNothing(in: project, from: directory) }
    return Selection(stages: try withUpstream(found, project, includesUpstream), output: nil)
  }

  /// Whether the target names a file of DVC's and no stage of it.
  private var isWholeFile: Bool { file != nil && name == nil }

  /// Whether a path of the tree is a directory; `nil` outside the tree.
  private func isDirectory(_ path: RepositoryPath?, _ project: Project) throws(StatusTargetError) -> Bool? {
    guard let path else { return nil }
    return try failing { () throws(DVCError) in
      try reading { () throws(TreeError) in try project.tree.target(of: path) }
    } == .directory
  }

  /// The stages of the file that the target names, or of `dvc.yaml` here.
  private func namedStages(
    in project: Project, from directory: [UInt8], _ includesUpstream: Bool
  ) throws(StatusTargetError) -> [Stage] {
    if file != nil, includesUpstream { return [] }
    let place = PathSpace.resolve((file ?? "dvc.yaml").utf8, from: directory)
    guard let path = project.paths.inside(place), let found = project.files.first(where: { $0.path == path })
    else {
      guard let file else { return [] }
      let files = project.files.map {
        Text(utf8: PathSpace.relative(project.paths.absolute($0.path), from: directory))
      }
      throw StatusTargetError(
        message:
          "'\(file)' does not exist, or DVC does not look at it\(Self.hint(files.nearest(to: file), files))")
    }
    if let name, !found.stagesApart.isEmpty { return try stages(name, of: found.stagesApart) }
    let stages = try failing { () throws(DVCError) in try found.stages.get() }
    guard let name, stages.first?.name != nil || stages.isEmpty else { return stages }
    let exact = stages.filter { $0.name == name }
    return exact.isEmpty ? stages.filter { $0.name?.hasPrefix(name + "@") ?? false } : exact
  }

  /// The stages of a name or of a group, in a file of which others cannot be resolved: DVC does not look at those
  /// (DVC 3.67, `StageLoader.__getitem__` in `dvc/stage/loader.py`).
  private func stages(
    _ name: Text, of all: [PipelineFile.NamedStage]
  ) throws(StatusTargetError) -> [Stage] {
    let exact = all.filter { $0.name == name || $0.isGroup && name.hasPrefix($0.name + "@") }
    // Those of a group are picked from the names of all groups.
    let chosen = exact.isEmpty ? all.filter { $0.isGroup || $0.name.hasPrefix(name + "@") } : exact
    var stages: [Stage] = []
    for item in chosen { stages.append(try failing { () throws(DVCError) in try item.stage.get() }) }
    return stages
  }

  // MARK: - What to type in its place

  private func standsForNothing(in project: Project, from directory: [UInt8]) -> StatusTargetError {
    let stages = project.readableStages
    let names = Names(paths: project.paths, directory: directory)
    let addresses = stages.map(names.address)
    let place = PathSpace.resolve((file ?? "dvc.yaml").utf8, from: directory)
    let isHere = project.files.contains { project.paths.absolute($0.path) == place }
    // A stage of that name in another file is meant rather than one that is spelled nearly so.
    let wanted = name ?? text
    let elsewhere = zip(stages, addresses).first { $0.0.name == wanted }?.1
    let known = addresses + stages.flatMap(\.outs).map { names.display($0.reference) }
    let kind = file == nil ? "neither an output nor a stage" : "no stage"
    return StatusTargetError(
      message: "'\(wanted)' is \(kind) in '\(file ?? "dvc.yaml")'\(isHere ? "" : ", which is not here")"
        + Self.hint(elsewhere ?? known.nearest(to: text) ?? known.nearest(to: wanted), addresses))
  }

  /// What somebody most likely meant, else what there is.
  private static func hint(_ meant: Text?, _ known: [Text]) -> String {
    if let meant { return ": did you mean '\(meant)'?" }
    guard !known.isEmpty else { return ": this repository has no stages" }
    let shown = known.prefix(5).map { "'\($0)'" }.joined(separator: ", ")
    return
      ": name \(known.count == 1 ? "" : "one of ")\(shown)\(known.count > 5 ? ", …" : ""), or nothing for all"
  }

  private func withUpstream(
    _ selected: [Stage], _ project: Project, _ includesUpstream: Bool
  ) throws(StatusTargetError) -> [Stage] {
    guard includesUpstream else { return selected }
    let stages = try all(project)
    let graph = StageGraph(stages)
    try failing { () throws(DVCError) in try graph.check() }
    var indices: Set<Int> = []
    for (index, stage) in stages.enumerated()
    where selected.contains(where: { $0.file == stage.file && $0.name == stage.name }) {
      indices.formUnion(graph.withUpstream(index))
    }
    return indices.sorted().map { stages[$0] }
  }

  private func all(_ project: Project) throws(StatusTargetError) -> [Stage] {
    try failing { () throws(DVCError) in try project.stages() }
  }

  private func failing<Result>(_ body: () throws(DVCError) -> Result) throws(StatusTargetError) -> Result {
    do { return try body() } catch { throw StatusTargetError(error) }
  }
}

/// Why a target stands for nothing.
public struct StatusTargetError: Error {
  /// What is wrong, in a sentence without a full stop.
  public let message: String
  /// The fault of the repository behind it, if that is why.
  public let cause: DVCError?

  init(message: String) {
    self.message = message
    cause = nil
  }

  /// The repository's own fault.
  public init(_ cause: DVCError) {
    message = cause.message
    self.cause = cause
  }
}

extension [UInt8] {
  /// Whether an absolute path lies below a directory.
  fileprivate func isBelow(directory: [UInt8]) -> Bool {
    let slash = UInt8(ascii: "/")
    return starts(with: directory == [slash] ? directory : directory + [slash])
  }
}

extension Text {
  /// `path:name`, cut at the last colon before the first `@`, with no slash in the name.
  fileprivate var splitTarget: (path: Text, name: Text?) {
    let at = utf8.firstIndex(of: UInt8(ascii: "@")) ?? utf8.endIndex
    let group = utf8[..<at]
    let key = at < utf8.endIndex ? Text(utf8: utf8[(at + 1)...]) : Text(utf8: [])
    guard
      let colon = group.firstIndex(where: { $0 == UInt8(ascii: ":") }),
      let separator = group[colon...].indices.first(where: { index in
        group[index] == UInt8(ascii: ":")
          && !group[(index + 1)...].contains { Array("\\/:".utf8).contains($0) }
      })
    else { return (Text(utf8: group), nil) }
    let name = Text(utf8: group[(separator + 1)...])
    guard !name.isEmpty else { return (Text(utf8: group[..<separator]), nil) }
    return (Text(utf8: group[..<separator]), key.isEmpty ? name : name + "@" + key)
  }
}
