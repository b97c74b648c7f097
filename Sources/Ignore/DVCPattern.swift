/// One line of a `.dvcignore`, as pathspec 1.1.1 and `re` of Python read it (`GitIgnoreSpecPattern`).
struct DVCPattern {
  /// Whether what matches is ignored; a `!` line takes it back.
  let excludes: Bool
  /// Whether the line ends with `/`: only directories are compared with it.
  let directoriesOnly: Bool
  /// The length of the directory whose content alone the line can be about; 0 for the root.
  private let base: Int
  private let shape: Shape?
  private let automaton: Automaton

  /// Why DVC dies of a line.
  struct Invalid: Error {
    let why: String
  }

  /// Reads a line that is relative to the root.
  /// - Parameter directory: the names of directories that the line begins with, if they have no meaning in
  ///   patterns. What it is compared with lies on the way to that directory or inside it.
  /// - Returns: `nil` for a line without effect: `/`, a comment, a bracket that is not closed.
  init?(_ text: [UInt32], in directory: [UInt32] = []) throws(Invalid) {
    var body = text[...]
    while let last = body.last, CodePoints.isSpace(last) { body.removeLast() }
    guard let first = body.first, first != Unit.hash, body.count > 1 || first != Unit.slash else {
      return nil
    }
    excludes = first != Unit.bang
    directoriesOnly = text.last == Unit.slash
    if !excludes { body.removeFirst() }
    let endsWithSlash = body.isEmpty || body.last == Unit.slash
    var segments = try Self.normalize(body.split(separator: Unit.slash, omittingEmptySubsequences: false))
    if !directory.isEmpty {
      segments.removeFirst(min(segments.count, directory.split(separator: Unit.slash).count))
    }
    base = CodePoints.bytes(of: directory).count
    let translation = DVCTranslation(segments, isBelowDirectory: base > 0, endsWithSlash: endsWithSlash)
    switch translation.flaw {
    case .unclosedBracket: return nil
    case .trailingBackslash: throw Invalid(why: "a backslash stands at the end of a name")
    case .backwardRange: throw Invalid(why: "a range in brackets runs backwards")
    case nil: automaton = Automaton(translation.pieces)
    }
    shape = Self.shape(segments, endsWithSlash: endsWithSlash)
  }

  /// A pattern that ignores a name at any level.
  init(name: String, directoriesOnly: Bool) {
    let points = name.unicodeScalars.map(\.value)
    excludes = true
    self.directoriesOnly = directoriesOnly
    base = 0
    shape = .name(Array(name.utf8))
    automaton = Automaton(
      [DVCTranslation.anyDirectories] + points.map { .one(.unit($0)) }
        + [directoriesOnly ? .one(.slash) : DVCTranslation.nameEnd])
  }

  /// Whether the path, relative to the root, is one that the line is about.
  /// - Parameter onlyLast: whether it is known that no directory above the path is ignored, and that only
  ///   that counts.
  func matches(_ subject: inout Subject, isDirectory: Bool, onlyLast: Bool) -> Bool {
    if subject.count < base || (directoriesOnly && !isDirectory) { return false }
    if let shape, !subject.hasNewline {
      guard subject.count > base else { return false }
      return onlyLast
        ? shape.matchesLast(&subject, base: base) : shape.matchesAnywhere(&subject, base: base)
    }
    let points = CodePoints.ofPath(Array(subject.path.dropFirst(base)))
    return automaton.matches(points) || (isDirectory && automaton.matches(points + [Unit.slash]))
  }

  // MARK: Segments

  typealias Segment = ArraySlice<UInt32>
  static let doubleStar: [UInt32] = [Unit.star, Unit.star]

  /// The segments with `**` put in front of a lone name and behind a trailing slash, and runs of `**`
  /// made one.
  private static func normalize(_ split: [Segment]) throws(Invalid) -> [Segment] {
    var segments = split
    if segments[0].isEmpty {
      segments.removeFirst()
    } else if segments.count == 1 || (segments.count == 2 && segments[1].isEmpty),
      !segments[0].elementsEqual(doubleStar)
    {
      segments.insert(doubleStar[...], at: 0)
    }
    guard let last = segments.last else { throw Invalid(why: "there is no name in it") }
    if last.isEmpty { segments[segments.count - 1] = doubleStar[...] }
    var collapsed: [Segment] = []
    for segment in segments {
      if segment.elementsEqual(doubleStar), collapsed.last?.elementsEqual(doubleStar) ?? false { continue }
      collapsed.append(segment)
    }
    return collapsed
  }

  private static func shape(_ segments: [Segment], endsWithSlash: Bool) -> Shape? {
    var names = segments
    if names.count > 1, names.last?.elementsEqual(doubleStar) ?? false {
      guard endsWithSlash else { return nil }
      names.removeLast()
    }
    guard names.count == 2, names[0].elementsEqual(doubleStar) else {
      let isPlain = !names.contains { $0.isEmpty || $0.contains(where: hasMeaning) }
      return isPlain ? .path(CodePoints.bytes(of: names.joined(separator: [Unit.slash]))) : nil
    }
    let name = names[1]
    // Stars alone take an empty name as well: the place behind the slash of the directory itself.
    if name.allSatisfy({ $0 == Unit.star }) { return nil }
    if !name.contains(where: hasMeaning) { return .name(CodePoints.bytes(of: name)) }
    if name.first == Unit.star, !name.dropFirst().contains(where: hasMeaning) {
      return .suffix(CodePoints.bytes(of: name.dropFirst()))
    }
    return DVCTranslation(component: name).map { .glob(Automaton($0.pieces + [.end])) }
  }

  /// Whether a character of a name means something in a pattern.
  static func hasMeaning(_ unit: UInt32) -> Bool {
    unit == Unit.star || unit == Unit.question || unit == Unit.open || unit == Unit.backslash
  }
}

extension DVCPattern {
  /// A line of the `.dvcignore` in `directory`, as it is said from the root (dvc/pathspec_math.py,
  /// `change_rule`). The directory's name is not escaped: `[1]` in it is a bracket expression.
  static func rebase(_ line: [UInt32], from directory: [UInt32]) -> [UInt32] {
    var rule = CodePoints.strip(line[...])
    guard rule.first != Unit.hash else { return Array(rule) }
    let isNegated = rule.first == Unit.bang
    if isNegated { rule.removeFirst() }
    let anyLevel: [UInt32] = doubleStar + [Unit.slash]
    let isAnchored = rule.dropLast().contains(Unit.slash) && !rule.starts(with: anyLevel)
    if isAnchored {
      if rule.first == Unit.slash { rule.removeFirst() }
    } else if rule.starts(with: anyLevel) {
      rule.removeFirst(anyLevel.count)
    }
    if rule.first == Unit.backslash { rule.removeFirst() }
    let path = directory + [Unit.slash] + (isAnchored ? [] : anyLevel) + rule
    return isNegated ? [Unit.bang, Unit.slash] + path : path
  }
}
