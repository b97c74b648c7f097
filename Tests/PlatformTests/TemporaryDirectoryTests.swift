import Platform
import Support
import Testing

@Suite struct TemporaryDirectoryTests {
  @Test func `it is its owner's alone, and gone with its files`() throws {
    let scratch = try ScratchDirectory()
    var environment = ProcessEnvironment()
    environment[bytes: "TMPDIR"] = scratch.path
    do {
      let directory = try TemporaryDirectory(environment)
      try directory.write([1, 2], to: "a")
      let path = directory.path
      #expect(FileSystem.parent(of: path) == scratch.path)
      #expect(try FileSystem.status(of: path).mode == 0o700)
      #expect(try FileSystem.status(of: directory("a")).mode == 0o600)
      #expect(try FileSystem.read(directory("a"), limit: 10) == [1, 2])
      #expect(throws: SystemError.self) {
        try FileSystem.write([], to: FileSystem.join(path, Array("b/c".utf8)))
      }
    }
    #expect(try FileSystem.list(scratch.path).isEmpty)
  }

  @Test func `where none can be made that is an error`() {
    #expect(throws: SystemError.self) {
      _ = try TemporaryDirectory(ProcessEnvironment(["TMPDIR": "/nosuch/directory"])).path
    }
  }

  @Test func `the local clock is told in digits`() {
    // Wherever the clock stands, a day later is another day at the same time.
    let (first, second) = (
      SystemClock.localDigits(at: 1_700_000_000), SystemClock.localDigits(at: 1_700_086_400)
    )
    #expect(first?.count == 14 && first?.hasPrefix("2023111") == true)
    #expect(first?.suffix(6) == second?.suffix(6) && first != second)
    #expect(SystemClock.localDigits(at: .max) == nil && SystemClock.localDigits(at: .min) == nil)
  }
}
