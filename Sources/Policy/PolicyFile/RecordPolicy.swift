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

  private init(_ setting: (Text) -> Setting?) {
    commits = setting("records.commits")?.value.text.flatMap { Commits(rawValue: $0.string) }
    redact = setting("records.redact")?.value.list
    reveal = setting("records.reveal")?.value.list
    if case .keys(let keys)? = setting("records.keys")?.value { self.keys = keys }
  }

  /// The section of a `.guard.yml` alone. What else is in the file does not count: a record must not become another
  /// one because an older guard does not know a rule.
  public init(file origin: String, bytes: [UInt8]) throws(PolicyFileError) {
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      throw PolicyFileError(origin, error.position, error.message)
    }
    var settings: [Text: Setting] = [:]
    try PolicyFileReader(origin: origin).readRecords(document.map?["records"] ?? Node(.null), into: &settings)
    self.init { settings[$0] }
  }

  /// What is in force: of each key, what the first layer says that sets it.
  fileprivate init(_ policy: Policy) {
    self.init { policy.setting($0) }
    // Of those who may sign each file is asked by itself: it counts where they come from.
    keys = []
  }
}

extension PolicyFileReader {
  /// The `records` section by itself.
  fileprivate func readRecords(
    _ node: Node, into settings: inout [Text: Setting]
  ) throws(PolicyFileError) {
    for (key, node) in try entries(of: node, among: PolicyKey.records, at: .file) {
      try read(key, node, below: "records", at: .file, into: &settings)
    }
  }

  /// Names with Ed25519 public keys.
  func publicKeys(_ node: Node) throws(PolicyFileError) -> [RecordPolicy.Key] {
    let expected =
      "keys are names with Ed25519 public keys: the line in base 64 that openssl pkey -pubout prints"
    guard node.isNull || node.map != nil else {
      throw PolicyFileError(origin, node.position, expected)
    }
    var keys: [RecordPolicy.Key] = []
    for entry in node.map?.entries ?? [] {
      guard let name = entry.key.text, let text = entry.value.text, let bytes = Base64.decode(text.string),
        let key = EdwardsPublicKey(information: bytes)
      else { throw PolicyFileError(origin, entry.key.position, expected) }
      keys.append(RecordPolicy.Key(name: name, key: key))
    }
    return keys
  }
}

extension Policy {
  /// What is in force about run records, without the keys of those who may sign.
  public var records: RecordPolicy { RecordPolicy(self) }
}
