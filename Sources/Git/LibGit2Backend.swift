import CGit2
import Platform

/// A repository read through libgit2. The environment is the one that is given, not the process's:
/// libgit2's own reading of it knows only a part of Git's variables and fails at others.
final class LibGit2Backend: Backend {
  /// Why a repository must be read in another way.
  enum Refusal: Error {
    /// libgit2 cannot open it, or would read it differently from Git.
    case unsupported(String)
    /// libgit2 finds none, or trusts none.
    case refused(LibGit2.Failure)
  }

  let locations: Locations
  let repository: OpaquePointer
  let objects: OpaquePointer
  private let environment: ProcessEnvironment

  /// Opens as Git would from a directory.
  init(
    from directory: [UInt8], environment: ProcessEnvironment, judgingOwner: Bool
  ) throws(Refusal) {
    if let names = environment[bytes: "GIT_COMMON_DIR"], !names.isEmpty {
      throw .unsupported("GIT_COMMON_DIR is set")
    }
    let opening = RepositoryOpening(directory: directory, environment: environment)
    do {
      repository = try opening.open(judgingOwner: judgingOwner)
    } catch {
      throw error.isNotFound || error.isAboutOwnership ? .refused(error) : .unsupported(error.message)
    }
    do {
      objects = try opening.objectDatabase(of: repository)
    } catch {
      git_repository_free(repository)
      throw .unsupported(error.message)
    }
    self.environment = environment
    locations = opening.locations(of: repository)
  }

  deinit {
    git_odb_free(objects)
    git_repository_free(repository)
  }

  func object(_ id: ObjectID) throws(GitError) -> StoredObject {
    guard var raw = id.raw else { throw missing(id) }
    var found: OpaquePointer?
    do {
      try LibGit2.check(git_odb_read(&found, objects, &raw))
    } catch {
      throw error.isNotFound ? missing(id) : .corrupt(what: "object \(id)", why: error.message)
    }
    defer { git_odb_object_free(found) }
    let kind = try kind(git_odb_object_type(found), of: id)
    let content = UnsafeRawBufferPointer(start: git_odb_object_data(found), count: git_odb_object_size(found))
    return StoredObject(kind: kind, bytes: Array(content))
  }

  /// The error of an object that is not here.
  func missing(_ id: ObjectID) -> GitError { .missingObject(id, isPromised: isPartialClone) }

  /// Whether objects may be at a remote only. Configuration that cannot be read is told where it is needed.
  private lazy var isPartialClone = (try? configuration().isPartialClone) ?? false

  func objectSize(_ id: ObjectID) throws(GitError) -> Int {
    guard var raw = id.raw else { throw missing(id) }
    var size = 0
    var type = GIT_OBJECT_ANY
    do {
      try LibGit2.check(git_odb_read_header(&size, &type, objects, &raw))
    } catch {
      throw error.isNotFound ? missing(id) : .corrupt(what: "object \(id)", why: error.message)
    }
    return size
  }

  func head() throws(GitError) -> Head {
    var reference: OpaquePointer?
    var name: [UInt8]?
    do {
      try LibGit2.check(git_reference_lookup(&reference, repository, "HEAD"))
      defer { git_reference_free(reference) }
      if let target = git_reference_symbolic_target(reference) { name = Array(String(cString: target).utf8) }
      var id = git_oid()
      let code = git_reference_name_to_id(&id, repository, "HEAD")
      if code == GIT_ENOTFOUND.rawValue, name != nil { return Head(reference: name, commit: nil) }
      try LibGit2.check(code)
      return Head(reference: name, commit: ObjectID(id).map(CommitID.init))
    } catch {
      throw .corrupt(what: "HEAD", why: error.message)
    }
  }

  func commit(_ revision: [UInt8]) throws(GitError) -> CommitID? {
    var object: OpaquePointer?
    guard withCString(revision, { git_revparse_single(&object, repository, $0) }) == 0 else { return nil }
    defer { git_object_free(object) }
    var commit: OpaquePointer?
    guard git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0 else { return nil }
    defer { git_object_free(commit) }
    return git_object_id(commit).flatMap { ObjectID($0.pointee) }.map(CommitID.init)
  }

