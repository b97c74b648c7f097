extension [UInt8] {
  /// The bytes of a text.
  public init(_ text: String) { self = Array(text.utf8) }

  /// The bytes as a text.
  public var text: String { String(decoding: self, as: UTF8.self) }
}
