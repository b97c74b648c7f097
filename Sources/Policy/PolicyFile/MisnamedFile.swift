import Trees
import Values

/// A file at the root of a repository that is named nearly as one of guard's, so that somebody may think that it counts.
public struct MisnamedFile: Hashable, Sendable {
  /// The file.
  public let path: RepositoryPath
  /// The name that guard reads.
  public let meant: String

  /// What is the matter with it, in a line without a full stop.
  public var words: String { "'\(path)' is not read: guard reads \(meant)" }

  /// Those of a tree, in the order of their names.
  public static func all(in tree: any FileTree) throws(JudgementError) -> [MisnamedFile] {
    try reading { () throws(TreeError) in try tree.children(of: .root) }
      .filter { $0.entry != .directory }
      .compactMap { child in
        meaning(of: Array(child.name)).map {
          MisnamedFile(path: RepositoryPath(normalized: Array(child.name)), meant: $0)
        }
      }
      .sorted { $0.path < $1.path }
  }

  /// The names that are read; two of them begin with a dot, and one must not.
  private static let names = [PolicyLayer.committedFile, PolicyLayer.localFile, Waiver.committedFile]

  /// What a name was probably meant to be: `.guard.yaml`, `guard.yml`, `.Guard.yml`, `.guard.yml.txt` and the like.
  static func meaning(of name: [UInt8]) -> String? {
    // Longer than any of them is, with all that is taken away.
    guard name.count < 40 else { return nil }
    let letters = String(decoding: name, as: UTF8.self)
    guard !names.contains(letters) else { return nil }
    let core = core(of: letters)
    return names.first { Self.core(of: $0) == core }
  }

  private static func core(of name: String) -> String {
    var core = name.lowercased()
    if core.hasSuffix(".txt") { core.removeLast(4) }
    for ending in [".yml", ".yaml"] where core.hasSuffix(ending) {
      return String(core.dropLast(ending.count).drop { $0 == "." }.map { "_.".contains($0) ? "-" : $0 })
        + ".yml"
    }
    return core
  }
}
