import CI
import Git
import Platform
import Values

/// Finds the commits that a proposed change is made of, and brings here what a shallow or a partial clone lacks of them.
struct ChangeResolver {
  /// The commits of a change.
  struct Resolved {
    /// What was there before; `nil` where nobody says, so that the commit is judged beside its parents.
    let base: CommitID?
    /// What the change leads to: the merge of both where that is checked out.
    let head: CommitID
  }

  /// Whether Git's remote may be asked.
  var fetches = true

  private let open: () throws(Failure) -> Repository
  private let system: CISystem?

  /// - Parameters:
  ///   - system: the CI system, for what to do when a clone is too shallow; `nil` at a person's terminal.
  ///   - open: opens the repository anew: what was fetched is seen only then.
  init(_ system: CISystem?, open: @escaping () throws(Failure) -> Repository) {
    self.system = system
    self.open = open
  }

  // MARK: - Finding

  /// The commits of what a CI system says.
  func resolve(_ change: ProposedChange) throws(Failure) -> Resolved {
    var repository = try open()
    guard let here = try asking({ () throws(GitError) in try repository.head() }) else {
      throw Failure("there is no commit")
    }
    let head = try change.head.map { id throws(Failure) in try commit(id, &repository) } ?? here
    if let merged = try base(ofMerge: here, of: head, repository) {
      return try complete(Resolved(base: try commit(merged.letters, &repository), head: here))
    }
    let base: CommitID
    switch change.base {
    case .parents: return try withParents(of: head)
    case .commit(let id, let branch):
      do throws(Failure) { base = try commit(id, &repository) } catch {
        guard let branch else { throw error }
        base = try tip(ofBranch: branch, &repository)
      }
    case .branch(let name): base = try tip(ofBranch: name, &repository)
    case .defaultBranch: base = try tip(ofBranch: nil, &repository)
    }
    return try complete(Resolved(base: base, head: head))
  }

  /// The commits between two that a person names.
  func resolve(base: String, head: String?) throws(Failure) -> Resolved {
    let repository = try open()
    let resolved = try asking { () throws(GitError) in
      Resolved(base: try repository.resolve(base), head: try repository.resolve(head ?? "HEAD"))
    }
    return try complete(resolved)
  }

  /// Where CI systems check out the merge of both sides, the other side of it: what the change will be merged into.
  private func base(
    ofMerge here: CommitID, of head: CommitID, _ repository: Repository
  ) throws(Failure) -> CommitID? {
    let parents = try asking { () throws(GitError) in try repository.storedCommit(here).parents }
    guard here != head, parents.count == 2, parents.contains(head) else { return nil }
    return parents.first { $0 != head }
  }

  // MARK: - Fetching

  private func commit(_ id: String, _ repository: inout Repository) throws(Failure) -> CommitID {
    if let known = try known(id, repository) { return known }
    guard ObjectID(hexadecimal: id.utf8) != nil else {
      throw missing("the commit \(id)", "and what is no whole id cannot be fetched")
    }
    try bring([Array(id.utf8)], .usual, repository, lacking: "the commit \(id)")
    repository = try open()
    return try asking { () throws(GitError) in try repository.resolve(id) }
  }

  /// The commit that a revision leads to; `nil` when it is not here, so that it is asked for.
  private func known(_ revision: String, _ repository: Repository) throws(Failure) -> CommitID? {
    do { return try repository.resolve(revision) } catch {
      switch error {
      case .unknownRevision, .missingObject: return nil
      // Other forms of a name are the git command's to know: without it this one is not here.
      case .noGitCommand: return nil
      default: throw Failure(error)
      }
    }
  }

  /// Where a branch of the remote is: as it was fetched, else as the remote says.
  private func tip(ofBranch branch: String?, _ repository: inout Repository) throws(Failure) -> CommitID {
    let what = branch.map { "the branch '\($0)'" } ?? "the default branch"
    let remote = try remote(of: repository, lacking: what)
    let name = String(decoding: remote, as: UTF8.self)
    if let known = try known("refs/remotes/\(name)/\(branch ?? "HEAD")", repository) { return known }
    guard fetches else { throw missing(what, "and nothing is fetched") }
    let found: CommitID?
    do throws(Failure) {
      let fetch = try fetching(from: remote, repository)
      found = try asking { () throws(GitError) in
        try fetch.tip(ofBranch: branch.map { Array($0.utf8) })
      }
    } catch { throw missing(what, "and cannot be fetched: \(error.firstLine)") }
    guard let found else { throw missing(what, "and \(name) has none of that name") }
    return try commit(found.letters, &repository)
  }

