import Hashing
import Platform
import Support
import Testing
import Trees

@testable import Git

/// What changed, beside the real git's answers.
@Suite struct ChangesTests {
  private static let kinds: [UInt8: Change.Kind] = [
    UInt8(ascii: "A"): .added, UInt8(ascii: "M"): .modified, UInt8(ascii: "T"): .modified,
    UInt8(ascii: "D"): .deleted,
  ]

  private func parse(_ text: [UInt8]) -> [Change] {
    let words = text.split(separator: 0)
    return stride(from: 0, to: words.count - 1, by: 2).compactMap { place in
      words[place].first.flatMap { Self.kinds[$0] }.map {
        Change(RepositoryPath(normalized: words[place + 1]), $0)
      }
    }.sorted { $0.path < $1.path }
  }

  @Test func randomTrees() throws {
    let seed = UInt64.random(in: .min ... .max)
    print("randomTrees seed \(seed)")
    var generator = SeededGenerator(seed: seed)
    let repository = try ScratchRepository()
    let names = ["a", "a.b", "a0", "b", "c-d"]
    for _ in 0..<12 {
      for _ in 0..<Int.random(in: 1...8, using: &generator) {
        let depth = Int.random(in: 1...4, using: &generator)
        let path = (0..<depth).map { _ in names.randomElement(using: &generator) ?? "a" }.joined(
          separator: "/")
        let place = FileSystem.join(repository.path, Array(path.utf8))
        // What stands in the way goes.
        var parent = FileSystem.parent(of: place)
        while parent.count > repository.path.count {
          if try FileSystem.existing(parent).map({ $0.kind != .directory }) == true {
            try FileSystem.remove(parent)
          }
          parent = FileSystem.parent(of: parent)
        }
        try ScratchDirectory.remove(place)
        switch Int.random(in: 0...4, using: &generator) {
        case 0: continue
        case 1:
          try FileSystem.createDirectories(FileSystem.parent(of: place))
          try FileSystem.createSymbolicLink(at: place, to: Array("x".utf8))
        default:
          try repository.write("\(Int.random(in: 0...2, using: &generator))", to: path)
          if Bool.random(using: &generator) { try FileSystem.setMode(0o755, of: place) }
        }
      }
      try repository.git("add", "-A")
      if try repository.gitOutcome(["rev-parse", "-q", "--verify", "HEAD"]).succeeded {
        let staged = parse(
          try repository.git("diff-index", "--cached", "--no-renames", "--name-status", "-z", "HEAD"))
        for opened in [try repository.open(), try repository.openThroughCommand()] {
          let head = try #require(try opened.head())
          #expect(try opened.changes(from: opened.tree(of: head), to: opened.index()) == staged)
        }
      }
      try repository.git("commit", "-q", "--allow-empty", "-m", "next")
    }
    let opened = try repository.open()
    let commits = try opened.commits(in: "HEAD")
    for (old, new) in zip(commits, commits.dropFirst()) {
      let expected = parse(
        try repository.git(
          "diff-tree", "-r", "--no-renames", "--name-status", "-z", old.description, new.description))
      #expect(try opened.changes(from: opened.tree(of: old), to: opened.tree(of: new)) == expected)
    }
    let first = try opened.tree(of: #require(commits.first))
    let all = try opened.changes(from: opened.emptyTree, to: first)
    #expect(
      try all.map(\.path).count
        == repository.git("ls-tree", "-r", "-z", "\(commits[0])").split(separator: 0).count)
    #expect(all.allSatisfy { $0.kind == .added })
  }

