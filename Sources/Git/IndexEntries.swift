import Glibc
import Trees

/// What the index would commit: its entries without conflicts and without promises (`git add -N`).
final class IndexEntries: TreeEntries {
  let index: IndexFile
  /// The entries that count, in the order of their paths.
  private let records: [IndexFile.Record]

  /// - Throws: `conflicts` when the index holds unmerged paths.
  init(_ index: IndexFile) throws(GitError) {
    self.index = index
    if index.records.contains(where: { $0.stage > 0 }) {
      var paths: [RepositoryPath] = []
      for record in index.records where record.stage > 0 {
        let path = RepositoryPath(normalized: index.path(of: record))
        if paths.last != path { paths.append(path) }
      }
      throw .conflicts(paths)
    }
    records =
      index.records.contains(where: \.isIntentToAdd)
      ? index.records.filter { !$0.isIntentToAdd } : index.records
  }

  var rootID: ObjectID? { index.cachedTrees[[]] }

  func entry(at path: RepositoryPath) throws(GitError) -> TreeEntry? {
    if path.isRoot { return TreeEntry(name: [], mode: .directory, id: rootID) }
    if let record = record(at: path) { return try entry(record, name: path.name) }
    let inside = path.bytes + [Self.slash]
    return records.isEmpty || !hasPrefix(inside, at: lowerBound(inside, from: 0))
      ? nil : TreeEntry(name: Array(path.name), mode: .directory, id: index.cachedTrees[path.bytes])
  }

  func entries(of directory: RepositoryPath) throws(GitError) -> [TreeEntry] {
    try refuse(tooDeep: directory)
    let prefix = directory.isRoot ? [] : directory.bytes + [Self.slash]
    var entries: [TreeEntry] = []
    var position = lowerBound(prefix, from: 0)
    var isSorted = true
    while position < records.count, hasPrefix(prefix, at: position) {
      let record = records[position]
      let rest = index.path(of: record).dropFirst(prefix.count)
      let entry: TreeEntry
      if let slash = rest.firstIndex(of: Self.slash) {
        let name = Array(rest[..<slash])
        let path = prefix + name
        entry = TreeEntry(name: name, mode: .directory, id: index.cachedTrees[path])
        // Behind everything that begins with `path/`: the byte after the slash is `0`.
        position = lowerBound(path + [Self.slash + 1], from: position + 1)
      } else {
        entry = try self.entry(record, name: rest)
        position += 1
      }
      guard TreeEntry.isSafe(entry.name) else {
        throw .corrupt(what: "the index", why: "no such path can be: \(index.path(of: record).text)")
      }
      if let last = entries.last, !last.name.lexicographicallyPrecedes(entry.name) { isSorted = false }
      entries.append(entry)
    }
    // `a.b` stands before `a/c` and after `a`.
    return isSorted ? entries : entries.sorted { $0.name.lexicographicallyPrecedes($1.name) }
  }

  /// The index's entry of exactly this path.
  func record(at path: RepositoryPath) -> IndexFile.Record? {
    let position = lowerBound(path.bytes, from: 0)
    guard position < records.count, Int(records[position].pathLength) == path.bytes.count,
      hasPrefix(path.bytes, at: position)
    else { return nil }
    return records[position]
  }

  private var holding: [NameEndings: Set<[UInt8]>] = [:]

