import Hashing
import Values
import YAML

/// What policy says about run records: the `records` section of a policy file.
public struct RecordPolicy: Hashable, Sendable {
  /// Which commits must have a record.
  public enum Commits: String, Hashable, Sendable, CaseIterable {
    /// Each.
    case all
    /// Each that changes what a pipeline reads or makes.
    case pipeline
  }

  /// A key whose signatures of records count.
  public struct Key: Hashable, Sendable {
    /// Whose it is.
    public let name: Text
    /// The key.
    public let key: EdwardsPublicKey
  }

  /// Which commits must have a record; where nobody says, those after one that has.
  public var commits: Commits?
  /// Patterns of keys whose values a record leaves out, beside those that it always leaves out.
  public var redact: [Text]?
  /// Patterns of keys whose values a record keeps all the same.
  public var reveal: [Text]?
  /// The Ed25519 keys of those who may sign records. Who reads them minds where they come from: anybody may have written
  /// what is committed.
  public var keys: [Key] = []

  /// Nothing is set.
  public init() {}

  init(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    for (key, value) in try reader.entries(of: node, knowing: ["commits", "redact", "reveal", "keys"]) {
      switch key {
      case "commits": commits = try reader.choice(value, "commits")
      case "redact": redact = try Self.patterns(value, key, reader)
      case "keys": keys = try Self.keys(value, reader)
      default: reveal = try Self.patterns(value, key, reader)
      }
    }
  }

  /// The section of a `.guard.yml` alone. What else is in the file does not count: a record must not become another
  /// one because an older guard does not know a rule.
  public init(file origin: String, bytes: [UInt8]) throws(PolicyFileError) {
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      throw PolicyFileError(origin, error.position, error.message)
    }
    try self.init(document.map?["records"] ?? Node(.null), PolicyFileReader(origin: origin))
  }

  private static func keys(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) -> [Key] {
    let expected =
      "keys are names with Ed25519 public keys: the line in base 64 that openssl pkey -pubout prints"
    guard node.isNull || node.map != nil else {
      throw PolicyFileError(reader.origin, node.position, expected)
    }
    var keys: [Key] = []
    for entry in node.map?.entries ?? [] {
      guard let name = entry.key.text, let text = entry.value.text, let bytes = Base64.decode(text.string),
        let key = EdwardsPublicKey(information: bytes)
      else { throw PolicyFileError(reader.origin, entry.key.position, expected) }
      keys.append(Key(name: name, key: key))
    }
    return keys
  }

  private static func patterns(
    _ node: Node, _ key: Text, _ reader: PolicyFileReader
  ) throws(PolicyFileError) -> [Text] {
    let nodes = node.list ?? [node]
    let patterns = nodes.compactMap(\.text)
    guard patterns.count == nodes.count else {
      throw PolicyFileError(reader.origin, node.position, "\(key) is a list of patterns of keys")
    }
    return patterns
  }
}

extension Policy {
  /// What is in force about run records: of each key, what the first layer says that sets it. Of those who may
  /// sign each file is asked by itself: it counts where they come from.
  public var records: RecordPolicy {
    var records = RecordPolicy()
    for layer in layers {
      records.commits = records.commits ?? layer.records.commits
      records.redact = records.redact ?? layer.records.redact
      records.reveal = records.reveal ?? layer.records.reveal
    }
    return records
  }
}
