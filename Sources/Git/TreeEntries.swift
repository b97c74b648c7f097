import Glibc
import Trees

/// One name in a tree object or in the index.
struct TreeEntry: Hashable, Sendable {
  let name: [UInt8]
  let mode: FileMode
  /// The object; of a directory in the index only where the index knows its tree.
  let id: ObjectID?

  /// Whether a name is one that Git checks out: it leads to no other directory.
  static func isSafe(_ name: [UInt8]) -> Bool {
    !name.isEmpty && !name.contains(UInt8(ascii: "/")) && name != [0x2E] && name != [0x2E, 0x2E]
  }
}

/// The type and permissions that Git keeps.
enum FileMode: Hashable, Sendable {
  case file, executable, symbolicLink, directory, submodule

  /// `nil` for a mode that Git does not write.
  init?(_ bits: UInt32) {
    switch bits & 0o170000 {
    case 0o100000: self = bits & 0o100 == 0 ? .file : .executable
    case 0o120000: self = .symbolicLink
    case 0o040000: self = .directory
    case 0o160000: self = .submodule
    default: return nil
    }
  }

  var isFile: Bool { self == .file || self == .executable }

  var entry: Entry {
    switch self {
    case .file: .file(isExecutable: false)
    case .executable: .file(isExecutable: true)
    case .symbolicLink: .symbolicLink
    case .directory: .directory
    case .submodule: .submodule
    }
  }
}

/// Entries of a tree as they are written, no link followed.
protocol TreeEntries: AnyObject {
  /// What stands at a path; `nil` when nothing does.
  func entry(at path: RepositoryPath) throws(GitError) -> TreeEntry?
  /// The names in a directory in the order of their bytes; empty when there is no directory.
  func entries(of directory: RepositoryPath) throws(GitError) -> [TreeEntry]
  /// Whether a name below a directory, a directory's own among them, ends with one of these.
  func holds(_ endings: NameEndings, below directory: RepositoryPath) throws(GitError) -> Bool
  /// Whether a symbolic link may stand on the way to a path, at it or below it.
  func mayHoldLinks(at path: RepositoryPath) throws(GitError) -> Bool
  /// The tree object of all, where it is known.
  var rootID: ObjectID? { get }
}

extension TreeEntries {
  /// Refuses what no checkout has: a path takes at most 4096 bytes on Linux, and every level costs time.
  func refuse(tooDeep directory: RepositoryPath) throws(GitError) {
    guard directory.bytes.count > GitError.mostLevels else { return }
    let names = directory.components
    if names.count > GitError.mostLevels { throw .tooDeep(below: RepositoryPath.root.appending(names[0])) }
  }
}

/// A commit's tree, read directory by directory as it is asked for.
final class StoredTreeEntries: TreeEntries {
  let rootID: ObjectID?
  private let trees: TreeObjects
  private var known: [RepositoryPath: [TreeEntry]] = [:]
  /// What was looked at last: whoever asks for a path asks for it several times, and for its neighbours after it.
  private var last: (path: RepositoryPath, entry: TreeEntry?)?
  private var lastDirectory: (path: RepositoryPath, entries: [TreeEntry])?

  /// - Parameter root: the root's tree object; `nil` for a tree without entries.
  init(root: ObjectID?, trees: TreeObjects) {
    rootID = root
    self.trees = trees
  }

  func entry(at path: RepositoryPath) throws(GitError) -> TreeEntry? {
    if path.isRoot { return TreeEntry(name: [], mode: .directory, id: rootID) }
    if let last, last.path == path { return last.entry }
    let name = path.name
    let found: TreeEntry?
    if let lastDirectory, path.bytes.dropLast(name.count + 1).elementsEqual(lastDirectory.path.bytes) {
      found = lastDirectory.entries.entry(named: name)
    } else {
      let directory = path.parent
      let entries = try entries(of: directory)
      lastDirectory = (directory, entries)
      found = entries.entry(named: name)
    }
    last = (path, found)
    return found
  }

  func entries(of directory: RepositoryPath) throws(GitError) -> [TreeEntry] {
    try refuse(tooDeep: directory)
    if let entries = known[directory] { return entries }
    let here = directory.isRoot ? rootID : try directoryID(directory)
    let entries = if let here { try trees.entries(of: here) } else { [TreeEntry]() }
    known[directory] = entries
    return entries
  }

  func holds(_ endings: NameEndings, below directory: RepositoryPath) throws(GitError) -> Bool {
    guard let id = directory.isRoot ? rootID : try directoryID(directory) else { return false }
    return try trees.holds(endings, below: id, depth: directory.components.count)
  }

  func mayHoldLinks(at path: RepositoryPath) throws(GitError) -> Bool {
    var (here, found) = (RepositoryPath.root, TreeEntry(name: [], mode: .directory, id: rootID))
    for component in path.components where found.mode == .directory {
      guard let next = try entries(of: here).entry(named: component) else { return false }
      (here, found) = (here.appending(component), next)
    }
    switch found.mode {
    case .symbolicLink: return true
    case .directory:
      guard let id = found.id else { return false }
      return try trees.holdsLinks(below: id, depth: 0)
    case .file, .executable, .submodule: return false
    }
  }

