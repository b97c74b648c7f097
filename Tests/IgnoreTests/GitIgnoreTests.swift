import Ignore
import Testing
import Trees

/// Answers of dulwich 1.2.21, which DVC 3.67.1 asks.
@Suite struct GitIgnoreTests {
  private func isIgnored(_ files: [String: String], _ path: String, ignoreCase: Bool = false) -> Bool {
    let ignore = GitIgnore(
      rootPatterns: [],
      patternsIn: { files[$0.appending(".gitignore".utf8).description].map { Array($0.utf8) } },
      ignoreCase: ignoreCase)
    let isDirectory = path.hasSuffix("/")
    let path = RepositoryPath(normalized: isDirectory ? path.utf8.dropLast() : path.utf8[...])
    return ignore.isIgnored(path, isDirectory: isDirectory)
  }

  @Test func aLineDecidesAsInDulwich() {
    for (line, path, expected) in Self.lines {
      #expect(isIgnored([".gitignore": line], path) == expected, "\(line.debugDescription) \(path)")
    }
  }

  @Test func filesInFoldersDecideAsInDulwich() {
    for (files, path, expected) in Self.trees {
      #expect(isIgnored(files, path) == expected, "\(files) \(path)")
    }
  }

  @Test func theLastRootFileHasTheLastWordAndFoldersComeAfterIt() {
    let root = [Array("a\nb\nc".utf8), Array("!a\nc".utf8)]
    let ignore = GitIgnore(
      rootPatterns: root, patternsIn: { $0.isRoot ? Array("!c".utf8) : nil }, ignoreCase: false)
    #expect(!ignore.isIgnored("a", isDirectory: false))
    #expect(ignore.isIgnored("x/b", isDirectory: false))
    #expect(!ignore.isIgnored("c", isDirectory: false))
  }

  @Test func caseIsIgnoredInFoldersOnly() {
    #expect(isIgnored([".gitignore": "ab[c-d]"], "ABC", ignoreCase: true))
    #expect(!isIgnored([".gitignore": "[!a]"], "A", ignoreCase: true))
    let ignore = GitIgnore(rootPatterns: [Array("a".utf8)], patternsIn: { _ in nil }, ignoreCase: true)
    #expect(!ignore.isIgnored("A", isDirectory: false))
  }

  @Test(.timeLimit(.minutes(1))) func starsTakeTimeInProportion() {
    let line = String(repeating: "*a", count: 200) + "b\n" + String(repeating: "**/a/", count: 200) + "b"
    #expect(!isIgnored([".gitignore": line], String(repeating: "a", count: 2000)))
  }

  private static let lines: [(String, String, Bool)] = [
    ("*.pyc", "a/b.pyc", true),
    ("foo/", "foo", false),
    ("foo/", "foo/", true),
    ("foo/", "foo/a", true),
    ("/foo", "x/foo", false),
    ("a/b", "x/a/b", false),
    ("a/*", "a/", true),
    ("a/*", "a", false),
    ("a/**", "a/", true),
    ("a/*\n!a/b", "a/", true),
    ("a/*\n!a/b", "a/b", false),
    ("a/**/\n", "a/b", false),
    ("a/**/\n", "a/b/", true),
    ("**/b", "x/b", true),
    ("a/**/b", "a/b", true),
    ("*/", "a/", true),
    ("**/", "a/", true),
    ("*", "a", true),
    (" a", "a", false),
    (" a", " a", true),
    ("a\t", "a", false),
    ("sp\\ ", "sp ", true),
    ("sp ", "sp", true),
    ("a\\ b", "a b", true),
    ("!", "a", false),
    ("\\", "\\", true),
    ("foo\\", "foo\\", true),
    ("[z-a]", "z", true),
    ("[z-a]", "a", false),
    ("[b", "[b", false),
    ("[a/b]", "a", true),
    ("[[:alpha:]]", "a", true),
    ("[[:foo:]]", "a", false),
    ("[[:]", "[", true),
    ("[a\\]]", "]", true),
    ("?", "é", false),
    ("??", "é", true),
    ("[!a]", "b", true),
    ("x[!a]y", "x/y", false),
    ("#a", "#a", false),
    ("\\#a", "#a", true),
    ("\\!a", "!a", true),
    ("a\n!a", "a", false),
    ("a/\n!a/b", "a/b", true),
    ("a\\/b", "a/b", false),
    ("[a]\\/b", "a/b", true),
    ("a\r\n", "a", true),
    ("a\rb", "a", false),
    ("a\n\rb", "b", false),
    ("***", "a", true),
    ("/**/a", "a", true),
    ("**a", "xa", true),
    ("/", "a", false),
    ("A", "a", false),
  ]

  private static let trees: [([String: String], String, Bool)] = [
    ([".gitignore": "*.x", "s/.gitignore": "!a.x"], "s/a.x", false),
    ([".gitignore": "*.x", "s/.gitignore": "!a.x"], "s/b.x", true),
    ([".gitignore": "s/", "s/.gitignore": "!a"], "s/a", true),
    ([".gitignore": "s/*", "s/.gitignore": "!a"], "s/a", false),
    ([".gitignore": "s/*", "s/.gitignore": "!a"], "s/", true),
    (["s/.gitignore": "**"], "s/", true),
    (["s/.gitignore": "**"], "s/a", true),
    (["s/.gitignore": "***"], "s/", true),
    (["s/.gitignore": "*"], "s/", false),
    (["s/.gitignore": "*"], "s/a", true),
    (["s/.gitignore": "**/*"], "s/", true),
    (["s/.gitignore": "/a"], "s/a", true),
    (["s/.gitignore": "/a"], "s/t/a", false),
  ]
}
