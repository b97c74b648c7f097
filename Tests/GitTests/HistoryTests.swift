import Glibc
import Platform
import Support
import Testing
import Trees

@testable import Git

/// Commits, ranges, clones without all objects, ownership.
@Suite struct HistoryTests {
  /// A history with a merge: `1 – 2 – 4(merge of 3) – 5`.
  private func history() throws -> ScratchRepository {
    let repository = try ScratchRepository()
    for number in 1...2 {
      try repository.write("\(number)\n", to: "file")
      try repository.commitAll("commit \(number)")
    }
    try repository.git("tag", "-a", "-m", "a tag", "two")
    try repository.git("checkout", "-q", "-b", "side", "HEAD~1")
    try repository.write("3\n", to: "other")
    try repository.commitAll("commit 3")
    try repository.git("checkout", "-q", "main")
    try repository.git("merge", "-q", "--no-ff", "-m", "commit 4", "side")
    try repository.write("5\n", to: "file")
    try repository.commitAll("  commit 5,\n its subject  \n\nbody ä\n")
    return repository
  }

  private func revisions(_ repository: ScratchRepository, _ range: String) throws -> Set<String> {
    Set(try repository.git("rev-list", range).split(separator: 0x0A).map { $0.text })
  }

  @Test func ranges() throws {
    let repository = try history()
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      for range in ["HEAD", "two..HEAD", "two..", "..side", "side..main", "main..main", "HEAD~1..HEAD"] {
        let found = try opened.commits(in: range)
        #expect(try Set(found.map(\.description)) == revisions(repository, range), "\(range)")
        for (place, id) in found.enumerated() {
          for parent in try opened.parents(of: id) { #expect(!found[place...].contains(parent)) }
        }
      }
      let (side, main) = (try opened.resolve("side"), try opened.resolve("main"))
      #expect(try opened.mergeBase(of: main, side) == side)
      let base = try opened.mergeBase(of: opened.resolve("two"), side)
      #expect(try base?.description == repository.line("rev-parse", "two~1"))
    }
  }

