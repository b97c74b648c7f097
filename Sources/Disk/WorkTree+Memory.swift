import Hashing
import Platform
import Trees

extension WorkTree: RememberingTree {
  /// Begins to see whether a directory is as it was when something of it was put in the hash cache.
  public func beginRecall(of directory: RepositoryPath, _ question: MD5Digest) -> () -> MD5Digest? {
    guard let snapshot = hashes?.snapshot(of: absolute(directory)), snapshot.question == question
    else { return { nil } }
    let look = snapshot.beginLook(below: root)
    return { look.results().allSatisfy { $0 } ? snapshot.answer : nil }
  }

  /// The hashes of files that a walk met. What follows from them is remembered when every later change to the
  /// directory must show in its state or in a file's.
  public func digests(of walk: Walk, _ algorithm: HashAlgorithm) throws(TreeError) -> (
    digests: [MD5Digest], remember: (_ answer: MD5Digest, _ question: MD5Digest) -> Void
  ) {
    let (digests, states) = try look(at: walk.files, algorithm)
    return (
      digests,
      { answer, question in
        guard let hashes = self.hashes, walk.isThorough, Self.worthRemembering.contains(walk.files.count),
          let snapshot = self.snapshot(of: walk, states, DirectorySnapshot(answer, to: question))
        else { return }
        hashes.store(snapshot, of: self.absolute(walk.top))
      }
    )
  }

  /// Few files are looked up as fast; a snapshot of 250,000 takes 15 MB.
  private static let worthRemembering = 1000...250_000

  private func snapshot(
    of walk: Walk, _ states: [FileState?], _ empty: DirectorySnapshot
  ) -> DirectorySnapshot? {
    var files: [RepositoryPath: [(name: ArraySlice<UInt8>, state: FileState)]] = [:]
    for (file, state) in zip(walk.files, states) {
      guard let state else { return nil }
      files[file.parent, default: []].append((file.name, state))
    }
    var snapshot = empty
    for directory in walk.directories {
      guard let listed = listings[directory], let state = listed else { return nil }
      snapshot.add(directory.bytes, state, files: files[directory] ?? [])
    }
    return snapshot
  }
}
