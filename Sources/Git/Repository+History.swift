import Platform
import Trees

extension Repository {
  /// A commit. At the boundary of a shallow clone it has no parents.
  public func commit(_ id: CommitID) throws(GitError) -> Commit {
    let object = try backend.object(id.object)
    guard object.kind == .commit else { throw .unknownRevision(id.description, why: "it is no commit") }
    let isBoundary = try shallowCommits.get().contains(id)
    guard let commit = Commit(id, object.bytes, isBoundary: isBoundary) else {
      throw .corrupt(what: "commit \(id)", why: "a header is missing")
    }
    return commit
  }

  /// The commits before one, the first parent first.
  public func parents(of commit: CommitID) throws(GitError) -> [CommitID] { try self.commit(commit).parents }

  /// Whether history ends early here: in a shallow clone.
  public func isShallow() throws(GitError) -> Bool { try !shallowCommits.get().isEmpty }

  /// The commits of a range, parents before children: `A..B` is what B has and A has not, `B` alone all of B.
  public func commits(in range: String) throws(GitError) -> [CommitID] {
    guard let (base, tip) = Self.ends(of: range) else {
      return try commits(reachableFrom: [try resolve(range)], notFrom: [])
    }
    return try commits(reachableFrom: [try resolve(tip)], notFrom: [try resolve(base)])
  }

  /// The commits that can be reached from some and not from others, parents before children.
  public func commits(
    reachableFrom tips: [CommitID], notFrom excluded: [CommitID]
  ) throws(GitError) -> [CommitID] {
    // libgit2 walks off the end of a shallow clone.
    let walker: any Backend = try isShallow() ? command(for: "the history of a shallow clone") : backend
    return try walker.commits(reachableFrom: tips, notFrom: excluded)
  }

  /// The best common ancestor of two commits; `nil` when they have none.
  public func mergeBase(of first: CommitID, _ second: CommitID) throws(GitError) -> CommitID? {
    let walker: any Backend = try isShallow() ? command(for: "the history of a shallow clone") : backend
    return try walker.mergeBase(of: first, second)
  }

  /// The parents that the commit being made will have, as far as Git lets one know: HEAD, and what is being
  /// merged. `git commit --amend` takes HEAD's parents instead, and tells no hook.
  public func pendingParents() throws(GitError) -> [CommitID] {
    var parents: [CommitID] = []
    if let head = try head() { parents.append(head) }
    guard let merged = try gitFile("MERGE_HEAD", in: gitDirectory) else {
      return parents + (try announcedParents().filter { !parents.contains($0) })
    }
    for line in merged.split(separator: 0x0A) {
      guard let id = ObjectID(hexadecimal: line) else {
        throw .corrupt(what: "MERGE_HEAD", why: "not a commit: \(line.text)")
      }
      parents.append(CommitID(id))
    }
    return parents
  }

  /// What `git merge` and `git pull` are about to join, in no order of theirs. When they ask `pre-merge-commit` there
  /// is no `MERGE_HEAD` yet: only variables `GITHEAD_<commit>`, made for merge strategies, tell.
  private func announcedParents() throws(GitError) -> [CommitID] {
    let action = environment[bytes: "GIT_REFLOG_ACTION"] ?? []
    guard action.starts(with: "merge".utf8) || action.starts(with: "pull".utf8) else { return [] }
    let prefix = "GITHEAD_".utf8
    var parents: [CommitID] = []
    for name in environment.names.sorted() where name.utf8.starts(with: prefix) {
      guard let id = ObjectID(hexadecimal: name.utf8.dropFirst(prefix.count)) else { continue }
      do { parents.append(try commit(CommitID(id)).id) } catch .missingObject, .unknownRevision {
        // The merge is one of another repository, around this one.
        continue
      }
    }
    return parents
  }

  /// The two names of `A..B`; an empty one is HEAD.
  private static func ends(of range: String) -> (base: String, tip: String)? {
    let bytes = Array(range.utf8)
    let dot = UInt8(ascii: ".")
    guard bytes.count >= 2,
      let cut = (0..<(bytes.count - 1)).first(where: { bytes[$0] == dot && bytes[$0 + 1] == dot }),
      cut + 2 == bytes.count || bytes[cut + 2] != dot
    else { return nil }
    let name = { (part: ArraySlice<UInt8>) in part.isEmpty ? "HEAD" : String(decoding: part, as: UTF8.self) }
    return (name(bytes[..<cut]), name(bytes[(cut + 2)...]))
  }
}
