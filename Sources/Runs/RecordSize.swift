import Hashing
import Values

/// Keeps a record below the size that may be pushed for every commit.
enum RecordSize {
  /// The most bytes of a predicate in canonical form.
  static let most = 256 << 10
  /// The bytes above which a value counts as long.
  private static let long = 1 << 10

  /// The predicate of these members, the keys of each object in their order. One that is too long loses parts in a fixed order, and says so; a part that is
  /// lost is counted and hashed.
  static func fitting(_ members: [(key: Text, value: JSON)]) -> JSON {
    let whole = JSON.object(members).sorted
    guard whole.compact.count > most else { return whole }
    var members = members + [("truncated", .bool(true))]
    for step in steps {
      for index in members.indices { step(members[index].key, &members[index].value) }
      let shorter = JSON.object(members).sorted
      if shorter.compact.count <= most { return shorter }
    }
    return JSON.object(members).sorted
  }

  /// Long values of parameters and metrics; data; what stages depend on and make; and then one member after the other.
  private static let steps: [@Sendable (Text, inout JSON) -> Void] =
    [
      { key, value in
        if ["params", "metrics", "stages"].contains(key) { value = shortened(value) }
      },
      { key, value in if key == "data" { value = summary(of: value) } },
      { key, value in
        guard key == "stages", case .object(let stages) = value else { return }
        value = .object(
          stages.map { name, stage in
            let parts = (stage.object ?? []).map { part in
              (
                part.key,
                ["deps", "outs", "params"].contains(part.key) ? summary(of: part.value) : part.value
              )
            }
            return (name, .object(parts))
          })
      },
    ]
    + (["stages", "params", "metrics", "files", "unreadable", "redacted"] as [Text]).map(summarizing)

  private static func summarizing(_ name: Text) -> @Sendable (Text, inout JSON) -> Void {
    { key, value in if key == name { value = summary(of: value) } }
  }

  /// A value in which every long text, list or command is a hash.
  private static func shortened(_ value: JSON) -> JSON {
    switch value {
    case .object(let entries): return .object(entries.map { ($0.key, shortened($0.value)) })
    case .array(let elements) where elements.contains { $0.object != nil }:
      return .array(elements.map(shortened))
    default:
      let bytes = value.canonical
      return bytes.count > long
        ? .object([("sha256", .string(Hexadecimal.encode(SHA256.hash(of: bytes))))]) : value
    }
  }

  /// How many there are, and the hash of the canonical form.
  private static func summary(of value: JSON) -> JSON {
    let count = value.array?.count ?? value.object?.count ?? 0
    return .object([
      ("count", .number(count)), ("sha256", .string(Hexadecimal.encode(SHA256.hash(of: value.canonical)))),
    ])
  }
}