  private func directoryID(_ path: RepositoryPath) throws(GitError) -> ObjectID? {
    var (here, id) = (RepositoryPath.root, rootID)
    for component in path.components {
      guard id != nil, let entry = try entries(of: here).entry(named: component), entry.mode == .directory
      else { return nil }
      here = here.appending(component)
      // The directories on the way are kept as they are passed.
      if known[here] == nil, let found = entry.id { known[here] = try trees.entries(of: found) }
      id = entry.id
    }
    return id
  }
}

extension [TreeEntry] {
  /// The entry of a name, in entries in the order of their names.
  func entry(named name: ArraySlice<UInt8>) -> TreeEntry? {
    name.withUnsafeBytes { name in
      var (low, high) = (startIndex, endIndex)
      while low < high {
        let middle = (low + high) / 2
        let order = self[middle].name.withUnsafeBytes { Self.order($0, name) }
        if order == 0 { return self[middle] }
        if order < 0 { low = middle + 1 } else { high = middle }
      }
      return nil
    }
  }

  /// Below zero when the first bytes come before the second ones, zero when they are the same.
  private static func order(_ first: UnsafeRawBufferPointer, _ second: UnsafeRawBufferPointer) -> Int {
    let common = Swift.min(first.count, second.count)
    if common > 0, let left = first.baseAddress, let right = second.baseAddress {
      let order = memcmp(left, right, common)
      if order != 0 { return Int(order) }
    }
    return first.count - second.count
  }
}

/// Tree objects, each read once: commits beside each other share nearly all of theirs.
final class TreeObjects {
  private let backend: any Backend
  private var known: [ObjectID: [TreeEntry]] = [:]
  private var count = 0

  init(backend: any Backend) { self.backend = backend }

  private var holding: [NameEndings: [ObjectID: Bool]] = [:]

  /// Whether a name below a tree ends with one of these: each tree is looked through once, in however many commits it
  /// stands. What is nested too deep is said to hold them, so that the walk meets it.
  func holds(_ endings: NameEndings, below tree: ObjectID, depth: Int) throws(GitError) -> Bool {
    if let known = holding[endings]?[tree] { return known }
    guard depth <= GitError.mostLevels else { return true }
    var isHeld = false
    for entry in try entries(of: tree) where !isHeld {
      isHeld = endings.match(entry.name)
      if !isHeld, entry.mode == .directory, let id = entry.id {
        isHeld = try holds(endings, below: id, depth: depth + 1)
      }
    }
    holding[endings, default: [:]][tree] = isHeld
    return isHeld
  }

  /// The names in a tree in the order of their bytes.
  func entries(of id: ObjectID) throws(GitError) -> [TreeEntry] {
    if let entries = known[id] { return entries }
    let object = try backend.object(id)
    guard object.kind == .tree else { throw .corrupt(what: "object \(id)", why: "not a tree") }
    guard let entries = Self.parse(object.bytes, hashLength: id.bytes.count) else {
      throw .corrupt(what: "tree \(id)", why: "an entry is cut short or of no known mode")
    }
    // Enough for one large repository; a long history takes turns.
    if count > 400_000 {
      known.removeAll()
      count = 0
    }
    known[id] = entries
    count += entries.count + 1
    return entries
  }

  private var linked: [ObjectID: Bool] = [:]

  /// Whether a tree or one below it has a symbolic link.
  func holdsLinks(below tree: ObjectID, depth: Int) throws(GitError) -> Bool {
    if let known = linked[tree] { return known }
    guard depth <= GitError.mostLevels else { return true }
    var isHeld = false
    for entry in try entries(of: tree) where !isHeld {
      isHeld = entry.mode == .symbolicLink
      if entry.mode == .directory, let id = entry.id {
        isHeld = try holdsLinks(below: id, depth: depth + 1)
      }
    }
    linked[tree] = isHeld
    return isHeld
  }

  /// `MODE NAME\0ID` one after the other; Git orders directories as if their names ended with a slash.
  static func parse(_ bytes: [UInt8], hashLength: Int) -> [TreeEntry]? {
    var entries: [TreeEntry] = []
    var rest = bytes[...]
    while !rest.isEmpty {
      var bits: UInt32 = 0
      while let digit = rest.first, (0x30...0x37).contains(digit), bits < 1 << 20 {
        bits = bits << 3 | UInt32(digit - 0x30)
        rest.removeFirst()
      }
      guard rest.popFirst() == 0x20, let mode = FileMode(bits), let end = rest.firstIndex(of: 0),
        end > rest.startIndex, rest.endIndex - end > hashLength
      else { return nil }
      let name = Array(rest[..<end])
      guard TreeEntry.isSafe(name) else { return nil }
      rest = rest[(end + 1)...]
      entries.append(TreeEntry(name: name, mode: mode, id: ObjectID(bytes: rest.prefix(hashLength))))
      rest = rest.dropFirst(hashLength)
    }
    if !zip(entries, entries.dropFirst()).allSatisfy({ $0.name.lexicographicallyPrecedes($1.name) }) {
      entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    }
    return entries
  }
}
