import Trees

/// A path at which two trees differ.
public struct Change: Hashable, Sendable {
  /// What happened there.
  public enum Kind: Hashable, Sendable { case added, modified, deleted }

  /// The path of a file, a symbolic link or a submodule.
  public let path: RepositoryPath
  /// What happened there; a file that becomes a link or can be executed is modified.
  public let kind: Kind

  /// A change at a path.
  public init(_ path: RepositoryPath, _ kind: Kind) {
    self.path = path
    self.kind = kind
  }
}

extension Repository {
  /// The paths at which two trees differ, in the order of their bytes.
  ///
  /// Directories of one tree object are passed over without being read. The index knows the tree objects of
  /// what did not change since they were made, so that a commit of four files in 50,000 costs little.
  public func changes(from old: ObjectTree, to new: ObjectTree) throws(GitError) -> [Change] {
    try TreeComparison(old: old.entries, new: new.entries).changes()
  }
}

/// A merge of two trees, directory by directory.
struct TreeComparison {
  let old: any TreeEntries
  let new: any TreeEntries

  func changes() throws(GitError) -> [Change] {
    if let root = old.rootID, root == new.rootID { return [] }
    var changes: [Change] = []
    var pending: [(RepositoryPath, old: Bool, new: Bool)] = [(.root, true, true)]
    while let (directory, hasOld, hasNew) = pending.popLast() {
      let before = hasOld ? try old.entries(of: directory) : []
      let after = hasNew ? try new.entries(of: directory) : []
      var (left, right) = (before[...], after[...])
      while let (one, other) = Self.next(&left, &right) {
        if let one, let other, one.mode == other.mode, let id = one.id, id == other.id { continue }
        guard let name = one?.name ?? other?.name else { continue }
        let path = directory.appending(name)
        let (wasDirectory, isDirectory) = (one?.mode == .directory, other?.mode == .directory)
        if wasDirectory || isDirectory { pending.append((path, wasDirectory, isDirectory)) }
        switch (one, other) {
        case (let one?, let other?) where one.mode != .directory && other.mode != .directory:
          changes.append(Change(path, .modified))
        case (let one?, _) where one.mode != .directory: changes.append(Change(path, .deleted))
        case (_, let other?) where other.mode != .directory: changes.append(Change(path, .added))
        default: continue
        }
      }
    }
    return changes.sorted { $0.path < $1.path }
  }

  /// The entries of the next name on either side.
  private static func next(
    _ left: inout ArraySlice<TreeEntry>, _ right: inout ArraySlice<TreeEntry>
  ) -> (TreeEntry?, TreeEntry?)? {
    guard let one = left.first else { return right.popFirst().map { (nil, $0) } }
    guard let other = right.first else { return left.popFirst().map { ($0, nil) } }
    if one.name == other.name { return (left.popFirst(), right.popFirst()) }
    if one.name.lexicographicallyPrecedes(other.name) { return (left.popFirst(), nil) }
    return (nil, right.popFirst())
  }
}
