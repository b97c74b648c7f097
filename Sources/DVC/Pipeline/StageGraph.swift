import Trees
import Values

/// Which stage needs which: the outputs of one are dependencies of another
/// (DVC 3.67, `build_graph` in `dvc/repo/graph.py`, `build_outs_trie` in `dvc/repo/trie.py`).
public struct StageGraph {
  private let stages: [Stage]
  /// The stages that make what this stage needs, by index.
  private let upstream: [Set<Int>]
  /// The stages that need what this stage makes, by index.
  private let downstream: [Set<Int>]

  /// The graph of a project's stages, whatever its faults.
  public init(_ stages: [Stage]) {
    self.stages = stages
    let outs = OutputIndex(stages)
    let upstream = stages.map { stage -> Set<Int> in
      guard !stage.isRepositoryImport else { return [] }
      return stage.deps.reduce(into: []) { found, dependency in
        if case .inside(let path) = dependency.reference.location { found.formUnion(outs.overlapping(path)) }
      }
    }
    var downstream = [Set<Int>](repeating: [], count: upstream.count)
    for (index, makers) in upstream.enumerated() {
      for maker in makers { downstream[maker].insert(index) }
    }
    (self.upstream, self.downstream) = (upstream, downstream)
  }

  /// Looks for what DVC refuses: one output twice, outputs inside each other, a stage file in an output,
  /// stages that need each other.
  public func check() throws(DVCError) {
    var owners: [RepositoryPath: Stage] = [:]
    for stage in stages {
      for out in stage.outs {
        guard case .inside(let path) = out.reference.location else { continue }
        if let other = owners[path] {
          let place = other.name.map { "\(other.file):\($0)" } ?? "\(other.file)"
          throw DVCError(
            stage.file, at: out.position, .path, "the output '\(path)' is one of '\(place)', too")
        }
        owners[path] = stage
      }
    }
    for stage in stages {
      for out in stage.outs {
        guard case .inside(let path) = out.reference.location, !path.isRoot else { continue }
        if let outer = path.parent.firstAncestor(where: { owners[$0] != nil }) {
          throw DVCError(stage.file, at: out.position, .path, "the outputs '\(outer)' and '\(path)' overlap")
        }
      }
      if let outer = stage.file.firstAncestor(where: { owners[$0] != nil }) {
        throw DVCError(stage.file, .path, "the stage file lies in the output '\(outer)'")
      }
    }
    for index in stages.indices where reachable(from: upstream[index]).contains(index) {
      throw DVCError(
        stages[index].file, at: stages[index].position, .path, "the stage needs its own output: a cycle")
    }
  }

  /// A stage with everything it needs, directly or not.
  public func withUpstream(_ index: Int) -> Set<Int> { withUpstream([index]) }

  /// These stages with everything they need, directly or not.
  public func withUpstream(_ stages: Set<Int>) -> Set<Int> { reachable(from: stages) }

  /// These stages, everything they are made from, and everything that is made from them.
  public func line(of stages: Set<Int>) -> Set<Int> {
    reachable(from: stages).union(withDownstream(stages))
  }

  /// These stages, and everything that is made from them.
  public func withDownstream(_ stages: Set<Int>) -> Set<Int> {
    Self.reachable(from: stages, along: downstream)
  }

  /// The number of the pipeline that each stage is part of: stages that are made from each other, over however many
  /// others.
  public var pipelines: [Int] {
    var numbers = [Int?](repeating: nil, count: stages.count)
    for start in stages.indices where numbers[start] == nil {
      var pending = [start]
      numbers[start] = start
      while let next = pending.popLast() {
        for index in upstream[next].union(downstream[next]) where numbers[index] == nil {
          numbers[index] = start
          pending.append(index)
        }
      }
    }
    return numbers.compactMap { $0 }
  }

  /// The stages that are made from the outputs of these.
  public func users(of stages: Set<Int>) -> Set<Int> {
    stages.reduce(into: []) { $0.formUnion(downstream[$1]) }
  }

  private func reachable(from start: Set<Int>) -> Set<Int> { Self.reachable(from: start, along: upstream) }

  private static func reachable(from start: Set<Int>, along edges: [Set<Int>]) -> Set<Int> {
    var found = start
    var pending = Array(start)
    while let next = pending.popLast() {
      for index in edges[next] where found.insert(index).inserted { pending.append(index) }
    }
    return found
  }
}

/// Finds the outputs at, above and below a path.
private struct OutputIndex {
  private var stagesByPath: [(path: RepositoryPath, stage: Int)] = []
  private var exact: [RepositoryPath: [Int]] = [:]

  init(_ stages: [Stage]) {
    for (index, stage) in stages.enumerated() {
      for out in stage.outs {
        guard case .inside(let path) = out.reference.location else { continue }
        stagesByPath.append((path, index))
        exact[path, default: []].append(index)
      }
    }
    stagesByPath.sort { $0.path < $1.path }
  }

  func overlapping(_ path: RepositoryPath) -> Set<Int> {
    var found: Set<Int> = []
    var ancestor = path
    while true {
      found.formUnion(exact[ancestor] ?? [])
      if ancestor.isRoot { break }
      ancestor = ancestor.parent
    }
    // Paths below one directory are not always neighbours in byte order (`a-b` stands between `a` and
    // `a/c`), but they all follow `a/`, which they begin with.
    let prefix = path.isRoot ? [] : path.bytes + [UInt8(ascii: "/")]
    var low = 0
    var high = stagesByPath.count
    while low < high {
      let middle = (low + high) / 2
      if stagesByPath[middle].path.bytes.lexicographicallyPrecedes(prefix) {
        low = middle + 1
      } else {
        high = middle
      }
    }
    while low < stagesByPath.count, stagesByPath[low].path.bytes.starts(with: prefix) {
      found.insert(stagesByPath[low].stage)
      low += 1
    }
    return found
  }
}

extension RepositoryPath {
  /// The path itself or the nearest directory above it that satisfies a condition.
  fileprivate func firstAncestor(where condition: (RepositoryPath) -> Bool) -> RepositoryPath? {
    var path = self
    while !path.isRoot {
      if condition(path) { return path }
      path = path.parent
    }
    return nil
  }
}
