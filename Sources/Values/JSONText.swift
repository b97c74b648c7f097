/// Texts of JSON (RFC 8259), put together from parts that are written already: requests that hold what another program
/// wrote.
public enum JSONText {
  /// A string.
  public static func quoted(_ text: String) -> String {
    String(decoding: JSON.string(text).compact, as: UTF8.self)
  }

  /// An object of values that are written already, in their order.
  public static func object(_ members: [(name: String, value: String)]) -> String {
    "{" + members.map { quoted($0.name) + ":" + $0.value }.joined(separator: ",") + "}"
  }

  /// An array of values that are written already.
  public static func array(_ elements: [String]) -> String { "[" + elements.joined(separator: ",") + "]" }
}