  func reference(named name: [UInt8]) throws(GitError) -> ObjectID? {
    do { return try target(of: name) } catch { throw .corrupt(what: name.text, why: error.message) }
  }

  /// What a ref leads to; `nil` when there is none.
  func target(of name: [UInt8]) throws(LibGit2.Failure) -> ObjectID? {
    var id = git_oid()
    let code = withCString(name) { git_reference_name_to_id(&id, repository, $0) }
    if code == GIT_ENOTFOUND.rawValue { return nil }
    try LibGit2.check(code)
    return ObjectID(id)
  }

  func references(under prefix: [UInt8]) throws(GitError) -> [Reference] {
    do {
      var iterator: OpaquePointer?
      try LibGit2.check(
        withCString(prefix + [UInt8(ascii: "*")]) {
          git_reference_iterator_glob_new(&iterator, repository, $0)
        })
      defer { git_reference_iterator_free(iterator) }
      var found: [Reference] = []
      while true {
        var reference: OpaquePointer?
        let code = git_reference_next(&reference, iterator)
        if code == GIT_ITEROVER.rawValue { return found }
        try LibGit2.check(code)
        defer { git_reference_free(reference) }
        guard let name = git_reference_name(reference), let target = git_reference_target(reference) else {
          continue  // a symbolic ref leads to one that has its own turn
        }
        if let id = ObjectID(target.pointee) {
          found.append(Reference(name: Array(String(cString: name).utf8), object: id))
        }
      }
    } catch {
      throw .corrupt(what: "the refs", why: error.message)
    }
  }

  func configuration() throws(GitError) -> Configuration {
    do {
      return try ConfigurationFiles(locations: locations, environment: environment).read(for: repository)
    } catch {
      throw .corrupt(what: "Git's configuration", why: error.message)
    }
  }

  func commits(reachableFrom tips: [CommitID], notFrom excluded: [CommitID]) throws(GitError) -> [CommitID] {
    do {
      var walk: OpaquePointer?
      try LibGit2.check(git_revwalk_new(&walk, repository))
      defer { git_revwalk_free(walk) }
      try LibGit2.check(git_revwalk_sorting(walk, GIT_SORT_TOPOLOGICAL.rawValue | GIT_SORT_REVERSE.rawValue))
      for tip in tips { try withRaw(tip) { git_revwalk_push(walk, $0) } }
      for commit in excluded { try withRaw(commit) { git_revwalk_hide(walk, $0) } }
      var found: [CommitID] = []
      var id = git_oid()
      while true {
        let code = git_revwalk_next(&id, walk)
        if code == GIT_ITEROVER.rawValue { return found }
        try LibGit2.check(code)
        if let id = ObjectID(id) { found.append(CommitID(id)) }
      }
    } catch {
      throw .corrupt(what: "the history", why: error.message)
    }
  }

  func mergeBase(of first: CommitID, _ second: CommitID) throws(GitError) -> CommitID? {
    guard var one = first.object.raw, var two = second.object.raw else { return nil }
    var base = git_oid()
    let code = git_merge_base(&base, repository, &one, &two)
    if code == GIT_ENOTFOUND.rawValue { return nil }
    guard code == 0 else { throw .corrupt(what: "the history", why: LibGit2.Failure(code).message) }
    return ObjectID(base).map(CommitID.init)
  }

  private func withRaw(
    _ commit: CommitID, _ body: (UnsafePointer<git_oid>) -> Int32
  ) throws(LibGit2.Failure) {
    guard var raw = commit.object.raw else { throw LibGit2.Failure(GIT_ENOTFOUND.rawValue) }
    try LibGit2.check(body(&raw))
  }

  private func kind(_ type: git_object_t, of id: ObjectID) throws(GitError) -> ObjectKind {
    switch type {
    case GIT_OBJECT_COMMIT: return .commit
    case GIT_OBJECT_TREE: return .tree
    case GIT_OBJECT_BLOB: return .blob
    case GIT_OBJECT_TAG: return .tag
    default: throw .corrupt(what: "object \(id)", why: "of no known type")
    }
  }
}
