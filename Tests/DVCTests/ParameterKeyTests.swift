import DVC
import Testing
import Values

/// Answers of dpath 2.2.0 as DVC 3.67.1 calls it.
@Suite struct ParameterKeyTests {
  private func map(_ entries: [(Value, Value)]) throws -> Value {
    var map = Mapping()
    for (key, value) in entries { try map.set(Node(key), Node(value)) }
    return .map(map)
  }

  private func number(_ integer: Int) -> Value { .integer(Integer(integer)) }

  private func document() throws -> Node {
    let list = Value.list([10, 20, 30].map { Node(number($0)) })
    return Node(
      try map([
        (.text("a"), try map([(.text("b"), number(1)), (.text("é"), number(2))])),
        (.text("one"), try map([(.text("x"), number(3))])),
        (.text("list"), list), (number(5), .text("five")), (.bool(true), .text("yes")),
        (.float(1.5), number(4)), (.null, number(4)), (.text("["), number(6)), (.text("z-"), number(7)),
        (.text(""), number(8)),
      ]))
  }

  private func spelling(_ key: String) throws -> String {
    do {
      return try ParameterKey.lookUp(Text(key), in: document()).map { $0.value.pythonRepr.string } ?? "absent"
    } catch let error as ParameterKeyError {
      return switch error {
      case .ambiguous: "ambiguous"
      case .twoDoubleStars: "two"
      }
    }
  }

  @Test func keysArePatternsForPaths() throws {
    for (key, expected) in Self.keys { #expect(try spelling(key) == expected, "\(key.debugDescription)") }
  }

  private static let keys: [(String, String)] = [
    ("a.b", "1"), ("..a.b", "1"), ("a.é", "2"), ("a.e\u{301}", "absent"), ("a.?", "ambiguous"),
    ("a.[b]", "1"), ("a.[!b]", "2"), ("a.[z-a!b]", "2"), ("a.[z-a]", "absent"), ("a.*", "ambiguous"),
    ("one.*", "3"), ("o*.x", "3"), ("**.x", "3"), ("**.one.x", "3"), ("one.**", "ambiguous"),
    ("one.**.x", "3"),
    ("**", "ambiguous"), ("**.**", "two"), ("list.1", "20"), ("list.01", "20"), ("list. +1 ", "20"),
    ("list.-1", "30"), ("list.-3", "10"), ("list.-4", "absent"), ("list.3", "absent"), ("list.[1]", "20"),
    ("list.٢", "30"), ("list.1_0", "absent"), ("5", "'five'"), ("0_5", "'five'"), ("[5]", "'five'"),
    ("1", "'yes'"), ("True", "'yes'"), ("Tr*", "'yes'"), ("true", "absent"), ("1.5", "absent"),
    ("None", "absent"), ("[", "6"), ("[[]", "6"), ("z[-]", "7"), ("z[a-]", "7"), ("a.", "absent"),
    (".", "8"), ("A.b", "absent"), ("a.b.c", "absent"),
  ]

  @Test func aSlashOrNothingIsTheDocument() throws {
    #expect(try ParameterKey.lookUp("/", in: document())?.map?.count == 10)
    #expect(try ParameterKey.lookUp("", in: document())?.map?.count == 10)
    #expect(try ParameterKey.lookUp("**.**", in: Node(.map(Mapping()))) == nil)
  }

  @Test(.timeLimit(.minutes(1))) func starsTakeTimeInProportion() throws {
    let name = Value.string(Text(String(repeating: "a", count: 5000)))
    let document = Node(try map([(name, number(1))]))
    #expect(try ParameterKey.lookUp(Text(String(repeating: "*a", count: 500) + "*b"), in: document) == nil)
    #expect(try ParameterKey.lookUp(Text(String(repeating: "9", count: 100_000)), in: document) == nil)
  }
}
