/// One line of a `.gitignore`, as dulwich 1.2.21 reads it (dulwich/ignore.py, `Pattern`).
struct GitPattern {
  /// Whether what matches is ignored; a `!` line takes it back.
  let excludes: Bool
  private let directoriesOnly: Bool
  /// What the line says without its slashes at the end, which an entry's name is compared with.
  private let name: Expression
  /// What the line says of the content of directories; `nil` when it speaks of entries.
  private let content: Expression?

  /// Reads a line.
  /// - Returns: `nil` for a line that matches nothing: only slashes, or a bracket expression that Git gives
  ///   up on.
  init?(_ line: [UInt8], ignoreCase: Bool) {
    var pattern = line[...]
    excludes = pattern.first != UInt8(ascii: "!")
    if !excludes || pattern.starts(with: "\\!".utf8) || pattern.starts(with: "\\#".utf8) {
      pattern.removeFirst()
    }
    directoriesOnly = pattern.last == Self.slash
    var name = pattern
    while name.last == Self.slash { name.removeLast() }
    guard !name.isEmpty else { return nil }
    do throws(Wildmatch.Malformed) {
      let whole = try Expression(pattern, ignoreCase: ignoreCase)
      self.name = try Expression(name, ignoreCase: ignoreCase)
      content = name.ends(with: Array("/*".utf8)) || name.ends(with: Array("/**".utf8)) ? whole : nil
    } catch { return nil }
  }

  /// Whether the line decides about an entry. The path is relative to the directory of the line's file.
  func matches(_ path: ArraySlice<UInt8>, isDirectory: Bool) -> Bool {
    (isDirectory || !directoriesOnly) && name.matches(path)
  }

  /// Whether the line, without naming a directory, decides about what it holds: `dir/**`.
  func reachesInside(_ directory: ArraySlice<UInt8>) -> Bool {
    guard let content else { return false }
    let file = Array(directory) + [Self.slash, UInt8(ascii: "x")]
    let below = file + [Self.slash]
    if content.matches(below[...]) { return true }
    guard directoriesOnly else { return content.matches(file[...]) }
    // A file is only inside when the directory that holds it is meant, and that is never taken back.
    return excludes && (content.matches(file[...]) || content.matches(file.dropLast()))
  }

  private static let slash = UInt8(ascii: "/")

  /// A pattern that a whole path is compared with.
  private struct Expression {
    private let shape: Shape?
    private let automaton: Automaton

    init(_ pattern: ArraySlice<UInt8>, ignoreCase: Bool) throws(Wildmatch.Malformed) {
      var rest = pattern
      let isAnyLevel = !rest.dropLast().contains(slash)
      var pieces = isAnyLevel ? [Self.anyDirectories] : []
      if rest.starts(with: "/**/".utf8) {
        rest.removeFirst(4)
        pieces.append(Self.anyDirectories)
      } else if rest.starts(with: "**/".utf8) {
        rest.removeFirst(3)
        pieces.append(Self.anyDirectories)
      } else if rest.first == slash {
        rest.removeFirst()
      }
      pieces += try Wildmatch.pieces(rest.map { UInt32($0) }[...], ignoreCase: ignoreCase)
      if rest.last != slash { pieces.append(.optional([.one(.slash)])) }
      automaton = Automaton(pieces + [.end])
      shape = ignoreCase ? nil : Self.shape(pattern, isAnyLevel: isAnyLevel)
    }

    func matches(_ path: ArraySlice<UInt8>) -> Bool {
      switch shape {
      case .name(let name): Self.lastName(path).elementsEqual(name)
      case .suffix(let suffix): Self.lastName(path).ends(with: suffix)
      case .path(let literal): path.elementsEqual(literal)
      case .glob, nil: automaton.matches(path.map { UInt32($0) })
      }
    }

    /// Plain names are compared byte by byte; a path that is compared with them never ends with a slash.
    private static func shape(_ pattern: ArraySlice<UInt8>, isAnyLevel: Bool) -> Shape? {
      let isPlain = { (part: ArraySlice<UInt8>) in
        !part.isEmpty && !part.contains { "*?[\\".utf8.contains($0) } && part.last != slash
      }
      if isAnyLevel {
        if isPlain(pattern) { return .name(Array(pattern)) }
        let end = pattern.dropFirst()
        return pattern.first == UInt8(ascii: "*") && isPlain(end) ? .suffix(Array(end)) : nil
      }
      let path = pattern.first == slash ? pattern.dropFirst() : pattern
      return isPlain(path) ? .path(Array(path)) : nil
    }

    private static func lastName(_ path: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
      path.lastIndex(of: slash).map { path[($0 + 1)...] } ?? path
    }

    private static var anyDirectories: Automaton.Piece { .optional([.many(.any), .one(.slash)]) }
  }
}
