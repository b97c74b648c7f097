import Testing
import Values

@Suite struct ValueTests {
  @Test(arguments: [
    (1e22, "1e+22"), (1e15, "1000000000000000.0"), (1e16, "1e+16"), (.leastNonzeroMagnitude, "5e-324"),
    (0.1, "0.1"),
    (1000, "1000.0"), (1e-5, "1e-05"), (0.0001, "0.0001"), (-0.0, "-0.0"), (123.456, "123.456"),
    (1.7976931348623157e308, "1.7976931348623157e+308"), (.infinity, "inf"),
  ])
  func floatsAreSpeltAsPythonDoes(value: Double, spelling: String) {
    #expect(value.pythonRepr == spelling)
  }

  @Test func numbersFormOneExactTower() throws {
    let big = try #require(Integer(digits: "10000000000000000000000".utf8, radix: 10))
    let bigger = try #require(Integer(digits: "10000000000000000000001".utf8, radix: 10))
    #expect(Value.integer(big).equals(.float(1e22)))
    #expect(!Value.integer(bigger).equals(.float(1e22)))
    #expect(Value.bool(true).equals(.float(1)))
    #expect(Value.float(-0.0).equals(.bool(false)))
    #expect(!Value.integer(Integer(9_007_199_254_740_993)).equals(.float(9_007_199_254_740_992)))
    #expect(bigger.description == "10000000000000000000001")
    #expect(Integer(.min).int == .min)
  }

  @Test func textIsComparedByCodePoints() {
    #expect(Text("é") != Text("e\u{301}"))
    #expect(Text("\u{FFFD}") < Text("\u{1F600}"))
  }

  @Test func aNaNEqualsItselfOnlyAsAMemberReadByYAML() {
    let yaml = Value.list([Node(.yamlNaN)])
    let json = Value.list([Node(.float(.nan))])
    #expect(yaml.equals(yaml))
    #expect(!yaml.equals(json))
    #expect(!json.equals(json))
    #expect(!Value.yamlNaN.equals(.yamlNaN))
  }
}

@Suite("A map finds its keys as Python does, small or large")
struct MappingTests {
  @Test(arguments: [1, 8, 9, 100])
  func keys(count: Int) throws {
    var map = Mapping(capacity: count)
    for number in 0..<count { map.set(Text("key\(number)"), Node(.integer(Integer(number)))) }
    map.set("key0", Node(.bool(true)))
    #expect(map.count == count)
    #expect(map["key0"]?.bool == true)
    #expect(map.entry(Text("key\(count - 1)"))?.key.text == Text("key\(count - 1)"))
    #expect(map["absent"] == nil)
    #expect(try map.set(Node(.float(1)), Node(.null)) == nil)
    #expect(try map.set(Node(.bool(true)), Node(.text("x")))?.value.isNull == true)
    #expect(map[.integer(Integer(1))]?.text == "x")
    #expect(map.count == count + 1)
    #expect(throws: UnhashableKey.self) { try map.set(Node(.list([])), Node(.null)) }
  }
}

@Suite("An integer is one value, whatever it was made of")
struct IntegerTests {
  @Test(arguments: [
    ("0", 0), ("-1", -1), ("9223372036854775807", Int.max), ("-9223372036854775808", Int.min),
    ("4294967296", 1 << 32),
  ])
  func words(text: String, word: Int) {
    let digits = text.utf8.drop { $0 == UInt8(ascii: "-") }
    let integer = Integer(digits: digits, radix: 10, isNegative: text.hasPrefix("-"))
    #expect(integer == Integer(word))
    #expect(integer?.int == word)
    #expect(integer?.description == text)
    #expect(integer?.negated.negated == integer)
  }

  @Test func long() {
    let digits = Array("123456789012345678901234567890".utf8)
    let integer = Integer(digits: digits, radix: 10)
    #expect(integer?.int == nil)
    #expect(integer?.description == "123456789012345678901234567890")
    #expect(integer == Integer(digits: Array("18ee90ff6c373e0ee4e3f0ad2".utf8), radix: 16))
    #expect(integer?.negated == Integer(digits: digits, radix: 10, isNegative: true))
    #expect(Integer(.min).negated.description == "9223372036854775808")
    #expect(Integer(digits: Array("9223372036854775808".utf8), radix: 10)?.int == nil)
    #expect(Integer(exactly: 1e22) == Integer(digits: Array("10000000000000000000000".utf8), radix: 10))
  }
}
