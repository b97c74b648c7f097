import Values

/// The JSON Schema of the policy file, which editors complete and check it by (JSON Schema draft 7, the one that they
/// know best).
public enum PolicySchema {
  /// The document, as `docs/schemas/policy.schema.json` has it.
  public static var document: [UInt8] {
    let schema = object(
      of: PolicyKey.catalogue, at: .file,
      [
        ("$schema", .string("http://json-schema.org/draft-07/schema#")),
        ("$id", .string("https://guard-dvc.org/policy/v1/schema.json")),
        ("title", .string("Policy of guard, version 1")),
        (
          "description",
          .string(".guard.yml and guard.local.yml. Made by guard config --schema: change it in the program.")
        ),
      ])
    return schema.indented
  }

  /// A map with some keys, or nothing.
  private static func object(
    of keys: [PolicyKey], at place: PolicyKey.Place, _ about: [(key: Text, value: JSON)] = []
  ) -> JSON {
    let properties = keys.filter { $0.places.contains(place) }.map {
      (key: $0.name, value: property($0, at: place))
    }
    return .object(
      about + [
        ("type", .array([.string("object"), .string("null")])), ("additionalProperties", .bool(false)),
        ("properties", .object(properties)),
      ])
  }

  private static func property(_ key: PolicyKey, at place: PolicyKey.Place) -> JSON {
    var members: [(key: Text, value: JSON)] = [("description", .string(key.summary))]
    if let standard = key.standardValue { members.append(("default", standard)) }
    guard case .object(let form) = self.form(of: key, at: place) else { return .object(members) }
    return .object(members + form)
  }

  private static func form(of key: PolicyKey, at place: PolicyKey.Place) -> JSON {
    switch key.form {
    case .version: .object([("const", .number(1))])
    case .choice(let words):
      .object([("enum", .array(words.map { .text($0) } + (words.contains("off") ? [.bool(false)] : [])))])
    case .level: level
    case .text: .object([("type", .string("string")), ("minLength", .number(1))])
    case .list: list
    case .number(_, let range):
      .object([
        ("type", .string("integer")), ("minimum", .number(range.lowerBound)),
        ("maximum", .number(range.upperBound)),
      ])
    case .option(.size):
      either([count, .object([("type", .string("string")), ("pattern", .string(size))])])
    case .option(.count): count
    case .option(.paths), .option(.words): list
    case .option(.choice(_, let words)): .object([("enum", .array(words.map { .text($0) }))])
    case .publicKeys:
      .object([
        ("type", .array([.string("object"), .string("null")])),
        ("additionalProperties", .object([("type", .string("string"))])),
      ])
    case .section(let keys, _): object(of: keys, at: place)
    case .rule(let options): either([level, ruleMap(options, at: place)])
    case .overrides(let inner): overrides(at: inner)
    }
  }

  private static func overrides(at place: PolicyKey.Place) -> JSON {
    .object([
      ("type", .array([.string("object"), .string("null")])),
      ("propertyNames", .object([("minLength", .number(1))])),
      (Text("additionalProperties"), override(at: place)),
    ])
  }

  /// The keys under a pattern, those by name that are as at the top of the file.
  private static func override(at place: PolicyKey.Place) -> JSON {
    let keys = PolicyKey.catalogue.filter { $0.places.contains(place) }
    let properties = keys.map { key in
      let own = property(key, at: place)
      let reference = JSON.object([("$ref", .string("#/properties/\(key.name)"))])
      return (key: key.name, value: own == property(key, at: .file) ? reference : own)
    }
    return .object([
      ("type", .array([.string("object"), .string("null")])), ("additionalProperties", .bool(false)),
      ("properties", .object(properties)),
    ])
  }

  private static func ruleMap(_ options: [PolicyKey], at place: PolicyKey.Place) -> JSON {
    let keys = ([.severity] + options).filter { $0.places.contains(place) }
    return .object([
      ("type", .string("object")), ("additionalProperties", .bool(false)),
      ("properties", .object(keys.map { (key: $0.name, value: property($0, at: place)) })),
    ])
  }

  private static func either(_ forms: [JSON]) -> JSON { .object([("anyOf", .array(forms))]) }

  private static let level = JSON.object([
    (
      "enum",
      .array([.string("error"), .string("warn"), .string("warning"), .string("off"), .bool(false)])
    )
  ])
  private static let text = JSON.object([("type", .string("string"))])
  private static let list = either([text, .object([("type", .string("array")), (Text("items"), text)])])
  private static let count = JSON.object([("type", .string("integer")), ("minimum", .number(0))])
  /// What ``ByteCount`` reads.
  private static let size = "^ *[0-9][0-9 ]*([KkMmGgTt] *([Ii] *)?[Bb]|[Bb]([Yy][Tt][Ee][Ss])?)? *$"
}

extension PolicyKey {
  /// What holds when nobody sets it, as a value; `nil` where only words can tell.
  fileprivate var standardValue: JSON? {
    guard !isTold else { return nil }
    switch form {
    case .version, .number: return Int(standard).map { .number($0) }
    case .option(.count(let number)): return .number(number)
    case .option(.paths(let texts)), .option(.words(let texts)): return .array(texts.map { .text($0) })
    // The lists that are no option's are empty when nobody sets them.
    case .list: return .array([])
    default: return .string(standard)
    }
  }
}