  /// The index is looked through once for each of the endings.
  func holds(_ endings: NameEndings, below directory: RepositoryPath) -> Bool {
    if let known = holding[endings] { return known.contains(directory.bytes) }
    var directories: Set<[UInt8]> = []
    index.withPaths { bytes in
      for record in records {
        let path = UnsafeRawBufferPointer(
          rebasing: bytes[Int(record.pathStart)..<Int(record.pathStart + record.pathLength)])
        if path.count > GitError.mostLevels, path.count(where: { $0 == Self.slash }) > GitError.mostLevels {
          // What is nested too deep is said to hold them, so that the walk meets it.
          Self.insert(Array(path[..<(path.lastIndex(of: Self.slash) ?? 0)]), into: &directories)
          continue
        }
        // The deepest name that fits has all directories above it.
        var end = path.endIndex
        while true {
          let start = path[..<end].lastIndex(of: Self.slash).map { $0 + 1 } ?? 0
          if endings.match(path[start..<end]) {
            Self.insert(Array(path[..<start].dropLast()), into: &directories)
            break
          }
          guard start > 0 else { break }
          end = start - 1
        }
      }
    }
    holding[endings] = directories
    return directories.contains(directory.bytes)
  }

  /// What is about to be committed is judged once: nobody needs to know.
  func mayHoldLinks(at path: RepositoryPath) -> Bool { true }

  /// Puts a directory and all above it into a set.
  private static func insert(_ directory: [UInt8], into directories: inout Set<[UInt8]>) {
    var directory = directory
    while directories.insert(directory).inserted, !directory.isEmpty {
      directory = Array(directory[..<(directory.lastIndex(of: slash) ?? 0)])
    }
  }

  /// The files whose last component ends so, without asking directory by directory.
  func files(endingWith suffixes: [[UInt8]]) -> [RepositoryPath] {
    index.withPaths { bytes in
      var found: [RepositoryPath] = []
      for record in records {
        let path = UnsafeRawBufferPointer(
          rebasing: bytes[Int(record.pathStart)..<Int(record.pathStart + record.pathLength)])
        guard suffixes.contains(where: { Self.ends(path, with: $0) }) else { continue }
        let components = path.split(separator: Self.slash, omittingEmptySubsequences: false)
        if components.allSatisfy({ TreeEntry.isSafe(Array($0)) }) {
          found.append(RepositoryPath(normalized: Array(path)))
        }
      }
      return found
    }
  }

  private static func ends(_ path: UnsafeRawBufferPointer, with suffix: [UInt8]) -> Bool {
    guard path.count >= suffix.count, let base = path.baseAddress else { return false }
    return memcmp(base + path.count - suffix.count, suffix, suffix.count) == 0
  }

  private func entry(_ record: IndexFile.Record, name: ArraySlice<UInt8>) throws(GitError) -> TreeEntry {
    guard let mode = FileMode(index.mode(of: record)) else {
      throw .corrupt(what: "the index", why: "an entry of no known mode at \(Array(name).text)")
    }
    return TreeEntry(name: Array(name), mode: mode, id: index.id(of: record))
  }

  /// The first entry from a position on whose path is not before these bytes.
  private func lowerBound(_ bytes: [UInt8], from start: Int) -> Int {
    index.withPaths { paths in
      bytes.withUnsafeBytes { wanted in
        var (low, high) = (start, records.count)
        while low < high {
          let middle = (low + high) / 2
          if Self.compare(paths, records[middle], wanted) < 0 { low = middle + 1 } else { high = middle }
        }
        return low
      }
    }
  }

  private static func compare(
    _ paths: UnsafeRawBufferPointer, _ record: IndexFile.Record, _ wanted: UnsafeRawBufferPointer
  ) -> Int {
    let count = Int(record.pathLength)
    guard let base = paths.baseAddress, let other = wanted.baseAddress else { return count - wanted.count }
    let order = memcmp(base + Int(record.pathStart), other, min(count, wanted.count))
    return order == 0 ? count - wanted.count : Int(order)
  }

  private func hasPrefix(_ prefix: [UInt8], at position: Int) -> Bool {
    guard position < records.count, Int(records[position].pathLength) >= prefix.count else { return false }
    if prefix.isEmpty { return true }
    let start = Int(records[position].pathStart)
    return index.withPaths { $0.baseAddress.map { memcmp($0 + start, prefix, prefix.count) == 0 } ?? false }
  }

  private static let slash = UInt8(ascii: "/")
}