  @Test func workTreeBesideTheIndex() throws {
    let repository = try ScratchRepository()
    try repository.write(
      "* text=auto\n*.crlf eol=crlf\n*.id ident\n*.enc working-tree-encoding=UTF-16\n", to: ".gitattributes")
    for name in ["same", "content", "size", "gone", "mode", "link", "touched", "assumed", "dir/file", "b.id"]
    {
      try repository.write("\(name) $Id$\n", to: name)
    }
    try repository.write("one\r\ntwo\r\n", to: "a.crlf")
    try repository.write("one\r\ntwo\r\n", to: "b.crlf")
    try repository.write([0xFF, 0xFE, 0x61, 0x00], to: "a.enc")
    try FileSystem.createSymbolicLink(at: repository.path + Array("/symlink".utf8), to: Array("same".utf8))
    try repository.commitAll()
    try repository.git("update-index", "--assume-unchanged", "assumed")
    try repository.write("promised", to: "promised")
    try repository.git("add", "-N", "promised")

    try repository.write("cONTENT $Id$\n", to: "content")
    try repository.write("of another size", to: "size")
    try repository.write("assumed otherwise", to: "assumed")
    try FileSystem.remove(repository.path + Array("/gone".utf8))
    try FileSystem.setMode(0o755, of: repository.path + Array("/mode".utf8))
    try FileSystem.remove(repository.path + Array("/link".utf8))
    try FileSystem.createSymbolicLink(at: repository.path + Array("/link".utf8), to: Array("same".utf8))
    try repository.write("touched $Id$\n", to: "touched")
    try repository.write("one\ntwo\n", to: "b.crlf")
    try repository.write("b.id $Id: what $\n", to: "b.id")
    try FileSystem.rename(repository.path + Array("/dir".utf8), to: repository.path + Array("/moved".utf8))
    try FileSystem.createSymbolicLink(at: repository.path + Array("/dir".utf8), to: Array("moved".utf8))

    let paths = try repository.git("ls-files", "-z").split(separator: 0).map {
      RepositoryPath(normalized: $0)
    }
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      let states = Dictionary(uniqueKeysWithValues: zip(paths, try opened.workTreeStates(of: paths)))
      #expect(states["promised"] == .notInIndex)
      #expect(states["dir/file"] == .deleted)
      #expect(states["gone"] == .deleted)
      // git diff-files looks at stat data alone; git diff at content too.
      let changed = try repository.git("diff", "--name-only", "-z").split(separator: 0)
      for path in paths where path != "promised" {
        let isChanged = changed.contains { $0.elementsEqual(path.bytes) }
        let state = states[path]
        #expect(
          (state == .modified || state == .deleted) == isChanged, "\(path): \(String(describing: state))")
      }
      #expect(try opened.workTreeStates(of: ["nothing", "moved/file"]) == [.notInIndex, .notInIndex])
    }
  }

  /// Git shows no change of what is outside a sparse checkout, but of what is here all the same.
  @Test(arguments: [
    [], ["core.sparseCheckout=1"], ["core.sparseCheckout=1", "sparse.expectFilesOutsideOfPatterns=1"],
  ])
  func aFileThatTheWorkTreeNeedNotHaveIsJudgedAsGitDoes(settings: [String]) throws {
    let repository = try ScratchRepository()
    let paths: [RepositoryPath] = ["edited", "gone", "plain", "assumed"]
    for path in paths { try repository.write("one", to: path.description) }
    try repository.commitAll()
    try repository.git("update-index", "--skip-worktree", "edited", "gone")
    try repository.git("update-index", "--assume-unchanged", "assumed")
    for path in ["edited", "plain"] { try repository.write("another", to: path) }
    for path in ["gone", "assumed"] { try FileSystem.remove(repository.path + Array("/\(path)".utf8)) }
    for setting in settings {
      let parts = setting.split(separator: "=").map(String.init)
      try repository.git("config", parts[0], parts[1])
    }
    let changed = try repository.git("diff", "--name-only", "-z").split(separator: 0)
    for opened in [try repository.open(), try repository.openThroughCommand()] {
      for (path, state) in zip(paths, try opened.workTreeStates(of: paths)) {
        let isChanged = changed.contains { $0.elementsEqual(path.bytes) }
        #expect((state == .modified || state == .deleted) == isChanged, "\(path): \(state)")
      }
    }
  }

  @Test func aFileChangedInTheSecondOfTheIndexIsRead() throws {
    for _ in 0..<5 {
      let repository = try ScratchRepository()
      try repository.write("one", to: "file")
      try repository.git("add", "file")
      try repository.write("two", to: "file")
      #expect(try repository.open().workTreeStates(of: ["file"]) == [.modified])
    }
  }

  @Test func hashesAreKeptInTheStore() throws {
    final class Store: DigestStore {
      var known: [[UInt8]: MD5Digest] = [:]
      var asked = 0
      func digests(for keys: [[UInt8]]) -> [MD5Digest?] {
        asked += keys.count
        return keys.map { known[$0] }
      }
      func keep(_ digests: [(key: [UInt8], digest: MD5Digest)]) {
        for (key, digest) in digests { known[key] = digest }
      }
    }
    let repository = try ScratchRepository()
    try repository.write("one\n", to: "lf")
    try repository.write("one\n", to: "same")
    try repository.write("one\n", to: "crlf.txt")
    try repository.write("*.txt eol=crlf\n", to: ".gitattributes")
    try repository.git("add", "-A")
    let store = Store()
    let paths: [RepositoryPath] = ["lf", "crlf.txt", "same", "lf"]
    let expected = ["one\n", "one\r\n", "one\n", "one\n"].map { MD5Digest(of: Array($0.utf8)) }
    for _ in 0..<2 {
      let opened = try repository.open()
      opened.digestStore = store
      #expect(try opened.index().digests(of: paths, .md5) == expected)
      #expect(try opened.index().digests(of: paths, .md5) == expected)
    }
    #expect(store.known.count == 2)
    #expect(store.asked == 8)
    #expect(Set(store.known.values) == Set(expected))
  }
}
