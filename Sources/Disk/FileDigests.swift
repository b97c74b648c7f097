import Glibc
import Hashing
import Platform

/// Hashes of many files on this disk: known ones from the cache, the others by reading, on all cores.
struct FileDigests {
  let root: [UInt8]
  let cache: HashCache?

  /// The hashes of regular files, symbolic links followed.
  /// - Parameter paths: relative to the root.
  func digests(of paths: [[UInt8]], _ algorithm: HashAlgorithm) -> Found {
    let groups = DirectoryGroups(paths, below: root)
    var found = look(at: groups, algorithm)
    read(groups, algorithm, into: &found)
    return found
  }

  /// The hashes of files that were read before and are as they were; `nil` of others.
  func known(of paths: [[UInt8]], _ algorithm: HashAlgorithm) -> [MD5Digest?] {
    look(at: DirectoryGroups(paths, below: root), algorithm).digests
  }

  /// How many bytes would be read to hash files: those whose hashes are not known.
  func bytesToRead(of paths: [[UInt8]], _ algorithm: HashAlgorithm) -> Int {
    look(at: DirectoryGroups(paths, below: root), algorithm).unread.reduce(0) { bytes, work in
      bytes &+ Int(truncatingIfNeeded: work.size)
    }
  }

  /// The hashes of files, in the order of their paths, and why some have none.
  struct Found: Sendable {
    fileprivate(set) var digests: [MD5Digest?]
    /// The states that the hashes are of; `nil` where a later change need not show.
    fileprivate(set) var states: [FileState?]
    fileprivate var failures: [Int: SystemError] = [:]
    fileprivate var unread: [Work] = []

    fileprivate init(count: Int) {
      digests = [MD5Digest?](repeating: nil, count: count)
      states = [FileState?](repeating: nil, count: count)
    }

    /// The hash of a file, by the index of its path.
    func digest(_ index: Int) throws(SystemError) -> MD5Digest {
      if let digest = digests[index] { return digest }
      throw failures[index] ?? SystemError(ENOENT, "stat")
    }
  }

  /// A file to read.
  fileprivate struct Work: Sendable {
    let index: Int
    let group: Int
    let size: Int64
  }

  /// Looks at the files, and reads none.
  private func look(at groups: DirectoryGroups, _ algorithm: HashAlgorithm) -> Found {
    let known = groups.groups.map { cache?.known(in: .directory($0.directory, algorithm)) }
    let portions = groups.portions
    // A thread costs more than looking at a few files.
    let width = groups.count < 1024 ? 1 : Parallel.width
    let looks = Parallel.map(count: portions.count, width: width) { portion in
      let (group, indices) = portions[portion]
      return Self.look(at: indices, of: group, groups, known[group])
    }
    var found = Found(count: groups.count)
    for (portion, look) in zip(portions, looks) {
      for (offset, index) in portion.indices.enumerated() {
        found.digests[index] = look.digests[offset]
        found.states[index] = look.states[offset]
      }
      found.failures.merge(look.failures) { $1 }
      found.unread += look.unread
    }
    return found
  }

  /// Looks at files of one directory.
  private static func look(
    at indices: ArraySlice<Int>, of group: Int, _ groups: DirectoryGroups, _ known: HashCache.Known?
  ) -> Found {
    var found = Found(count: indices.count)
    do throws(SystemError) {
      let directory = try Descriptor(
        opening: groups.groups[group].directory, flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
      for (offset, index) in indices.enumerated() {
        let name = groups.name(index)
        do throws(SystemError) {
          let status = try FileSystem.status(of: name, in: directory, follow: true)
          try requireFile(status)
          if let digest = known?.digest(of: HashKey(file: name, status)) {
            found.digests[offset] = digest
            found.states[offset] = FileState(status)
          } else {
            found.unread.append(Work(index: index, group: group, size: status.size))
          }
        } catch {
          found.failures[index] = error
        }
      }
    } catch {
      for index in indices { found.failures[index] = error }
    }
    return found
  }

  /// Reads in portions and remembers each, so that a long run that is killed has not worked for nothing.
  private func read(_ groups: DirectoryGroups, _ algorithm: HashAlgorithm, into found: inout Found) {
    var rest = found.unread[...]
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
          return try FileHash.reading(groups.path(work.index, in: groups.groups[work.group]), algorithm)
        }
      }
      for (work, hash) in zip(portion, hashes) {
        switch hash {
        case .success(let hash):
          found.digests[work.index] = hash.digest
          found.states[work.index] = hash.isLasting ? FileState(hash.state) : nil
        case .failure(let error): found.failures[work.index] = error
        }
      }
      remember(Array(zip(portion, hashes)), groups, algorithm)
    }
    found.unread = []
  }

  private func remember(
    _ hashes: [(Work, Result<FileHash, SystemError>)], _ groups: DirectoryGroups, _ algorithm: HashAlgorithm
  ) {
    guard let cache else { return }
    for (group, hashes) in Dictionary(grouping: hashes, by: { $0.0.group }) {
      let records = hashes.compactMap { work, hash -> HashRecord? in
        guard case .success(let hash) = hash, hash.isLasting else { return nil }
        return HashRecord(HashKey(file: groups.name(work.index), hash.state), hash.digest)
      }
      let section = HashCache.Section.directory(groups.groups[group].directory, algorithm)
      if !records.isEmpty { cache.store(records, in: section) }
    }
  }

  /// Why what stands there has no hash.
  private static func requireFile(_ status: FileStatus) throws(SystemError) {
    switch status.kind {
    case .file: return
    case .directory: throw SystemError(EISDIR, "open", detail: "it is a directory")
    default: throw SystemError(EINVAL, "open", detail: "it is not a regular file")
    }
  }
}
