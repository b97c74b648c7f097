import Ignore
import Testing
import Trees

/// Answers of DVC 3.67.1 with pathspec 1.1.1.
@Suite struct DVCIgnoreTests {
  enum Answer: Equatable { case ignored, seen, refused }

  private func answer(_ files: [String: String], _ path: String) -> Answer {
    var items: [RepositoryPath: InMemoryTree.Item] = [:]
    for (name, content) in files {
      items[RepositoryPath(normalized: name.utf8)] = .file(Array(content.utf8))
    }
    let ignore = DVCIgnore(tree: InMemoryTree(items), root: .root)
    let isDirectory = path.hasSuffix("/")
    let path = RepositoryPath(normalized: isDirectory ? path.utf8.dropLast() : path.utf8[...])
    do {
      return try ignore.isIgnored(path, isDirectory: isDirectory) ? .ignored : .seen
    } catch { return .refused }
  }

  @Test func aLineOfTheRootDecidesAsPathspecDoes() {
    for (line, path, expected) in Self.lines {
      #expect(answer([".dvcignore": line], path) == expected, "\(line.debugDescription) \(path)")
    }
  }

  @Test func filesInFoldersAndNestedRepositoriesDecideAsInDVC() {
    for (files, path, expected) in Self.trees {
      #expect(answer(files, path) == expected, "\(files) \(path)")
    }
  }

  @Test func theWalkLeavesOutWhatIsIgnoredAndNestedRepositories() throws {
    let tree = InMemoryTree([
      "a.tmp": .file([]), "a.txt": .file([]), ".dvcignore": .file(Array("*.tmp\nlinked/\n".utf8)),
      ".dvc/config": .file([]), "nested/.dvc": .file([]), "nested/x": .file([]), "data/x": .file([]),
      "linked": .symbolicLink(Array("data".utf8)), "dangling": .symbolicLink(Array("nowhere".utf8)),
      ".git": .file([]),
    ])
    let names = try DVCIgnore(tree: tree, root: .root).visibleChildren(of: .root).map(\.name)
    #expect(names == [".dvcignore", "a.txt", "dangling", "data"].map { Array($0.utf8) })
    #expect(try DVCIgnore(tree: tree, root: .root).visibleChildren(of: "nested").isEmpty)
  }

  @Test func outputsMayLieInNestedRepositories() throws {
    let tree = InMemoryTree(["nested/.dvc/config": .file([]), "nested/x": .file([])])
    let ignore = DVCIgnore(tree: tree, root: .root)
    #expect(try ignore.isIgnored("nested/x", isDirectory: false))
    #expect(try !ignore.isIgnored("nested/x", isDirectory: false, skippingNested: false))
  }

  @Test func pathsAreRelativeToTheDVCRoot() throws {
    let tree = InMemoryTree([
      "project/.dvc/config": .file([]), "project/.dvcignore": .file(Array("/a".utf8)),
      ".dvcignore": .file(Array("b".utf8)), "project/a": .file([]), "project/b": .file([]),
    ])
    let ignore = DVCIgnore(tree: tree, root: "project")
    #expect(try ignore.isIgnored("project/a", isDirectory: false))
    #expect(try !ignore.isIgnored("project/b", isDirectory: false))
    #expect(try !ignore.isIgnored("a", isDirectory: false))
    #expect(try !ignore.isIgnored("project", isDirectory: true))
  }

