import DVC
import Trees
import Values

/// The files of a directory dependency that Git does not have, as the work tree shows them, and what mends that:
/// a line in `.dvcignore` for what tools left and for what Git ignores, `git add` for what somebody wrote.
struct UntrackedFiles {
  /// The files, in order; not all of very many.
  let files: [RepositoryPath]
  /// Whether these are all.
  let isComplete: Bool
  /// The lines for the `.dvcignore` at the root of the project.
  let patterns: [[UInt8]]
  /// The files that belong in Git.
  let forgotten: [RepositoryPath]
  /// Whether the last line of the `.dvcignore` has no end.
  private let endsOpen: Bool

  /// What the work tree has in a directory and the tree that is judged has not; `nil` without a work tree.
  init?(in directory: RepositoryPath, of project: JudgedProject, _ subject: Subject) throws(JudgementError) {
    guard let workTree = subject.workTree?.tree, case .success(let content) = project.project else {
      return nil
    }
    var walk = Walk(
      tree: subject.tree, workTree: workTree, project: content, root: project.root,
      outputs: Set(content.readableStages.flatMap(\.outputs)))
    try walk.run(directory)
    files = walk.files.sorted()
    isComplete = walk.isComplete
    patterns = walk.patterns.sorted().map(\.utf8)
    forgotten = walk.forgotten.sorted()
    let ignore = project.root.appending(Array(".dvcignore".utf8))
    endsOpen = try reading { () throws(TreeError) in try workTree.endsOpen(ignore) }
  }

  /// The command that takes them out of the hash or into Git, and records the directory anew; `nil` when there is
  /// nothing to name, or more than anybody would paste.
  func fix(_ stage: JudgedStage, in subject: Subject) -> String? {
    guard !files.isEmpty, patterns.count + forgotten.count <= Self.most else { return nil }
    let ignore = stage.project.root.appending(Array(".dvcignore".utf8))
    var steps: [String] = []
    if !patterns.isEmpty {
      steps.append(IgnoreLine.append(patterns, to: ignore, endingTheLast: endsOpen))
    }
    steps.append(stage.softMend(in: subject))
    steps.append(
      ShellCommand(gitAdd: forgotten + [stage.lock] + (patterns.isEmpty ? [] : [ignore])).description)
    return steps.joined(separator: " && ")
  }

  private static let most = 20

  /// The files in a sentence; empty when there are none.
  var phrase: String {
    guard !files.isEmpty else { return "" }
    let shown = files.prefix(3).map(\.description).joined(separator: ", ")
    return " (not in Git: \(shown)\(files.count > 3 ? " and \(files.count - 3) more" : ""))"
  }

  private struct Walk {
    let tree: any FileTree
    let workTree: any FileTree
    let project: Project
    let root: RepositoryPath
    /// What DVC keeps: the hash has it from there.
    let outputs: Set<RepositoryPath>
    var files: [RepositoryPath] = []
    var patterns: Set<Text> = []
    var forgotten: [RepositoryPath] = []

    private static let limit = 2000
    var isComplete: Bool { files.count < Self.limit }

    mutating func run(_ start: RepositoryPath) throws(JudgementError) {
      // A directory below one that a line takes out needs no line of its own.
      var pending = [(path: start, isCovered: false)]
      while isComplete, let next = pending.popLast() {
        for child in try reading({ () throws(TreeError) in try workTree.children(of: next.path) }) {
          let path = next.path.appending(child.name)
          guard try counts(path, child) else { continue }
          if try reading({ () throws(TreeError) in try tree.entry(at: path) }) != nil {
            if child.entry == .directory { pending.append((path, false)) }
            continue
          }
          let line = next.isCovered ? nil : try line(for: child, at: path)
          if let line { patterns.insert(Text(utf8: line)) }
          let isCovered = next.isCovered || line != nil
          if child.entry == .directory {
            pending.append((path, isCovered))
          } else {
            files.append(path)
            if !isCovered { forgotten.append(path) }
          }
        }
      }
    }

    /// Whether DVC counts it as a part of the directory that Git should have.
    private func counts(_ path: RepositoryPath, _ child: Child) throws(JudgementError) -> Bool {
      if child.name.elementsEqual(".git".utf8) || child.name.elementsEqual(".dvc".utf8) { return false }
      if outputs.contains(path) { return false }
      do { return try !project.isIgnoredByDVC(path, isDirectory: child.entry == .directory) } catch {
        throw .dvc(error)
      }
    }

    /// The line that takes it out; `nil` for what belongs in Git, and for a directory that may hold some of both.
    private func line(for child: Child, at path: RepositoryPath) throws(JudgementError) -> [UInt8]? {
      if let pattern = Litter.pattern(for: child) { return pattern }
      let isDirectory = child.entry == .directory
      let isIgnored = try reading { () throws(TreeError) in
        try workTree.isIgnoredByGit(path, isDirectory: isDirectory)
      }
      guard isIgnored else { return nil }
      return IgnoreLine.literal(path.relative(to: root) ?? path.bytes, isDirectory: isDirectory)
    }
  }
}
