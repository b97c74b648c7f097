import Platform
import Support
import Testing
import Trees

@testable import Git

/// Git's index, read from its bytes, beside what the real git says of it.
@Suite struct IndexFileTests {
  private func filled() throws -> ScratchRepository {
    let repository = try ScratchRepository()
    for name in ["a", "a.b", "a0", "b/c/d", "b/c/e", "b/d", "bb", "z/y/x"] {
      try repository.write(name, to: name)
    }
    try repository.write(
      "long", to: String(repeating: "deep/", count: 20) + String(repeating: "n", count: 200))
    try repository.commitAll()
    return repository
  }

  /// Everything that is known of the entries, from the bytes and from `git ls-files`.
  private func expectSame(_ repository: ScratchRepository, hashLength: Int = 20) throws {
    let bytes = try FileSystem.read(repository.path + Array("/.git/index".utf8), limit: 1 << 30)
    let own = try IndexFile(bytes: bytes, hashLength: hashLength)
    let text = try repository.git("ls-files", "--stage", "--debug", "-z")
    let listing = try #require(IndexListing.read(text))
    let other = try IndexFile(listing: listing, hashLength: hashLength)
    #expect(own.records.count == listing.count)
    #expect(!listing.isEmpty)
    for (one, two) in zip(own.records, other.records) {
      #expect(Array(own.path(of: one)) == Array(other.path(of: two)))
      #expect(own.id(of: one) == other.id(of: two))
      #expect(own.mode(of: one) == other.mode(of: two))
      #expect(own.status(of: one) == other.status(of: two))
      #expect(one.stage == two.stage)
      #expect(one.isIntentToAdd == two.isIntentToAdd)
      #expect(one.skipsWorkTree == two.skipsWorkTree)
      #expect(one.isAssumedUnchanged == two.isAssumedUnchanged)
    }
  }

  @Test(arguments: ["2", "3", "4"]) func allFieldsOfAllVersions(_ version: String) throws {
    let repository = try filled()
    if version != "2" {
      try repository.git("update-index", "--skip-worktree", "bb")
      try repository.write("later", to: "later")
      try repository.git("add", "-N", "later")
    }
    try repository.git("update-index", "--assume-unchanged", "a0")
    try repository.git("update-index", "--index-version", version)
    try expectSame(repository)
  }

  @Test func sha256() throws {
    let repository = try ScratchRepository("--object-format=sha256")
    for name in ["a", "b/c", "b/d"] { try repository.write(name, to: name) }
    try repository.git("add", "-A")
    try repository.git("update-index", "--index-version", "4")
    try expectSame(repository, hashLength: 32)
  }

  @Test func stagesOfAConflict() throws {
    let repository = try filled()
    let id = try repository.line("rev-parse", ":a")
    let lines = (1...3).map { "100644 \(id) \($0)\tconflict\n" }.joined()
    try repository.git(["update-index", "--index-info"], input: Array(lines.utf8))
    try expectSame(repository)
  }

  @Test func cachedTreesAreThoseOfTheCommit() throws {
    let repository = try filled()
    let path = repository.path + Array("/.git/index".utf8)
    let index = try IndexFile(bytes: FileSystem.read(path, limit: 1 << 30), hashLength: 20)
    #expect(index.cachedTrees.count == 25)
    for (directory, id) in index.cachedTrees {
      #expect(try repository.line("rev-parse", "HEAD:\(directory.text)") == id.description)
    }
    // What changes is no longer known, up to the root; what is beside it still is.
    try repository.write("changed", to: "b/c/d")
    try repository.git("add", "b/c/d")
    let changed = try IndexFile(bytes: FileSystem.read(path, limit: 1 << 30), hashLength: 20)
    #expect(changed.cachedTrees[[]] == nil)
    #expect(changed.cachedTrees[Array("b".utf8)] == nil)
    #expect(changed.cachedTrees[Array("z".utf8)] != nil)
  }

  @Test func bytesThatAreNoIndex() throws {
    let repository = try filled()
    for version in ["2", "4"] {
      try repository.git("update-index", "--index-version", version)
      let bytes = try FileSystem.read(repository.path + Array("/.git/index".utf8), limit: 1 << 30)
      // Cut anywhere: an error or fewer extensions, never a crash.
      for count in 0..<bytes.count { _ = Self.use(Array(bytes[..<count])) }
      var generator = SeededGenerator(seed: 1)
      for _ in 0..<3000 {
        var broken = bytes
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let place = Int.random(in: 0..<broken.count, using: &generator)
          broken[place] = [0, 0xFF, 0x7F, 0x80, 1, 0x2F].randomElement(using: &generator) ?? 0
        }
        _ = Self.use(broken)
      }
    }
    #expect(throws: IndexFile.Failure.damaged("no index header")) {
      try IndexFile(bytes: [], hashLength: 20)
    }
    var many = Array("DIRC".utf8) + [0, 0, 0, 2, 0xFF, 0xFF, 0xFF, 0xFF]
    many += [UInt8](repeating: 0, count: 100)
    #expect(throws: IndexFile.Failure.self) { try IndexFile(bytes: many, hashLength: 20) }
    var future = many
    future[7] = 5
    #expect(throws: IndexFile.Failure.unsupported("index version 5")) {
      try IndexFile(bytes: future, hashLength: 20)
    }
  }

  /// Reads bytes and looks at everything that came of them.
  private static func use(_ bytes: [UInt8]) -> Int {
    do {
      let index = try IndexFile(bytes: bytes, hashLength: 20)
      var sum = index.cachedTrees.count
      for record in index.records {
        sum &+=
          index.path(of: record).count &+ Int(index.mode(of: record)) &+ Int(index.status(of: record).size)
        sum &+= index.id(of: record) == nil ? 0 : 1
      }
      let entries = try IndexEntries(index)
      sum &+= entries.files(endingWith: [Array("d".utf8)]).count
      var pending = [RepositoryPath.root]
      while let directory = pending.popLast(), sum < 1_000_000 {
        for entry in try entries.entries(of: directory) {
          sum &+= 1
          let path = directory.appending(entry.name)
          sum &+= try entries.entry(at: path) == nil ? 0 : 1
          if entry.mode == .directory { pending.append(path) }
        }
      }
      return sum
    } catch {
      return 0
    }
  }

  @Test func everyPathIsFound() throws {
    let repository = try filled()
    let index = try repository.open().index()
    let paths = try repository.git("ls-files", "-z").split(separator: 0).map {
      RepositoryPath(normalized: $0)
    }
    #expect(paths.count == 9)
    for path in paths {
      #expect(try index.entry(at: path) == .file(isExecutable: false))
      #expect(try index.entry(at: path.parent) == .directory)
      #expect(try index.entry(at: path.appending([0x78])) == nil)
    }
    for name: RepositoryPath in ["a/b", "b/c/dd", "b/c/f", "b/b", "c", "zz"] {
      #expect(try index.entry(at: name) == nil)
    }
    #expect(try index.children(of: .root).map { $0.name.text } == ["a", "a.b", "a0", "b", "bb", "deep", "z"])
    #expect(try index.files(endingWith: [Array("c/e".utf8), Array("x".utf8)]) == ["b/c/e", "z/y/x"])
    let head = try repository.open().tree(of: #require(try repository.open().head()))
    #expect(try head.files(endingWith: [Array("c/e".utf8), Array("x".utf8)]) == ["b/c/e", "z/y/x"])
  }
}
