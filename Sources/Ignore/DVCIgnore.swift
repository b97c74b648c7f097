import Trees

/// What DVC does not see of the tree below one DVC root: `.dvcignore` files, DVC's built-in patterns and
/// nested DVC repositories (DVC 3.67, dvc/ignore.py).
///
/// Files are read as directories are asked about, each once.
public final class DVCIgnore {
  private let tree: any FileTree
  private let root: RepositoryPath
  private var known: [Bool: [RepositoryPath: Rules]] = [:]
  /// A line that counts as if it were not there.
  private let leftOut: Place?

  /// A line of a `.dvcignore`.
  public struct Place: Hashable, Sendable {
    /// The file.
    public let file: RepositoryPath
    /// The line, from 1.
    public let line: Int
  }

  /// The ignores of one DVC root.
  /// - Parameter root: the directory that holds `.dvc`.
  public convenience init(tree: any FileTree, root: RepositoryPath) {
    self.init(tree: tree, root: root, leavingOut: nil)
  }

  private init(tree: any FileTree, root: RepositoryPath, leavingOut leftOut: Place?) {
    self.tree = tree
    self.root = root
    self.leftOut = leftOut
  }

  /// The children that DVC's walk of a directory sees: what is ignored is taken out, and so are nested DVC
  /// repositories. A symbolic link to a directory is judged as a directory.
  public func visibleChildren(of directory: RepositoryPath) throws(IgnoreError) -> [Child] {
    try sortedOut(directory).visible
  }

  /// The children that DVC's walk of a directory sees, and those that it does not.
  public func sortedOut(
    _ directory: RepositoryPath
  ) throws(IgnoreError) -> (visible: [Child], hidden: [Child]) {
    let children = try children(of: directory)
    guard let relative = directory.relative(to: root) else { return (children, []) }
    let rules = try rules(for: directory, skippingNested: true, children: children)
    if rules.isIgnored { return ([], children) }
    var hidden: [Child] = []
    let visible = children.filter { child in
      var subject = Subject(directory: relative, name: child.name)
      let isHidden = rules.patterns.ignore(&subject, isDirectory: isDirectory(child, in: directory))
      if isHidden { hidden.append(child) }
      return !isHidden
    }
    return (visible, hidden)
  }

  /// Whether DVC ignores a path: the first ignored prefix below the root decides. The path need not exist.
  /// - Parameter skippingNested: whether nested DVC repositories count as ignored, as they do for all but
  ///   the paths of outputs (dvc/output.py, `_is_path_dvcignore`).
  public func isIgnored(
    _ path: RepositoryPath, isDirectory: Bool, skippingNested: Bool = true
  ) throws(IgnoreError) -> Bool {
    guard path != root, path.isInside(root), let relative = path.relative(to: root) else { return false }
    // DVC reads the root with its nested repositories whatever it is asked.
    if !skippingNested { _ = try rules(for: root, skippingNested: true) }
    let rules = try rules(for: path.parent, skippingNested: skippingNested)
    if rules.isIgnored { return true }
    var subject = Subject(path: relative[...])
    return rules.patterns.ignore(&subject, isDirectory: isDirectory)
  }

  /// The line that hides a file: without it the file would be seen. `nil` where no one line does that.
  public func line(hiding path: RepositoryPath) throws(IgnoreError) -> Place? {
    guard try isIgnored(path, isDirectory: false) else { return nil }
    for directory in path.directoriesUpward where directory.isInside(root) {
      let file = directory.appending(Self.fileName)
      guard try children(of: directory).contains(where: { $0.name == Self.fileName }) else { continue }
      for line in 1...(try lines(of: file).count) {
        let place = Place(file: file, line: line)
        let others = DVCIgnore(tree: tree, root: root, leavingOut: place)
        if try !others.isIgnored(path, isDirectory: false) { return place }
      }
    }
    return nil
  }

  // MARK: Rules of a directory

  /// What applies to the names in one directory.
  private struct Rules {
    let patterns: DVCPatternList
    /// Whether the directory itself, or one above it, is ignored by these patterns.
    let isIgnored: Bool
  }

  private func rules(
    for directory: RepositoryPath, skippingNested: Bool, children: [Child]? = nil
  ) throws(IgnoreError) -> Rules {
    var unknown: [RepositoryPath] = []
    var here = directory
    while known[skippingNested]?[here] == nil {
      unknown.append(here)
      if here == root { break }
      here = here.parent
    }
    var rules = known[skippingNested]?[here] ?? Rules(patterns: .builtIn, isIgnored: false)
    for next in unknown.reversed() {
      let names: [Child]
      if let children, next == directory { names = children } else { names = try self.children(of: next) }
      rules = try extend(rules, with: next, skippingNested: skippingNested, children: names)
      known[skippingNested, default: [:]][next] = rules
    }
    return rules
  }

