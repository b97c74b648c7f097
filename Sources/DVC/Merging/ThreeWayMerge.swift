import Values

/// A three-way merge of a `dvc.lock` by its stages, or of a `.dvc` file by its outputs.
///
/// What one side changed is taken, what both changed to the same too; the rest is a conflict. A stage is taken as a
/// whole: half of it from one run and half from another would be a result that nobody made. The lines are those of the
/// sides, so of files that DVC wrote comes what DVC would write.
public struct ThreeWayMerge: Sendable {
  /// What is merged.
  public enum Kind: Hashable, Sendable {
    /// A `dvc.lock`.
    case lock
    /// A `.dvc` file.
    case pointer

    /// The kind of a file, by its name.
    /// - Throws: ``MergeRefusal`` for a file that is neither.
    public init(fileName: [UInt8]) throws(MergeRefusal) {
      let name = Text(utf8: fileName)
      if name == "dvc.lock" {
        self = .lock
      } else if name.hasSuffix(".dvc") {
        self = .pointer
      } else {
        throw MergeRefusal("guard knows dvc.lock and .dvc files only")
      }
    }

    fileprivate var shapes: [Text: SectionedText.Shape] {
      switch self {
      case .lock: ["stages": .map, "datasets": .list(by: "name")]
      case .pointer: ["outs": .list(by: "path")]
      }
    }
  }

  /// The merged file, with markers at its conflicts.
  public let bytes: [UInt8]
  /// What a person must decide, in the order of the file.
  public let conflicts: [MergeConflict]
  /// The stages that were run on what another stage no longer makes after the merge.
  public let stale: [StaleStage]

  /// Merges.
  /// - Parameter markerSize: how long the conflict markers are (gitattributes(5), `conflict-marker-size`).
  /// - Throws: ``MergeRefusal`` for files that cannot be merged so.
  public init(
    _ kind: Kind, base: [UInt8], ours: [UInt8], theirs: [UInt8], markerSize: Int = 7
  ) throws(MergeRefusal) {
    guard ours != theirs, base != ours, base != theirs else {
      (bytes, conflicts, stale) = (base == ours ? theirs : ours, [], [])
      return
    }
    let sides = Sides(
      base: try SectionedText(base, kind.shapes, .base), ours: try SectionedText(ours, kind.shapes, .ours),
      theirs: try SectionedText(theirs, kind.shapes, .theirs))
    if kind == .lock { try sides.checkSchema() }
    if kind == .pointer, let conflict = sides.conflictOfInseparable() {
      bytes = MergedText.conflict(ours: ours, theirs: theirs, markerSize)
      (conflicts, stale) = ([conflict], [])
      return
    }
    let merged = try MergedText(sides, kind.shapes)
    try merged.check(kind.shapes)
    (bytes, conflicts) = merged.marked(markerSize)
    stale = kind == .lock ? merged.stale(sides) : []
  }
}

/// The three files, cut.
struct Sides {
  let base, ours, theirs: SectionedText

  /// Lock files of two schemas cannot become one.
  func checkSchema() throws(MergeRefusal) {
    for (text, side) in [(base, MergeSide.base), (ours, .ours), (theirs, .theirs)]
    where !text.sections.isEmpty && text["schema"]?.whole.node.text != "2.0" {
      throw MergeRefusal("\(side.rawValue) has not the schema '2.0'")
    }
  }

  /// The conflict of a `.dvc` file of which both sides changed what belongs together: the checksum of an import is
  /// one of its source and its output, and outputs stand in the directory that `wdir` names.
  func conflictOfInseparable() -> MergeConflict? {
    let files = [base, ours, theirs]
    let isImport = files.contains { $0["deps"] != nil }
    let isMoved = files.contains { !Self.same($0["wdir"]?.whole, base["wdir"]?.whole) }
    guard isImport || isMoved else { return nil }
    func agree(_ left: SectionedText, _ right: SectionedText) -> Bool {
      ["md5", "wdir", "deps", "outs"].allSatisfy { Self.same(left[$0]?.whole, right[$0]?.whole) }
    }
    guard !agree(ours, theirs), !agree(base, ours), !agree(base, theirs) else { return nil }
    func all(_ file: SectionedText) -> Node? {
      guard !file.sections.isEmpty else { return nil }
      var map = Mapping()
      for section in file.sections { map.set(section.key, section.whole.node) }
      return Node(.map(map))
    }
    return MergeConflict(.file, base: all(base), ours: all(ours), theirs: all(theirs))
  }

  /// Whether two parts say the same. Where there may be a comment they must be the same to the letter.
  static func same(_ left: SectionedText.Part?, _ right: SectionedText.Part?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    if left.lines == right.lines { return true }
    return !left.mayHaveComment && !right.mayHaveComment
      && left.node.value.isIdentical(to: right.node.value)
  }
}
