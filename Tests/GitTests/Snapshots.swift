import Hashing
import Platform
import Support
import Testing
import Trees

@testable import Git

/// What stands at a path and what it holds.
enum Seen: Hashable {
  case file(isExecutable: Bool, [UInt8])
  case link([UInt8])
  case submodule
  case unavailable(String)
}

/// Everything in a tree, as it gives it to those who read it.
func everything(in tree: ObjectTree) throws -> [RepositoryPath: Seen] {
  var seen: [RepositoryPath: Seen] = [:]
  var pending = [RepositoryPath.root]
  while let directory = pending.popLast() {
    for child in try tree.children(of: directory) {
      let path = directory.appending(child.name)
      #expect(try tree.entry(at: path) == child.entry)
      switch child.entry {
      case .directory: pending.append(path)
      case .submodule: seen[path] = .submodule
      case .symbolicLink:
        let id = try #require(try tree.entries.entry(at: path)?.id)
        seen[path] = .link(try tree.context.backend.object(id).bytes)
      case .file(let isExecutable):
        do {
          let bytes = try tree.contents(of: path)
          #expect(try tree.digest(of: path, .md5) == MD5Digest(of: bytes))
          seen[path] = .file(isExecutable: isExecutable, bytes)
        } catch {
          guard case .notAvailable(_, let why) = error else { throw error }
          seen[path] = .unavailable(why)
        }
      case .special: Issue.record("a special file in a Git tree")
      }
    }
  }
  return seen
}

/// Everything in a directory on disk but `.git`. An empty directory stands for a submodule.
func everything(below directory: [UInt8]) throws -> [RepositoryPath: Seen] {
  var seen: [RepositoryPath: Seen] = [:]
  var pending = [RepositoryPath.root]
  while let here = pending.popLast() {
    let names = try FileSystem.list(FileSystem.join(directory, here.bytes))
    if names.isEmpty, !here.isRoot { seen[here] = .submodule }
    for name in names.map(\.name) where name != Array(".git".utf8) {
      let path = here.appending(name)
      let place = FileSystem.join(directory, path.bytes)
      let status = try FileSystem.linkStatus(of: place)
      switch status.kind {
      case .directory: pending.append(path)
      case .symbolicLink: seen[path] = .link(try FileSystem.linkTarget(of: place))
      case .file:
        seen[path] = .file(
          isExecutable: status.isExecutable, try FileSystem.read(place, limit: 1 << 30))
      case .special: Issue.record("a special file")
      }
    }
  }
  return seen
}

extension ScratchRepository {
  /// The repository as guard opens it.
  func open() throws -> Repository { try Repository.open(from: path, environment: environment) }

  /// The repository read through the `git` command, whatever libgit2 can do.
  func openThroughCommand() throws -> Repository {
    let command = try GitCommand(environment: environment, directory: path, purpose: "a test")
    return try Repository(
      CommandBackend(command: command), .command(reason: "a test"), directory: path,
      environment: environment, judgingOwner: true)
  }

  /// What a checkout of a tree-ish by the real git puts on disk, with this repository's configuration.
  func checkout(of treeish: String) throws -> [RepositoryPath: Seen] {
    let commit = try line("commit-tree", "-m", "to look at", "\(treeish)^{tree}")
    let name = "checkout-\(UInt32.random(in: .min ... .max))"
    let place = scratch(name)
    try git("worktree", "add", "-q", "--detach", String(decoding: place, as: UTF8.self), commit)
    let seen = try everything(below: place)
    try git("worktree", "remove", "--force", String(decoding: place, as: UTF8.self))
    return seen
  }

  /// Checks that both readers see what a checkout gives, of HEAD and of the index.
  func expectSameTrees(sourceLocation: SourceLocation = #_sourceLocation) throws {
    let index = try checkout(of: line("write-tree"))
    let head = try gitOutcome(["rev-parse", "-q", "--verify", "HEAD"]).succeeded ? checkout(of: "HEAD") : nil
    for repository in [try open(), try openThroughCommand()] {
      let staged = try everything(in: repository.index())
      expectSame(staged, index, "the index, \(repository.reader)", sourceLocation)
      let commit = try repository.head()
      #expect((commit == nil) == (head == nil), sourceLocation: sourceLocation)
      if let commit, let head {
        let found = try everything(in: repository.tree(of: commit))
        expectSame(found, head, "HEAD, \(repository.reader)", sourceLocation)
      }
    }
  }

  private func expectSame(
    _ found: [RepositoryPath: Seen], _ wanted: [RepositoryPath: Seen], _ what: String,
    _ sourceLocation: SourceLocation
  ) {
    for path in Set(found.keys).union(wanted.keys).sorted() where found[path] != wanted[path] {
      let (one, other) = ("\(found[path], default: "nothing")", "\(wanted[path], default: "nothing")")
      Issue.record("\(what): \(path): \(one), Git \(other)", sourceLocation: sourceLocation)
    }
  }
}

extension Seen: CustomStringConvertible {
  var description: String {
    switch self {
    case .file(let isExecutable, let bytes):
      (isExecutable ? "executable " : "")
        + "\(String(decoding: bytes.prefix(80), as: UTF8.self).debugDescription)"
    case .link(let target): "link \(target.text)"
    case .submodule: "submodule"
    case .unavailable(let why): why
    }
  }
}
