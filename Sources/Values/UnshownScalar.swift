extension Unicode.Scalar {
  /// Whether a terminal does something with it instead of showing it: a control character, or one that turns the
  /// direction of writing or ends a line. In what people read it is written as an escape.
  public var isUnshown: Bool {
    switch value {
    case 0..<0x20, 0x7F..<0xA0, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069: true
    default: false
    }
  }
}
