import Glibc
import Platform
import Support
import Testing

@Suite struct FileSystemTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  @Test func aFileIsReadWhole() throws {
    let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
    try FileSystem.write(content, to: scratch("f"))
    #expect(try FileSystem.read(scratch("f"), limit: 300_000) == content)
    try FileSystem.write([], to: scratch("f"))
    #expect(try FileSystem.read(scratch("f"), limit: 0) == [])
  }

  @Test func aFileOfUnknownSizeIsReadWhole() throws {
    // /proc gives no sizes.
    #expect(try FileSystem.read(Array("/proc/self/status"), limit: 1 << 20).text.contains("Threads:"))
  }

  @Test func aFileOverTheLimitIsRefused() throws {
    try FileSystem.write(Array("12345"), to: scratch("f"))
    let error = #expect(throws: SystemError.self) { try FileSystem.read(scratch("f"), limit: 4) }
    #expect(error?.code == EFBIG)
    #expect(error?.description.contains("larger than the limit of 4 bytes") == true)
  }

  @Test func aFileOfHolesDoesNotTakeTheMemory() throws {
    try FileSystem.write([], to: scratch("f"))
    #expect(truncate(scratch("f").text, 1 << 40) == 0)
    let error = #expect(throws: SystemError.self) { try FileSystem.read(scratch("f"), limit: 1000) }
    #expect(error?.code == EFBIG)
  }

  @Test(.timeLimit(.minutes(1))) func whatIsNoFileIsNotOpened() throws {
    #expect(mkfifo(scratch("fifo").text, 0o600) == 0)
    #expect(throws: SystemError.self) { try FileSystem.read(scratch("fifo"), limit: 10) }
    #expect(throws: SystemError.self) { try FileSystem.read(Array("/dev/zero"), limit: 10) }
    let error = #expect(throws: SystemError.self) { try FileSystem.read(scratch.path, limit: 10) }
    #expect(error?.code == EISDIR)
  }

  @Test func aPathWithANULIsNotThePathBeforeIt() throws {
    try FileSystem.write(Array("x"), to: scratch("f"))
    #expect(throws: SystemError.self) { try FileSystem.read(scratch("f") + [0, 65], limit: 10) }
    #expect(throws: SystemError.self) { try FileSystem.rename(scratch("f"), to: scratch("g") + [0]) }
    #expect(!FileSystem.exists(scratch("f") + [0]))
  }

  @Test func statusSaysWhatStandsThere() throws {
    try FileSystem.write(Array("abc"), to: scratch("f"), mode: 0o640)
    try FileSystem.createSymbolicLink(at: scratch("l"), to: Array("f"))
    try FileSystem.createSymbolicLink(at: scratch("broken"), to: Array("nowhere"))
    let file = try FileSystem.status(of: scratch("f"))
    #expect(file.kind == .file && file.size == 3 && file.mode == 0o640 && !file.isExecutable)
    #expect(file.owner == getuid())
    #expect(abs(file.modified - SystemClock.wallNanoseconds) < 60_000_000_000)
    #expect(try FileSystem.linkStatus(of: scratch("l")).kind == .symbolicLink)
    #expect(try FileSystem.status(of: scratch("l")) == file)
    #expect(try FileSystem.linkTarget(of: scratch("l")) == Array("f"))
    #expect(try FileSystem.realPath(of: scratch("l")).suffix(2) == Array("/f"))
    #expect(FileSystem.exists(scratch("broken")))
    #expect(try FileSystem.existing(scratch("none")) == nil)
    let error = #expect(throws: SystemError.self) { try FileSystem.status(of: scratch("broken")) }
    #expect(error?.isMissing == true)
  }

  @Test func aLongLinkTargetIsReadWhole() throws {
    let target = [UInt8](repeating: 65, count: 3000)
    try FileSystem.createSymbolicLink(at: scratch("l"), to: target)
    #expect(try FileSystem.linkTarget(of: scratch("l")) == target)
  }

  @Test func aDirectoryListsNamesAsBytes() throws {
    let odd = scratch.path + [UInt8(ascii: "/"), 0xFF, 0x0A]
    try FileSystem.write([], to: odd)
    try FileSystem.createDirectories(scratch("d/e/f"))
    try FileSystem.createSymbolicLink(at: scratch("..."), to: Array("d"))
    let found = try FileSystem.list(scratch.path).sorted { $0.name.lexicographicallyPrecedes($1.name) }
    #expect(found.map(\.name) == [Array("..."), Array("d"), [0xFF, 0x0A]])
    #expect(found.map(\.kind) == [.symbolicLink, .directory, .file])
    #expect(throws: SystemError.self) { try FileSystem.list(odd) }
  }

  @Test func anOpenDirectoryIsListedTwice() throws {
    try FileSystem.write([], to: scratch("f"))
    let directory = try Descriptor(opening: scratch.path, flags: O_RDONLY | O_DIRECTORY)
    #expect(try FileSystem.list(directory, []).count == 1)
    #expect(try FileSystem.list(directory, []).count == 1)
    #expect(try FileSystem.status(of: Array("f")[...], in: directory, follow: false).kind == .file)
  }

  @Test func writingKeepsOrSetsTheMode() throws {
    try FileSystem.write(Array("a"), to: scratch("f"), mode: 0o751)
    try FileSystem.write(Array("b"), to: scratch("f"))
    #expect(try FileSystem.status(of: scratch("f")).mode == 0o751)
    try FileSystem.write(Array("c"), to: scratch("f"), mode: 0o600)
    #expect(try FileSystem.status(of: scratch("f")).mode == 0o600)
    #expect(try FileSystem.list(scratch.path).count == 1)
  }

  @Test func aFailedWriteLeavesTheOldFileAndNothingElse() throws {
    try FileSystem.createDirectories(scratch("d/full"))
    #expect(throws: SystemError.self) { try FileSystem.write(Array("b"), to: scratch("d")) }
    #expect(try FileSystem.list(scratch.path).map(\.name) == [Array("d")])
    #expect(throws: SystemError.self) { try FileSystem.write([], to: scratch("none/f")) }
  }

  @Test func directoriesAreMadeWithTheirParents() throws {
    try FileSystem.createDirectories(scratch("a/b//c/"))
    try FileSystem.createDirectories(scratch("a/b"))
    #expect(try FileSystem.status(of: scratch("a/b/c")).kind == .directory)
    try FileSystem.write([], to: scratch("f"))
    #expect(throws: SystemError.self) { try FileSystem.createDirectories(scratch("f")) }
    #expect(throws: SystemError.self) { try FileSystem.createDirectories(scratch("f/g")) }
  }

  @Test(arguments: [
    ("/a/b", "/a"), ("/a", "/"), ("/", "/"), ("a", "."), ("a/b/", "a"), ("//a//b//", "//a"), ("", ""),
  ]) func parents(_ path: String, _ parent: String) {
    #expect(FileSystem.parent(of: Array(path)).text == parent)
  }
}
