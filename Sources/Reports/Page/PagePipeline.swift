import Policy
import Runs
import Values

/// The pipeline of the last commit, as a drawing and as words.
struct PagePipeline {
  private let record: RunRecord?
  private let stale: [Text: Int]

  /// The height of a node, between two in a column, between two columns.
  private static let (height, gap, way) = (46.0, 18.0, 58.0)

  init(_ record: RunRecord?, _ verdict: Verdict?) {
    self.record = record
    // Only what makes a stage stale: its lock does not say what the commit has.
    let findings = (verdict.map { $0.findings + $0.inherited } ?? []).filter { $0.rule.group == "lock" }
    stale = Dictionary(
      findings.compactMap { finding in Self.name(of: finding).map { ($0, 1) } }, uniquingKeysWith: +)
  }

  /// The name of a finding's stage as records have it: with the path of its `dvc.yaml` unless that is the one at the root.
  private static func name(of finding: Finding) -> Text? {
    guard let stage = finding.stage, let file = finding.stageFile, file.name.elementsEqual("dvc.yaml".utf8)
    else {
      return nil
    }
    return file.parent.isRoot ? stage : Text("\(file):") + stage
  }

  /// The drawing; `nil` when there are no stages.
  var body: HTML? {
    guard let record, !(record.stages.isEmpty && stale.isEmpty) else { return nil }
    guard let map = StageMap(of: record, with: Array(stale.keys)) else {
      let names = stale.keys.sorted().map { HTML.tag("li", .code($0.string)) }
      let count = TerminalText.number(record.stages.count)
      return .list([
        .tag(
          "p",
          .text(
            "\(count) stages are too many to draw. \(stale.count) of them are stale\(names.isEmpty ? "." : ":")"
          )),
        names.isEmpty ? .list([]) : .tag("ul", class: nil, [], Array(names.prefix(StageMap.most))),
      ])
    }
    let words = "\(TerminalText.count(record.stages.count, "stage")), \(stale.count) stale"
    return .list([
      .tag(
        "div", class: "map",
        [.init("tabindex", "0"), .init("role", "group"), .init("aria-label", "The pipeline: \(words)")],
        [drawing(map)]),
      .tag("details", class: "fold", [], [.tag("summary", "In words"), table(map)]),
    ])
  }

  // MARK: - Drawing

  private func label(_ node: StageMap.Node) -> String {
    let text = TerminalText.printable(node.name.string)
    return text.unicodeScalars.count > 28 ? "…" + String(text.unicodeScalars.suffix(27)) : text
  }

  private func width(_ node: StageMap.Node) -> Double {
    max(96, Double(label(node).unicodeScalars.count) * 7.6 + 28)
  }

  private func drawing(_ map: StageMap) -> HTML {
    let layers = (map.nodes.map(\.layer).max() ?? 0) + 1
    var widths = [Double](repeating: 0, count: layers)
    var counts = [Int](repeating: 0, count: layers)
    for node in map.nodes {
      widths[node.layer] = max(widths[node.layer], width(node))
      counts[node.layer] += 1
    }
    let step = Self.height + Self.gap
    let full = Double(counts.max() ?? 1) * step - Self.gap
    var columns: [Double] = []
    var x = 1.0
    for width in widths {
      columns.append(x)
      x += width + Self.way
    }
    let boxes = map.nodes.map { node in
      let top = (full - (Double(counts[node.layer]) * step - Self.gap)) / 2 + Double(node.row) * step
      return (x: columns[node.layer], y: top + 1, width: widths[node.layer])
    }
    let edges = map.edges.map { edge in
      let (from, to) = (boxes[edge.from], boxes[edge.to])
      return Self.edge(
        from: (from.x + from.width, from.y + Self.height / 2), to: (to.x - 5, to.y + Self.height / 2))
    }
    let nodes = zip(map.nodes, boxes).map { self.node($0, x: $1.x, y: $1.y, width: $1.width) }
    let size = (width: PagePlots.number(x - Self.way + 2), height: PagePlots.number(full + 2))
    return .tag(
      "svg", class: nil,
      [
        .init("width", size.width), .init("height", size.height),
        .init("viewBox", "0 0 \(size.width) \(size.height)"),
        .init("aria-hidden", "true"),
      ], [Self.arrow] + edges + nodes)
  }

