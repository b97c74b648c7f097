import Testing
import Values

@testable import Reports

/// The parts of the page; `Tests/Reports` reads whole pages.
@Suite struct PageTests {
  private func written(_ html: HTML) -> String {
    var text = ""
    html.write(to: &text)
    return text
  }

  @Test func `what comes from a repository is a text, wherever it stands`() {
    let hostile = "<b onload='x'>\"&\u{202E}\n"
    #expect(written(.text(hostile)) == "&lt;b onload='x'&gt;\"&amp;\\u{202e}\\n")
    #expect(
      written(.tag("p", class: hostile, [.init("title", hostile)], ["\(hostile)"]))
        == "<p class=\"&lt;b onload=&#39;x&#39;&gt;&quot;&amp;\\u{202e}\\n\""
        + " title=\"&lt;b onload=&#39;x&#39;&gt;&quot;&amp;\\u{202e}\\n\">&lt;b onload='x'&gt;\"&amp;\\u{202e}\\n</p>"
    )
    #expect(written(.tag("p", "text", .tag("b", "bold"))) == "<p>text<b>bold</b></p>")
  }

  @Test(arguments: [(0, "0"), (12.34, "12.3"), (12.96, "13"), (-0.04, "0"), (-1.25, "-1.3"), (300, "300")])
  func `lengths have one digit behind the point`(length: Double, text: String) {
    #expect(PagePlots.number(length) == text)
  }

  private func part(_ name: Text, needs: [Text] = [], makes: [Text] = [], isData: Bool = false)
    -> StageMap.Part
  {
    StageMap.Part(name: name, isData: isData, needs: needs, makes: makes)
  }

  private func layers(_ parts: [StageMap.Part]) throws -> [String] {
    let nodes = try #require(StageMap(parts)).nodes
    let count = (nodes.map(\.layer).max() ?? -1) + 1
    return (0..<count).map { layer in
      nodes.filter { $0.layer == layer }.sorted { $0.row < $1.row }.map(\.name.string).joined(separator: " ")
    }
  }

  @Test func `a stage stands after all that it needs, data just before who needs it`() throws {
    let parts = [
      part("evaluate", needs: ["model", "clean/test"]),
      part("train", needs: ["features", "vocab"], makes: ["model"]),
      part("features", needs: ["clean"], makes: ["features"]),
      part("clean", needs: ["raw/a.csv"], makes: ["clean"]),
      part("raw", makes: ["raw"], isData: true), part("vocab", makes: ["vocab"], isData: true), part("alone"),
    ]
    let here = try layers(parts)
    #expect(
      here.map { Set($0.split(separator: " ")) } == [
        ["raw", "alone"], ["clean"], ["features", "vocab"], ["train"], ["evaluate"],
      ])
    #expect(try layers(parts) == here)
    #expect(StageMap(parts)?.edges.count == 6)
  }

  @Test func `edges do not cross where they need not`() throws {
    let parts = [
      part("a", makes: ["1"]), part("b", makes: ["2"]), part("c", makes: ["3"]), part("x", needs: ["3"]),
      part("y", needs: ["2"]), part("z", needs: ["1"]),
    ]
    let map = try #require(StageMap(parts))
    let rows = map.edges.map { (map.nodes[$0.from].row, map.nodes[$0.to].row) }
    for (one, other) in zip(rows, rows.dropFirst()) { #expect((one.0 < other.0) == (one.1 < other.1)) }
  }

  @Test func `a circle, which DVC refuses, ends`() throws {
    #expect(
      try layers([part("a", needs: ["2"], makes: ["1"]), part("b", needs: ["1"], makes: ["2"])]) == ["a b"])
    #expect(try layers([part("a", needs: ["1/x"], makes: ["1"])]) == ["a"])
    #expect(try layers([]) == [])
  }

  @Test func `too many stages are not drawn`() {
    let parts = (0...StageMap.most).map {
      part(Text("s\($0)"), needs: [Text("\($0)")], makes: [Text("\($0 + 1)")])
    }
    #expect(StageMap(parts) == nil)
    #expect(StageMap(Array(parts.dropLast()))?.edges.count == StageMap.most - 1)
  }
}
