import Git
import Platform
import Support
import Testing

@testable import Runs

/// The experiment that the last process found.
@Suite struct KnownExperimentTests {
  @Test func `it is known to who has the same settings, for ten minutes`() throws {
    let scratch = try RunsFixture.repository()
    let repository = try RunsFixture.open(scratch)
    let folder = FileSystem.join(repository.commonDirectory, Array("guard".utf8))
    try FileSystem.createDirectories(folder)
    let known = KnownExperiment(repository, settings: "http://a e")
    #expect(known.id == nil)
    try known.keep("12")
    #expect(known.id == "12" && KnownExperiment(repository, settings: "http://b e").id == nil)
    let file = FileSystem.join(folder, Array("experiment".utf8))
    let words = try FileSystem.read(file, limit: 1000).split(separator: 0x20)
    let now = try #require(Int64(String(decoding: words[1], as: UTF8.self)))
    for (age, isBelieved) in [(590_000, true), (600_000, false), (-600_000, false)] as [(Int64, Bool)] {
      try FileSystem.write(words[0] + Array(" \(now - age) 12\n".utf8), to: file)
      #expect(known.id == (isBelieved ? "12" : nil))
    }
    for junk in ["", " ", "\0\n", "x y z"] {
      try FileSystem.write(Array(junk.utf8), to: file)
      #expect(known.id == nil)
    }
  }
}
