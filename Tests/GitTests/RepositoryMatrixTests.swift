import Platform
import Support
import Testing
import Trees

@testable import Git

/// Every kind of repository, read in both ways and compared with what the real git checks out.
@Suite struct RepositoryMatrixTests {
  private func filled(_ options: String...) throws -> ScratchRepository {
    let repository = try ScratchRepository()
    try repository.write("one\n", to: "a.txt")
    try repository.write("two\n", to: "a/b.txt")
    try repository.write("three\n", to: "a.b/c")
    try repository.write("four\n", to: "a0")
    try repository.write("umlaut\n", to: "ä ö/\u{1F600}\ttab")
    try repository.write("#!/bin/sh\n", to: "bin/run")
    try FileSystem.setMode(0o755, of: repository.path + Array("/bin/run".utf8))
    try FileSystem.createSymbolicLink(at: repository.path + Array("/link".utf8), to: Array("a/b.txt".utf8))
    try repository.commitAll()
    return repository
  }

  @Test func plain() throws {
    let repository = try filled()
    try repository.write("changed\n", to: "a/b.txt")
    try repository.write("new\n", to: "deep/er/file")
    try repository.git("add", "-A")
    try repository.git("rm", "-q", "a0")
    try repository.expectSameTrees()
    #expect(try repository.open().reader == .libgit2)
    #expect(try repository.open().headReference() == Array("refs/heads/main".utf8))
  }

  @Test func noCommitYet() throws {
    let repository = try ScratchRepository()
    #expect(try repository.open().head() == nil)
    #expect(try everything(in: repository.open().index()).isEmpty)
    try repository.write("x", to: "x")
    try repository.git("add", "x")
    try repository.expectSameTrees()
    #expect(try repository.open().headReference() == Array("refs/heads/main".utf8))
    #expect(try repository.open().pendingParents().isEmpty)
  }

  @Test func detachedHead() throws {
    let repository = try filled()
    try repository.git("checkout", "-q", "--detach")
    try repository.expectSameTrees()
    #expect(try repository.open().headReference() == nil)
    #expect(try repository.openThroughCommand().headReference() == nil)
  }

  @Test func bare() throws {
    let repository = try filled()
    let bare = try repository.clone("bare.git", "--bare")
    for opened in [try bare.open(), try bare.openThroughCommand()] {
      #expect(opened.isBare)
      #expect(opened.gitDirectory == bare.path)
      let head = try #require(try opened.head())
      #expect(try everything(in: opened.tree(of: head)) == repository.checkout(of: "HEAD"))
      #expect(try everything(in: opened.index()).isEmpty)
    }
  }

  @Test func linkedWorktree() throws {
    let repository = try filled()
    let place = repository.scratch("linked tree")
    try repository.git("worktree", "add", "-q", "-b", "side", String(decoding: place, as: UTF8.self))
    let linked = ScratchRepository(beside: repository, at: place)
    try linked.write("only here\n", to: "linked.txt")
    try linked.git("add", "-A")
    try linked.expectSameTrees()
    for opened in [try linked.open(), try linked.openThroughCommand()] {
      #expect(opened.workTree == place)
      #expect(opened.commonDirectory == repository.path + Array("/.git".utf8))
      #expect(opened.gitDirectory == repository.path + Array("/.git/worktrees/linked-tree".utf8))
      #expect(try opened.headReference() == Array("refs/heads/side".utf8))
    }
    // A hook in a linked worktree is given GIT_DIR.
    linked.environment[bytes: "GIT_DIR"] = try linked.open().gitDirectory
    #expect(try linked.open().workTree == place)
    #expect(try linked.open().index().entry(at: "linked.txt") != nil)
  }

  @Test func submodules() throws {
    let inner = try filled()
    let outer = try ScratchRepository()
    try outer.write("outer\n", to: "file")
    try outer.git([
      "-c", "protocol.file.allow=always", "submodule", "add", "-q",
      String(decoding: inner.path, as: UTF8.self), "sub/module",
    ])
    try outer.commitAll()
    try outer.expectSameTrees()
    let tree = try outer.open().index()
    #expect(try tree.entry(at: "sub/module") == .submodule)
    #expect(try tree.children(of: "sub/module") == [])
    #expect(try tree.entry(at: "sub/module/a.txt") == nil)
    let module = ScratchRepository(beside: outer, at: outer.path + Array("/sub/module".utf8))
    try module.expectSameTrees()
    #expect(try module.open().workTree == module.path)
  }

