import Platform

/// What a push brings to a repository that has some commits already.
public struct Outgoing: Hashable, Sendable {
  /// The commits that it does not have, parents before children.
  public let commits: [CommitID]
  /// The commits that it has and that those stand on.
  public let base: [CommitID]
}

extension Repository {
  /// The commits that a repository lacks.
  /// - Parameters:
  ///   - tips: what is pushed to it.
  ///   - known: what it is known to have.
  public func outgoing(_ tips: [CommitID], beyond known: [CommitID]) throws(GitError) -> Outgoing {
    let commits = try commits(reachableFrom: tips, notFrom: known)
    let new = Set(commits)
    var base: [CommitID] = []
    var seen: Set<CommitID> = []
    for id in commits {
      for parent in try parents(of: id) where !new.contains(parent) && seen.insert(parent).inserted {
        base.append(parent)
      }
    }
    return Outgoing(commits: commits, base: base)
  }

  /// The commits that a remote of Git's is known to have: its remote-tracking branches.
  /// - Parameters:
  ///   - name: the remote's name, or the URL when it is pushed to by URL.
  ///   - url: where it is.
  public func commitsTracked(ofRemote name: [UInt8], url: [UInt8]) throws(GitError) -> [CommitID] {
    var tips: [CommitID] = []
    let (all, slash) = (remoteNames, UInt8(ascii: "/"))
    for remote in remotes(named: name, at: url) {
      // Of a remote whose name goes on from this one's, as `origin/fork`, nobody can tell from the refs' names.
      let others = all.filter { $0.count > remote.count && $0.starts(with: remote + [slash]) }
      for tip in try self.tips(under: Self.tracking + remote + [slash]) {
        let name = tip.name.dropFirst(Self.tracking.count)
        if !others.contains(where: { name.starts(with: $0 + [slash]) }) { tips.append(tip.commit) }
      }
    }
    return tips
  }

  private static let tracking = Array("refs/remotes/".utf8)

  /// The commits that the refs below a prefix such as `refs/heads/` lead to, in the order of the refs' names.
  public func commits(under prefix: [UInt8]) throws(GitError) -> [CommitID] {
    try tips(under: prefix).map(\.commit)
  }

  /// The same with the refs' full names.
  public func tips(under prefix: [UInt8]) throws(GitError) -> [(name: [UInt8], commit: CommitID)] {
    var tips: [(name: [UInt8], commit: CommitID)] = []
    let references = try backend.references(under: prefix)
    for reference in references.sorted(by: { $0.name.lexicographicallyPrecedes($1.name) }) {
      if let commit = try commit(under: reference.object) { tips.append((reference.name, commit)) }
    }
    return tips
  }

  /// The commit that an object is, or that the annotated tag leads to; `nil` for anything else, and for an object
  /// that is not here.
  public func commit(under id: ObjectID) throws(GitError) -> CommitID? {
    var id = id
    // A tag of a tag of a tag: nobody makes ten.
    for _ in 0..<10 {
      let object: StoredObject
      do {
        object = try backend.object(id)
      } catch {
        guard case .missingObject = error else { throw error }
        return nil
      }
      switch object.kind {
      case .commit: return CommitID(id)
      case .tag:
        let line = object.bytes.prefix { $0 != 0x0A }
        guard line.starts(with: "object ".utf8), let next = ObjectID(hexadecimal: line.dropFirst(7)) else {
          return nil
        }
        id = next
      case .tree, .blob: return nil
      }
    }
    return nil
  }

  /// The names of the remotes that have a URL, in the order of the configuration.
  public var remoteNames: [[UInt8]] { variables.subsections(of: "remote", "url").map(\.subsection) }

  /// The names of the remotes that are meant: the one of that name, and those at the same URL.
  private func remotes(named name: [UInt8], at url: [UInt8]) -> [[UInt8]] {
    var names: [[UInt8]] = []
    for key in ["url", "pushurl"] {
      for (remote, address) in variables.subsections(of: "remote", key) where remote == name || address == url
      {
        if !names.contains(remote) { names.append(remote) }
      }
    }
    return names
  }
}
