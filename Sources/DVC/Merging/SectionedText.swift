import Values
import YAML

/// A `dvc.lock` or `.dvc` file, cut between its sections and their entries: all lines of it, each in one part, so
/// that parts of several files make a new one in which nothing is spelled anew.
struct SectionedText {
  /// How the entries of a section are told apart.
  enum Shape: Hashable { case map, list(by: Text) }

  /// Some lines and what they mean.
  struct Part {
    let lines: [UInt8]
    let node: Node
    /// Whether there may be a comment in them, of which the value says nothing.
    var mayHaveComment: Bool { lines.contains(UInt8(ascii: "#")) }
  }

  /// A key at the top.
  struct Section {
    let key: Text
    /// The key's own lines; of a section without entries, all of it.
    let head: [UInt8]
    /// All of it.
    let whole: Part
    /// Its entries by name, in their order; `nil` where there is nothing to tell them apart by.
    let entries: [(name: Text, part: Part)]?
  }

  let sections: [Section]

  /// Cuts a file. A file without a value has no section.
  /// - Parameter shapes: the sections that are cut further, by their keys.
  /// - Throws: ``MergeRefusal`` for a file that is not laid out line by line, as DVC writes it.
  init(_ bytes: [UInt8], _ shapes: [Text: Shape], _ side: MergeSide) throws(MergeRefusal) {
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      let line = error.position.map { " in line \($0.line)" } ?? ""
      throw MergeRefusal("\(side.rawValue) is not YAML\(line): \(error.message)")
    }
    if document.isNull {
      sections = []
      return
    }
    guard let map = document.map else { throw MergeRefusal("\(side.rawValue) is no map") }
    let lines = try Lines(bytes, side)
    let keys = map.entries.map(\.key)
    let starts = try lines.starts(of: keys, column: 1)
    guard lines.isAside(0..<(starts.first ?? 0)) else { throw lines.refusal }
    var sections: [Section] = []
    for (place, entry) in map.entries.enumerated() {
      guard let key = entry.key.text else { throw lines.refusal }
      let end = place + 1 < starts.count ? starts[place + 1] : lines.count
      let range = (place == 0 ? 0 : starts[place])..<end
      sections.append(try lines.section(key, entry, range, shapes[key]))
    }
    self.sections = sections
  }

  subscript(_ key: Text) -> Section? { sections.first { $0.key == key } }
}

/// The lines of one file.
private struct Lines {
  let bytes: [UInt8]
  let side: MergeSide
  /// Where each line begins, and the end of the last.
  let starts: [Int]
  var count: Int { starts.count - 1 }

  init(_ given: [UInt8], _ side: MergeSide) throws(MergeRefusal) {
    self.side = side
    guard !given.contains(UInt8(ascii: "\r")) else {
      throw MergeRefusal("\(side.rawValue) has line ends of Windows (CRLF)")
    }
    let bytes = given.last == 0x0A ? given : given + [0x0A]
    self.bytes = bytes
    starts = [0] + bytes.indices.filter { bytes[$0] == 0x0A }.map { $0 + 1 }
    guard !Self.hasUnicodeBreak(bytes) else {
      throw MergeRefusal("\(side.rawValue) has a line break of Unicode")
    }
  }

  /// Whether there is U+0085, U+2028 or U+2029: the positions of a parsed text count lines there too.
  private static func hasUnicodeBreak(_ bytes: [UInt8]) -> Bool {
    bytes.indices.contains { start in
      switch bytes[start] {
      case 0xC2: bytes[start...].starts(with: [0xC2, 0x85])
      case 0xE2:
        bytes[start...].starts(with: [0xE2, 0x80, 0xA8]) || bytes[start...].starts(with: [0xE2, 0x80, 0xA9])
      default: false
      }
    }
  }

  var refusal: MergeRefusal { MergeRefusal("\(side.rawValue) is not laid out as DVC writes it") }

  func text(_ range: Range<Int>) -> [UInt8] {
    Array(bytes[starts[range.lowerBound]..<starts[range.upperBound]])
  }