  @Test func anInvalidLineIsNamed() {
    let tree = InMemoryTree(["s/.dvcignore": .file(Array("# x\r\n\r\n  [z-a] \r\n".utf8))])
    #expect(
      throws: IgnoreError.invalidPattern(
        file: "s/.dvcignore", line: 3, pattern: Array("[z-a]".utf8), why: "a range in brackets runs backwards"
      )
    ) {
      try DVCIgnore(tree: tree, root: .root).isIgnored("s/a", isDirectory: false)
    }
  }

  @Test func textThatIsNotUTF8IsRefused() {
    let tree = InMemoryTree([".dvcignore": .file([0x61, 0xFF])])
    #expect(throws: IgnoreError.notUTF8(file: ".dvcignore")) {
      try DVCIgnore(tree: tree, root: .root).visibleChildren(of: .root)
    }
  }

  @Test func aNameThatIsNotUTF8IsOneCharacterForEachByte() throws {
    let tree = InMemoryTree([".dvcignore": .file(Array("??\n".utf8))])
    let ignore = DVCIgnore(tree: tree, root: .root)
    #expect(try ignore.isIgnored(RepositoryPath(normalized: [0x61, 0xFF]), isDirectory: false))
    #expect(try !ignore.isIgnored(RepositoryPath(normalized: [0xC3, 0xA9]), isDirectory: false))
  }

  @Test(.timeLimit(.minutes(1))) func starsTakeTimeInProportion() throws {
    let line = String(repeating: "*a", count: 200) + "b\n" + String(repeating: "**/a/", count: 200) + "b"
    let tree = InMemoryTree([".dvcignore": .file(Array(line.utf8))])
    let path = RepositoryPath(normalized: String(repeating: "a", count: 2000).utf8)
    #expect(try !DVCIgnore(tree: tree, root: .root).isIgnored(path, isDirectory: false))
  }

  private static let lines: [(String, String, Answer)] = [
    ("*.pyc", "a/b.pyc", .ignored),
    ("*.pyc", "a.pyc/b", .ignored),
    ("foo/", "foo", .seen),
    ("foo/", "foo/", .ignored),
    ("foo/", "x/foo/a", .ignored),
    ("/foo", "x/foo", .seen),
    ("a/b", "x/a/b", .seen),
    ("a/b", "a/b/c", .ignored),
    ("a/*", "a/", .seen),
    ("a/*", "a/b", .ignored),
    ("a/**", "a/", .ignored),
    ("a/**", "a", .seen),
    ("**/b", "x/y/b", .ignored),
    ("a/**/b", "a/b", .ignored),
    ("a/**/b", "a/x/y/b", .ignored),
    ("*/", "a/", .seen),
    ("**/", "a/", .seen),
    ("*", "a", .ignored),
    ("**", "a/b", .ignored),
    (" a", "a", .ignored),
    ("a\t", "a", .ignored),
    (" a", "a", .ignored),
    ("sp\\ ", "sp ", .refused),
    ("!", "a", .refused),
    ("\\", "a", .refused),
    ("foo\\", "a", .refused),
    ("[z-a]", "a", .refused),
    ("[z-a][b", "a", .seen),
    ("[b", "[b", .seen),
    ("x\\[[b", "x[[", .seen),
    ("[a/b]", "a", .seen),
    ("/", "a", .seen),
    ("?", "é", .ignored),
    ("??", "é", .seen),
    ("??", "é", .ignored),
    ("[!a]", "é", .ignored),
    ("[é-日]", "漢", .seen),
    ("[é-日]", "日", .ignored),
    ("[\\a]", "\\", .ignored),
    ("[a-\\]", "a", .refused),
    ("[\\-a]", "_", .ignored),
    ("x[!a]y", "x/y", .ignored),
    ("x[+-0]y", "x/y", .ignored),
    ("[]a]", "]", .ignored),
    ("[^a]", "b", .ignored),
    ("[[:alpha:]]", "a]", .ignored),
    ("#a", "#a", .seen),
    ("\\#a", "#a", .ignored),
    ("\\!a", "!a", .ignored),
    ("a\n!a", "a", .seen),
    ("a/\n!a/b", "a/b", .ignored),
    ("*\n!*/\n!*.txt", "a/b.txt", .ignored),
    ("*\n!*.txt", "b.txt", .seen),
    ("a\r!a", "a", .seen),
    ("a\r\nb\r\n", "b", .ignored),
    (".hg", ".hg", .ignored),
    ("x", ".hg", .seen),
    ("x", ".hg/", .ignored),
    ("x", ".git", .ignored),
    ("!.git", ".git", .seen),
    ("!.git", ".git/", .seen),
    ("x", ".dvc/config", .ignored),
    ("x", "a/.dvc/x", .ignored),
    ("!.dvc/", ".dvc/config", .seen),
    ("x", ".dvc", .seen),
    ("foo", "foo\n", .ignored),
    ("a//b", "a/b", .seen),
    ("//", "a", .seen),
    ("***", "a", .ignored),
    ("a**b", "axxb", .ignored),
    ("a**b", "a/b", .seen),
    ("﻿a", "a", .seen),
    ("a b", "a b", .ignored),
    ("A", "a", .seen),
  ]

  private static let trees: [([String: String], String, Answer)] = [
    ([".dvcignore": "*.x", "s/.dvcignore": "!a.x"], "s/a.x", .seen),
    ([".dvcignore": "*.x", "s/.dvcignore": "!a.x"], "s/t/a.x", .seen),
    ([".dvcignore": "*.x", "s/.dvcignore": "!a.x"], "a.x", .ignored),
    (["s/.dvcignore": "/a\nb/c\n\\#d\n**"], "s/", .seen),
    (["s/.dvcignore": "/a\nb/c\n\\#d\n**"], "s/a", .ignored),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/a", .ignored),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/t/a", .seen),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/b/c", .ignored),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/t/b/c", .seen),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/#d", .ignored),
    (["s/.dvcignore": "/a\nb/c\n\\#d"], "s/t/#d", .ignored),
    (["s/.dvcignore": "\\*a"], "s/*a", .ignored),
    (["s/.dvcignore": "\\*a"], "s/xa", .ignored),
    ([".dvcignore": "s/", "s/.dvcignore": "!a"], "s/a", .ignored),
    ([".dvcignore": "s/*", "s/.dvcignore": "!a"], "s/a", .ignored),
    ([".dvcignore": "s/*", "s/.dvcignore": "!a"], "s/b", .ignored),
    ([".dvcignore": ".dvcignore", "s/.dvcignore": "a"], "s/a", .seen),
    (["[ab]/.dvcignore": "x"], "[ab]/x", .seen),
    (["[ab]/.dvcignore": "x"], "a/x", .seen),
    (["[z-a]/.dvcignore": "x"], "[z-a]/x", .refused),
    (["[z-a]/.dvcignore": "x"], "a", .seen),
    (["!s/.dvcignore": "x", "!s/x": ""], "!s/x", .seen),
    (["#s/.dvcignore": "x"], "#s/x", .seen),
    (["s/.dvc": "", "s/x": ""], "s/", .ignored),
    (["s/.dvc": "", "s/x": ""], "s/x", .ignored),
    (["s/.dvc": "", "s/x": ""], "s", .seen),
    (["s/.dvc/config": "", "s/x": ""], "s/", .ignored),
    (["s/.dvc/config": "", "s/x": ""], "s/x", .ignored),
    ([".dvcignore": "!s/", "s/.dvc": ""], "s/", .ignored),
    (["s/t/.dvc": "", "s/t/x": "", "s/.dvcignore": "!t/"], "s/t/", .ignored),
    (["s/t/.dvc": "", "s/t/x": "", "s/.dvcignore": "!t/"], "s/t/x", .ignored),
    (["[s]/.dvc": "", "[s]/x": ""], "[s]/", .seen),
    (["[s]/.dvc": "", "[s]/x": ""], "[s]/x", .seen),
    (["*/.dvc": "", "a/x": ""], "a/x", .ignored),
    (["*/.dvc": "", "a/x": ""], "*/x", .ignored),
    (["s/.dvcignore": "***\n!a"], "s/a", .ignored),
    (["s/.dvcignore": "**"], "s/", .seen),
    (["s/.dvcignore": "[z-a]"], "a", .seen),
    (["s/.dvcignore": "[z-a]"], "s/a", .refused),
  ]
}
