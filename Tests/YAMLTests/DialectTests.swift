import Testing
import Values
import YAML

@Suite("YAML is read as DVC's loader reads it")
struct DialectTests {
  @Test("scalars without quotes", arguments: ScalarAnswers.plainScalars)
  func plainScalars(document: String, answer: String) { expect(document, answer) }

  @Test("%YAML lines", arguments: ScalarAnswers.version11)
  func versions(document: String, answer: String) { expect(document, answer) }

  @Test("scalars in quotes", arguments: ScalarAnswers.quoted)
  func quoted(document: String, answer: String) { expect(document, answer) }

  @Test("scalars after | and >", arguments: ScalarAnswers.blockScalars)
  func blockScalars(document: String, answer: String) { expect(document, answer) }

  @Test("lists and maps in brackets", arguments: StructureAnswers.flow)
  func flow(document: String, answer: String) { expect(document, answer) }

  @Test("lists and maps by indentation", arguments: StructureAnswers.blocks)
  func blocks(document: String, answer: String) { expect(document, answer) }

  @Test("where a document begins and ends", arguments: StructureAnswers.documents)
  func documents(document: String, answer: String) { expect(document, answer) }

  @Test("characters beyond ASCII, line ends, controls", arguments: StructureAnswers.characters)
  func characters(document: String, answer: String) { expect(document, answer) }

  @Test("equal keys and merges", arguments: NodeAnswers.keys)
  func keys(document: String, answer: String) { expect(document, answer) }

  @Test("anchors and aliases", arguments: NodeAnswers.anchors)
  func anchors(document: String, answer: String) { expect(document, answer) }

  @Test("tags", arguments: NodeAnswers.tags)
  func tags(document: String, answer: String) { expect(document, answer) }

  @Test("a key without quotes or '?' has at most 1024 characters, not bytes")
  func longKeys() {
    for word in ["a", "\u{E9}"] {
      expect(String(repeating: word, count: 1024) + ": 1", nil)
      expect(String(repeating: word, count: 1025) + ": 1", "refused")
    }
  }

  @Test("an int has at most 4300 digits, as in Python")
  func longInts() {
    let digits = String(repeating: "9", count: 4300)
    expect(digits, digits)
    expect("-" + digits, "-" + digits)
    expect("9" + digits, "refused")
  }

  @Test("an alias shares its value, and stands where it is written")
  func aliases() throws {
    let node = try parse("a: &x [1, 2]\nb: *x\n")
    let alias = try #require(node.map?["b"])
    #expect(alias.value.notation == "[1, 2]")
    #expect(alias.position == Position(line: 2, column: 4))
  }

  /// - Parameter answer: the value in the notation of the tables, or `nil` for any.
  private func expect(_ document: String, _ answer: String?) {
    do throws(YAMLError) {
      let notation = try YAMLDocument.parse(Array(document.utf8)).value.notation
      #expect(answer == nil || notation == answer)
    } catch {
      #expect(answer == "refused", "\(error.message)")
    }
  }
}

/// The value of a document that has to be readable.
func parse(_ document: String, limits: YAMLLimits = .standard) throws -> Node {
  try YAMLDocument.parse(Array(document.utf8), limits: limits)
}
