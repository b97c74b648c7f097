import Glibc
import Hashing
import Platform
import Support
import Testing
import Trees

@testable import Disk

/// What can happen to the cache's file. None of it may change an answer.
@Suite struct HashCacheFaultTests {
  let scratch: ScratchDirectory
  let reports = Reports()
  let files: [RepositoryPath] = (0..<120).map { RepositoryPath(normalized: Array("d\($0 % 3)/\($0)")) }

  init() throws {
    scratch = try ScratchDirectory()
    for file in files {
      let path = scratch("tree/\(file)")
      try FileSystem.createDirectories(FileSystem.parent(of: path))
      try scratch.put(file.bytes, at: path)
    }
    settle()
  }

  var file: [UInt8] { scratch("cache/hashes.db") }

  func digests(_ file: [UInt8]) throws -> [MD5Digest] {
    let cache = HashCache(file: file) { [reports] in reports.lines.append($0) }
    return try WorkTree(root: scratch("tree"), hashes: cache).digests(of: files, .md5)
  }

  var expected: [MD5Digest] { files.map { MD5Digest(of: $0.bytes) } }

  @Test func randomBytesAreMadeAnew() throws {
    try FileSystem.createDirectories(scratch("cache"))
    var random = SeededGenerator(seed: 2)
    for size in [1, 100, 512, 4096, 100_000] {
      try scratch.put((0..<size).map { _ in UInt8.random(in: 0...255, using: &random) }, at: file)
      #expect(try digests(file) == expected)
      #expect(try FileSystem.read(file, limit: 1 << 24).starts(with: Array("SQLite format 3\0")))
      let count = reports.lines.count
      #expect(try digests(file) == expected)
      #expect(reports.lines.count == count)
    }
    #expect(reports.lines.allSatisfy { $0.contains("is damaged and made anew") } && reports.lines.count >= 4)
  }

  @Test func noDamagedByteIsBelieved() throws {
    #expect(try digests(file) == expected)
    let whole = try FileSystem.read(file, limit: 1 << 24)
    var random = SeededGenerator(seed: 2)
    for round in 0..<80 {
      var damaged = whole
      let place = whole.count * round / 80
      for index in place..<min(place + 1 + round % 40, whole.count) {
        damaged[index] ^= UInt8.random(in: 1...255, using: &random)
      }
      try scratch.put(damaged, at: file)
      guard try digests(file) == expected, try digests(file) == expected else {
        Issue.record("damage at \(place) was believed")
        return
      }
    }
    #expect(reports.lines.count > 20)
  }

  @Test func aFileThatIsCutShortIsMadeAnew() throws {
    #expect(try digests(file) == expected)
    let whole = try FileSystem.read(file, limit: 1 << 24)
    for part in 0..<12 {
      try scratch.put(Array(whole.prefix(whole.count * part / 12)), at: file)
      #expect(try digests(file) == expected)
    }
  }

  @Test func aCacheOfAnotherVersionIsEmptied() throws {
    #expect(try digests(file) == expected)
    let other = try Database(file, patience: 1000)
    try other.execute("DROP TABLE sections; CREATE TABLE sections(x); PRAGMA user_version = 99")
    #expect(try digests(file) == expected)
    #expect(try other.number("SELECT COUNT(*) FROM sections") == 3)
    #expect(reports.lines.isEmpty)
  }

  @Test func aRowOfAnotherDirectoryIsNotBelieved() throws {
    #expect(try digests(file) == expected)
    let database = try Database(file, patience: 1000)
    try database.execute(
      "UPDATE sections SET records = (SELECT records FROM sections ORDER BY id DESC LIMIT 1)")
    #expect(try digests(file) == expected)
    #expect(reports.lines.count == 1)
  }

  @Test func aPlaceThatCannotHoldACacheIsNoError() throws {
    try scratch.put([], at: scratch("plain"))
    try FileSystem.createDirectories(scratch("directory.db"))
    #expect(mkfifo(scratch("fifo").text, 0o600) == 0)
    let places = [
      Array("/proc/guard/hashes.db"), scratch("plain/hashes.db"), scratch("directory.db"), scratch("fifo"),
    ]
    for (index, place) in places.enumerated() {
      #expect(try digests(place) == expected)
      #expect(reports.lines.count > index)
    }
  }