  private func line(_ number: Int) -> ArraySlice<UInt8> { bytes[starts[number]..<starts[number + 1] - 1] }

  private func indentation(_ number: Int) -> Int { line(number).prefix { $0 == UInt8(ascii: " ") }.count }

  private func isBlank(_ number: Int) -> Bool { indentation(number) == line(number).count }

  private func isComment(_ number: Int) -> Bool {
    line(number).dropFirst(indentation(number)).first == UInt8(ascii: "#")
  }

  /// Whether there are only comments and empty lines.
  func isAside(_ range: Range<Int>) -> Bool { range.allSatisfy { isBlank($0) || isComment($0) } }

  /// The lines at which parts begin that begin with these nodes: comments above belong to what is below them.
  /// - Parameter column: where each must stand in its line, from 1.
  func starts(of nodes: [Node], column: Int) throws(MergeRefusal) -> [Int] {
    var starts: [Int] = []
    var last = -1
    for node in nodes {
      guard let position = node.position, position.line - 1 > last, position.line <= count,
        stands(position, at: column)
      else { throw refusal }
      var start = position.line - 1
      // A deeper line is no comment when it is in a text of several lines.
      while start - 1 > last, isAside(start - 1..<start), indentation(start - 1) < column { start -= 1 }
      last = position.line - 1
      starts.append(start)
    }
    return starts
  }

  /// Whether a node begins its line at a column: by itself, behind the dash of a list, or behind the `?` of a key
  /// that is too long for a line (YAML 1.2, 8.2.2).
  private func stands(_ position: Position, at column: Int) -> Bool {
    let before = line(position.line - 1).prefix(position.column - 1)
    if position.column == column { return before.allSatisfy { " -".utf8.contains($0) } }
    let mark = Array(repeating: UInt8(ascii: " "), count: column - 1) + Array("? ".utf8)
    return before.elementsEqual(mark)
  }

  func section(
    _ key: Text, _ entry: Mapping.Entry, _ range: Range<Int>, _ shape: SectionedText.Shape?
  ) throws(MergeRefusal) -> SectionedText.Section {
    let whole = SectionedText.Part(lines: text(range), node: entry.value)
    guard let shape else { return .init(key: key, head: whole.lines, whole: whole, entries: nil) }
    let named = try named(entry.value, by: shape, in: key)
    guard !named.isEmpty else { return .init(key: key, head: whole.lines, whole: whole, entries: []) }
    let starts = try starts(of: named.map(\.first), column: 3)
    guard let first = starts.first, let keyLine = entry.key.position?.line, first >= keyLine else {
      throw refusal
    }
    var entries: [(Text, SectionedText.Part)] = []
    for (place, item) in named.enumerated() {
      let end = place + 1 < starts.count ? starts[place + 1] : range.upperBound
      entries.append((item.name, .init(lines: text(starts[place]..<end), node: item.node)))
    }
    return .init(key: key, head: text(range.lowerBound..<first), whole: whole, entries: entries)
  }

  /// The entries of a section: name, value, and the node that begins it.
  private func named(
    _ value: Node, by shape: SectionedText.Shape, in key: Text
  ) throws(MergeRefusal) -> [(name: Text, node: Node, first: Node)] {
    var named: [(name: Text, node: Node, first: Node)] = []
    switch (shape, value.value) {
    case (_, .null): break
    case (.map, .map(let map)):
      for entry in map.entries {
        guard let name = entry.key.text else { throw refusal }
        named.append((name, entry.value, entry.key))
      }
    case (.list(let by), .list(let list)):
      for item in list {
        guard let map = item.map, let name = map[by]?.text, let first = map.entries.first?.key else {
          throw MergeRefusal("\(side.rawValue) has an entry of '\(key)' without '\(by)'")
        }
        named.append((name, item, first))
      }
      var known: Set<Text> = []
      if let twice = named.first(where: { !known.insert($0.name).inserted }) {
        throw MergeRefusal("\(side.rawValue) has '\(twice.name)' twice in '\(key)'")
      }
    default: throw refusal
    }
    return named
  }
}
