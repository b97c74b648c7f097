import Glibc
import Hashing
import Platform
import Synchronization

/// What a directory held when something was found out of it, with the states of all the files and directories
/// below it. While these are the same, so is the answer: a directory's own times tell of every name that
/// comes, goes or is replaced.
struct DirectorySnapshot: Sendable {
  let question: MD5Digest
  let answer: MD5Digest
  private var parts: [Part] = []

  /// Some of the files in one directory, few enough for a thread's turn.
  fileprivate struct Part: Sendable {
    /// From the tree's root.
    let directory: [UInt8]
    let state: FileState
    /// The names of files, a zero behind each.
    let names: ArraySlice<UInt8>
    /// The MD5 of the files' states, in the same order; a state takes 40 bytes, and there are tens of thousands.
    let states: MD5Digest
  }

  private static let partSize = 512

  /// An answer, and nothing yet that it depends on.
  init(_ answer: MD5Digest, to question: MD5Digest) {
    self.answer = answer
    self.question = question
  }

  /// Adds a directory with files in it.
  mutating func add(
    _ directory: [UInt8], _ state: FileState, files: [(name: ArraySlice<UInt8>, state: FileState)]
  ) {
    var rest = files[...]
    repeat {
      var names: [UInt8] = []
      var states = ContentHash(.md5)
      for (name, state) in rest.prefix(Self.partSize) {
        names += name
        names.append(0)
        states.update(state)
      }
      parts.append(
        Part(directory: directory, state: state, names: names[...], states: states.finish()))
      rest = rest.dropFirst(Self.partSize)
    } while !rest.isEmpty
  }

  /// Begins to look whether all is as it was, below the root of the tree: it is when every result says so.
  func beginLook(below root: [UInt8]) -> Parallel.Pending<Bool> {
    let hasChanged = Flag()
    let width = parts.count < 2 ? 1 : Parallel.width
    return Parallel.begin(count: parts.count, width: width) { [parts] index in
      if !hasChanged.isSet, parts[index].holds(below: root) { return true }
      hasChanged.set()
      return false
    }
  }

  /// Spares the other threads the rest.
  private final class Flag: Sendable {
    private let value = Atomic(false)
    var isSet: Bool { value.load(ordering: .relaxed) }
    func set() { value.store(true, ordering: .relaxed) }
  }
}

extension DirectorySnapshot.Part {
  fileprivate func holds(below root: [UInt8]) -> Bool {
    do throws(SystemError) {
      let opened = try Descriptor(
        opening: FileSystem.join(root, directory), flags: O_RDONLY | O_DIRECTORY | O_NONBLOCK)
      guard FileState(try opened.status()) == state else { return false }
      var found = ContentHash(.md5)
      var rest = names
      while let end = rest.firstIndex(of: 0) {
        found.update(FileState(try FileSystem.status(of: rest[..<end], in: opened, follow: true)))
        rest = rest[(end + 1)...]
      }
      return found.finish() == states
    } catch {
      // Whatever is wrong is told by who looks again.
      return false
    }
  }
}

extension ContentHash {
  /// Takes a file's state.
  fileprivate mutating func update(_ state: FileState) { withUnsafeBytes(of: state) { update($0) } }
}

// MARK: - As bytes

extension DirectorySnapshot {
  /// The bytes to store.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(values: (question, answer))
    for part in parts {
      bytes.append(values: (part.state, part.states, part.directory.count, part.names.count))
      bytes += part.directory
      bytes += part.names
    }
    return bytes
  }

  /// What was stored; `nil` when the bytes are no snapshot.
  init?(bytes: [UInt8]) {
    var rest = bytes[...]
    guard let digests = rest.take((MD5Digest, MD5Digest).self) else { return nil }
    (question, answer) = digests
    while !rest.isEmpty {
      guard let (state, states, path, names) = rest.take((FileState, MD5Digest, Int, Int).self),
        path >= 0, names >= 0, path <= rest.count, names <= rest.count - path
      else { return nil }
      parts.append(
        Part(
          directory: Array(rest.prefix(path)), state: state, names: rest.dropFirst(path).prefix(names),
          states: states))
      rest = rest.dropFirst(path + names)
    }
  }
}

extension [UInt8] {
  /// Appends a value's memory.
  fileprivate mutating func append<Value: BitwiseCopyable>(values: Value) {
    Swift.withUnsafeBytes(of: values) { self += $0 }
  }
}

extension ArraySlice<UInt8> {
  /// Takes a value's memory away; `nil` when there is not so much.
  fileprivate mutating func take<Value: BitwiseCopyable>(_: Value.Type) -> Value? {
    guard count >= MemoryLayout<Value>.size else { return nil }
    let value = withUnsafeBytes { $0.loadUnaligned(as: Value.self) }
    self = dropFirst(MemoryLayout<Value>.size)
    return value
  }
}