  @Test func aReadOnlyDirectoryIsNoError() throws {
    try FileSystem.createDirectories(scratch("cache"))
    try FileSystem.setMode(0o500, of: scratch("cache"))
    #expect(try digests(file) == expected)
    // The superuser may write everywhere.
    #expect(reports.lines.isEmpty == (geteuid() == 0))
  }

  @Test func aWriterThatHoldsTheLockIsNotWaitedForLong() throws {
    #expect(try digests(file) == expected)
    let writer = try Database(file, patience: 1000)
    try writer.execute("BEGIN IMMEDIATE; DELETE FROM sections")
    let begin = SystemClock.monotonicMilliseconds
    #expect(try digests(file) == expected)
    let cache = HashCache(file: file) { [reports] in reports.lines.append($0) }
    cache.store(objects: [(identity: [1], digest: MD5Digest(of: []))])
    cache.save()
    #expect(SystemClock.monotonicMilliseconds - begin < 3000)
    #expect(reports.lines.count == 1)
    try writer.execute("ROLLBACK")
    #expect(try writer.number("SELECT COUNT(*) FROM sections") == 3)
  }

  @Test func aKilledWriterLeavesTheRestWhole() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as [UInt8]] in
      let cache = HashCache(file: file)
      for round in 0..<40 {
        cache.store(objects: [(identity: [UInt8(round)], digest: MD5Digest(of: [UInt8(round)]))])
        cache.save()
      }
      let database = try Database(file, patience: 1000)
      try database.execute("BEGIN IMMEDIATE; DELETE FROM sections")
      kill(getpid(), SIGKILL)
    }
    let cache = HashCache(file: file) { [reports] in reports.lines.append($0) }
    #expect(cache.digests(ofObjects: [[0], [39]]) == [MD5Digest(of: [0]), MD5Digest(of: [39])])
    #expect(reports.lines.isEmpty)
  }

  @Test func aFullDiskIsNoError() async throws {
    #expect(try digests(file) == expected)
    await #expect(processExitsWith: .exitCode(7)) { [file = file as [UInt8]] in
      var limit = rlimit(rlim_cur: 16384, rlim_max: 16384)
      setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit)
      var failures = 0
      let cache = HashCache(file: file) { _ in failures += 1 }
      for round in 0..<2000 {
        let identity = Array("object \(round)".utf8)
        cache.store(objects: [(identity: identity, digest: MD5Digest(of: identity))])
      }
      cache.save()
      exit(failures == 1 ? 7 : 1)
    }
    #expect(try digests(file) == expected)
    #expect(reports.lines.isEmpty)
  }

  @Test func manyProcessesAtOnceDoNotDisturbEachOther() async throws {
    let file: [UInt8] = self.file
    async let first = #expect(processExitsWith: .success) { [file = file as [UInt8]] in
      try HashCacheFaultTests.work(file, 1)
    }
    async let second = #expect(processExitsWith: .success) { [file = file as [UInt8]] in
      try HashCacheFaultTests.work(file, 2)
    }
    async let third = #expect(processExitsWith: .success) { [file = file as [UInt8]] in
      try HashCacheFaultTests.work(file, 3)
    }
    _ = await (first, second, third)
    let cache = HashCache(file: file) { [reports] in reports.lines.append($0) }
    for number in 1...3 {
      let identities = (0..<100).map { [UInt8(number), $0] }
      let found = cache.digests(ofObjects: identities)
      #expect(zip(identities, found).allSatisfy { $1 == nil || $1 == MD5Digest(of: $0) })
      #expect(found.contains { $0 != nil })
    }
    #expect(reports.lines.isEmpty)
  }

  /// What one of many processes does.
  static func work(_ file: [UInt8], _ number: UInt8) throws {
    for round in 0..<UInt8(100) {
      let identity = [number, round]
      let cache = HashCache(file: file) { line in print(line) }
      cache.store(objects: [(identity: identity, digest: MD5Digest(of: identity))])
      cache.save()
      let found = cache.digests(ofObjects: [identity]).first ?? nil
      guard found == nil || found == MD5Digest(of: identity) else { exit(1) }
    }
  }
}
