import Testing
import Values

@Suite struct SameReadingTests {
  private func node(_ value: Value, line: Int = 1) -> Node {
    Node(value, at: Position(line: line, column: 1))
  }

  private func map(_ key: Text, _ value: Node) -> Node {
    var map = Mapping()
    map.set(key, value, at: Position(line: 1, column: 1))
    return node(.map(map))
  }

  @Test func `what was read from the same letters at the same place is the same reading`() {
    let values: [Value] = [
      .null, .bool(true), .integer(Integer(1)), .float(1), .string("a"), .bytes([1]), .list([node(.null)]),
      .tuple([node(.string("a"))]), .set([]), map("k", node(.float(.nan))).value,
    ]
    for (place, left) in values.enumerated() {
      for (other, right) in values.enumerated() {
        #expect(node(left).isSameReading(as: node(right)) == (place == other))
      }
    }
  }

  @Test func `another place makes a difference, at any depth`() {
    #expect(!node(.null).isSameReading(as: node(.null, line: 2)))
    #expect(!node(.list([node(.null)])).isSameReading(as: node(.list([node(.null, line: 2)]))))
    #expect(!map("k", node(.null)).isSameReading(as: map("k", node(.null, line: 2))))
    #expect(!map("k", node(.null)).isSameReading(as: map("l", node(.null))))
    #expect(map("k", node(.null)).isSameReading(as: map("k", node(.null))))
  }
}
