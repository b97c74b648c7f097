import DVC
import Trees
import Values

/// The files of a directory dependency that Git does not have, as the work tree shows them, and what mends that:
/// a line in `.dvcignore` for what tools left, `git add` for what somebody wrote. What Git ignores the run may have read:
/// nobody but its owner knows whether the results are what they are without it.
struct UntrackedFiles {
  /// The files, in order; not all of very many.
  let files: [RepositoryPath]
  /// Whether these are all.
  let isComplete: Bool
  /// The lines for the `.dvcignore` at the root of the project.
  let patterns: [[UInt8]]
  /// The files that belong in Git.
  let forgotten: [RepositoryPath]
  /// What Git ignores and no tool left, directories whole.
  let doubtful: [RepositoryPath]
  /// The files that DVC does not count any more, since a line takes them out; not all of very many.
  let ignored: [RepositoryPath]
  /// Whether the record counted these, and nothing else changed.
  var wereCounted = false
  /// Whether the last line of the `.dvcignore` has no end.
  private let endsOpen: Bool

  /// What the work tree has in a directory and the tree that is judged has not; `nil` without a work tree.
  init?(in directory: RepositoryPath, of project: JudgedProject, _ subject: Subject) throws(JudgementError) {
    guard let workTree = subject.workTree?.tree, case .success(let content) = project.project else {
      return nil
    }
    var walk = Walk(
      tree: subject.tree, tracked: subject.tracked, workTree: workTree, project: content, root: project.root,
      outputs: Set(content.readableStages.flatMap(\.outputs)))
    try walk.run(directory)
    files = walk.files.sorted()
    isComplete = walk.isComplete
    patterns = walk.patterns.sorted().map(\.utf8)
    forgotten = walk.forgotten.sorted()
    doubtful = walk.doubtful.sorted()
    ignored = walk.ignored.sorted()
    let ignore = project.root.appending(Array(".dvcignore".utf8))
    endsOpen = try reading { () throws(TreeError) in try workTree.endsOpen(ignore) }
  }

  /// What takes them out of the hash or into Git, and records the directory anew; `nil` when there is more to name than
  /// anybody would paste.
  func mend(_ stage: JudgedStage, in subject: Subject) -> Mend? {
    guard isComplete, patterns.count + forgotten.count + doubtful.count <= Self.most else { return nil }
    guard doubtful.isEmpty else {
      let names = doubtful.map { "'\($0)'" }.joined(separator: ", ")
      return Mend(
        advice: "the run may have read \(names), which Git ignores: where the results need it, "
          + "\(ShellCommand("git add -f", doubtful)); else move it away, then: \(stage.mend(in: subject))")
    }
    // What the record counted is gone: nobody knows what made the results, unless the files that a line takes out tell.
    guard !files.isEmpty || wereCounted else { return Mend(command: stage.mend(in: subject)) }
    return Mend(
      recounting: stage.recount(lines: patterns, endsOpen: endsOpen, adding: forgotten, in: subject))
  }

  private static let most = 20

  /// The files in a sentence; empty when there are none.
  var phrase: String {
    let named = files.isEmpty && wereCounted ? ignored : files
    guard !named.isEmpty else { return "" }
    let shown = named.prefix(3).map(\.description).joined(separator: ", ")
    return " (not in Git: \(shown)\(named.count > 3 ? " and \(named.count - 3) more" : ""))"
  }

  private struct Walk {
    let tree: any FileTree
    let tracked: any FileTree
    let workTree: any FileTree
    let project: Project
    let root: RepositoryPath
    /// What DVC keeps: the hash has it from there.
    let outputs: Set<RepositoryPath>
    var files: [RepositoryPath] = []
    var patterns: Set<Text> = []
    var forgotten: [RepositoryPath] = []
    var doubtful: [RepositoryPath] = []
    var ignored: [RepositoryPath] = []

    private static let limit = 2000
    var isComplete: Bool { files.count < Self.limit }

    mutating func run(_ start: RepositoryPath) throws(JudgementError) {
      // A directory below one that a line takes out needs no line of its own.
      var pending = [(path: start, isCovered: false)]
      while isComplete, let next = pending.popLast() {
        for child in try reading({ () throws(TreeError) in try workTree.children(of: next.path) }) {
          let path = next.path.appending(child.name)
          guard isOthers(path, child) else { continue }
          if try isIgnored(path, child) {
            try takeIgnored(path, child)
            continue
          }
          if try reading({ () throws(TreeError) in try tree.entry(at: path) }) != nil {
            if child.entry == .directory { pending.append((path, false)) }
            continue
          }
          let isCovered = next.isCovered ? true : try isSettled(child, at: path)
          if child.entry == .directory {
            pending.append((path, isCovered))
          } else {
            files.append(path)
            if !isCovered { forgotten.append(path) }
          }
        }
      }
    }

    /// Whether it may be a part of the directory that Git should have: neither Git's nor DVC's own, nor what DVC keeps.
    private func isOthers(_ path: RepositoryPath, _ child: Child) -> Bool {
      !child.name.elementsEqual(".git".utf8) && !child.name.elementsEqual(".dvc".utf8)
        && !outputs.contains(path)
    }

    private func isIgnored(_ path: RepositoryPath, _ child: Child) throws(JudgementError) -> Bool {
      do { return try project.isIgnoredByDVC(path, isDirectory: child.entry == .directory) } catch {
        throw .dvc(error)
      }
    }

    /// Takes down the files that DVC does not count any more and Git does not have.
    private mutating func takeIgnored(_ start: RepositoryPath, _ child: Child) throws(JudgementError) {
      var pending = [(path: start, entry: child.entry)]
      while ignored.count < Self.limit, let next = pending.popLast() {
        if next.entry == .directory {
          for child in try reading({ () throws(TreeError) in try workTree.children(of: next.path) })
          where isOthers(next.path.appending(child.name), child) {
            pending.append((next.path.appending(child.name), child.entry))
          }
        } else if case .file = next.entry,
          try reading({ () throws(TreeError) in try tracked.entry(at: next.path) }) == nil
        {
          ignored.append(next.path)
        }
      }
    }

    /// Whether nobody has to add it to Git: tools left it, or Git ignores it, a directory with all that is below.
    private mutating func isSettled(_ child: Child, at path: RepositoryPath) throws(JudgementError) -> Bool {
      if let pattern = Litter.pattern(for: child) {
        patterns.insert(Text(utf8: pattern))
        return true
      }
      let isIgnored = try reading { () throws(TreeError) in
        try workTree.isIgnoredByGit(path, isDirectory: child.entry == .directory)
      }
      if isIgnored { doubtful.append(path) }
      return isIgnored
    }
  }
}