  @Test func oneCommit() throws {
    let repository = try history()
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      let commit = try opened.commit(opened.resolve("HEAD"))
      #expect(commit.subject == Array("commit 5, its subject".utf8))
      #expect(commit.author.name == Array("A Person".utf8))
      #expect(commit.author.email == Array("person@example.org".utf8))
      #expect(commit.author.time == 1_700_000_000)
      #expect(commit.author.offset == 90)
      #expect(try opened.commit(opened.resolve("HEAD~1")).parents.count == 2)
    }
  }

  @Test func messagesInOtherEncodings() throws {
    let repository = try ScratchRepository()
    try repository.write([0x67, 0x72, 0xFC, 0xDF, 0x65], to: "message")
    try repository.git(
      "-c", "i18n.commitEncoding=ISO-8859-1", "commit", "-q", "--allow-empty", "-F", "message")
    let opened = try repository.open()
    #expect(try opened.commit(opened.resolve("HEAD")).subject == Array("grüße".utf8))
  }

  @Test func revisionsThatLeadNowhere() throws {
    let repository = try history()
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      for name in ["nobranch", "HEAD:file", "", "--all", "-n1", "HEAD^{tree}", "\u{0}"] {
        #expect {
          try opened.resolve(name)
        } throws: { error in
          if case .unknownRevision(name, _)? = error as? GitError { true } else { false }
        }
      }
      #expect(try opened.resolve("two") == opened.resolve("HEAD~2"))
      #expect(try opened.resolve("@{0}") == opened.resolve("HEAD"))
      #expect(try opened.resolve(":/commit 3") == opened.resolve("side"))
    }
  }

  @Test func shallowClone() throws {
    let repository = try history()
    let clone = try repository.clone("shallow", "--depth", "2", "--no-single-branch")
    for opened in [try clone.open(), try clone.openThroughCommand()] {
      #expect(try opened.isShallow())
      let all = try opened.commits(in: "HEAD")
      #expect(try Set(all.map(\.description)) == revisions(clone, "HEAD"))
      #expect(try opened.parents(of: #require(all.first)).isEmpty)
      #expect(try opened.commits(in: "HEAD~1..HEAD").count == 1)
    }
    try clone.expectSameTrees()
  }

  @Test func partialClone() throws {
    let repository = try history()
    try repository.git("config", "uploadpack.allowFilter", "true")
    let clone = try repository.clone("partial", "--filter=blob:none", "--no-checkout")
    // Whatever asks the remote now would fail; nothing may even try.
    try FileSystem.rename(repository.path, to: repository.scratch("gone"))
    for opened in [try clone.open(), try clone.openThroughCommand()] {
      let tree = try opened.tree(of: opened.resolve("HEAD"))
      #expect(try tree.children(of: .root).count == 2)
      for _ in 0..<2 {
        #expect {
          try tree.contents(of: "file")
        } throws: { error in
          if case .notAvailable("file", _)? = error as? TreeError { true } else { false }
        }
      }
      #expect(try opened.commits(in: "HEAD").count == 5)
    }
  }

  /// A copy that lost large files is met outside of partial clones, too (commit cb41821).
  @Test func aMissingObjectIsNotCheckedAndTheRestIsRead() throws {
    let repository = try ScratchRepository()
    try repository.write("lost", to: "lost")
    try repository.write("kept", to: "kept")
    try repository.commitAll()
    let id = try repository.line("rev-parse", "HEAD:lost")
    try FileSystem.remove(
      FileSystem.join(repository.path, Array(".git/objects/\(id.prefix(2))/\(id.dropFirst(2))")))
    let missing = TreeError.notAvailable("lost", why: "this repository does not have its object \(id)")
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      for tree in [try opened.tree(of: opened.resolve("HEAD")), try opened.index()] {
        #expect(throws: missing) { try tree.contents(of: "lost") }
        #expect(try tree.contents(of: "kept") == Array("kept"))
      }
    }
  }

  @Test func ownershipIsJudgedAsGitJudgesIt() throws {
    guard geteuid() == 0 else { return }
    let repository = try history()
    func give(_ path: [UInt8]) throws {
      var text = path.map { CChar(bitPattern: $0) }
      text.append(0)
      #expect(lchown(text, 12345, 12345) == 0)
      guard try FileSystem.linkStatus(of: path).kind == .directory else { return }
      for entry in try FileSystem.list(path) { try give(FileSystem.join(path, entry.name)) }
    }
    try give(repository.path)
    #expect {
      try repository.open()
    } throws: { error in
      guard case .noRepository(_, let why)? = error as? GitError else { return false }
      return why.contains("dubious ownership") && why.contains("safe.directory")
    }
    let path = String(decoding: repository.path, as: UTF8.self)
    for trusted in ["*", path] {
      try repository.git("config", "--global", "--replace-all", "safe.directory", trusted)
      let opened = try repository.open()
      #expect(opened.reader == .libgit2)
      #expect(try opened.commits(in: "HEAD").count == 5)
    }
    try repository.git("config", "--global", "--replace-all", "safe.directory", "/elsewhere")
    #expect(throws: GitError.self) { try repository.open() }
    repository.environment["GIT_CONFIG_COUNT"] = "1"
    repository.environment["GIT_CONFIG_KEY_0"] = "safe.directory"
    repository.environment["GIT_CONFIG_VALUE_0"] = path
    #expect(try repository.open().commits(in: "HEAD").count == 5)
    repository.environment["GIT_CONFIG_COUNT"] = nil
    repository.environment["GIT_DIR"] = ".git"
    #expect(try repository.open().reader == .libgit2)
  }

  @Test func configurationAsGitSeesIt() throws {
    let repository = try history()
    try repository.git("config", "--global", "a.key", "global")
    try repository.git("config", "--global", "a.Mixed", "global")
    try repository.git("config", "b.Sub.Section.key", "x")
    try repository.git("config", "a.mixed", "local")
    try repository.git("config", "--add", "a.multi", "one")
    try repository.git("config", "--add", "a.multi", "two\nlines = \"q\" \\")
    try repository.git("config", "include.path", "../more")
    try repository.write("[a]\n\tincluded = yes\n\tvalueless\n", to: "more")
    try repository.write("[a]\n\tonbranch = yes\n", to: "branch")
    try repository.write("[a]\n\tremote = yes\n", to: "remote")
    try repository.git("config", "includeIf.onbranch:main.path", "../branch")
    func expectSame() throws {
      let listing = Configuration(listing: try repository.git("config", "--list", "-z"))
      let opened = try repository.open()
      for key in Set(listing.entries.map { $0.key }) {
        let name = String(decoding: key, as: UTF8.self)
        #expect(opened.configuration(name) == listing[name], "\(name)")
        #expect(opened.configurationValues(name) == listing.values(of: name), "\(name)")
      }
    }
    try expectSame()
    let opened = try repository.open()
    #expect(opened.configuration("A.MIXED") == Array("local".utf8))
    #expect(opened.configuration("b.Sub.Section.KEY") == Array("x".utf8))
    #expect(opened.configuration("b.sub.section.key") == nil)
    #expect(opened.configurationFlag("a.included") == true)
    #expect(opened.configurationFlag("a.valueless") == true)
    #expect(opened.configurationFlag("a.onbranch") == true)
    repository.environment["GIT_CONFIG_PARAMETERS"] = "'a.key'='command'"
    #expect(try repository.open().configuration("a.key") == Array("command".utf8))
    try expectSame()
    repository.environment["GIT_CONFIG_PARAMETERS"] = nil
    repository.environment["GIT_CONFIG_GLOBAL"] = "/dev/null"
    #expect(try repository.open().configuration("a.key") == nil)
    repository.environment["GIT_CONFIG_GLOBAL"] = nil
    try repository.git("remote", "add", "origin", "https://example.org/x")
    try repository.git("config", "includeIf.hasconfig:remote.*.url:https://example.org/*.path", "../remote")
    #expect(try repository.open().configurationFlag("a.remote") == true)
    try expectSame()
  }
}