  @Test func separateGitDirectory() throws {
    let repository = try ScratchRepository("--separate-git-dir", "../the git dir")
    try repository.write("x", to: "x")
    try repository.commitAll()
    try repository.expectSameTrees()
    #expect(try repository.open().gitDirectory == repository.scratch("the git dir"))
  }

  @Test func gitDirInTheEnvironment() throws {
    let repository = try filled()
    let elsewhere = repository.scratch("elsewhere")
    try FileSystem.createDirectories(elsewhere)
    let outside = ScratchRepository(beside: repository, at: elsewhere)
    outside.environment[bytes: "GIT_DIR"] = repository.path + Array("/.git".utf8)
    for opened in [try outside.open(), try outside.openThroughCommand()] {
      #expect(opened.workTree == elsewhere)
      #expect(try opened.index().entry(at: "a/b.txt") == .file(isExecutable: false))
    }
    outside.environment[bytes: "GIT_WORK_TREE"] = repository.path
    for opened in [try outside.open(), try outside.openThroughCommand()] {
      #expect(opened.workTree == repository.path)
      #expect(opened.prefix == nil)
    }
  }

  @Test func commonDirInTheEnvironment() throws {
    let repository = try filled()
    repository.environment["GIT_COMMON_DIR"] = ".git"
    repository.environment["GIT_DIR"] = ".git"
    let opened = try repository.open()
    #expect(opened.reader == .command(reason: "GIT_COMMON_DIR is set"))
    #expect(try opened.index().entry(at: "a/b.txt") == .file(isExecutable: false))
  }

  @Test func openedFromASubdirectory() throws {
    let repository = try filled()
    let below = ScratchRepository(beside: repository, at: repository.path + Array("/a".utf8))
    for opened in [try below.open(), try below.openThroughCommand()] {
      #expect(opened.prefix == "a")
      #expect(opened.workTree == repository.path)
      #expect(try opened.index().entry(at: "a/b.txt") == .file(isExecutable: false))
    }
  }

  @Test func anotherIndexFile() throws {
    let repository = try filled()
    let before = try repository.checkout(of: "HEAD")
    repository.environment["GIT_INDEX_FILE"] = ".git/next-index-1.lock"
    try repository.git("read-tree", "HEAD")
    try repository.write("new\n", to: "other")
    try repository.git("add", "other")
    #expect(try everything(in: repository.open().index()).count == before.count + 1)
    let below = ScratchRepository(beside: repository, at: repository.path + Array("/a".utf8))
    below.environment = repository.environment
    #expect(try below.open().index().entry(at: "other") != nil)
    repository.environment["GIT_INDEX_FILE"] = nil
    #expect(try everything(in: repository.open().index()) == before)
  }

  @Test func alternates() throws {
    let repository = try filled()
    let clone = try repository.clone("shared", "--shared")
    try clone.write("more\n", to: "more")
    try clone.commitAll()
    try clone.expectSameTrees()
  }

