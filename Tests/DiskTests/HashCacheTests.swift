import Glibc
import Hashing
import Platform
import Support
import Testing
import Trees

@testable import Disk

/// Long enough for a file that was written before to be settled.
func settle() { usleep(60_000) }

/// Sets a file's times of access and modification.
func setTime(of path: [UInt8], nanoseconds: Int64) {
  let time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
  #expect(utimensat(AT_FDCWD, path.text, [time, time], 0) == 0)
}

final class Reports {
  var lines: [String] = []
}

@Suite struct HashCacheTests {
  let scratch: ScratchDirectory
  let reports = Reports()
  let poison = MD5Digest(high: 1, low: 2)

  init() throws {
    scratch = try ScratchDirectory()
    try FileSystem.createDirectories(scratch("tree/d"))
  }

  var file: [UInt8] { scratch("cache/hashes.db") }

  func cache(limit: Int = 1 << 28) -> HashCache {
    HashCache(file: file, limit: limit) { [reports] in reports.lines.append($0) }
  }

  func tree(_ cache: HashCache?) -> WorkTree { WorkTree(root: scratch("tree"), hashes: cache) }

  func write(_ text: String, to name: String) throws {
    try scratch.put(Array(text), at: scratch("tree/" + name))
  }

  /// Makes the cache say something wrong of a file in its present state: who reads the cache is found out.
  func poison(_ name: String, in directory: String, _ cache: HashCache) throws {
    let path = FileSystem.join(scratch(directory), Array(name))
    let key = HashKey(file: Array(name), try FileSystem.status(of: path))
    cache.store([HashRecord(key, poison)], in: .directory(scratch(directory), .md5))
    cache.save()
  }

