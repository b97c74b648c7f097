import Testing

@testable import Values

/// What guard writes as JSON.
@Suite struct JSONTests {
  private func canonical(_ json: JSON) -> String { String(decoding: json.canonical, as: UTF8.self) }

  @Test func `the canonical form sorts keys by code point and has no spaces`() {
    let json = JSON.object([
      ("b", .array([.null, .bool(true), .number(-3)])), ("é", .object([])), ("a.b", .array([])),
      ("a", .string("x/y")), ("\u{1F600}", .bool(false)), ("\u{FFFF}", .number(0)), ("B", .number(1)),
    ])
    #expect(
      canonical(json)
        == #"{"B":1,"a":"x/y","a.b":[],"b":[null,true,-3],"é":{},"# + "\"\u{FFFF}\":0,\"\u{1F600}\":false}")
  }

  @Test func `numbers are written as Python writes them`() {
    let written: [(Double, String)] = [
      (0.1, "0.1"), (1, "1.0"), (-0.0, "-0.0"), (1e-5, "1e-05"), (1e16, "1e+16"),
      (.leastNonzeroMagnitude, "5e-324"),
      (1.7976931348623157e308, "1.7976931348623157e+308"), (123456789012345.6, "123456789012345.6"),
      (.nan, #""NaN""#), (.infinity, #""Infinity""#), (-.infinity, #""-Infinity""#),
    ]
    for (number, text) in written { #expect(canonical(.float(number)) == text) }
    let digits = Array("123456789012345678901234567890".utf8)
    #expect(
      Integer(digits: digits, radix: 10, isNegative: true).map { canonical(.integer($0)) }
        == "-123456789012345678901234567890")
  }

  @Test func `texts are escaped where JSON demands it, and bytes that are no UTF-8 replaced`() {
    #expect(
      canonical(.string("\"\\\n\r\t\u{8}\u{C}\u{1}\u{1F}\u{7F}/é")) == #""\"\\\n\r\t\b\f\u0001\u001f"#
        + "\u{7F}/é\"")
    #expect(canonical(.text(Text(utf8: [0x61, 0xFF, 0x62]))) == "\"a\u{FFFD}b\"")
    // A composed letter and a decomposed one are two.
    #expect(canonical(.object([("e\u{301}", .null), ("é", .null)])) == "{\"e\u{301}\":null,\"é\":null}")
  }

  @Test func `the indented form keeps the order of keys`() {
    let json = JSON.object([("b", .array([.number(1), .object([])])), ("a", .array([]))])
    #expect(
      String(decoding: json.indented, as: UTF8.self) == """
        {
          "b": [
            1,
            {}
          ],
          "a": []
        }

        """)
    #expect(String(decoding: json.compact, as: UTF8.self) == #"{"b":[1,{}],"a":[]}"#)
  }
}
