import Disk
import Glibc
import Hashing
import Platform
import Support
import Testing

/// The answers are those of dvc-data 3.18.3: `LocalHashFileDB.oids_exist` on the same files.
@Suite struct LocalCacheTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  var cache: LocalCache {
    LocalCache(directory: scratch("cache"), hashes: HashCache(file: scratch("hashes.db")))
  }

  /// Puts bytes where the object of other bytes belongs.
  func put(_ bytes: String, as named: String, mode: UInt32, legacy: Bool = false, suffix: String = "") throws
    -> CacheObject
  {
    let digest = MD5Digest(of: Array(named), legacy ? .md5DOS2Unix : .md5)
    let object = CacheObject(id: digest.hexadecimal + Array(suffix), isLegacy: legacy)
    let path = FileSystem.join(scratch("cache"), object.path)
    try FileSystem.createDirectories(FileSystem.parent(of: path))
    try scratch.put(Array(bytes), at: path, mode: mode)
    return object
  }

  @Test func theModeDecidesWhatIsTrustedUnread() throws {
    let objects = [
      try put("right", as: "right", mode: 0o444), try put("wrong", as: "protected", mode: 0o444),
      try put("open", as: "open", mode: 0o644), try put("wrong", as: "broken", mode: 0o644),
      try put("wrong", as: "readable by one", mode: 0o400), try put("", as: "emptied", mode: 0o664),
      try put("a\r\n", as: "a\n", mode: 0o644, legacy: true),
      try put("a\r\n", as: "b", mode: 0o644, legacy: true),
      try put("[]", as: "[]", mode: 0o644, suffix: ".dir"),
      try put("[ ]", as: "[", mode: 0o644, suffix: ".dir"),
      CacheObject(MD5Digest(of: Array("never there"))),
    ]
    let expected = [true, true, true, false, false, false, true, false, true, false, false]
    for _ in 0..<2 {
      #expect(try cache.presence(of: objects) == expected)
      settle()
    }
    #expect(try cache.presence(of: objects.reversed()) == expected.reversed())
  }

  private func settle() { usleep(60_000) }

  @Test func whatWasReadBeforeIsKnownToBeDamaged() throws {
    let objects = [
      try put("right", as: "right", mode: 0o444), try put("wrong", as: "protected", mode: 0o444),
      CacheObject(MD5Digest(of: Array("never there"))),
      CacheObject(id: Array("no name".utf8), isLegacy: false),
    ]
    settle()
    #expect(cache.isKnownDamaged(objects) == [false, false, false, false])
    #expect(
      try objects.map { object throws(DiskError) in try cache.isSound(object) } == [
        true, false, false, false,
      ])
    #expect(cache.isKnownDamaged(objects) == [false, true, false, false])
    _ = try put("protected", as: "protected", mode: 0o444)
    #expect(cache.isKnownDamaged(objects) == [false, false, false, false])
  }

  @Test func oneFolderThatCannotBeReadHidesNoOther() throws {
    let (there, hidden) = (try put("there", as: "there", mode: 0o444), try put("x", as: "x", mode: 0o444))
    let folder = FileSystem.parent(of: FileSystem.join(scratch("cache"), hidden.path))
    try FileSystem.remove(FileSystem.join(scratch("cache"), hidden.path))
    try FileSystem.removeDirectory(folder)
    #expect(symlink(String(decoding: folder, as: UTF8.self), String(decoding: folder, as: UTF8.self)) == 0)
    let sizes = cache.sizes(of: [there, hidden])
    #expect(sizes[0] == .success(5))
    #expect(throws: DiskError.self) { try sizes[1].get() }
    #expect(throws: DiskError.self) { try cache.presence(of: [there, hidden]) }
  }

  @Test func nothingIsChangedOrTakenAway() throws {
    let good = try put("good", as: "good", mode: 0o644)
    let bad = try put("bad", as: "other", mode: 0o644)
    #expect(try cache.presence(of: [good, bad]) == [true, false])
    for object in [good, bad] {
      let path = FileSystem.join(scratch("cache"), object.path)
      #expect(try FileSystem.status(of: path).mode == 0o644)
    }
  }

  @Test func bothLayoutsAreToldApart() throws {
    let modern = try put("x", as: "x", mode: 0o444)
    let legacy = try put("y", as: "y", mode: 0o444, legacy: true)
    let swapped = [
      CacheObject(id: modern.id, isLegacy: true), CacheObject(id: legacy.id, isLegacy: false),
    ]
    #expect(try cache.presence(of: [modern, legacy] + swapped) == [true, true, false, false])
  }

  @Test func linksAreFollowedAndDirectoriesAreNoObjects() throws {
    let linked = CacheObject(MD5Digest(of: Array("linked")))
    let broken = CacheObject(MD5Digest(of: Array("broken")))
    let directory = CacheObject(MD5Digest(of: Array("directory")))
    try scratch.put(Array("linked"), at: scratch("elsewhere"), mode: 0o644)
    for (object, target) in [(linked, scratch("elsewhere")), (broken, scratch("nowhere"))] {
      let path = FileSystem.join(scratch("cache"), object.path)
      try FileSystem.createDirectories(FileSystem.parent(of: path))
      try FileSystem.createSymbolicLink(at: path, to: target)
    }
    try FileSystem.createDirectories(FileSystem.join(scratch("cache"), directory.path))
    #expect(try cache.presence(of: [linked, broken, directory]) == [true, false, false])
  }

  @Test(arguments: ["", "ab", "..", "../../etc/passwd", "/etc/passwd", ".dir", "abc\0def"])
  func aNameThatIsNoHashIsNowhere(_ name: String) throws {
    try FileSystem.createDirectories(scratch("cache/files/md5/ab"))
    let object = CacheObject(id: Array(name), isLegacy: false)
    #expect(try cache.presence(of: [object]) == [false])
    #expect(try cache.contents(of: object) == nil)
  }

  @Test func aCacheThatIsNotThereHoldsNothing() throws {
    let object = CacheObject(MD5Digest(of: []))
    #expect(try LocalCache(directory: scratch("none"), hashes: nil).presence(of: [object]) == [false])
    try scratch.put([], at: scratch("file"))
    #expect(try LocalCache(directory: scratch("file"), hashes: nil).presence(of: [object]) == [false])
    #expect(try cache.contents(of: object) == nil)
    #expect(try cache.presence(of: []) == [])
  }

  @Test func contentsAreGivenAsTheyAre() throws {
    let list = try put("not what its name says", as: "[]", mode: 0o444, suffix: ".dir")
    #expect(try cache.contents(of: list) == Array("not what its name says"))
    #expect(throws: DiskError.self) { try cache.contents(of: list, limit: 3) }
  }

  @Test func manyObjectsAreFoundInOrder() throws {
    let all = (0..<2000).map { CacheObject(MD5Digest(of: Array("\($0)"))) }
    for (number, object) in all.enumerated() where number % 3 != 0 {
      let path = FileSystem.join(scratch("cache"), object.path)
      try FileSystem.createDirectories(FileSystem.parent(of: path))
      try scratch.put(Array("\(number)"), at: path, mode: number % 3 == 1 ? 0o444 : 0o644)
    }
    #expect(try cache.presence(of: all) == (0..<2000).map { $0 % 3 != 0 })
  }
}
