import DVC
import Trees
import Values

/// The files of a directory dependency that Git does not have, as the work tree shows them, and the lines for
/// `.dvcignore` that take them out of its hash.
struct UntrackedFiles {
  /// The files, in order; at most as many as anybody reads.
  let files: [RepositoryPath]
  /// The lines for the `.dvcignore` at the root of the project.
  let patterns: [[UInt8]]

  /// What the work tree has in a directory and the tree that is judged has not.
  init(in directory: RepositoryPath, of project: JudgedProject, _ subject: Subject) throws(JudgementError) {
    guard let workTree = subject.workTree?.tree else {
      files = []
      patterns = []
      return
    }
    var files: [RepositoryPath] = []
    var patterns: [[UInt8]] = []
    var pending = [directory]
    while let next = pending.popLast(), files.count < Self.limit {
      let isKnown = try reading { () throws(TreeError) in try subject.tree.entry(at: next) } != nil
      for child in try reading({ () throws(TreeError) in try workTree.children(of: next) }) {
        let path = next.appending(child.name)
        if child.name.elementsEqual(".git".utf8) || child.name.elementsEqual(".dvc".utf8) { continue }
        let isNew = try reading { () throws(TreeError) in try subject.tree.entry(at: path) } == nil
        if isKnown && isNew { patterns.append(Self.pattern(path, child.entry, project.root)) }
        if child.entry == .directory {
          pending.append(path)
        } else if isNew {
          files.append(path)
        }
      }
    }
    self.files = files.sorted()
    self.patterns = Set(patterns.map { Text(utf8: $0) }).sorted().map(\.utf8)
  }

  private static let limit = 2000

  /// The line for a path; of a directory that tools leave everywhere its name alone.
  private static func pattern(_ path: RepositoryPath, _ entry: Entry, _ root: RepositoryPath) -> [UInt8] {
    let isDirectory = entry == .directory
    if isDirectory, litter.contains(Text(utf8: path.name)) { return path.name + [UInt8(ascii: "/")] }
    let relative = [UInt8(ascii: "/")] + (path.relative(to: root) ?? path.bytes)
    return isDirectory ? relative + [UInt8(ascii: "/")] : relative
  }

  private static let litter: Set<Text> = [
    "__pycache__", ".ipynb_checkpoints", ".mypy_cache", ".pytest_cache", ".ruff_cache",
  ]

  /// The command that names them in `.dvcignore` and records the directory anew; `nil` when there are none to
  /// name.
  func fix(_ stage: JudgedStage) -> String? {
    guard !patterns.isEmpty else { return nil }
    let file = ShellCommand.quoted(stage.project.root.appending(Array(".dvcignore".utf8)).bytes)
    let lines = patterns.map(ShellCommand.quoted).joined(separator: " ")
    let write = patterns.count == 1 ? "echo \(lines)" : "printf '%s\\n' \(lines)"
    return "\(write) >> \(file) && \(stage.recordAnew)"
  }

  /// The files in a sentence; empty when there are none.
  var phrase: String {
    guard !files.isEmpty else { return "" }
    let shown = files.prefix(3).map(\.description).joined(separator: ", ")
    return " (not in Git: \(shown)\(files.count > 3 ? " and \(files.count - 3) more" : ""))"
  }
}
