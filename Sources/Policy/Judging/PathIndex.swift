import Trees

/// Paths in order, so that those below a directory are found without a look at all of them.
struct PathIndex {
  private let paths: [RepositoryPath]

  /// An index of these paths, each once.
  init(_ paths: some Sequence<RepositoryPath>) { self.paths = Set(paths).sorted() }

  /// Whether a path is among them.
  func contains(_ path: RepositoryPath) -> Bool {
    let place = place(of: path)
    return place < paths.count && paths[place] == path
  }

  /// Those that are the path or lie below it.
  func inside(_ path: RepositoryPath) -> [RepositoryPath] {
    guard !path.isRoot else { return paths }
    var start = place(of: RepositoryPath(normalized: path.bytes + [UInt8(ascii: "/")]))
    let below = start
    while start < paths.count, paths[start].isInside(path) { start += 1 }
    return (contains(path) ? [path] : []) + paths[below..<start]
  }

  /// Whether the path is among them, or one below it.
  func hasAny(inside path: RepositoryPath) -> Bool {
    if contains(path) || path.isRoot { return !paths.isEmpty }
    let below = place(of: RepositoryPath(normalized: path.bytes + [UInt8(ascii: "/")]))
    return below < paths.count && paths[below].isInside(path)
  }

  /// The place of the first path that is not before this one.
  private func place(of path: RepositoryPath) -> Int {
    var (low, high) = (0, paths.count)
    while low < high {
      let middle = (low + high) / 2
      if paths[middle] < path { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

/// The `.dvc` files of a project by what they hold.
struct PointerIndex {
  private let outputs: PathIndex
  private let pointers: [RepositoryPath: [RepositoryPath]]

  init(_ stages: [JudgedStage]) {
    var pointers: [RepositoryPath: [RepositoryPath]] = [:]
    for stage in stages where stage.stage.name == nil {
      for output in stage.stage.outputs { pointers[output, default: []].append(stage.stage.file) }
    }
    self.pointers = pointers
    outputs = PathIndex(pointers.keys)
  }

  /// Those that hold what stands at a path, above it or below it; in the order of what they hold.
  func pointers(to path: RepositoryPath) -> [RepositoryPath] {
    let above = path.directoriesUpward.reversed().filter { pointers[$0] != nil }
    return (above + outputs.inside(path)).flatMap { pointers[$0] ?? [] }
  }
}
