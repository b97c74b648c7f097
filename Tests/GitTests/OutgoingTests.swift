import Platform
import Support
import Testing
import Trees

@testable import Git

/// What a push brings.
@Suite struct OutgoingTests {
  /// `1 – 2 – 3` on main, of which origin has `1`; `2 – side` on a branch; a remote whose name has a slash.
  private func repository() throws -> ScratchRepository {
    let repository = try ScratchRepository()
    for number in 1...3 {
      try repository.write("\(number)\n", to: "file")
      try repository.commitAll("commit \(number)")
    }
    try repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    try repository.write("side\n", to: "side")
    try repository.commitAll("side")
    try repository.git("update-ref", "refs/remotes/origin/main", "main~2")
    try repository.git("config", "remote.origin.url", "../there.git")
    try repository.git("update-ref", "refs/remotes/a/b/main", "main~1")
    try repository.git("config", "remote.a/b.url", "../elsewhere.git")
    try repository.git("tag", "-a", "-m", "a tag", "one", "main~2")
    try repository.git("tag", "-a", "-m", "a tag of a tag", "again", "one")
    try repository.git("tag", "-a", "-m", "of no commit", "blob", "main:file")
    return repository
  }

  private func both(_ repository: ScratchRepository) throws -> [Repository] {
    [try repository.open(), try repository.openThroughCommand()]
  }

  @Test func `the commits that a remote lacks, and what they stand on`() throws {
    let repository = try repository()
    for opened in try both(repository) {
      let (main, side) = (try opened.resolve("main"), try opened.resolve("side"))
      let known = try opened.commitsTracked(ofRemote: Array("origin".utf8), url: Array("../there.git".utf8))
      #expect(try known == [opened.resolve("main~2")])
      let one = try opened.outgoing([main], beyond: known)
      #expect(try one.commits == [opened.resolve("main~1"), main])
      #expect(try one.base == [opened.resolve("main~2")])
      let two = try opened.outgoing([main, side], beyond: known)
      #expect(try Set(two.commits) == [opened.resolve("main~1"), main, side])
      #expect(try opened.outgoing([main], beyond: [main]) == Outgoing(commits: [], base: []))
      let all = try opened.outgoing([side], beyond: [])
      #expect(all.commits.count == 3 && all.base.isEmpty)
    }
  }

  @Test func `a remote is known by its name or by its URL`() throws {
    let repository = try repository()
    for opened in try both(repository) {
      let tracked = { (name: String, url: String) in
        try opened.commitsTracked(ofRemote: Array(name.utf8), url: Array(url.utf8))
      }
      #expect(try tracked("a/b", "../elsewhere.git") == [opened.resolve("main~1")])
      #expect(try tracked("../there.git", "../there.git") == [opened.resolve("main~2")])
      #expect(try tracked("/nowhere", "/nowhere").isEmpty)
      #expect(try tracked("a", "a").isEmpty)
    }
  }

  @Test func `a tag leads to its commit, or to none`() throws {
    let repository = try repository()
    for opened in try both(repository) {
      for (name, expected) in [("one", "main~2"), ("again", "main~2"), ("main", "main")] {
        let id = try #require(ObjectID(hexadecimal: repository.line("rev-parse", name).utf8))
        #expect(try opened.commit(under: id) == opened.resolve(expected))
      }
      let blob = try #require(ObjectID(hexadecimal: repository.line("rev-parse", "blob").utf8))
      #expect(try opened.commit(under: blob) == nil)
      let nowhere = try #require(ObjectID(hexadecimal: String(repeating: "7", count: 40).utf8))
      #expect(try opened.commit(under: nowhere) == nil)
    }
  }
}
