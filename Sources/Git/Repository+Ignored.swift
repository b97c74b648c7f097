import Platform
import Trees

/// A path that Git ignores, and the line that has it do so.
public struct IgnoredPath: Hashable, Sendable {
  /// The path.
  public let path: RepositoryPath
  /// The file that the line stands in: from the root of the work tree, or absolute.
  public let file: [UInt8]
  /// The number of the line, from 1.
  public let line: Int
  /// What the line says.
  public let pattern: [UInt8]
}

extension Repository {
  /// The paths that Git ignores, in the order in which they are given, as git-check-ignore(1) says it: by `.gitignore`,
  /// `info/exclude` and `core.excludesFile`. What Git has is not ignored; of what is not there the folders count.
  public func ignored(among paths: [RepositoryPath]) throws(GitError) -> [IgnoredPath] {
    guard let workTree, !paths.isEmpty else { return [] }
    let git = try GitCommand(
      environment: commandEnvironment, directory: directory, purpose: "which files it ignores")
    let root = RepositoryPath(normalized: workTree)
    let input = paths.flatMap { path -> [UInt8] in root.appending(path.bytes).bytes + [0] }
    guard let answer = try git.answer(["check-ignore", "--verbose", "-z", "--stdin"], input: input) else {
      return []
    }
    let fields = answer.split(separator: 0, omittingEmptySubsequences: false)
    var found: [IgnoredPath] = []
    for start in stride(from: 0, to: fields.count - 3, by: 4) {
      let pattern = Array(fields[start + 2])
      // A line that takes a path out of what others ignore is told, too.
      guard pattern.first != UInt8(ascii: "!"),
        let line = Int(String(decoding: fields[start + 1], as: UTF8.self)),
        let path = RepositoryPath(normalized: fields[start + 3]).relative(to: root)
      else { continue }
      found.append(
        IgnoredPath(
          path: RepositoryPath(normalized: path), file: Array(fields[start]), line: line, pattern: pattern))
    }
    return found
  }
}