  private static let arrow = HTML.tag(
    "defs",
    .tag(
      "marker", class: nil,
      [
        .init("id", "arrow"), .init("viewBox", "0 0 8 8"), .init("refX", "5"), .init("refY", "4"),
        .init("markerWidth", "7"), .init("markerHeight", "7"), .init("orient", "auto"),
      ], [.tag("path", class: nil, [.init("d", "M0 0L8 4L0 8Z")])]))

  private static func edge(from: (x: Double, y: Double), to: (x: Double, y: Double)) -> HTML {
    let bend = max(24, (to.x - from.x) / 2)
    let points = [from.x, from.y, from.x + bend, from.y, to.x - bend, to.y, to.x, to.y].map(PagePlots.number)
    let path =
      "M\(points[0]) \(points[1])C\(points[2]) \(points[3]) \(points[4]) \(points[5]) \(points[6]) \(points[7])"
    return .tag("path", class: "edge", [.init("d", path), .init("marker-end", "url(#arrow)")])
  }

  private func node(_ node: StageMap.Node, x: Double, y: Double, width: Double) -> HTML {
    let isStale = stale[node.name] != nil
    let middle = PagePlots.number(x + width / 2)
    let kind = isStale ? "stale" : node.isData ? "data" : nil
    let below = isStale ? "stale" : node.isData ? "data" : nil
    let textY = y + Self.height / 2 + (below == nil ? 4.5 : -2)
    let under = below.map { word in
      HTML.tag(
        "text", class: "small", [.init("x", middle), .init("y", PagePlots.number(y + Self.height / 2 + 14))],
        [.text(word)])
    }
    return .tag(
      "g", class: kind, [],
      [
        .tag("title", .text(node.name.string)),
        .tag(
          "rect", class: nil,
          [
            .init("x", PagePlots.number(x)), .init("y", PagePlots.number(y)),
            .init("width", PagePlots.number(width)),
            .init("height", PagePlots.number(Self.height)), .init("rx", node.isData ? "23" : "9"),
          ]),
        .tag(
          "text", class: nil, [.init("x", middle), .init("y", PagePlots.number(textY))], [.text(label(node))]),
      ] + (under.map { [$0] } ?? []))
  }

  // MARK: - Words

  private func table(_ map: StageMap) -> HTML {
    let commands = Dictionary((record?.stages ?? []).map { ($0.name, $0.command) }) { $1 }
    let head = ["stage", "needs", "command", "state"]
    let rows = map.nodes.indices.filter { !map.nodes[$0].isData }.map { index -> HTML in
      let node = map.nodes[index]
      let needs = map.edges.filter { $0.to == index }.map { map.nodes[$0.from].name.string }
      let command = commands[node.name].flatMap { $0 }
      let state: HTML = stale[node.name] == nil ? "as recorded" : .tag("span", class: "bad", [], ["stale"])
      return .tag(
        "tr",
        .tag("th", class: nil, [.init("scope", "row")], [.code(node.name.string)]),
        .tag("td", .text(needs.joined(separator: ", "))), .tag("td", .code(RecordWords.value(command))),
        .tag("td", state))
    }
    return .tag(
      "div", class: "scroll",
      [.init("tabindex", "0"), .init("role", "group"), .init("aria-label", "The stages")],
      [
        .tag(
          "table",
          .tag(
            "thead",
            .tag(
              "tr", class: nil, [], head.map { .tag("th", class: nil, [.init("scope", "col")], [.text($0)]) })
          ),
          .tag("tbody", class: nil, [], rows))
      ])
  }
}
