import Testing
import Values
import YAML

@Suite("A fault in a document is told with its kind and its place")
struct FaultTests {
  @Test("a duplicate key names both places")
  func duplicateKeys() {
    let document = "stages:\n  a:\n    cmd: x\n  b:\n    cmd: y\n  'a':\n    cmd: z\n"
    expect(document, .duplicateKey(first: Position(line: 2, column: 3)), at: Position(line: 6, column: 3))
  }

  @Test("conflict markers are told apart from other faults")
  func conflicts() {
    let document = "a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> other\n"
    expect(document, .conflictMarkers, at: Position(line: 2, column: 1))
    expect("a: 1\n=======\nb: 2\n", .syntax, at: nil)
  }

  @Test("markers in text that can be read are no conflict")
  func markersInText() throws {
    let node = try parse("a: '\n<<<<<<< HEAD\n'\n")
    #expect(node.map?["a"]?.text == " <<<<<<< HEAD ")
  }

  @Test(
    "bytes that are not UTF-8",
    arguments: [
      [0xFF, 0xFE, 0x61, 0x00], [0x61, 0x3A, 0x20, 0xE9], [0xED, 0xA0, 0x80], [0xC0, 0x80],
      [0xF4, 0x90, 0x80, 0x80],
      [0xE2, 0x80], [0x07, 0xFF],
    ] as [[UInt8]])
  func encoding(bytes: [UInt8]) {
    #expect(performing: { try YAMLDocument.parse(bytes) }, throws: { ($0 as? YAMLError)?.kind == .encoding })
  }

  @Test("the place counts code points")
  func columns() {
    expect("\u{E9}\u{1F600}: [\u{E9}, \u{7}]\n", .syntax, at: Position(line: 1, column: 9))
    expect(
      "\u{E9}: {\u{E9}: 1, \u{E9}: 2}\n", .duplicateKey(first: Position(line: 1, column: 5)),
      at: Position(line: 1, column: 11))
  }

  @Test("faults by kind")
  func kinds() {
    expect("a: 2024-13-45\n", .invalidDate, at: Position(line: 1, column: 4))
    expect("a:\n  b: !env X\n", .unsupported, at: Position(line: 2, column: 6))
    expect("a: &a\n- *a\n", .unsupported, at: nil)
    expect("a: !!int x\n", .invalidValue, at: Position(line: 1, column: 4))
    expect("a: b: c\n", .syntax, at: Position(line: 1, column: 5))
    expect("a: [1,\nb: 2\n", .syntax, at: nil)
    expect("a:\tb\n", .syntax, at: Position(line: 1, column: 3))
    expect("%YAML 1.3\n---\na\n", .unsupported, at: nil)
  }

  @Test("every key and value has its place")
  func positions() throws {
    let node = try parse("# c\nlr: 0.1\nnested:\n  - {a: x}\n  - |\n    y\n\u{E9}: \u{E9} # c\nlast:\n")
    let map = try #require(node.map)
    let places = map.entries.flatMap { [$0.key.position, $0.value.position] }
    #expect(
      places
        == [
          (2, 1), (2, 5), (3, 1), (4, 3), (7, 1), (7, 4), (8, 1), (8, 6),
        ].map { Position(line: $0.0, column: $0.1) })
    let list = try #require(map["nested"]?.list)
    #expect(list.map(\.position) == [Position(line: 4, column: 5), Position(line: 5, column: 5)])
  }

  private func expect(_ document: String, _ kind: YAMLError.Kind, at position: Position?) {
    do throws(YAMLError) {
      let node = try YAMLDocument.parse(Array(document.utf8))
      Issue.record("read as \(node.value.notation)")
    } catch {
      #expect(error.kind == kind)
      if let position { #expect(error.position == position) }
    }
  }
}
