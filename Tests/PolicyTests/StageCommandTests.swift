import DVC
import Testing
import Trees

@testable import Policy

/// How a command is parted into words, beside what `sh` makes of it.
@Suite struct StageCommandTests {
  private func commands(_ script: String) -> [[String]] {
    ShellScript(Array(script.utf8)).commands.map { $0.map { String(decoding: $0, as: UTF8.self) } }
  }

  @Test(
    arguments: [
      (#"a 'b c' "d e" f\ g h"i 'j'"k"#, [["a", "b c", "d e", "f g", "hi 'j'k"]]),
      (#"a "b\"c\d" 'e\' f"#, [["a", #"b"c\d"#, #"e\"#, "f"]]),
      ("a ''  \"\"", [["a", "", ""]]),
      ("a \\\n  b\nc", [["a", "b"], ["c"]]),
      ("a 'b\nc' # d 'e\nf#g", [["a", "b\nc"], ["f#g"]]),
      ("a; b && c || d & e|f", [["a"], ["b"], ["c"], ["d"], ["e", "f"]]),
      ("a <b >c 2>&1 &>d e>>f", [["a", "b", "2", "e"]]),
      ("a > ; b", [["a"], ["b"]]),
      ("a $(b 'c)' $(d)) \"e $(f \"g h\") i\" j", [["d"], ["b", "c)"], ["f", "g h"], ["a", "e  i", "j"]]),
      ("a `b c` d", [["b", "c"], ["a", "d"]]),
      ("(a; b) c", [["a"], ["b"], ["c"]]),
      ("a 'b", [["a", "b"]]),
      ("a \"b $(c", [["c"], ["a", "b "]]),
      ("a ) b\\", [["a", "b"]]),
      ("", []),
    ])
  func `words are what a shell makes of them`(script: String, expected: [[String]]) {
    #expect(commands(script) == expected)
  }

  @Test func `who writes very deep is read, too`() {
    let deep = String(repeating: "$(", count: 200_000) + "a" + String(repeating: ")", count: 200_000)
    #expect(commands(deep) == [["a"]])
  }
}
