import Trees
import Values
import YAML

/// What policy says about pushes to a Git server: the `receive` section of a policy file.
public struct ReceivePolicy: Hashable, Sendable {
  /// Patterns of branches that are not judged.
  public var exempt: [Text]?

  /// Nothing is set.
  public init() {}

  init(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    for (_, value) in try reader.entries(of: node, knowing: ["exempt"]) {
      let nodes = value.list ?? [value]
      let patterns = nodes.compactMap(\.text)
      guard patterns.count == nodes.count else {
        throw PolicyFileError(reader.origin, value.position, "exempt is a list of patterns of branches")
      }
      exempt = patterns
    }
  }
}

extension Policy {
  /// Whether a branch is not judged when somebody pushes to it.
  /// - Parameter branch: its name without `refs/heads/`.
  public func exempts(branch: [UInt8]) -> Bool {
    let path = RepositoryPath(normalized: branch)
    return (layers.lazy.compactMap(\.receive.exempt).first ?? []).contains { Glob($0).matches(path) }
  }
}
