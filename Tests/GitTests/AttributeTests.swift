import Platform
import Support
import Testing
import Trees

@testable import Git

/// Attributes, judged beside `git check-attr`.
@Suite struct AttributeTests {
  private func expectSame(_ files: [String: String], paths: [String], ignoresCase: Bool = false) throws {
    let repository = try ScratchRepository()
    for (directory, text) in files { try repository.write(text, to: directory + ".gitattributes") }
    try repository.git("add", "-A")
    try repository.git("config", "core.ignoreCase", ignoresCase ? "true" : "false")
    let answer = try repository.git(
      ["check-attr", "--cached", "-z", "--stdin", "-a"],
      input: Array(paths.joined(separator: "\0").utf8) + [0])
    var expected: [String: [String: String]] = [:]
    let words = answer.split(separator: 0, omittingEmptySubsequences: false).dropLast()
      .map { String(decoding: $0, as: UTF8.self) }
    for start in stride(from: 0, to: words.count, by: 3) {
      expected[words[start], default: [:]][words[start + 1]] = words[start + 2]
    }
    let tree = try repository.open().index()
    for path in paths {
      let states = try tree.attributeStates(of: RepositoryPath(normalized: Array(path.utf8)))
      var found: [String: String] = [:]
      for (name, state) in states {
        switch state {
        case .set: found[name.text] = "set"
        case .unset: found[name.text] = "unset"
        case .unspecified: continue
        case .value(let value): found[name.text] = value.text
        }
      }
      let wanted = expected[path] ?? [:]
      if found != wanted {
        let differing = Set(found.keys).union(wanted.keys).filter { found[$0] != wanted[$0] }.sorted()
        Issue.record("\(path): \(differing.map { "\($0)=\(found[$0] ?? "–"), Git \(wanted[$0] ?? "–")" })")
      }
    }
  }

  /// A pattern as it stands between double quotes.
  private func escaped(_ pattern: String) -> String {
    pattern.split(separator: "\\", omittingEmptySubsequences: false).joined(separator: "\\\\")
  }

  @Test func precedenceAndMacros() throws {
    try expectSame(
      [
        "": """
        \u{FEFF}* mark
        * a b=1 c=x
        *.txt -a !b
        # a comment
          *.lead indented
        [attr]mine x -y z=3 inner
        [attr]inner deep
        *.m mine
        *.n -mine
        *.o mine=5
        *.p x=0 mine
        *.q mine x=0
        *.bin binary
        *.bin2 binary text
        *.invalid good b@d
        dir/ slash
        !neg negative
        *.last first=1 first=2
        "quo\\ted \\"name\\".txt" quoted
        "t\\303\\244b\\t.txt" octal
        /only top
        sub/*.c onelevel
        **/any.c any
        sub/**/deep.c deep
        all/** under
        *.tab\ttabbed\r
        """,
        "sub/": "*.txt a=sub\n/only insub\n[attr]nomacro k\n*.k nomacro\n*.a !a\n",
        "sub/in/": "*.txt -c\n",
      ],
      paths: [
        "x", "x.txt", "x.lead", "x.m", "x.n", "x.o", "x.p", "x.q", "x.bin", "x.bin2", "x.invalid", "dir",
        "dir/f", "neg", "x.last", "quoted \"name\".txt", "täb\t.txt", "only", "sub/only", "in/only",
        "sub/x.txt",
        "sub/in/x.txt", "sub/x.c", "sub/in/x.c", "any.c", "sub/any.c", "a/b/any.c", "sub/deep.c",
        "sub/in/deep.c", "sub/in/er/deep.c", "all/x", "all/x/y", "all", "x.tab", "sub/x.k", "sub/x.a",
      ])
  }

  @Test func wildcards() throws {
    let patterns = [
      "a?c", "a*c", "a**c", "[abc]", "[!abc]", "[^a]x", "[a-c]z", "[c-a]z", "[]]x", "[]-]y", "[[:digit:]]1",
      "[[:nope:]]2", "[[:alpha:][:digit:]]3", "[a", "\\*", "\\a\\b", "a\\", "*.*", "**", "***", "a/**/b",
      "a/**",
      "**/b", "/**/b", "a/*/b", "a/*", "*/b", "a**/b", "**b/c", "a/b**", "*a*b*c*", "[a-]q", "[\\]]w",
      "x[/]y",
      "x[!a]y", "A*", "[A-C]d", "\\[x]", "a/***/b", "**/", "*/*/*",
    ]
    let paths = [
      "abc", "ac", "a/c", "abbc", "a", "b", "d", "bx", "ax", "az", "bz", "cz", "]x", "-y", "]y", "11", "a1",
      "n2",
      "b3", "43", "[a", "*", "ab", "a.b", "a/b", "a/x/b", "a/x/y/b", "a/x", "x/b", "ax/b", "a//b", "xb/c",
      "b/c", "a/bx", "a/b/x", "xaxbxcx", "cab", "-q", "aq", "]w", "x/y", "xay", "xby", "Abc", "aBC", "Ad",
      "bd",
      "bD", "[x]", "x/y/z",
    ].filter { !$0.contains("//") }
    let text = patterns.enumerated().map { "\"\(escaped($1))\" p\($0)\n" }.joined()
    try expectSame(["": text], paths: paths)
    try expectSame(["": text], paths: paths, ignoresCase: true)
    try expectSame(["sub/": text], paths: paths.map { "sub/\($0)" })
  }

  @Test func randomPatterns() throws {
    let seed = UInt64.random(in: .min ... .max)
    var generator = SeededGenerator(seed: seed)
    let letters = Array("ab/*?[]!-^\\.".map(String.init))
    let plain = Array("ab/.".map(String.init))
    let text = (0..<300).map { number in
      let pattern = (0..<Int.random(in: 1...8, using: &generator))
        .map { _ in letters.randomElement(using: &generator) ?? "a" }.joined()
      return "\"\(escaped(pattern))\" p\(number)\n"
    }.joined()
    let paths = (0..<300).map { _ in
      (0..<Int.random(in: 1...8, using: &generator))
        .map { _ in plain.randomElement(using: &generator) ?? "a" }.joined()
    }.filter { path in
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      return parts.allSatisfy { !["", ".", ".."].contains($0) }
    }
    print("randomPatterns seed \(seed)")
    try expectSame(["": text], paths: Array(Set(paths)))
  }

  @Test func hostilePatternsTakeLittleTime() throws {
    let pattern = String(repeating: "*a", count: 500) + "b"
    let path = RepositoryPath(normalized: Array(String(repeating: "a", count: 4000).utf8))
    let parsed = try #require(AttributePattern(Array(pattern.utf8), ignoresCase: false))
    let elapsed = ContinuousClock().measure { #expect(!parsed.matches(path.bytes[...])) }
    #expect(elapsed < .seconds(5))
  }
}