  @Test func aHashIsComputedOnceForEachState() throws {
    try write("a", to: "d/f")
    settle()
    #expect(try tree(cache()).digest(of: "d/f", .md5) == MD5Digest(of: Array("a")))
    let known = HashKey(file: Array("f"), try FileSystem.status(of: scratch("tree/d/f")))
    #expect(
      cache().digests(for: [known], in: .directory(scratch("tree/d"), .md5)) == [MD5Digest(of: Array("a"))])
    try poison("f", in: "tree/d", cache())
    #expect(try tree(cache()).digest(of: "d/f", .md5) == poison)
    #expect(try tree(cache()).digest(of: "d/f", .md5DOS2Unix) == MD5Digest(of: Array("a")))
    #expect(try tree(nil).digest(of: "d/f", .md5) == MD5Digest(of: Array("a")))
    #expect(reports.lines.isEmpty)
  }

  /// Whoever opens the file later would have to go through it.
  @Test func noJournalIsLeftBehind() throws {
    try write("a", to: "d/f")
    settle()
    let cache = cache()
    #expect(try tree(cache).digest(of: "d/f", .md5) == MD5Digest(of: Array("a")))
    cache.save()
    let names = try FileSystem.list(scratch("cache")).map(\.name)
    #expect(names == [Array("hashes.db".utf8)])
    try poison("f", in: "tree/d", cache)
    #expect(try tree(cache).digest(of: "d/f", .md5) == poison)
  }

  @Test func aChangeWithItsTimeSetBackIsSeen() throws {
    try write("a", to: "f")
    let time = try FileSystem.status(of: scratch("tree/f")).modified
    settle()
    let tree = tree(cache())
    #expect(try tree.digest(of: "f", .md5) == MD5Digest(of: Array("a")))
    let file = try Descriptor(opening: scratch("tree/f"), flags: O_WRONLY)
    try file.write(Array("b"))
    setTime(of: scratch("tree/f"), nanoseconds: time)
    #expect(try FileSystem.status(of: scratch("tree/f")).modified == time)
    #expect(try tree.digest(of: "f", .md5) == MD5Digest(of: Array("b")))
  }

  @Test func anotherFileOfTheSameTimesIsSeen() throws {
    try write("a", to: "f")
    try write("b", to: "g")
    for name in ["tree/f", "tree/g"] { setTime(of: scratch(name), nanoseconds: 1_000_000_000_000) }
    settle()
    let tree = tree(cache())
    #expect(try tree.digest(of: "f", .md5) == MD5Digest(of: Array("a")))
    try FileSystem.rename(scratch("tree/g"), to: scratch("tree/f"))
    #expect(try tree.digest(of: "f", .md5) == MD5Digest(of: Array("b")))
  }

  @Test func aFileThatMayYetChangeWithoutATraceIsNotRemembered() throws {
    try write("a", to: "f")
    setTime(of: scratch("tree/f"), nanoseconds: SystemClock.wallNanoseconds + 3_600_000_000_000)
    let cache = cache()
    #expect(try tree(cache).digest(of: "f", .md5) == MD5Digest(of: Array("a")))
    let known = HashKey(file: Array("f"), try FileSystem.status(of: scratch("tree/f")))
    #expect(cache.digests(for: [known], in: .directory(scratch("tree"), .md5)) == [nil])
  }

  /// Linux 6.13 and later give a file that was looked at a finer time; before that, this is the race.
  @Test func changesWithinATickAreSeen() throws {
    // Written, hashed and written again at once, most pairs of writes have the same times.
    try write("?", to: "f")
    let tree = tree(cache())
    let file = try Descriptor(opening: scratch("tree/f"), flags: O_RDWR)
    for round in 0..<500 {
      let byte = UInt8(truncatingIfNeeded: round)
      #expect(pwrite(file.number, [byte], 1, 0) == 1)
      guard try tree.digest(of: "f", .md5) == MD5Digest(of: [byte]) else {
        Issue.record("round \(round) has the hash of another")
        return
      }
    }
  }

  /// Times in milliseconds before now, and whether nothing can change any more without a trace.
  @Test(arguments: [
    (31.5, 31.5, true), (29.5, 31.5, false), (31.5, 29.5, false), (-5.5, 31.5, false), (100, 3000.5, true),
    (2000, 2000, false), (3000, 3000, true), (1_000_000, 31.5, false), (1_000_000.5, 31.5, true),
  ]) func aFileIsSettledWhenItsTickIsOver(_ modified: Double, _ changed: Double, _ isSettled: Bool) {
    let now: Int64 = 1_000_000_000_000_000_000
    let (modified, changed) = (now - Int64(modified * 1e6), now - Int64(changed * 1e6))
    #expect(FileHash.isSettled(modified: modified, changed: changed, now: now) == isSettled)
  }

  @Test(.timeLimit(.minutes(1))) func aFileThatChangesWhileItIsReadIsNotRemembered() async throws {
    let path = scratch("tree/f")
    let (first, second) = ([UInt8](repeating: 65, count: 1 << 20), [UInt8](repeating: 66, count: 1 << 20))
    try scratch.put(first, at: path)
    let writer = Task.detached {
      let file = try Descriptor(opening: path, flags: O_RDWR)
      for round in 0..<200 { _ = pwrite(file.number, round % 2 == 0 ? second : first, 1 << 20, 0) }
    }
    let cache = cache()
    for _ in 0..<20 { _ = try tree(cache).digest(of: "f", .md5) }
    try await writer.value
    #expect(try tree(cache).digest(of: "f", .md5) == MD5Digest(of: first))
    settle()
    #expect(try tree(cache).digest(of: "f", .md5) == MD5Digest(of: first))
  }

  @Test func objectsAreKnownByTheirIdentity() {
    let identities = (0..<1000).map { [UInt8](repeating: UInt8($0 & 255), count: 19) + [UInt8($0 >> 8)] }
    let entries = identities.map { (identity: $0, digest: MD5Digest(of: $0)) }
    let long = [UInt8](repeating: 1, count: 40)
    do {
      let cache = cache()
      cache.store(objects: entries + [(identity: long, digest: poison)])
      #expect(cache.digests(ofObjects: [identities[7]]) == [entries[7].digest])
    }
    let found = cache().digests(ofObjects: identities.reversed() + [long, [], identities[0] + [0]])
    #expect(found == entries.reversed().map(\.digest) + [nil, nil, nil])
  }

  @Test func whatTheOtherStoredIsKept() {
    let (one, other) = (cache(), cache())
    one.store(objects: [(identity: [1], digest: poison)])
    other.store(objects: [(identity: [2], digest: poison)])
    one.save()
    other.save()
    #expect(cache().digests(ofObjects: [[1], [2]]) == [poison, poison])
    #expect(one.digests(ofObjects: [[2]]) == [poison])
    #expect(reports.lines.isEmpty)
  }

  @Test func theFileStaysWithinItsLimit() throws {
    let limit = 1 << 20
    let cache = cache(limit: limit)
    for round in 0..<200 {
      let records = (0..<500).map { index -> HashRecord in
        HashRecord(HashKey(object: Array("\(round) \(index)")).unsafelyUnwrapped, poison)
      }
      cache.store(records, in: .directory(Array("/nowhere/\(round)"), .md5))
      cache.save()
    }
    let last = HashKey(object: Array("199 7"))
    #expect(cache.digests(for: [last], in: .directory(Array("/nowhere/199"), .md5)) == [poison])
    #expect(
      cache.digests(for: [HashKey(object: Array("0 7"))], in: .directory(Array("/nowhere/0"), .md5)) == [nil])
    #expect(try FileSystem.status(of: file).size < Int64(4 * limit))
  }

  @Test func namesThatAreGoneDoNotPileUp() throws {
    try write("a", to: "d/kept")
    let cache = cache()
    let status = try FileSystem.status(of: scratch("tree/d/kept"))
    for round in 0..<3 {
      let gone = (0..<4000).map { HashRecord(HashKey(file: Array("\(round) \($0)"), status), poison) }
      cache.store(
        gone + [HashRecord(HashKey(file: Array("kept"), status), poison)],
        in: .directory(scratch("tree/d"), .md5))
      cache.save()
    }
    let keys = [HashKey(file: Array("kept"), status), HashKey(file: Array("1 0"), status)]
    #expect(cache.digests(for: keys, in: .directory(scratch("tree/d"), .md5)) == [poison, nil])
  }
}
