import Disk
import Git
import Hashing
import Transfer
import Trees

/// Looks for data that no cache has in the work tree, from where `dvc commit` brings it into the cache.
final class DataInWorkTree {
  private let tree: WorkTree?
  private var known: [RepositoryPath: MD5Digest?] = [:]

  /// More is not read for a hint.
  private static let mostBytes = 1 << 28

  init(_ surroundings: Surroundings) throws(Failure) {
    tree = try surroundings.repository().workTree.map { WorkTree(root: $0, hashes: surroundings.hashes) }
  }

  /// Whether the work tree has all files of a need that neither the remote nor a cache has. Of a directory whose list
  /// is gone nobody knows the files, and what an import says of its source `dvc commit` would write anew.
  func has(_ verdict: NeedVerdict) -> Bool {
    let lost = verdict.missing.filter(\.isLost)
    let output = verdict.need.output
    guard let tree, !lost.isEmpty, lost.allSatisfy({ !$0.object.isDirectory }), output.stage.deps.isEmpty,
      case .inside(let path) = output.output.reference.location
    else { return false }
    return lost.allSatisfy { object in
      let below = object.path.isEmpty ? [] : [UInt8(ascii: "/")] + object.path.utf8
      let file = RepositoryPath(normalized: path.bytes + below)
      return digest(of: file, object.object.algorithm, in: tree) == object.object.digest
    }
  }

  private func digest(of file: RepositoryPath, _ algorithm: HashAlgorithm, in tree: WorkTree) -> MD5Digest? {
    if let known = known[file] { return known }
    guard tree.bytesToRead(of: [file], algorithm) <= Self.mostBytes else { return nil }
    let digest: MD5Digest?
    // What cannot be read is no help.
    do throws(TreeError) { digest = try tree.digests(of: [file], algorithm).first } catch { digest = nil }
    known[file] = .some(digest)
    return digest
  }
}
