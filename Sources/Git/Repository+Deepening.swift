import Platform

extension Repository {
  /// Whether the history of a shallow clone ends at a commit: Git knows of no parents of it, even where they are here.
  public func isBoundary(_ commit: CommitID) throws(GitError) -> Bool {
    try shallowCommits.get().contains(commit)
  }

  /// Whether what two commits have apart from each other is here as a whole, so that nothing of the history of
  /// either hides behind the boundary of a shallow clone.
  public func holdsAll(between first: CommitID, and second: CommitID) throws(GitError) -> Bool {
    let boundary = try shallowCommits.get()
    guard !boundary.isEmpty else { return true }
    for (tip, other) in [(first, second), (second, first)] {
      let apart = try commits(reachableFrom: [tip], notFrom: [other])
      if apart.contains(where: boundary.contains) { return false }
    }
    // Both reach into the same history: else one of them lies behind the other's boundary.
    return try mergeBase(of: first, second) != nil
  }
}

/// Brings commits here that a clone lacks. Objects come, and the boundary of a shallow clone moves; no ref does.
public struct CommitFetch {
  private let git: NetworkGit

  /// - Parameters:
  ///   - remote: the name of a remote of Git's, or a URL.
  ///   - seconds: how long all of it may take.
  public init(_ repository: Repository, from remote: [UInt8], seconds: Int) throws(GitError) {
    git = try NetworkGit(repository, remote, purpose: "fetching what this clone lacks", seconds: seconds)
  }

  /// How much of the history of commits is brought.
  public enum Depth: Hashable, Sendable {
    /// What lies behind the boundary, so many commits of it.
    case more(Int)
    /// All of it.
    case whole
    /// As much as Git sees fit.
    case usual
  }

  /// Brings commits, named by their ids or by branches of the other side.
  public func bring(_ names: [[UInt8]], _ depth: Depth) throws(GitError) {
    switch depth {
    case .more(let count): try git.fetch(names, ["--deepen=\(count)"])
    case .whole: try git.fetch(names, ["--unshallow"])
    case .usual: try git.fetch(names)
    }
  }

  /// Brings objects that a partial clone was promised, as Git does when it needs one, but all at once.
  public func bring(promised ids: [[UInt8]]) throws(GitError) {
    // A command line holds no more than a few ten thousand.
    for start in stride(from: 0, to: ids.count, by: 10_000) {
      try git.fetch(Array(ids[start..<min(start + 10_000, ids.count)]), ["--filter=blob:none"])
    }
  }

  /// Where a branch leads on the other side; `nil` when it has none of that name.
  /// - Parameter branch: its name without `refs/heads/`; `nil` for the default one.
  public func tip(ofBranch branch: [UInt8]?) throws(GitError) -> CommitID? {
    try git.tip(of: branch.map { Array("refs/heads/".utf8) + $0 } ?? Array("HEAD".utf8))
  }
}