  @Test func quarantine() throws {
    let repository = try filled()
    let commit = try repository.line("rev-parse", "HEAD")
    let quarantine = repository.scratch("quar:antine")
    let server = try ScratchRepository("--bare")
    try FileSystem.createDirectories(quarantine)
    var moved: [[UInt8]] = []
    for entry in try FileSystem.list(repository.path + Array("/.git/objects".utf8)) {
      let place = FileSystem.join(quarantine, entry.name)
      try FileSystem.rename(
        FileSystem.join(repository.path + Array("/.git/objects".utf8), entry.name), to: place)
      moved.append(entry.name)
    }
    #expect(moved.count > 3)
    #expect(throws: GitError.self) { try server.open().resolve(commit) }
    server.environment[bytes: "GIT_OBJECT_DIRECTORY"] = quarantine
    server.environment[bytes: "GIT_ALTERNATE_OBJECT_DIRECTORIES"] =
      Array("\"".utf8) + server.path + Array("/objects\"".utf8)
    server.environment["GIT_QUARANTINE_PATH"] = "x"
    for opened in [try server.open(), try server.openThroughCommand()] {
      let id = try opened.resolve(commit)
      #expect(try opened.tree(of: id).contents(of: "a/b.txt") == Array("two\n".utf8))
    }
    server.environment[bytes: "GIT_OBJECT_DIRECTORY"] = nil
    server.environment[bytes: "GIT_ALTERNATE_OBJECT_DIRECTORIES"] =
      Array("/nowhere:\"".utf8) + quarantine + Array("\"".utf8)
    for opened in [try server.open(), try server.openThroughCommand()] {
      #expect(try opened.tree(of: opened.resolve(commit)).contents(of: "a.txt") == Array("one\n".utf8))
    }
  }

