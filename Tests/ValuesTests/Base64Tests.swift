import Testing

@testable import Values

@Suite struct Base64Tests {
  @Test("it reads what it writes, with and without its end")
  func base64() {
    for count in 0..<20 {
      let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 53) }
      #expect(Base64.decode(Base64.encode(bytes)) == bytes)
      #expect(Base64.decode(Base64.encodeForURL(bytes)) == bytes)
    }
    #expect(Base64.encodeForURL([0xFB, 0xFF]) == "-_8")
    for broken in ["A", "AA=A", "A*AA", "=A"] { #expect(Base64.decode(broken) == nil) }
  }
}
