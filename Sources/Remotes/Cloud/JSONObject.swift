import ParameterFiles
import Values

/// An object of JSON that a service or a file gives.
struct JSONObject {
  private let map: Mapping

  /// The object of a document; `nil` when it is none.
  init?(_ bytes: [UInt8]) {
    do throws(ParameterFileError) {
      guard let map = try ParameterFile.read(bytes, format: .json).map else { return nil }
      self.map = map
    } catch {
      return nil
    }
  }

  private init(_ map: Mapping) { self.map = map }

  /// The text of a key; `nil` when it has none.
  subscript(_ key: String) -> String? { map[Text(key)]?.text?.string }

  /// The whole number of a key, written as one or as a text; `nil` when it has none.
  func number(_ key: String) -> Int? {
    switch map[Text(key)]?.value {
    case .integer(let integer): Int(integer.description)
    case .string(let text): Int(text.string)
    default: nil
    }
  }

  /// The object of a key; `nil` when it has none.
  func object(_ key: String) -> JSONObject? { map[Text(key)]?.map.map(JSONObject.init) }

  /// The elements of a key's list that are objects; `nil` when it has no list, or another element.
  func objects(_ key: String) -> [JSONObject]? {
    guard let list = map[Text(key)]?.list else { return nil }
    let objects = list.compactMap { $0.map.map(JSONObject.init) }
    return objects.count == list.count ? objects : nil
  }

  /// Whether a key is there.
  func has(_ key: String) -> Bool { map[Text(key)] != nil }
}
