import Runs
import Values

/// What differs between two commits, as tables.
struct PageChanges {
  private let changes: RecordChanges
  /// The most rows of a table.
  private static let most = 200

  init(_ changes: RecordChanges) { self.changes = changes }

  /// The tables; `nil` when nothing differs.
  var body: HTML? {
    let parts = [
      table("Results", changes.metrics, isHash: false),
      table("Parameters", changes.parameters, isHash: false),
      table("Data and code", changes.data, isHash: true),
      table("Environment", changes.environment, isHash: true),
    ].compactMap(\.self)
    return parts.isEmpty ? nil : .list(parts)
  }

  private func table(_ title: String, _ rows: [RecordChanges.Change], isHash: Bool) -> HTML? {
    guard !rows.isEmpty else { return nil }
    func value(_ value: JSON?) -> HTML { .code(isHash ? RecordWords.hash(value) : RecordWords.value(value)) }
    let head = ["", "before", "after"] + (isHash ? [] : ["difference"])
    let lines = rows.prefix(Self.most).map { change -> HTML in
      let difference = isHash ? nil : RecordWords.difference(change.old, change.new) ?? ""
      return .tag(
        "tr", class: nil, [],
        [
          .tag("th", class: nil, [.init("scope", "row")], [.code(change.name.string)]),
          .tag("td", value(change.old)),
          .tag("td", value(change.new)),
        ] + (difference.map { [.tag("td", .text($0))] } ?? []))
    }
    let left = rows.count - lines.count
    return .list([
      .tag("h3", .text(title)),
      .tag(
        "div", class: "scroll", [.init("tabindex", "0"), .init("role", "group"), .init("aria-label", title)],
        [
          .tag(
            "table", class: "changes", [],
            [
              .tag(
                "thead",
                .tag(
                  "tr", class: nil, [],
                  head.map { .tag("th", class: nil, [.init("scope", "col")], [.text($0)]) })),
              .tag("tbody", class: nil, [], lines),
            ])
        ]),
      left > 0
        ? .tag("p", class: "soft", [], [.text("\(TerminalText.number(left)) more are not shown.")])
        : .list([]),
    ])
  }
}
