import Runs
import Values

/// The metrics over the commits, a plot each.
struct PagePlots {
  private let entries: [LogEntry]
  private let series: [Series]

  /// A metric, and its numbers by the places of their commits.
  private struct Series {
    let name: Text
    var points: [(place: Int, value: Double, shown: String)] = []

    var isFlat: Bool { Set(points.map(\.value)).count < 2 }
  }

  /// The most plots.
  private static let most = 24
  private static let size = (width: 300.0, height: 92.0, margin: 6.0)

  init(_ entries: [LogEntry]) {
    self.entries = entries
    var places: [Text: Int] = [:]
    var series: [Series] = []
    let hasOneFile = Set(entries.flatMap { $0.record.metrics.map(\.file) }).count < 2
    for (place, entry) in entries.enumerated() {
      for (name, value) in entry.record.namedMetrics(hasOneFile) {
        guard let number = value.double, number.isFinite else { continue }
        if places[name] == nil {
          places[name] = series.count
          series.append(Series(name: name))
        }
        series[places[name] ?? 0].points.append((place, number, RecordWords.value(value)))
      }
    }
    // Those that move first: they are what is looked for.
    self.series =
      series.filter { !$0.isFlat }.sorted { $0.name < $1.name }
      + series.filter(\.isFlat).sorted { $0.name < $1.name }
  }

  /// The plots; `nil` when there are no numbers.
  var body: HTML? {
    guard !series.isEmpty else { return nil }
    let left = series.count - Self.most
    return .list([
      .tag(
        "ul", class: "cards", [], series.prefix(Self.most).map { .tag("li", class: "card", [], card($0)) }),
      left > 0
        ? .tag("p", class: "soft", [], [.text("\(TerminalText.number(left)) more are in the commits below.")])
        : .list([]),
    ])
  }

  private func card(_ series: Series) -> [HTML] {
    guard let first = series.points.first, let last = series.points.last else { return [] }
    let change = RecordWords.difference(.float(first.value), .float(last.value)).map {
      "\($0) over the range"
    }
    return [
      .tag("h3", .code(series.name.string)),
      .tag(
        "p", class: "figure", [], [.text(last.shown), change.map { .tag("small", .text($0)) } ?? .list([])]),
      plot(series),
      .tag(
        "p", class: "span", [],
        [
          .tag("span", .text(PageReport.day(entries[first.place]))),
          .tag("span", .text(PageReport.day(entries[last.place]))),
        ]),
    ]
  }

  private func plot(_ series: Series) -> HTML {
    let values = series.points.map(\.value)
    let (low, high) = (values.min() ?? 0, values.max() ?? 0)
    let steps = Double(max(entries.count - 1, 1))
    let (width, height, margin) = Self.size
    let points = series.points.map { point in
      let x = entries.count == 1 ? width / 2 : margin + Double(point.place) / steps * (width - 2 * margin)
      // Halves first: the difference of two large numbers may be none.
      let share = high > low ? (point.value / 2 - low / 2) / (high / 2 - low / 2) : 0.5
      return (x: x, y: height - margin - share * (height - 2 * margin))
    }
    let line = points.map { "\(Self.number($0.x)) \(Self.number($0.y))" }
    let path = "M" + line.joined(separator: "L")
    let ends = (points.first?.x ?? 0, points.last?.x ?? 0)
    let area =
      path + "L\(Self.number(ends.1)) \(Self.number(height))L\(Self.number(ends.0)) \(Self.number(height))Z"
    let words =
      "\(series.name): \(TerminalText.count(values.count, "value")), from "
      + "\(series.points.first?.shown ?? "") to \(series.points.last?.shown ?? ""), lowest \(low.pythonRepr), "
      + "highest \(high.pythonRepr)"
    return .tag(
      "svg", class: "plot",
      [
        .init("viewBox", "0 0 \(Self.number(width)) \(Self.number(height))"), .init("role", "img"),
        .init("aria-label", words),
      ],
      [
        .tag("path", class: "base", [.init("d", "M0 \(Self.number(height))H\(Self.number(width))")]),
        .tag("path", class: "area", [.init("d", area)]), .tag("path", class: "line", [.init("d", path)]),
      ] + dots(series, points))
  }

  /// The most commits of which each has a dot; of more only those that violate the policy have one, and the last.
  private static let mostDots = 200

  /// A dot for each commit that changed the number or violates the policy, and for the last.
  private func dots(_ series: Series, _ points: [(x: Double, y: Double)]) -> [HTML] {
    zip(series.points, points).enumerated().compactMap { index, both -> HTML? in
      let (point, place) = both
      let isLast = index == points.count - 1
      let entry = entries[point.place]
      let isSame = index > 0 && series.points[index - 1].value == point.value
      let isTold = !isSame && points.count <= Self.mostDots
      guard isLast || isTold || entry.verdict == .violated else { return nil }
      let kind = (entry.verdict == .violated ? ["off"] : []) + (isLast ? ["last"] : [])
      let verdict = entry.verdict == .violated ? ", violates the policy" : ""
      let title = "\(point.shown), \(PageReport.day(entry)), \(entry.name) \(entry.subject)\(verdict)"
      // By keyboard the commits are reached below, each once.
      return .tag(
        "a", class: nil, [.init("href", "#\(PageCommits.id(entry))"), .init("tabindex", "-1")],
        [
          .tag(
            "circle", class: kind.isEmpty ? nil : kind.joined(separator: " "),
            [
              .init("cx", Self.number(place.x)), .init("cy", Self.number(place.y)),
              .init("r", isLast ? "3.5" : "2.6"),
            ],
            [.tag("title", .text(title))])
        ])
    }
  }

  /// A length with one digit behind the point: the same on every machine.
  static func number(_ length: Double) -> String {
    let tenths = Int((length * 10).rounded())
    let whole = "\(tenths < 0 ? "-" : "")\(tenths.magnitude / 10)"
    return tenths.magnitude % 10 == 0 ? whole : "\(whole).\(tenths.magnitude % 10)"
  }
}
