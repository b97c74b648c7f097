/// A file of the skeleton that `guard init --layout` makes for a new project. Its text is the file of that path in
/// `layout/` at the top of the repository, where a name that begins with a dot is written `dot-name`.
public struct LayoutFile: Hashable, Sendable {
  /// The path in the project.
  public let path: [UInt8]
  /// The bytes.
  public let contents: [UInt8]

  /// All files, in the order of their paths.
  public static var all: [LayoutFile] { embeddedLayout }

  init(storedAt path: String, text: String) {
    self.path = Array(
      path.split(separator: "/").map { $0.hasPrefix("dot-") ? "." + $0.dropFirst(4) : $0 }
        .joined(separator: "/").utf8)
    contents = Array(text.utf8)
  }
}
