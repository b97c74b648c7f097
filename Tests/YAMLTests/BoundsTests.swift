import Testing
import Values
import YAML

@Suite("A hostile document ends quickly, with an answer or an error")
struct BoundsTests {
  @Test("nesting as deep as dvc can read it, and deeper")
  func depth() throws {
    let deepest = YAMLLimits.standard.depth
    #expect(deepest >= 480)
    _ = try parse(String(repeating: "[", count: deepest) + String(repeating: "]", count: deepest))
    _ = try parse((0..<deepest).map { String(repeating: " ", count: $0) + "a:\n" }.joined())
    expectLimit(String(repeating: "[", count: 10_000))
    expectLimit(String(repeating: "{a: ", count: 10_000))
    expectLimit(String(repeating: "- ", count: 10_000) + "a")
    expectLimit(String(repeating: "? ", count: 10_000) + "a")
    expectLimit((0..<3000).map { String(repeating: " ", count: $0) + "a:\n" }.joined())
  }

  @Test("depth behind aliases counts")
  func aliasChain() {
    expectLimit("- &a0 [x]\n" + (1..<20_000).map { "- &a\($0) [*a\($0 - 1)]\n" }.joined())
  }

  @Test("aliases of aliases")
  func bomb() {
    let aliases: (Int) -> String = { Array(repeating: "*a\($0 - 1)", count: 10).joined(separator: ", ") }
    expectLimit("a0: &a0 [x]\n" + (1..<30).map { "a\($0): &a\($0) [\(aliases($0))]\n" }.joined())
    expectLimit("a0: &a0 {x: 1}\n" + (1..<30).map { "a\($0): &a\($0) {<<: [\(aliases($0))]}\n" }.joined())
    expectLimit(
      "a0: &a0 x\n" + (1..<2000).map { "a\($0): &a\($0) !!str {=: *a\($0 - 1)}\n" }.joined(), .syntax)
  }

  @Test("sharing that is no bomb is read")
  func sharing() throws {
    let document = "a: &a [1, 2, 3]\nb:\n" + String(repeating: "- *a\n", count: 10_000)
    #expect(try parse(document).map?["b"]?.list?.count == 10_000)
  }

  @Test("the limits are the caller's")
  func limits() throws {
    let small = YAMLLimits(bytes: 16, depth: 2, nodes: 4)
    _ = try parse("[[1]]", limits: small)
    expectLimit("[[[1]]]", limits: small)
    expectLimit("[1, 2, 3, 4]", limits: small)
    expectLimit("a: 1234567890 + 1", limits: small)
  }

  @Test(
    "a hundred kilobytes of one thing",
    arguments: [
      "[", "{", "- ", "? ", "a: ", "'", "\"", "\\", "!", "!a ", "&a ", "*", "%", "|", ">", "\n", " ", "\t",
      ",", "a, ",
      "#", "\u{85}", "\u{2028}", "\u{FEFF}", "\u{E9}", "9", "0x", "1:", "<<: ", "'' ", "[],", "{}: ", "]\n",
      "a\n",
      "- a\n", "a: |\n", "---\n", "...\n", "-", ":", "? a\n: b\n",
    ])
  func repeated(piece: String) {
    let document = String(repeating: piece, count: (1 << 17) / piece.utf8.count)
    let elapsed = ContinuousClock().measure {
      do throws(YAMLError) { _ = try YAMLDocument.parse(Array(document.utf8)) } catch {}
    }
    #expect(elapsed < .seconds(60))
  }

  private func expectLimit(
    _ document: String, _ kind: YAMLError.Kind = .limit, limits: YAMLLimits = .standard
  ) {
    #expect(
      performing: { try YAMLDocument.parse(Array(document.utf8), limits: limits) },
      throws: { ($0 as? YAMLError)?.kind == kind })
  }
}
