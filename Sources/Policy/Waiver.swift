import Trees
import Values
import YAML

/// Somebody's decision to let findings pass. A waiver is always shown.
public struct Waiver: Hashable, Sendable {
  /// Where the decision is written down.
  public enum Source: Hashable, Sendable {
    /// A `Guard-Skip:` line at the end of the commit message.
    case trailer
    /// An entry in `.guard-waivers.yml`, at this line.
    case file(line: Int?)
    /// `GUARD_SKIP`.
    case environment
  }

  /// The file of waivers that is committed with the repository.
  public static let committedFile = ".guard-waivers.yml"

  /// Where it is written down.
  public let source: Source
  /// The rule, or a pattern of rules: `lock/*`.
  public let rule: Text
  /// The paths; all when `nil`.
  public let path: Text?
  /// Why.
  public let reason: Text
  /// The last day, as `2026-12-31`; `nil` for no end.
  public let expires: Text?

  /// Whether the last day is over.
  /// - Parameter today: as `2026-12-31`.
  public func isOver(on today: Text) -> Bool { expires.map { $0 < today } ?? false }

  /// Whether it is about a finding.
  func covers(_ finding: Finding) -> Bool { covers(finding.rule, at: finding.place.path) }

  /// Whether it is about what a rule finds at a path.
  func covers(_ rule: RuleID, at path: RepositoryPath) -> Bool {
    guard Glob(self.rule).matches(RepositoryPath(normalized: rule.text.utf8)) else { return false }
    return self.path.map { Glob($0).matches(path) } ?? true
  }

  /// The waivers of a `.guard-waivers.yml`: a list of entries, or a map with the list under `waivers`.
  public static func read(file origin: String, bytes: [UInt8]) throws(PolicyFileError) -> [Waiver] {
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      throw PolicyFileError(origin, error.position, error.message)
    }
    let reader = PolicyFileReader(origin: origin)
    var list = document
    if document.list == nil {
      list = Node(.null)
      for (key, node) in try reader.entries(of: document, knowing: ["version", "waivers"]) {
        if key == "version" { try reader.checkVersion(node) } else { list = node }
      }
    }
    guard !list.isNull else { return [] }
    guard let entries = list.list else {
      throw PolicyFileError(origin, list.position, "expected a list of waivers, got \(list.value.typeName)")
    }
    var waivers: [Waiver] = []
    for entry in entries { waivers.append(try Waiver(entry, reader)) }
    return waivers
  }

  private init(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    var values: [Text: Node] = [:]
    for (key, value) in try reader.entries(of: node, knowing: ["rule", "path", "reason", "expires"]) {
      values[key] = value
    }
    guard let rule = values["rule"]?.text, let reason = values["reason"]?.text, !reason.isEmpty else {
      throw PolicyFileError(reader.origin, node.position, "a waiver needs a rule and a reason")
    }
    try Self.check(rule, values["rule"] ?? node, reader)
    source = .file(line: node.position?.line)
    self.rule = rule
    self.reason = reason
    switch values["path"]?.value {
    case nil, .null?: path = nil
    case .string(let text)?: path = text
    default: throw PolicyFileError(reader.origin, values["path"]?.position, "path is a path or a pattern")
    }
    expires = try values["expires"].flatMap { node throws(PolicyFileError) in try Self.day(node, reader) }
  }

  private static func check(_ rule: Text, _ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    guard !Rule.matching(rule).isEmpty else {
      throw reader.unknown(node, "rule", Rule.catalogue.map(\.id.text))
    }
  }

  private static func day(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) -> Text? {
    switch node.value {
    case .null: return nil
    case .temporal(let date) where date.kind == .date: return date.display
    case .string(let text) where text.isCalendarDay: return text
    default: throw PolicyFileError(reader.origin, node.position, "expires is a day, such as 2026-12-31")
    }
  }

  // MARK: - Commit messages and the environment

  private init(_ source: Source, rule: Text, reason: Text) {
    self.source = source
    self.rule = rule
    self.reason = reason
    path = nil
    expires = nil
  }

  /// The waivers of a commit message: `Guard-Skip: RULE reason` in its last paragraph
  /// (git-interpret-trailers(1)).
  public static func read(message: Text) -> [Waiver] {
    let lines = message.split(separator: 0x0A).map { Text(utf8: $0.utf8.filter { $0 != 0x0D }) }
    let end = lines.lastIndex { !$0.isBlank }.map { $0 + 1 } ?? 0
    let start = lines[..<end].lastIndex(where: \.isBlank).map { $0 + 1 } ?? 0
    return lines[start..<end].compactMap { line in
      let parts = line.utf8.split(separator: UInt8(ascii: ":"), maxSplits: 1)
      guard parts.count == 2,
        String(decoding: parts[0], as: UTF8.self).lowercased().utf8.elementsEqual("guard-skip".utf8)
      else { return nil }
      let words = parts[1].split(whereSeparator: { $0 == 0x20 || $0 == 0x09 })
      guard let rule = words.first else { return nil }
      let reason = words.dropFirst().map { Text(utf8: $0) }.joined(separator: " ")
      return Waiver(.trailer, rule: Text(utf8: rule), reason: reason.isEmpty ? "no reason given" : reason)
    }
  }

  /// The waivers of `GUARD_SKIP`: rules with commas between them.
  /// - Throws: ``PolicyFileError`` for a rule that does not exist.
  public static func read(skipping list: Text) throws(PolicyFileError) -> [Waiver] {
    var waivers: [Waiver] = []
    for part in list.split(separator: UInt8(ascii: ",")) {
      let name = Text(utf8: part.utf8.filter { $0 != 0x20 })
      guard !name.isEmpty else { continue }
      try check(name, Node(.string(name)), PolicyFileReader(origin: "GUARD_SKIP"))
      waivers.append(Waiver(.environment, rule: name, reason: "no reason given"))
    }
    return waivers
  }
}

extension Text {
  var isBlank: Bool { utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 } }

  /// Whether it is `YYYY-MM-DD`.
  fileprivate var isCalendarDay: Bool {
    utf8.count == 10
      && utf8.enumerated().allSatisfy { index, byte in
        index == 4 || index == 7 ? byte == UInt8(ascii: "-") : (0x30...0x39).contains(byte)
      }
  }
}
