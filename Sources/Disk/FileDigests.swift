import Glibc
import Hashing
import Platform

/// Hashes of many files on this disk: known ones from the cache, the others by reading, on all cores.
struct FileDigests {
  let root: [UInt8]
  let cache: HashCache?

  /// The hashes of regular files, symbolic links followed, in the order of the paths.
  /// - Parameter paths: relative to the root.
  func digests(of paths: [[UInt8]], _ algorithm: HashAlgorithm) -> [Result<MD5Digest, SystemError>] {
    let groups = DirectoryGroups(paths, below: root)
    let statuses = groups.statuses()
    var results: [Result<MD5Digest, SystemError>] = []
    results.reserveCapacity(paths.count)
    for status in statuses {
      results.append(status.flatMap { status in .failure(Self.notHashed(status)) })
    }
    var unknown: [Work] = []
    for group in groups.groups {
      for (index, digest) in zip(group.indices, known(group, groups, statuses, algorithm)) {
        if let digest {
          results[index] = .success(digest)
        } else if case .success(let status) = statuses[index], status.kind == .file {
          unknown.append(Work(index: index, group: group, size: status.size))
        }
      }
    }
    read(unknown, groups, algorithm, into: &results)
    return results
  }

  /// A file to read.
  private struct Work: Sendable {
    let index: Int
    let group: DirectoryGroups.Group
    let size: Int64
  }

  /// How many bytes would be read to hash files: those whose hashes are not known.
  func bytesToRead(of paths: [[UInt8]], _ algorithm: HashAlgorithm) -> Int {
    let groups = DirectoryGroups(paths, below: root)
    let statuses = groups.statuses()
    var bytes = 0
    for group in groups.groups {
      for (index, digest) in zip(group.indices, known(group, groups, statuses, algorithm)) where digest == nil
      {
        if case .success(let status) = statuses[index], status.kind == .file {
          bytes = bytes &+ Int(truncatingIfNeeded: status.size)
        }
      }
    }
    return bytes
  }

  private func known(
    _ group: DirectoryGroups.Group, _ groups: DirectoryGroups, _ statuses: [Result<FileStatus, SystemError>],
    _ algorithm: HashAlgorithm
  ) -> [MD5Digest?] {
    guard let cache else { return group.indices.map { _ in nil } }
    let keys = group.indices.map { index -> HashKey? in
      guard case .success(let status) = statuses[index], status.kind == .file else { return nil }
      return HashKey(file: groups.name(index), status)
    }
    guard keys.contains(where: { $0 != nil }) else { return group.indices.map { _ in nil } }
    return cache.digests(for: keys, in: .directory(group.directory, algorithm))
  }

  /// Reads in portions and remembers each, so that a long run that is killed has not worked for nothing.
  private func read(
    _ work: [Work], _ groups: DirectoryGroups, _ algorithm: HashAlgorithm,
    into results: inout [Result<MD5Digest, SystemError>]
  ) {
    var rest = work[...]
    while !rest.isEmpty {
      var bytes: Int64 = 0
      let portion = rest.prefix(1 << 14).prefix { work in
        defer { bytes = bytes &+ work.size }
        return bytes < 1 << 31
      }
      rest = rest[portion.endIndex...]
      let start = portion.startIndex
      let width = portion.count < 8 && bytes < 1 << 20 ? 1 : Parallel.width
      let hashes = Parallel.map(count: portion.count, width: width) { offset in
        Result { () throws(SystemError) in
          let work = portion[start + offset]
          return try FileHash.reading(groups.path(work.index, in: work.group), algorithm)
        }
      }
      for (work, hash) in zip(portion, hashes) { results[work.index] = hash.map(\.digest) }
      remember(Array(zip(portion, hashes)), groups, algorithm)
    }
  }

  private func remember(
    _ hashes: [(Work, Result<FileHash, SystemError>)], _ groups: DirectoryGroups, _ algorithm: HashAlgorithm
  ) {
    guard let cache else { return }
    for (directory, hashes) in Dictionary(grouping: hashes, by: { $0.0.group.directory }) {
      let records = hashes.compactMap { work, hash -> HashRecord? in
        guard case .success(let hash) = hash, hash.isLasting else { return nil }
        return HashRecord(HashKey(file: groups.name(work.index), hash.state), hash.digest)
      }
      if !records.isEmpty { cache.store(records, in: .directory(directory, algorithm)) }
    }
  }

  /// Why what stands there has no hash, until one is found.
  private static func notHashed(_ status: FileStatus) -> SystemError {
    switch status.kind {
    case .directory: SystemError(EISDIR, "open", detail: "it is a directory")
    default: SystemError(EINVAL, "open", detail: "it is not a regular file")
    }
  }
}
