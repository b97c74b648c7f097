/// The patterns that apply in a directory: its own behind those of the directories above it.
final class DVCPatternList {
  /// What DVC ignores unasked; later patterns may take it back (dvc/ignore.py, `DvcIgnoreFilter`).
  static var builtIn: DVCPatternList {
    DVCPatternList(
      [
        DVCPattern(name: ".hg", directoriesOnly: true), DVCPattern(name: ".git", directoriesOnly: true),
        DVCPattern(name: ".git", directoriesOnly: false), DVCPattern(name: ".dvc", directoriesOnly: true),
      ], after: nil)
  }

  private let inherited: DVCPatternList?
  /// Its own, the last first: those that can match a directory, and those that can match a file.
  private let forDirectories: [DVCPattern]
  private let forFiles: [DVCPattern]
  private let takesBack: Bool

  /// Patterns that come after others.
  init(_ own: [DVCPattern], after inherited: DVCPatternList?) {
    forDirectories = own.reversed()
    forFiles = forDirectories.filter { !$0.directoriesOnly }
    self.inherited = inherited
    takesBack = inherited?.takesBack ?? false || own.contains { !$0.excludes }
  }

  /// Whether the last pattern that matches a path ignores it. All directories above it are known not to be
  /// ignored by these patterns.
  func ignore(_ subject: inout Subject, isDirectory: Bool) -> Bool {
    var list: DVCPatternList? = self
    while let here = list {
      for pattern in isDirectory ? here.forDirectories : here.forFiles
      where pattern.matches(&subject, isDirectory: isDirectory, onlyLast: !takesBack) {
        return pattern.excludes
      }
      list = here.inherited
    }
    return false
  }

  /// ``ignore(_:isDirectory:)`` of a directory.
  func ignoreDirectory(_ path: ArraySlice<UInt8>) -> Bool {
    var subject = Subject(path: path)
    return ignore(&subject, isDirectory: true)
  }

  /// Whether the directory, or one above it, is ignored.
  func ignoreAnyPrefix(of directory: [UInt8]) -> Bool {
    let ends = directory.indices.filter { directory[$0] == UInt8(ascii: "/") } + [directory.count]
    return ends.contains { ignoreDirectory(directory[..<$0]) }
  }
}