  /// The rules of a directory from those of its parent (dvc/ignore.py, `_update`).
  private func extend(
    _ inherited: Rules, with directory: RepositoryPath, skippingNested: Bool, children: [Child]
  ) throws(IgnoreError) -> Rules {
    let relative = directory.relative(to: root) ?? []
    let wasIgnored =
      inherited.isIgnored || (!relative.isEmpty && inherited.patterns.ignoreDirectory(relative[...]))
    let points = CodePoints.ofPath(relative)
    var own: [DVCPattern] = []
    if !wasIgnored, children.contains(where: { $0.name == Self.fileName }) {
      var subject = Subject(directory: relative, name: Self.fileName)
      if !inherited.patterns.ignore(&subject, isDirectory: false) {
        own = try patterns(of: directory.appending(Self.fileName), in: points)
      }
    }
    if skippingNested {
      for child in children where try isNestedRepository(child, in: directory) {
        if let pattern = try nestedPattern(child.name, in: points, of: directory) { own.append(pattern) }
      }
    }
    guard !own.isEmpty else { return Rules(patterns: inherited.patterns, isIgnored: wasIgnored) }
    let patterns = DVCPatternList(own, after: inherited.patterns)
    guard !relative.isEmpty else { return Rules(patterns: patterns, isIgnored: false) }
    // A directory's own patterns decide nothing above it, unless its name has a meaning in patterns.
    let isIgnored =
      Self.hasMeaning(points)
      ? patterns.ignoreAnyPrefix(of: relative)
      : inherited.isIgnored || patterns.ignoreDirectory(relative[...])
    return Rules(patterns: patterns, isIgnored: isIgnored)
  }

  private static func hasMeaning(_ directory: [UInt32]) -> Bool {
    directory.first == Unit.bang || directory.first == Unit.hash
      || directory.contains(where: DVCPattern.hasMeaning)
  }

  // MARK: Reading

  private static let fileName = Array(".dvcignore".utf8)
  private static let dvcName = Array(".dvc".utf8)

  private func children(of directory: RepositoryPath) throws(IgnoreError) -> [Child] {
    do { return try tree.children(of: directory) } catch { throw .tree(error) }
  }

  /// Whether the walk takes a child for a directory: `os.walk` follows a link to find out, and takes what it
  /// cannot find out for a file.
  private func isDirectory(_ child: Child, in directory: RepositoryPath) -> Bool {
    switch child.entry {
    case .directory, .submodule: return true
    case .file, .special: return false
    case .symbolicLink:
      do {
        let target = try tree.target(of: directory.appending(child.name))
        return target == .directory || target == .submodule
      } catch {
        return false
      }
    }
  }

  private func isNestedRepository(
    _ child: Child, in directory: RepositoryPath
  ) throws(IgnoreError) -> Bool {
    guard isDirectory(child, in: directory) else { return false }
    do {
      return try tree.entry(at: directory.appending(child.name).appending(Self.dvcName)) != nil
    } catch { throw .tree(error) }
  }

  private func nestedPattern(
    _ name: [UInt8], in points: [UInt32], of directory: RepositoryPath
  ) throws(IgnoreError) -> DVCPattern? {
    let line = [Unit.slash] + CodePoints.ofPath(name) + [Unit.slash]
    return try pattern(line, in: points, file: directory.appending(name), line: 0)
  }

  private func patterns(of file: RepositoryPath, in points: [UInt32]) throws(IgnoreError) -> [DVCPattern] {
    var patterns: [DVCPattern] = []
    for (index, line) in try lines(of: file).enumerated() {
      let line = CodePoints.strip(line)
      guard let first = line.first, first != Unit.hash else { continue }
      if let leftOut, leftOut == Place(file: file, line: index + 1) { continue }
      if let pattern = try pattern(Array(line), in: points, file: file, line: index + 1) {
        patterns.append(pattern)
      }
    }
    return patterns
  }

  private func lines(of file: RepositoryPath) throws(IgnoreError) -> [ArraySlice<UInt32>] {
    let bytes: [UInt8]
    do { bytes = try tree.contents(of: file) } catch { throw .tree(error) }
    guard let text = CodePoints.ofText(bytes) else { throw .notUTF8(file: file) }
    return Self.lines(text)
  }

  /// The lines, with Python's universal newlines.
  private static func lines(_ text: [UInt32]) -> [ArraySlice<UInt32>] {
    let carriageReturn: UInt32 = 0x0D
    var lines: [ArraySlice<UInt32>] = []
    var start = 0
    for index in text.indices where text[index] == Unit.newline || text[index] == carriageReturn {
      if text[index] == Unit.newline, index > 0, text[index - 1] == carriageReturn {
        start = index + 1
        continue
      }
      lines.append(text[start..<index])
      start = index + 1
    }
    lines.append(text[start...])
    return lines
  }

  /// A pattern of a directory as it is said from the root. DVC compiles it as it stands and as it is said
  /// from the root, and dies when one of them is invalid.
  private func pattern(
    _ text: [UInt32], in directory: [UInt32], file: RepositoryPath, line: Int
  ) throws(IgnoreError) -> DVCPattern? {
    do throws(DVCPattern.Invalid) {
      guard let pattern = try DVCPattern(text) else { return nil }
      guard !directory.isEmpty else { return pattern }
      return try DVCPattern(
        DVCPattern.rebase(text, from: directory), in: Self.hasMeaning(directory) ? [] : directory)
    } catch {
      throw .invalidPattern(file: file, line: line, pattern: CodePoints.bytes(of: text), why: error.why)
    }
  }
}
