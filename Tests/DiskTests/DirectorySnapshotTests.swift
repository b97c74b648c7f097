import Glibc
import Hashing
import Platform
import Support
import Testing
import Trees

@testable import Disk

/// What was found out of a directory is believed while nothing in it has changed, and never longer.
@Suite struct DirectorySnapshotTests {
  let scratch: ScratchDirectory
  let question = MD5Digest(high: 1, low: 2)
  let answer = MD5Digest(high: 3, low: 4)
  static let count = 1000

  init() throws {
    scratch = try ScratchDirectory()
    for folder in ["a", "a/b", "c"] { try FileSystem.createDirectories(scratch("tree/top/" + folder)) }
    for number in 0..<Self.count { try write("\(number)", to: Self.name(number)) }
    settle()
  }

  static func name(_ number: Int) -> String { ["", "a/", "a/b/", "c/"][number % 4] + "f\(number)" }

  func write(_ text: String, to name: String) throws {
    try scratch.put(Array(text), at: scratch("tree/top/" + name))
  }

  /// A new process, as it were.
  var tree: WorkTree { WorkTree(root: scratch("tree"), hashes: HashCache(file: scratch("hashes.db"))) }

  func walk(_ tree: WorkTree, without name: String? = nil) throws -> Walk {
    var walk = Walk(through: "top")
    var directories: [RepositoryPath] = ["top"]
    while let directory = directories.popLast() {
      walk.directories.append(directory)
      for child in try tree.children(of: directory) {
        let path = directory.appending(child.name)
        if child.entry == .directory { directories.append(path) } else { walk.files.append(path) }
      }
    }
    return walk
  }

  func remember(_ change: (inout Walk) -> Void = { _ in }) throws {
    let tree = tree
    var walk = try walk(tree)
    change(&walk)
    try tree.digests(of: walk, .md5).remember(answer, question)
  }

  var recalled: MD5Digest? { tree.beginRecall(of: "top", question)() }

  @Test func whatHasNotChangedIsRecalled() throws {
    #expect(recalled == nil)
    try remember()
    #expect(recalled == answer)
    #expect(tree.beginRecall(of: "top", MD5Digest(high: 1, low: 3))() == nil)
    #expect(tree.beginRecall(of: "top/a", question)() == nil)
    #expect(tree.beginRecall(of: "elsewhere", question)() == nil)
    // The files' hashes are known now; that is remembered as well as what was read.
    try remember()
    #expect(recalled == answer)
  }

  /// Each change, and what it is called.
  static let changes: [(name: String, make: @Sendable (DirectorySnapshotTests) throws -> Void)] = [
    ("a file has other bytes", { try $0.write("x", to: "f0") }),
    ("a file has other bytes of the same count and the same time", { try $0.rewriteInPlace("a/b/f2") }),
    ("a file was touched", { setTime(of: $0.scratch("tree/top/c/f3"), nanoseconds: 1_000_000_000_000) }),
    ("a file's mode is another", { #expect(chmod($0.scratch("tree/top/f4").text, 0o600) == 0) }),
    ("a file has gone", { try FileSystem.remove($0.scratch("tree/top/a/b/f2")) }),
    ("a file was added", { try $0.write("", to: "a/b/new") }),
    ("an empty directory was added", { try FileSystem.createDirectories($0.scratch("tree/top/a/b/new")) }),
    ("a directory became a repository", { try FileSystem.createDirectories($0.scratch("tree/top/c/.dvc")) }),
    ("a file has another name", { try $0.rename("c/f3", "c/g3") }),
    (
      "two files changed places",
      {
        try $0.rename("f0", "f")
        try $0.rename("f4", "f0")
        try $0.rename("f", "f4")
      }
    ),
    (
      "a file is a link now",
      {
        try $0.rename("f0", "../f0")
        try FileSystem.createSymbolicLink(at: $0.scratch("tree/top/f0"), to: Array("../f0"))
      }
    ),
    ("a directory has gone", { try $0.rename("a/b", "../b") }),
    (
      "the directory is another",
      {
        try $0.rename("", "../old")
        try FileSystem.createDirectories($0.scratch("tree/top"))
      }
    ),
  ]

  func rename(_ old: String, _ new: String) throws {
    try FileSystem.rename(scratch("tree/top/" + old), to: scratch("tree/top/" + new))
  }

  func rewriteInPlace(_ name: String) throws {
    let path = scratch("tree/top/" + name)
    let time = try FileSystem.status(of: path).modified
    let file = try Descriptor(opening: path, flags: O_WRONLY)
    try file.write(Array("x"))
    setTime(of: path, nanoseconds: time)
  }

  @Test(arguments: changes.indices) func everyChangeIsSeen(_ index: Int) throws {
    try remember()
    #expect(recalled == answer)
    try Self.changes[index].make(self)
    #expect(recalled == nil, "\(Self.changes[index].name)")
  }

  @Test func whatMayYetChangeWithoutATraceIsNotRemembered() throws {
    let future = SystemClock.wallNanoseconds + 3_600_000_000_000
    setTime(of: scratch("tree/top/c/f3"), nanoseconds: future)
    settle()
    try remember()
    #expect(recalled == nil)
    setTime(of: scratch("tree/top/c/f3"), nanoseconds: 1)
    setTime(of: scratch("tree/top/a"), nanoseconds: future)
    settle()
    try remember()
    #expect(recalled == nil)
    setTime(of: scratch("tree/top/a"), nanoseconds: 1)
    settle()
    try remember()
    #expect(recalled == answer)
  }

  @Test func aDirectoryThatChangedOnTheWayIsNotRemembered() throws {
    let tree = tree
    let walk = try walk(tree)
    try write("", to: "a/new")
    settle()
    _ = try tree.children(of: "top/a")
    try tree.digests(of: walk, .md5).remember(answer, question)
    #expect(recalled == nil)
    try FileSystem.remove(scratch("tree/top/a/new"))
    settle()
    #expect(recalled == nil)
  }

  @Test func fewFilesAndWalksThatLeftThingsOutAreNotRemembered() throws {
    try remember { $0.isThorough = false }
    #expect(recalled == nil)
    try remember { $0.files.removeLast() }
    #expect(recalled == nil)
    try remember { $0.directories.append("top/never listed") }
    #expect(recalled == nil)
  }

  @Test func bytesThatAreNoSnapshotAreNone() throws {
    let state = FileState(try FileSystem.status(of: scratch("tree/top/f0")))
    var snapshot = DirectorySnapshot(answer, to: question)
    snapshot.add(Array("top"), state, files: [(Array("f0")[...], state), (Array("f4")[...], state)])
    let bytes = snapshot.bytes
    #expect(DirectorySnapshot(bytes: bytes)?.answer == answer)
    for count in bytes.indices.dropFirst(33) {
      #expect(DirectorySnapshot(bytes: Array(bytes[..<count])) == nil)
    }
    // The checksum keeps such bytes away; should it not, nothing happens either.
    for index in bytes.indices {
      for byte: UInt8 in [0, 0x7F, 0x80, 0xFF] {
        var broken = bytes
        broken[index] = byte
        _ = DirectorySnapshot(bytes: broken)?.beginLook(below: scratch("tree")).results()
      }
    }
  }

  @Test func aDirectoryOfManyFilesIsSharedOut() throws {
    for number in 0..<1500 { try write("", to: "c/g\(number)") }
    settle()
    try remember()
    #expect(recalled == answer)
    try rewriteInPlace("c/g1499")
    #expect(recalled == nil)
  }
}
