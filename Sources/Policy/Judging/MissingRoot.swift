import DVC
import Trees
import Values

/// Files of DVC's around which a clone has no DVC repository: no directory above them holds `.dvc`, and the work
/// tree has one, or a parent had one. Where neither is so, they are not DVC's for who commits beside a repository
/// of DVC's or beside none; of a commit without any it is said that nothing of them was judged.
struct MissingRoot {
  /// What says that there should be a repository.
  enum Trace {
    /// The work tree has these files of it, and they are not staged.
    case notStaged([RepositoryPath])
    /// This parent has it.
    case removed(from: Subject)
    /// Git ignores the one in the work tree, or a commit has none at all.
    case unknown
  }

  /// The directory where `.dvc` should be.
  let root: RepositoryPath
  /// The files of DVC's that stand in it, in order.
  let files: [RepositoryPath]
  let trace: Trace

  /// The directory `.dvc`.
  var directory: RepositoryPath { root.appending(Array(".dvc".utf8)) }

  /// The files in a sentence.
  var phrase: String {
    let shown = files.prefix(3).map(\.description).joined(separator: ", ")
    return files.count > 3 ? "\(shown) and \(files.count - 3) more" : shown
  }

  /// That nothing of it was judged.
  var unjudged: Unjudged {
    Unjudged(what: phrase, why: "no directory above has .dvc: dvc finds no repository")
  }

  /// Whether what is staged has a part in it: its own files, or what is no longer there of `.dvc`.
  func isTouched(by subject: Subject) throws(JudgementError) -> Bool {
    let files = Set(files)
    return try subject.changes().contains {
      $0.kind == .deleted ? $0.path.isInside(directory) : files.contains($0.path)
    }
  }
}

extension Subject {
  /// Looks for the files of DVC's that no repository stands around. Parents are asked only when there are such
  /// files.
  func findMissingRoots() throws(JudgementError) -> [MissingRoot] {
    let roots = Set(try projects().map(\.root))
    guard !roots.contains(.root) else { return [] }
    var traces: [RepositoryPath: (root: RepositoryPath, trace: MissingRoot.Trace)?] = [:]
    var found: [RepositoryPath: (files: [RepositoryPath], trace: MissingRoot.Trace)] = [:]
    for file in try trackedDVCFiles() where !file.directoriesUpward.contains(where: roots.contains) {
      let directory = file.parent
      if traces[directory] == nil { traces[directory] = .some(try trace(above: directory)) }
      guard let (root, trace) = traces[directory] ?? nil else { continue }
      found[root, default: ([], trace)].files.append(file)
    }
    var missing: [MissingRoot] = []
    for (root, (files, trace)) in found {
      let one = MissingRoot(root: root, files: files.sorted(), trace: trace)
      if try !isOld(one) { missing.append(one) }
    }
    return missing.sorted { $0.root < $1.root }
  }

  private func trackedDVCFiles() throws(JudgementError) -> [RepositoryPath] {
    let files = try dvcFileSource.value()
    guard kind == .workTree else { return files }
    var here: [RepositoryPath] = []
    for file in files where try reading({ () throws(TreeError) in try tree.entry(at: file) }) != nil {
      here.append(file)
    }
    return here
  }

  private func trace(
    above directory: RepositoryPath
  ) throws(JudgementError) -> (root: RepositoryPath, trace: MissingRoot.Trace)? {
    for candidate in [directory] + directory.directoriesUpward {
      let files = try unstagedRoot(candidate)
      if !files.isEmpty { return (candidate, .notStaged(files)) }
      for parent in try ancestry().parents where try parent.isRoot(candidate) {
        return (candidate, .removed(from: parent))
      }
      if try hasIgnoredRoot(candidate) { return (candidate, .unknown) }
    }
    guard isCommit, try projects().isEmpty else { return nil }
    return (.root, .unknown)
  }

  /// Whether the work tree has a repository of DVC's of which Git shall have nothing.
  private func hasIgnoredRoot(_ root: RepositoryPath) throws(JudgementError) -> Bool {
    guard kind == .staged, let workTree = workTree?.tree else { return false }
    let directory = root.appending(Array(".dvc".utf8))
    return try reading { () throws(TreeError) in
      let entry = try workTree.entry(at: directory)
      guard entry == .directory else { return false }
      return try workTree.isIgnoredByGit(directory.appending(Array("config".utf8)), isDirectory: false)
    }
  }

  /// What `dvc init` wrote and Git does not have. What Git ignores was not forgotten.
  private func unstagedRoot(_ root: RepositoryPath) throws(JudgementError) -> [RepositoryPath] {
    guard kind == .staged, let workTree = workTree?.tree else { return [] }
    let directory = root.appending(Array(".dvc".utf8))
    let own = [".gitignore", "config"].map { directory.appending(Array($0.utf8)) }
    var files: [RepositoryPath] = []
    for file in own where try isUnstaged(file, workTree) { files.append(file) }
    let ignore = root.appending(Array(".dvcignore".utf8))
    if !files.isEmpty, try isUnstaged(ignore, workTree) { files.append(ignore) }
    return files
  }

  private func isUnstaged(
    _ file: RepositoryPath, _ workTree: any FileTree
  ) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      guard case .file? = try workTree.entry(at: file), try tree.entry(at: file) == nil else { return false }
      return try !workTree.isIgnoredByGit(file, isDirectory: false)
    }
  }

  private func isRoot(_ directory: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      try tree.entry(at: directory.appending(Array(".dvc".utf8))) == .directory
    }
  }

  /// Whether a parent had the files without the repository already, as the other side of a merge may have.
  private func isOld(_ missing: MissingRoot) throws(JudgementError) -> Bool {
    guard case .removed = missing.trace else { return false }
    for parent in try ancestry().parents where try !parent.isRoot(missing.root) {
      for file in missing.files
      where try reading({ () throws(TreeError) in try parent.tree.entry(at: file) }) != nil { return true }
    }
    return false
  }

  /// The command that brings a path back as a parent has it.
  func restoring(_ path: RepositoryPath, from parent: Subject) throws(JudgementError) -> ShellCommand {
    // Beside what is about to be committed the first parent is HEAD.
    let isHead = try ancestry().parents.first === parent && !isCommit
    guard !isHead, case .commit(let id, _) = parent.kind else {
      return ShellCommand("git restore --staged --worktree", [path])
    }
    return ShellCommand("git checkout \(Text(utf8: id.utf8.prefix(10))) --", [path])
  }
}

extension ProjectReader {
  /// The pipelines, locks and pointers of a tree.
  static func dvcFiles(in tree: any FileTree) throws(JudgementError) -> [RepositoryPath] {
    var files: [RepositoryPath] = []
    var pending: [RepositoryPath] = [.root]
    while let directory = pending.popLast() {
      for child in try reading({ () throws(TreeError) in try tree.children(of: directory) }) {
        let path = directory.appending(child.name)
        if child.entry == .directory {
          if !child.name.elementsEqual(".git".utf8) { pending.append(path) }
        } else if child.entry != .submodule, path.isDVCFile {
          files.append(path)
        }
      }
    }
    return files.sorted()
  }
}
