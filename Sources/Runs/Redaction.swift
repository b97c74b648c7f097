import DVC
import Values

/// Which values are left out of a record because of the keys that they stand under: a record is pushed.
public struct Redaction: Sendable {
  /// The patterns of keys whose values are left out always.
  public static let standard: [Text] = [
    "*token*", "*password*", "*passwd*", "*passphrase*", "*secret*", "*api_key*", "*apikey*", "*api-key*",
    "*access_key*", "*private_key*", "*credential*",
  ]

  /// What stands in the place of a value that is left out.
  static let mark = JSON.object([("redacted", .bool(true))])

  private let hidden: [Glob]
  private let shown: [Glob]

  /// - Parameters:
  ///   - redact: more patterns of keys to leave out.
  ///   - reveal: patterns of keys to keep, whatever else says of them.
  public init(redact: [Text] = [], reveal: [Text] = []) {
    hidden = (Self.standard + redact).map { Glob($0.lowercasedASCII) }
    shown = reveal.map { Glob($0.lowercasedASCII) }
  }

  /// Whether the value of a key is left out: a pattern describes the key, or one of the parts between its dots, in any
  /// case of the letters, or the value is a text with a URL that has a password. `null` and truth values tell no secret;
  /// nor does what a tokenizer is called, and how many tokens there may be.
  func hides(_ key: Text, _ value: JSON) -> Bool {
    switch value {
    case .null, .bool: return false
    default: break
    }
    let key = key.lowercasedASCII
    let parts = key.split(separator: UInt8(ascii: "."))
    let names = parts.count > 1 ? [key] + parts : parts
    if shown.contains(where: { pattern in names.contains { pattern.matches($0) } }) { return false }
    if let text = value.text, URLText.holdPassword(text.utf8) { return true }
    return names.contains { name in !Self.isHarmless(name, value) && hidden.contains { $0.matches(name) } }
  }

  private static func isHarmless(_ name: Text, _ value: JSON) -> Bool {
    if name.firstIndex(of: "tokeniz") != nil { return true }
    switch value {
    case .integer, .float: return name.hasSuffix("tokens")
    default: return false
    }
  }

  /// A value with what is left out of it.
  /// - Parameter key: the key that it stands under, its parts with dots between them.
  /// - Returns: the value, and the keys whose values were left out.
  func applied(to value: JSON, of key: Text) -> (value: JSON, hidden: [Text]) {
    if hides(key, value) { return (Self.mark, [key]) }
    var hidden: [Text] = []
    switch value {
    case .array(let elements):
      let kept = elements.map { element in
        let (value, keys) = applied(to: element, of: key)
        hidden += keys
        return value
      }
      return (.array(kept), hidden)
    case .object(let entries):
      let kept = entries.map { entry in
        let (value, keys) = applied(to: entry.value, of: key.isEmpty ? entry.key : key + "." + entry.key)
        hidden += keys
        return (entry.key, value)
      }
      return (.object(kept), hidden)
    default: return (value, [])
    }
  }
}

/// What a commit's own policy says of its record.
public struct RecordSettings: Sendable {
  /// What is left out.
  public var redaction: Redaction
  /// Whether the policy could be read. A record says so when it could not.
  public var isReadable: Bool

  /// The settings of a commit.
  public init(redaction: Redaction = Redaction(), isReadable: Bool = true) {
    self.redaction = redaction
    self.isReadable = isReadable
  }
}

extension Text {
  /// The text with A to Z as a to z.
  var lowercasedASCII: Text { Text(utf8: utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }) }
}
