import Runs
import Values

/// A pipeline as a graph in layers: what needs nothing stands first, and whatever needs something stands after it.
struct StageMap {
  /// A stage, or data that stages need and none makes.
  struct Node {
    let name: Text
    let isData: Bool
    /// Its layer, from 0.
    fileprivate(set) var layer = 0
    /// Its place in the layer, from 0.
    fileprivate(set) var row = 0
  }

  /// The most nodes that are laid out.
  static let most = 120

  /// The nodes.
  private(set) var nodes: [Node]
  /// Who makes what another one needs: places in ``nodes``.
  private(set) var edges: [(from: Int, to: Int)] = []

  /// A stage, or data, as it is put in.
  struct Part {
    let name: Text
    var isData = false
    /// The paths that it reads.
    var needs: [Text] = []
    /// The paths that it writes.
    var makes: [Text] = []
  }

  /// The graph; `nil` when there is too much of it to be looked at.
  init?(_ parts: [Part]) {
    guard parts.count <= Self.most else { return nil }
    nodes = parts.map { Node(name: $0.name, isData: $0.isData) }
    for (to, part) in parts.enumerated() {
      for (from, maker) in parts.enumerated() where from != to {
        if maker.makes.contains(where: { out in part.needs.contains { Self.meets($0, out) } }) {
          edges.append((from, to))
        }
      }
    }
    layOut()
  }

  /// The graph of a commit's stages, and of the data that they need and none of them makes.
  /// - Parameter others: stages that the record may lack because they were never run.
  init?(of record: RunRecord, with others: [Text]) {
    let stages = record.stages
    guard stages.count + others.count + record.data.count <= Self.most * 10 else { return nil }
    let known = Set(stages.map(\.name))
    var parts = stages.map { Part(name: $0.name, needs: $0.deps.map(\.name), makes: $0.outs.map(\.name)) }
    let needs = parts.flatMap(\.needs)
    parts += Set(others).subtracting(known).sorted().map { Part(name: $0) }
    parts += record.data.map(\.name).filter { data in needs.contains { Self.meets($0, data) } }
      .map { Part(name: $0, isData: true, makes: [$0]) }
    self.init(parts)
  }

  /// Whether two paths are the same, or one is below the other.
  private static func meets(_ left: Text, _ right: Text) -> Bool {
    left == right || left.hasPrefix(right + "/") || right.hasPrefix(left + "/")
  }

  // MARK: - Layers

  private mutating func layOut() {
    var waiting = nodes.map { _ in 0 }
    for edge in edges { waiting[edge.to] += 1 }
    var ready = nodes.indices.filter { waiting[$0] == 0 }
    while let next = ready.popLast() {
      for edge in edges where edge.from == next {
        nodes[edge.to].layer = max(nodes[edge.to].layer, nodes[next].layer + 1)
        waiting[edge.to] -= 1
        if waiting[edge.to] == 0 { ready.append(edge.to) }
      }
    }
    // DVC has no circles, but a file may: what is in one stays in the layer that it was given so far.
    for index in nodes.indices where nodes[index].isData {
      let users = edges.filter { $0.from == index }.map { nodes[$0.to].layer }
      nodes[index].layer = max(0, (users.min() ?? 1) - 1)
    }
    order()
  }

  /// Puts each node near the middle of its neighbours, so that few edges cross (Sugiyama's method, by barycentres).
  private mutating func order() {
    var layers = Dictionary(grouping: nodes.indices, by: { nodes[$0].layer })
    for (layer, members) in layers {
      let sorted = members.sorted { (nodes[$0].name, $0) < (nodes[$1].name, $1) }
      layers[layer] = sorted
      for (row, index) in sorted.enumerated() { nodes[index].row = row }
    }
    let all = layers.keys.sorted()
    for sweep in 0..<8 {
      for layer in sweep.isMultiple(of: 2) ? all : all.reversed() {
        let weights = Dictionary(uniqueKeysWithValues: (layers[layer] ?? []).map { ($0, weight(of: $0)) })
        let sorted = (layers[layer] ?? []).sorted {
          (weights[$0] ?? 0, nodes[$0].row) < (weights[$1] ?? 0, nodes[$1].row)
        }
        layers[layer] = sorted
        for (row, index) in sorted.enumerated() { nodes[index].row = row }
      }
    }
  }

  /// The middle of the rows of a node's neighbours; its own row when it has none.
  private func weight(of index: Int) -> Double {
    let rows = edges.compactMap { edge -> Int? in
      edge.from == index ? nodes[edge.to].row : edge.to == index ? nodes[edge.from].row : nil
    }
    return rows.isEmpty ? Double(nodes[index].row) : Double(rows.reduce(0, +)) / Double(rows.count)
  }
}
