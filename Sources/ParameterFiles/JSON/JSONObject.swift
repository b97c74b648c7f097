import Values

/// An object of JSON that a service or a file gives.
public struct JSONObject {
  private let map: Mapping

  /// The object of a document; `nil` when it is none.
  public init?(_ bytes: [UInt8]) {
    do throws(ParameterFileError) {
      guard let map = try ParameterFile.read(bytes, format: .json).map else { return nil }
      self.map = map
    } catch {
      return nil
    }
  }

  private init(_ map: Mapping) { self.map = map }

  /// The text of a key; `nil` when it has none.
  public subscript(_ key: String) -> String? { map[Text(key)]?.text?.string }

  /// The whole number of a key, written as one or as a text; `nil` when it has none.
  public func number(_ key: String) -> Int? {
    switch map[Text(key)]?.value {
    case .integer(let integer): Int(integer.description)
    case .string(let text): Int(text.string)
    default: nil
    }
  }

  /// The text of a key, byte for byte; `nil` when it has none.
  public func text(_ key: String) -> Text? { map[Text(key)]?.text }

  /// The number of a key, written as one or as a text such as `NaN`; `nil` when it has none.
  public func double(_ key: String) -> Double? {
    switch map[Text(key)]?.value {
    case .float(let double): double
    case .integer(let integer): Double(integer.description)
    case .string(let text): Double(text.string)
    default: nil
    }
  }

  /// The object of a key; `nil` when it has none.
  public func object(_ key: String) -> JSONObject? { map[Text(key)]?.map.map(JSONObject.init) }

  /// The elements of a key's list that are objects; `nil` when it has no list, or another element.
  public func objects(_ key: String) -> [JSONObject]? {
    guard let list = map[Text(key)]?.list else { return nil }
    let objects = list.compactMap { $0.map.map(JSONObject.init) }
    return objects.count == list.count ? objects : nil
  }

  /// The keys whose value is a text, in their order.
  public var texts: [(name: String, value: String)] {
    map.entries.compactMap { entry in
      guard let name = entry.key.text, let value = entry.value.text else { return nil }
      return (name.string, value.string)
    }
  }

  /// Whether a key is there.
  public func has(_ key: String) -> Bool { map[Text(key)] != nil }
}
