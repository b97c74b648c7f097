import Values

/// A merged file: parts of its sides, and conflicts between them.
struct MergedText {
  typealias Part = SectionedText.Part

  /// A part that both sides give, or a conflict. Of a part that is settled both are the same.
  struct Piece {
    /// The name of an entry; `nil` for a section without entries.
    let name: Text?
    let ours: Part?
    let theirs: Part?
    let conflict: MergeConflict?

    func part(_ side: MergeSide) -> Part? { side == .theirs ? theirs : ours }
  }

  /// A section of the merged file.
  struct Section {
    let key: Text
    /// The key's own lines; empty when they belong to the only piece.
    var head: [UInt8] = []
    var pieces: [Piece] = []
  }

  private(set) var sections: [Section] = []

  /// Merges section by section: those of ours in their order, then those that only theirs has.
  init(_ sides: Sides, _ shapes: [Text: SectionedText.Shape]) throws(MergeRefusal) {
    for key in Self.order(sides.ours.sections.map(\.key), sides.theirs.sections.map(\.key)) {
      let (base, ours, theirs) = (sides.base[key], sides.ours[key], sides.theirs[key])
      if let shape = shapes[key] {
        if let section = try Self.section(key, shape, base, ours, theirs) { sections.append(section) }
        continue
      }
      let piece = try Self.piece(nil, .key(key), base?.whole, ours?.whole, theirs?.whole)
      if let piece { sections.append(Section(key: key, pieces: [piece])) }
    }
    keepSchema(sides)
  }

  /// A side whose file is empty has no schema either; what the other side keeps needs it.
  private mutating func keepSchema(_ sides: Sides) {
    guard !sections.isEmpty, !sections.contains(where: { $0.key == "schema" }),
      let schema = (sides.ours["schema"] ?? sides.theirs["schema"])?.whole
    else { return }
    sections.insert(
      Section(key: "schema", pieces: [Piece(name: nil, ours: schema, theirs: schema, conflict: nil)]), at: 0)
  }

  /// A section with entries; `nil` when none is left of it.
  private static func section(
    _ key: Text, _ shape: SectionedText.Shape, _ base: SectionedText.Section?, _ ours: SectionedText.Section?,
    _ theirs: SectionedText.Section?
  ) throws(MergeRefusal) -> Section? {
    let parts = [base, ours, theirs].map { section in
      Dictionary((section?.entries ?? []).map { ($0.name, $0.part) }) { $1 }
    }
    var section = Section(key: key)
    for name in order(ours?.entries?.map(\.name) ?? [], theirs?.entries?.map(\.name) ?? []) {
      let subject: MergeConflict.Subject =
        key == "stages" ? .stage(name) : key == "datasets" ? .dataset(name) : .output(name)
      let piece = try piece(name, subject, parts[0][name], parts[1][name], parts[2][name])
      if let piece { section.pieces.append(piece) }
    }
    if section.pieces.isEmpty {
      guard (ours != nil && theirs != nil) || base == nil else { return nil }
      section.head = key.utf8 + Array((shape == .map ? ": {}\n" : ": []\n").utf8)
      return section
    }
    section.head = try head(key, base, ours, theirs)
    return section
  }

  /// The lines of the key above the entries.
  private static func head(
    _ key: Text, _ base: SectionedText.Section?, _ ours: SectionedText.Section?,
    _ theirs: SectionedText.Section?
  ) throws(MergeRefusal) -> [UInt8] {
    // That of a section without entries is `key: {}`.
    func head(_ section: SectionedText.Section?) -> [UInt8]? {
      section?.entries?.isEmpty == false ? section?.head : nil
    }
    switch (head(base), head(ours), head(theirs)) {
    case (_, let ours?, let theirs?) where ours == theirs: return ours
    case (let base?, let ours?, let theirs?) where base == ours: return theirs
    case (let base?, let ours?, let theirs?) where base == theirs: return ours
    case (_, let ours?, nil): return ours
    case (_, nil, let theirs?): return theirs
    default: throw MergeRefusal("both sides have changed the lines above the entries of '\(key)'")
    }
  }

