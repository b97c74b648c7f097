import Platform

/// A repository read through the `git` command: what libgit2 cannot open. One process answers for all objects.
final class CommandBackend: Backend {
  let locations: Locations
  let command: GitCommand
  private var contents: Conversation?
  private var sizes: Conversation?

  /// Opens as Git does from a directory, and fails in Git's own words.
  init(command: GitCommand) throws(GitError) {
    self.command = command
    do {
      let path = ["rev-parse", "--path-format=absolute"]
      let git = try command.line(of: path + ["--git-dir"])
      let common = try command.line(of: path + ["--git-common-dir"])
      let isBare = try command.line(of: ["rev-parse", "--is-bare-repository"]) == Array("true".utf8)
      let format = try command.line(of: ["rev-parse", "--show-object-format"])
      locations = Locations(
        gitDirectory: git, commonDirectory: common, workTree: isBare ? nil : Self.workTree(command),
        hashLength: format == Array("sha256".utf8) ? 32 : 20)
    } catch .command(_, let why) {
      throw .noRepository(directory: command.directory.text, why: why)
    }
  }

  func object(_ id: ObjectID) throws(GitError) -> StoredObject {
    let process = if let contents { contents } else { try command.conversation(["cat-file", "--batch"]) }
    contents = process
    var object: StoredObject?
    do {
      if let (kind, size) = try ask(process, for: id) {
        object = StoredObject(kind: kind, bytes: try process.read(size))
        _ = try process.read(1)
      }
    } catch {
      contents = nil
      throw try judged(error, id)
    }
    guard let object else { throw try missing(id) }
    return object
  }

  func objectSize(_ id: ObjectID) throws(GitError) -> Int {
    let process = if let sizes { sizes } else { try command.conversation(["cat-file", "--batch-check"]) }
    sizes = process
    let answer: (kind: ObjectKind, size: Int)?
    do {
      answer = try ask(process, for: id)
    } catch {
      sizes = nil
      throw try judged(error, id)
    }
    guard let answer else { throw try missing(id) }
    return answer.size
  }

  func head() throws(GitError) -> Head {
    let reference = try command.answer(["symbolic-ref", "-q", "HEAD"])
    let commit = try command.answer(["rev-parse", "-q", "--verify", "HEAD^{commit}"])
    return Head(
      reference: reference.map { $0.filter { $0 != 0x0A } },
      commit: commit.flatMap { ObjectID(hexadecimal: $0.filter { $0 != 0x0A }) }.map(CommitID.init))
  }

  func commit(_ revision: [UInt8]) throws(GitError) -> CommitID? {
    try object(revision, kind: "commit").map(CommitID.init)
  }

  /// The tree that a revision leads to: a tree's own name, or a commit's.
  func tree(_ revision: [UInt8]) throws(GitError) -> ObjectID? { try object(revision, kind: "tree") }

  private func object(_ revision: [UInt8], kind: String) throws(GitError) -> ObjectID? {
    guard !revision.contains(0) else { return nil }
    // Two steps: a search such as `:/text` would take what follows for a part of its text.
    let name = String(decoding: revision, as: UTF8.self)
    let found = try command.line(of: ["rev-parse", "--verify", "--end-of-options", name])
    guard let id = ObjectID(hexadecimal: found) else { return nil }
    return ObjectID(hexadecimal: try command.line(of: ["rev-parse", "--verify", "\(id)^{\(kind)}"]))
  }

  func reference(named name: [UInt8]) throws(GitError) -> ObjectID? {
    let line = try command.answer(["rev-parse", "-q", "--verify", String(decoding: name, as: UTF8.self)])
    return line.flatMap { ObjectID(hexadecimal: $0.filter { $0 != 0x0A }) }
  }

  func references(under prefix: [UInt8]) throws(GitError) -> [Reference] {
    let format = "--format=%(objectname) %(refname)"
    let listing = try command.output(of: ["for-each-ref", format, String(decoding: prefix, as: UTF8.self)])
    return listing.split(separator: 0x0A).compactMap { line in
      let parts = line.split(separator: 0x20, maxSplits: 1)
      guard parts.count == 2, let id = ObjectID(hexadecimal: parts[0]) else { return nil }
      return Reference(name: Array(parts[1]), object: id)
    }
  }

  func configuration() throws(GitError) -> Configuration {
    Configuration(listing: try command.answer(["config", "--list", "-z"]) ?? [])
  }

  func commits(reachableFrom tips: [CommitID], notFrom excluded: [CommitID]) throws(GitError) -> [CommitID] {
    guard !tips.isEmpty else { return [] }
    let names = tips.map(\.description) + excluded.map { "^\($0)" }
    let listing = try command.output(
      of: ["rev-list", "--topo-order", "--reverse", "--stdin"],
      input: Array(names.joined(separator: "\n").utf8) + [0x0A])
    return listing.split(separator: 0x0A).compactMap { ObjectID(hexadecimal: $0).map(CommitID.init) }
  }

  func mergeBase(of first: CommitID, _ second: CommitID) throws(GitError) -> CommitID? {
    let line = try command.answer(["merge-base", first.description, second.description])
    return line.flatMap { ObjectID(hexadecimal: $0.filter { $0 != 0x0A }) }.map(CommitID.init)
  }

  /// Asks for an object; `nil` when it is not there.
  private func ask(
    _ process: Conversation, for id: ObjectID
  ) throws(ProcessError) -> (kind: ObjectKind, size: Int)? {
    try process.send(id.hexadecimal + [0x0A])
    let words = try process.readLine().split(separator: 0x20).map { String(decoding: $0, as: UTF8.self) }
    guard words.count == 3, let kind = Self.kinds[words[1]], let size = Int(words[2]), size >= 0 else {
      return nil
    }
    return (kind, size)
  }

  private func judged(_ error: ProcessError, _ id: ObjectID) throws(GitError) -> GitError {
    // An older Git ends when it may not fetch what a partial clone lacks.
    if case .ended = error, try configuration().isPartialClone {
      return .missingObject(id, isPromised: true)
    }
    return .command("cat-file", why: error.description)
  }

  private func missing(_ id: ObjectID) throws(GitError) -> GitError {
    .missingObject(id, isPromised: try configuration().isPartialClone)
  }

  private static func workTree(_ command: GitCommand) -> [UInt8]? {
    do {
      return try command.line(of: ["rev-parse", "--path-format=absolute", "--show-toplevel"])
    } catch {
      return nil  // there is none to be in
    }
  }

  private static let kinds: [String: ObjectKind] = [
    "commit": .commit, "tree": .tree, "blob": .blob, "tag": .tag,
  ]
}
