import Trees
import Values

/// What Python, notebooks, desktops and editors leave in every directory: it belongs neither in Git nor in the hash
/// of a directory.
enum Litter {
  private static let directories: Set<Text> = [
    "__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache", ".hypothesis", ".tox",
    ".nox", ".eggs", ".idea", ".vscode",
  ]
  private static let files: Set<Text> = [".DS_Store", "Thumbs.db", "desktop.ini"]
  /// The ends of names, with the line that takes all such files out.
  private static let ends: [(end: Text, pattern: Text)] = [
    (".pyc", "*.pyc"), (".pyo", "*.pyo"), ("~", "*~"), (".swp", "*.swp"), (".swo", "*.swo"),
  ]

  /// The line for `.dvcignore` that takes it out wherever it is; `nil` for what somebody may have written.
  static func pattern(for child: Child) -> [UInt8]? {
    let name = Text(utf8: child.name)
    if child.entry == .directory {
      if name.hasSuffix(".egg-info") { return Array("*.egg-info/".utf8) }
      return directories.contains(name) ? child.name + [UInt8(ascii: "/")] : nil
    }
    if files.contains(name) { return child.name }
    if name.hasPrefix(".#") { return Array(".#*".utf8) }
    return ends.first { name.hasSuffix($0.end) && name.utf8.count > $0.end.utf8.count }?.pattern.utf8
  }
}
