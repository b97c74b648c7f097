import Platform
import Trees

/// The index at one moment.
final class IndexSnapshot {
  let index: IndexFile
  let reader: Repository.Reader
  /// When the index file was written, in seconds since 1970: files that are not older may have changed since
  /// without showing it.
  let written: Int64
  private lazy var tree = Result { () throws(GitError) -> IndexEntries in try IndexEntries(index) }

  init(repository: Repository) throws(GitError) {
    let path = Self.path(of: repository)
    let hashLength = repository.backend.locations.hashLength
    guard FileSystem.exists(path) else {
      (index, reader, written) = (IndexFile(hashLength: hashLength), repository.reader, 0)
      return
    }
    let bytes: [UInt8]
    do {
      // The time first: a file that replaces this one while it is read can only be newer.
      written = try FileSystem.status(of: path).modified / 1_000_000_000
      bytes = try FileSystem.read(path, limit: Int(UInt32.max))
    } catch {
      throw .unreadable(path: path.text, why: error.reason)
    }
    do {
      (index, reader) = (try IndexFile(bytes: bytes, hashLength: hashLength), .libgit2)
    } catch {
      (index, reader) = try Self.ask(repository, because: error, hashLength: hashLength)
    }
  }

  /// What the index would commit.
  func entries() throws(GitError) -> IndexEntries { try tree.get() }

  /// `GIT_INDEX_FILE`, seen from where Git would stand: the root of the work tree, when it is started inside.
  private static func path(of repository: Repository) -> [UInt8] {
    guard let given = repository.environment[bytes: "GIT_INDEX_FILE"], !given.isEmpty else {
      return FileSystem.join(repository.gitDirectory, Array("index".utf8))
    }
    let base = repository.prefix == nil ? repository.directory : repository.workTree ?? repository.directory
    return FileSystem.join(base, given)
  }

  /// Has Git list an index that is not ours to read.
  private static func ask(
    _ repository: Repository, because failure: IndexFile.Failure, hashLength: Int
  ) throws(GitError) -> (IndexFile, Repository.Reader) {
    let reason =
      switch failure {
      case .unsupported(let what): what
      case .damaged(let why): "a damaged index: \(why)"
      }
    let command = try GitCommand(
      environment: repository.environment, directory: repository.directory, purpose: reason)
    let text = try command.output(of: [
      "-c", "core.fsmonitor=false", "ls-files", "--stage", "--debug", "-z", "--full-name", "--", ":/",
    ])
    guard let listing = IndexListing.read(text) else {
      throw .corrupt(what: "the answer of git ls-files", why: "of an unknown form (\(reason))")
    }
    do throws(IndexFile.Failure) {
      return (try IndexFile(listing: listing, hashLength: hashLength), .command(reason: reason))
    } catch {
      throw .corrupt(what: "the index", why: reason)
    }
  }
}
