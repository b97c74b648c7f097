import Disk
import Glibc
import Hashing
import Platform
import Support
import Testing
import Trees

@Suite(.timeLimit(.minutes(1))) struct WorkTreeTests {
  let scratch: ScratchDirectory
  let tree: WorkTree

  init() throws {
    scratch = try ScratchDirectory()
    tree = WorkTree(root: scratch.path, hashes: nil)
  }

  func write(_ text: String, to name: String, mode: UInt32 = 0o644) throws {
    try FileSystem.createDirectories(FileSystem.parent(of: scratch(name)))
    try scratch.put(Array(text), at: scratch(name), mode: mode)
  }

  func link(_ name: String, to target: String) throws {
    try FileSystem.createSymbolicLink(at: scratch(name), to: Array(target))
  }

  @Test func entriesAreWhatStandsThere() throws {
    try write("a", to: "d/f", mode: 0o755)
    try write("b", to: "g", mode: 0o644)
    try link("toFile", to: "g")
    try link("toDirectory", to: "d")
    try link("broken", to: "nowhere")
    #expect(mkfifo(scratch("fifo").text, 0o600) == 0)
    #expect(try tree.entry(at: "d/f") == .file(isExecutable: true))
    #expect(try tree.entry(at: "g") == .file(isExecutable: false))
    #expect(try tree.entry(at: .root) == .directory)
    #expect(try tree.entry(at: "fifo") == .special)
    #expect(try tree.entry(at: "toFile") == .symbolicLink)
    #expect(try tree.target(of: "toFile") == .file(isExecutable: false))
    #expect(try tree.target(of: "toDirectory/f") == .file(isExecutable: true))
    #expect(try tree.entry(at: "broken") == .symbolicLink)
    #expect(try tree.target(of: "broken") == nil)
    #expect(try tree.entry(at: "g/below") == nil)
    #expect(try tree.entry(at: "none") == nil)
    #expect(try tree.entry(at: RepositoryPath(normalized: [103, 0])) == nil)
    #expect(try tree.entry(at: RepositoryPath(normalized: [UInt8](repeating: 65, count: 5000))) == nil)
    #expect(try tree.contents(of: "toDirectory/f") == Array("a"))
    #expect(try tree.digest(of: "toDirectory/f", .md5) == MD5Digest(of: Array("a")))
  }

  /// Eight bytes are compared as one number, behind what all names have in common.
  @Test func longNamesAreInTheOrderOfTheirBytes() throws {
    let tails = ["", "0", "00", "1", "12345678", "123456789", "12345678a", "1234567é", "é", "\u{1}", "2/x"]
    for tail in tails { try write("", to: "d/common-prefix-" + tail) }
    for directory: RepositoryPath in ["d", .root] {
      let names = try tree.children(of: directory).map(\.name)
      #expect(names == names.sorted { $0.lexicographicallyPrecedes($1) })
    }
    #expect(try tree.children(of: "d").count == tails.count)
    try write("", to: "d/x")
    let names = try tree.children(of: "d").map(\.name)
    #expect(names.count == tails.count + 1 && names == names.sorted { $0.lexicographicallyPrecedes($1) })
  }

  @Test func childrenAreInTheOrderOfTheirBytes() throws {
    for name in ["b", "a.c", "a-b", "é", "a/x"] { try write("", to: name) }
    let odd: [UInt8] = [0xFF]
    try scratch.put([], at: scratch.path + [UInt8(ascii: "/")] + odd)
    try link("l", to: "a")
    let children = try tree.children(of: .root)
    #expect(
      children.map(\.name) == [
        Array("a"), Array("a-b"), Array("a.c"), Array("b"), Array("l"), Array("é"), odd,
      ])
    #expect(children.first?.entry == .directory && children[4].entry == .symbolicLink)
    #expect(try tree.children(of: "l").map(\.name) == [Array("x")])
    #expect(try tree.children(of: "b") == [])
    #expect(try tree.children(of: "none") == [])
  }

  @Test func whatCannotBeReadIsSaidAndNotOpened() throws {
    #expect(mkfifo(scratch("fifo").text, 0o600) == 0)
    try link("one", to: "two")
    try link("two", to: "one")
    try link("zero", to: "/dev/zero")
    try write("", to: "d/f")
    for path: RepositoryPath in ["fifo", "one", "zero", "d", "none", "one/x"] {
      #expect(throws: TreeError.self, "\(path)") { try tree.contents(of: path) }
      #expect(throws: TreeError.self, "\(path)") { try tree.digest(of: path, .md5) }
    }
    #expect(throws: TreeError.unreadable("one", why: "Too many levels of symbolic links")) {
      try tree.target(of: "one")
    }
    #expect(throws: TreeError.unreadable("fifo", why: "it is not a regular file")) {
      try tree.digests(of: ["d/f", "fifo"], .md5)
    }
  }

  @Test func manyFilesAreHashedInOrder() throws {
    let files = (0..<3000).map { RepositoryPath(normalized: Array("d\($0 % 7)/e/\($0)")) }
    for number in 0..<7 { try FileSystem.createDirectories(scratch("d\(number)/e")) }
    for file in files { try scratch.put(file.bytes, at: scratch(file.description)) }
    let cache = HashCache(file: scratch("hashes.db"))
    for tree in [
      tree, WorkTree(root: scratch.path, hashes: cache), WorkTree(root: scratch.path, hashes: cache),
    ] {
      #expect(try tree.digests(of: files, .md5) == files.map { MD5Digest(of: $0.bytes) })
      #expect(
        try tree.digests(of: files.reversed(), .md5) == files.reversed().map { MD5Digest(of: $0.bytes) })
    }
    #expect(try tree.digests(of: [], .md5) == [])
  }

  @Test(arguments: [0, 1, 262_143, 262_144, 262_145, 3_000_000]) func everySizeIsReadWhole(_ size: Int) throws
  {
    let bytes = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    try scratch.put(bytes, at: scratch("f"))
    #expect(try tree.digest(of: "f", .md5) == MD5Digest(of: bytes))
    #expect(try tree.digest(of: "f", .md5DOS2Unix) == MD5Digest(of: bytes, .md5DOS2Unix))
  }

  @Test func gitIgnoreFilesAreRead() throws {
    try write("f\n", to: ".gitignore")
    #expect(try tree.isIgnoredByGit("f", isDirectory: false))
    #expect(try !tree.isIgnoredByGit("g", isDirectory: false))
  }

  @Test func aGitIgnoreThatIsALinkIsNotFollowed() throws {
    try write("f\n", to: "patterns")
    try link(".gitignore", to: "patterns")
    #expect(try !tree.isIgnoredByGit("f", isDirectory: false))
  }
}