  /// What becomes of one part; `nil` when it is deleted.
  private static func piece(
    _ name: Text?, _ subject: MergeConflict.Subject, _ base: Part?, _ ours: Part?, _ theirs: Part?
  ) throws(MergeRefusal) -> Piece? {
    let all = [base, ours, theirs]
    if Set(all.map { $0?.lines }).count > 1, all.contains(where: { $0?.mayHaveAnchor == true }) {
      throw MergeRefusal("what was changed has anchors or aliases of YAML, which belong to one file")
    }
    if Sides.same(ours, theirs) || Sides.same(base, theirs) { return settled(name, ours) }
    if Sides.same(base, ours) { return settled(name, theirs) }
    let conflict = MergeConflict(subject, base: base?.node, ours: ours?.node, theirs: theirs?.node)
    return Piece(name: name, ours: ours, theirs: theirs, conflict: conflict)
  }

  private static func settled(_ name: Text?, _ part: Part?) -> Piece? {
    part.map { Piece(name: name, ours: $0, theirs: $0, conflict: nil) }
  }

  private static func order(_ ours: [Text], _ theirs: [Text]) -> [Text] {
    let known = Set(ours)
    return ours + theirs.filter { !known.contains($0) }
  }
}

extension MergedText {
  /// Reads what was put together, each way that a person may decide: it must be what was meant, whatever the parts
  /// were cut from.
  func check(_ shapes: [Text: SectionedText.Shape]) throws(MergeRefusal) {
    for side in [MergeSide.ours, .theirs] {
      let refusal = MergeRefusal("\(side.rawValue) is not laid out as DVC writes it")
      let parts = sections.flatMap { [$0.head] + $0.pieces.map { $0.part(side)?.lines ?? [] } }
      let read = try SectionedText(Array(parts.joined()), shapes, side)
      let meant = sections.compactMap { section in
        section.head.isEmpty && section.pieces.allSatisfy { $0.part(side) == nil } ? nil : section
      }
      guard read.sections.map(\.key) == meant.map(\.key) else { throw refusal }
      for (section, found) in zip(meant, read.sections) {
        let pieces = section.pieces.compactMap { piece in piece.part(side).map { (piece.name, $0.node) } }
        let entries = found.entries?.map { (Optional($0.name), $0.part.node) } ?? [(nil, found.whole.node)]
        guard pieces.count == entries.count,
          zip(pieces, entries).allSatisfy({ $0.0 == $1.0 && $0.1.value.isIdentical(to: $1.1.value) })
        else { throw refusal }
      }
    }
  }

  /// The file as Git leaves one, and its conflicts with their lines.
  func marked(_ markerSize: Int) -> (bytes: [UInt8], conflicts: [MergeConflict]) {
    var bytes: [UInt8] = []
    var conflicts: [MergeConflict] = []
    var lines = 1
    func append(_ more: [UInt8]) {
      bytes += more
      lines += more.count { $0 == 0x0A }
    }
    for section in sections {
      append(section.head)
      for piece in section.pieces {
        guard var conflict = piece.conflict else {
          append(piece.ours?.lines ?? [])
          continue
        }
        conflict.line = lines
        conflicts.append(conflict)
        append(
          Self.conflict(ours: piece.ours?.lines ?? [], theirs: piece.theirs?.lines ?? [], markerSize))
      }
    }
    return (bytes, conflicts)
  }

  /// Two texts between conflict markers (git-merge(1), "How conflicts are presented").
  static func conflict(ours: [UInt8], theirs: [UInt8], _ markerSize: Int) -> [UInt8] {
    func marker(_ letter: Character, _ side: String) -> [UInt8] {
      Array((String(repeating: letter, count: markerSize) + side + "\n").utf8)
    }
    func ended(_ text: [UInt8]) -> [UInt8] { text.isEmpty || text.last == 0x0A ? text : text + [0x0A] }
    return marker("<", " ours") + ended(ours) + marker("=", "") + ended(theirs) + marker(">", " theirs")
  }
}

extension SectionedText.Part {
  /// Whether a value may be an anchor or an alias: `&id001`, `*id001`.
  fileprivate var mayHaveAnchor: Bool {
    let text = Text(utf8: lines)
    return [": &", ": *", "- &", "- *"].contains { text.firstIndex(of: Text($0)) != nil }
  }
}