  private func withParents(of head: CommitID) throws(Failure) -> Resolved {
    var repository = try open()
    let parents = try asking { () throws(GitError) in try repository.storedCommit(head).parents }
    // The parents alone would be here and Git not know whose they are.
    let isBoundary = try asking { () throws(GitError) in try repository.isBoundary(head) }
    if fetches, !parents.isEmpty, isBoundary {
      try bring([head.object.hexadecimal], .more(1), repository, lacking: "what was there before the commit")
      repository = try open()
    }
    for parent in parents { _ = try commit(parent.letters, &repository) }
    try bringPromised(of: parents, upTo: head)
    return Resolved(base: nil, head: head)
  }

  /// Brings a commit that a policy is pinned by, with its files.
  func bring(pinned id: String) throws(Failure) {
    var repository = try open()
    let pinned = try commit(id, &repository)
    try bringPromised(of: [pinned], upTo: pinned)
  }

  /// Sees to it that all that lies between both is here, with the files.
  private func complete(_ resolved: Resolved) throws(Failure) -> Resolved {
    let resolved = try whole(resolved)
    try bringPromised(of: resolved.base.map { [$0] } ?? [], upTo: resolved.head)
    return resolved
  }

  /// Brings what a partial clone left at its remote: first directories, which say what is below them.
  private func bringPromised(of old: [CommitID], upTo head: CommitID) throws(Failure) {
    guard fetches else { return }
    var last: [[UInt8]] = []
    while true {
      let repository = try open()
      guard repository.isPartialClone else { return }
      let lacking = try asking { () throws(GitError) in try repository.missingObjects(of: old, upTo: head) }
      guard !lacking.isEmpty else { return }
      let lack = { (why: String) in
        Failure(
          "this partial clone lacks \(lacking.count) objects of the change, \(why)",
          advice: "clone without --filter")
      }
      guard lacking != last else { throw lack("and what was fetched did not bring them") }
      do throws(Failure) {
        let remote = try remote(of: repository, lacking: "what the clone left there")
        let fetch = try fetching(from: remote, repository)
        try asking { () throws(GitError) in try fetch.bring(promised: lacking) }
      } catch {
        throw lack("and they cannot be fetched: \(error.firstLine)")
      }
      last = lacking
    }
  }

  /// Sees to it that the history between both is here.
  private func whole(_ resolved: Resolved) throws(Failure) -> Resolved {
    guard let base = resolved.base else { return resolved }
    for depth in Self.depths {
      let repository = try open()
      let isWhole = try asking { () throws(GitError) in
        try repository.holdsAll(between: base, and: resolved.head)
      }
      if isWhole { return resolved }
      guard let depth else { break }
      let ids = [base, resolved.head].map(\.object.hexadecimal)
      try bring(ids, depth, repository, lacking: "the history between base and head")
    }
    throw missing("the history between base and head", "and what was fetched did not complete it")
  }

  private static let depths: [CommitFetch.Depth?] = [.more(50), .more(500), .whole, nil]

  private func bring(
    _ names: [[UInt8]], _ depth: CommitFetch.Depth, _ repository: Repository, lacking what: String
  ) throws(Failure) {
    let remote = try remote(of: repository, lacking: what)
    guard fetches else { throw missing(what, "and nothing is fetched") }
    do throws(Failure) {
      let fetch = try fetching(from: remote, repository)
      try asking { () throws(GitError) in try fetch.bring(names, depth) }
    } catch {
      throw missing(what, "and cannot be fetched: \(error.firstLine)")
    }
  }

  private func fetching(from remote: [UInt8], _ repository: Repository) throws(Failure) -> CommitFetch {
    try asking { () throws(GitError) in
      try CommitFetch(repository, from: remote, seconds: Self.patience)
    }
  }

  /// How many seconds a fetch may take: a long history is large.
  private static let patience = 600

  private func remote(of repository: Repository, lacking what: String) throws(Failure) -> [UInt8] {
    guard let remote = try asking({ () throws(GitError) in try repository.pushRemote }) else {
      throw missing(what, "and there is no remote to fetch it from")
    }
    return remote
  }

  private func missing(_ what: String, _ why: String) -> Failure {
    let what = "\(what) is not in this clone, \(why)"
    guard let system else {
      return Failure(what, fix: "git fetch --unshallow", advice: "name --base")
    }
    return Failure(what, advice: system.wholeHistory)
  }
}

extension CommitID {
  /// All its letters.
  fileprivate var letters: String { String(decoding: object.hexadecimal, as: UTF8.self) }
}

extension Failure {
  /// What comes first: Git says the most there.
  fileprivate var firstLine: String { String(message.prefix { $0 != "\n" }) }
}