  @Test func mergeConflict() throws {
    let repository = try filled()
    try repository.git("checkout", "-q", "-b", "side")
    try repository.write("side\n", to: "a.txt")
    let side = try repository.commitAll("side")
    try repository.git("checkout", "-q", "main")
    try repository.write("main\n", to: "a.txt")
    let main = try repository.commitAll("main")
    _ = try repository.gitOutcome(["merge", "side"])
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      #expect(throws: GitError.conflicts(["a.txt"])) { try opened.index() }
      #expect(try opened.pendingParents().map(\.description) == [main, side])
    }
    try repository.write("both\n", to: "a.txt")
    try repository.git("add", "a.txt")
    try repository.expectSameTrees()
  }

  @Test func intentToAdd() throws {
    let repository = try filled()
    try repository.write("later\n", to: "later")
    try repository.git("add", "-N", "later")
    try repository.expectSameTrees()
    #expect(try repository.open().index().entry(at: "later") == nil)
  }

  @Test func sha256() throws {
    let repository = try ScratchRepository("--object-format=sha256")
    try repository.write("x\n", to: "d/x")
    try repository.commitAll()
    try repository.write("y\n", to: "d/y")
    try repository.git("add", "-A")
    try repository.expectSameTrees()
    #expect(try repository.open().reader == .command(reason: "the object format sha256"))
    #expect(try repository.open().indexReader() == .libgit2)
  }

  @Test(arguments: ["2", "3", "4"]) func indexVersions(_ version: String) throws {
    let repository = try filled()
    if version == "3" { try repository.git("update-index", "--skip-worktree", "a0") }
    try repository.git("update-index", "--index-version", version)
    try repository.expectSameTrees()
    #expect(try repository.open().indexReader() == .libgit2)
  }

  @Test func splitIndex() throws {
    let repository = try filled()
    try repository.git("update-index", "--split-index")
    try repository.write("new\n", to: "new")
    try repository.write("later\n", to: "later")
    try repository.git("add", "new")
    try repository.git("add", "-N", "later")
    try repository.git("rm", "-q", "--cached", "a0")
    try repository.expectSameTrees()
    #expect(try repository.open().indexReader() == .command(reason: "a split index"))
    let below = ScratchRepository(beside: repository, at: repository.path + Array("/a".utf8))
    #expect(try below.open().index().entry(at: "bin/run") == .file(isExecutable: true))
  }

  @Test func sparseIndex() throws {
    let repository = try filled()
    try repository.git("sparse-checkout", "set", "--cone", "--sparse-index", "a")
    #expect(try repository.open().indexReader() == .command(reason: "a sparse index"))
    let tree = try repository.open().index()
    #expect(try tree.contents(of: "bin/run") == Array("#!/bin/sh\n".utf8))
    #expect(try tree.entry(at: "a.b/c") == .file(isExecutable: false))
    try repository.git("sparse-checkout", "set", "--cone", "--no-sparse-index", "a")
    #expect(try repository.open().indexReader() == .libgit2)
    #expect(try repository.open().workTreeStates(of: ["bin/run", "a/b.txt"]) == [.unchanged, .unchanged])
  }

  @Test func indexWithoutChecksum() throws {
    let repository = try filled()
    let path = repository.path + Array("/.git/index".utf8)
    var bytes = try FileSystem.read(path, limit: 1 << 20)
    bytes.replaceSubrange((bytes.count - 20)..., with: [UInt8](repeating: 0, count: 20))
    try FileSystem.write(bytes, to: path)
    try repository.expectSameTrees()
    #expect(try repository.open().indexReader() == .libgit2)
  }

  @Test func worktreeConfiguration() throws {
    let repository = try filled()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.worktreeConfig", "true")
    try repository.git("config", "--worktree", "some.key", "of this worktree")
    try repository.git("config", "some.other", "of all")
    try repository.expectSameTrees()
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      #expect(opened.configuration("some.key") == Array("of this worktree".utf8))
      #expect(opened.configuration("some.other") == Array("of all".utf8))
    }
    #expect(try repository.open().reader == .libgit2)
  }

  @Test func unknownExtension() throws {
    let repository = try filled()
    try repository.git("config", "core.repositoryFormatVersion", "1")
    try repository.git("config", "extensions.preciousObjects", "true")
    #expect(try repository.open().reader == .libgit2)
    try repository.git("config", "extensions.nobodyKnowsThis", "true")
    let words = try repository.gitOutcome(["rev-parse", "--git-dir"]).error
    #expect {
      try repository.open()
    } throws: { error in
      guard case .noRepository(_, let why)? = error as? GitError else { return false }
      return Array(why.utf8) == words.filter { $0 != 0x0A }
        || why + "\n" == String(decoding: words, as: UTF8.self)
    }
  }

  @Test func replacedObjects() throws {
    let repository = try filled()
    let old = try repository.line("rev-parse", "HEAD:a.txt")
    let new = try repository.line("rev-parse", "HEAD:a0")
    try repository.git("replace", old, new)
    let opened = try repository.open()
    #expect(opened.reader == .command(reason: "objects are replaced (refs/replace)"))
    #expect(try opened.index().contents(of: "a.txt") == Array("four\n".utf8))
    try repository.git("pack-refs", "--all")
    #expect(try repository.open().reader == opened.reader)
    repository.environment["GIT_NO_REPLACE_OBJECTS"] = "1"
    #expect(try repository.open().index().contents(of: "a.txt") == Array("one\n".utf8))
  }

  @Test func nothingIsWritten() throws {
    for isSplit in [false, true] {
      let repository = try filled()
      if isSplit { try repository.git("update-index", "--split-index") }
      try repository.write("not as noted", to: "a.txt")
      func everyFile() throws -> [[UInt8]: FileStatus] {
        var found: [[UInt8]: FileStatus] = [:]
        var pending = [repository.path]
        while let directory = pending.popLast() {
          for entry in try FileSystem.list(directory) {
            let path = FileSystem.join(directory, entry.name)
            let status = try FileSystem.linkStatus(of: path)
            found[path] = status
            if status.kind == .directory { pending.append(path) }
          }
        }
        return found
      }
      let before = try everyFile()
      for opened in [try repository.open(), try repository.openThroughCommand()] {
        _ = try everything(in: opened.index())
        let head = try opened.tree(of: opened.resolve("HEAD"))
        _ = try opened.changes(from: head, to: opened.index())
        _ = try opened.workTreeStates(of: ["a.txt", "a0", "a/b.txt"])
        _ = try opened.commits(in: "HEAD")
      }
      let after = try everyFile()
      // Git itself marks the shared part of a split index as used whenever it reads it.
      let touched = Set(before.keys).union(after.keys).filter { before[$0] != after[$0] }
        .map { $0.text }
      #expect(touched.allSatisfy { isSplit && $0.contains("/.git/sharedindex.") }, "\(touched)")
    }
  }

  @Test func noRepository() throws {
    let scratch = try ScratchDirectory()
    #expect {
      try Repository.open(from: scratch.path)
    } throws: { error in
      guard case .noRepository(_, let why)? = error as? GitError else { return false }
      return why.hasPrefix("fatal: not a git repository")
    }
    #expect(throws: GitError.self) { try Repository.open(from: scratch("missing")) }
  }
}
