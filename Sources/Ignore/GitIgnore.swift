import Trees

/// Git's ignores as DVC sees them: as dulwich 1.2.21 applies `.gitignore`, `info/exclude` and
/// `core.excludesFile` (dulwich/ignore.py, `IgnoreFilterManager`), which is not always as Git does.
public final class GitIgnore {
  private let rootFilters: [[GitPattern]]
  private let patternsIn: (RepositoryPath) -> [UInt8]?
  private let ignoreCase: Bool
  private var known: [RepositoryPath: Directory] = [:]

  /// The ignores of one work tree.
  /// - Parameters:
  ///   - rootPatterns: the contents of `info/exclude`, then those of `core.excludesFile`: dulwich lets the
  ///     latter have the last word, Git the former.
  ///   - patternsIn: the content of a directory's `.gitignore`, asked once for each directory; `nil` when
  ///     there is none or it is a symbolic link.
  ///   - ignoreCase: `core.ignoreCase`, which dulwich applies to `.gitignore` only.
  public init(
    rootPatterns: [[UInt8]], patternsIn: @escaping (RepositoryPath) -> [UInt8]?, ignoreCase: Bool
  ) {
    self.rootFilters = rootPatterns.map { Self.patterns($0, ignoreCase: false) }
    self.patternsIn = patternsIn
    self.ignoreCase = ignoreCase
  }

  /// Whether a path is ignored, tracked or not. A directory is ignored as well when a pattern covers what it
  /// holds (`dir/*`), as when dulwich is asked about `dir/`.
  public func isIgnored(_ path: RepositoryPath, isDirectory: Bool) -> Bool {
    guard !path.isRoot else { return false }
    let parent = directory(path.parent)
    if parent.isExcluded { return true }
    guard isDirectory else {
      return parent.filters.lastMatch(path, isDirectory: false)?.excludes ?? false
    }
    let itself = directory(path)
    return itself.isExcluded || (itself.filters.lastReachingInside(path)?.excludes ?? false)
  }

  /// What is known of a directory.
  private struct Directory {
    let filters: GitFilters
    /// Whether a pattern names it or a directory above it.
    let isExcluded: Bool
  }

  private func directory(_ path: RepositoryPath) -> Directory {
    var unknown: [RepositoryPath] = []
    var here = path
    while known[here] == nil, !here.isRoot {
      unknown.append(here)
      here = here.parent
    }
    var found = known[here] ?? root()
    for next in unknown.reversed() {
      let own = patternsIn(next).map { Self.patterns($0, ignoreCase: ignoreCase) } ?? []
      let filters = own.isEmpty ? found.filters : GitFilters(own, from: next, after: found.filters)
      let isExcluded =
        found.isExcluded || (filters.lastMatch(next, isDirectory: true)?.excludes ?? false)
      found = Directory(filters: filters, isExcluded: isExcluded)
      known[next] = found
    }
    return found
  }

  private func root() -> Directory {
    var filters = GitFilters([], from: .root, after: nil)
    let own = patternsIn(.root).map { Self.patterns($0, ignoreCase: ignoreCase) } ?? []
    for patterns in rootFilters + [own] where !patterns.isEmpty {
      filters = GitFilters(patterns, from: .root, after: filters)
    }
    let root = Directory(filters: filters, isExcluded: false)
    known[.root] = root
    return root
  }

  /// The patterns of a file, without those that match nothing.
  private static func patterns(_ content: [UInt8], ignoreCase: Bool) -> [GitPattern] {
    content.split(separator: UInt8(ascii: "\n")).compactMap { line in
      GitLine(line).flatMap { GitPattern($0.pattern, ignoreCase: ignoreCase) }
    }
  }
}

/// A line of a `.gitignore` that holds a pattern (dulwich/ignore.py, `read_ignore_patterns`).
private struct GitLine {
  let pattern: [UInt8]

  init?(_ line: ArraySlice<UInt8>) {
    let (space, backslash) = (UInt8(ascii: " "), UInt8(ascii: "\\"))
    var line = line
    while line.last == UInt8(ascii: "\r") || line.last == UInt8(ascii: "\n") { line.removeLast() }
    guard line.contains(where: { !(0x09...0x0D).contains($0) && $0 != space }),
      line.first != UInt8(ascii: "#")
    else { return nil }
    while line.last == space, !line.ends(with: [backslash, space]) { line.removeLast() }
    var pattern: [UInt8] = []
    for byte in line {
      if byte == space, pattern.last == backslash { pattern.removeLast() }
      pattern.append(byte)
    }
    self.pattern = pattern
  }
}

/// The patterns that apply in a directory, one link for each file that has any.
private final class GitFilters {
  private let patterns: [GitPattern]
  private let directory: RepositoryPath
  private let inherited: GitFilters?

  init(_ patterns: [GitPattern], from directory: RepositoryPath, after inherited: GitFilters?) {
    self.patterns = patterns
    self.directory = directory
    self.inherited = inherited
  }

  /// The last pattern of the deepest file that has something to say of a path.
  func lastMatch(_ path: RepositoryPath, isDirectory: Bool) -> GitPattern? {
    last(path) { $0.matches($1, isDirectory: isDirectory) }
  }

  /// The last pattern of the deepest file that decides about what a directory holds.
  func lastReachingInside(_ path: RepositoryPath) -> GitPattern? {
    last(path) { $0.reachesInside($1) }
  }

  private func last(
    _ path: RepositoryPath, where decides: (GitPattern, ArraySlice<UInt8>) -> Bool
  ) -> GitPattern? {
    var filters: GitFilters? = self
    while let here = filters {
      if !here.patterns.isEmpty {
        let depth = here.directory.isRoot ? 0 : here.directory.bytes.count + 1
        let relative = path.bytes.dropFirst(depth)
        for pattern in here.patterns.reversed() where decides(pattern, relative) { return pattern }
      }
      filters = here.inherited
    }
    return nil
  }
}
