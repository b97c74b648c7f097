import DVC
import Values

extension Rule {
  static let commitMessage = Rule(
    "commit/message", nil, .message,
    summary: "a commit message that is not of the form that policy asks for",
    explanation: """
      Who reads the history of experiments reads first lines. The rule is off unless policy turns it on. Then the first \
      line is to be of the form of [Conventional Commits](https://www.conventionalcommits.org) (`feat(model): two more \
      layers`), to be no longer than `length`, and to be followed by an empty line. With `style: plain` any first line \
      will do that is short enough and matches one of `patterns`.

      The hook `commit-msg` judges the message of a commit that is being made, `guard check` and `guard ci` those of \
      commits that exist. Messages that Git writes itself (of merges and reverts, and `fixup!` and `squash!`) are left alone.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {commit/message: error}\n' > .guard.yml
        $ guard install > /dev/null
        $ git add -A && git commit -q -m 'A policy'
        COMMIT_EDITMSG:1: error: the first line is not of the form 'type: description' or 'type(scope): description' [commit/message]
            current:  A policy
            do:  type the same git commit again, with -eF "$(git rev-parse --git-path COMMIT_EDITMSG)" in place of its message
        to commit all the same: GUARD_SKIP=commit/message git commit …
        guard: 1 error, 0 warnings in the commit message (12 ms)
        """#,
      mended: #"""
        $ git commit -q -m 'chore: a policy'
        $ guard check --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#),
    options: [
      Option(
        "style", .choice("conventional", of: ["conventional", "plain"]),
        "the form of the first line; `plain` asks for none"),
      Option(
        "types",
        .words([
          "build", "chore", "ci", "data", "docs", "exp", "feat", "fix", "model", "perf", "refactor", "revert",
          "style",
          "test",
        ]), "what a conventional first line may begin with"),
      Option(
        "patterns", .words([]),
        "what the first line has to look like, with `*`, `?` and `[a-z]`: one is enough"),
      Option("length", .count(72), "how many characters the first line may have; 0 for any number"),
    ]
  ) { (subject) throws(JudgementError) in
    guard let text = subject.message else { return [] }
    let message = WrittenMessage(text)
    guard !message.isGits, try subject.isPlainCommit() else { return [] }
    return message.faults(under: subject.policy).map { fault in
      Finding(
        "commit/message", at: Place("COMMIT_EDITMSG", Position(line: fault.line, column: 1)), key: fault.key,
        current: message.first, message: fault.words,
        advice: subject.isCommit
          ? "git commit --amend changes the message of the last commit, git rebase -i those of older ones"
          : again)
    }
  }
}

/// How the message comes back into an editor. Git does not tell its hook whether the command had `-a`, `--amend` or paths:
/// a command without them would commit something else.
private let again = """
  type the same git commit again, with -eF "$(git rev-parse --git-path COMMIT_EDITMSG)" in place of its message
  """

extension Subject {
  /// Whether it is no merge, whose message Git writes.
  fileprivate func isPlainCommit() throws(JudgementError) -> Bool {
    guard isCommit else { return true }
    return try ancestry().parents.count < 2
  }
}

/// A commit message by its lines.
struct WrittenMessage {
  /// What is wrong with one.
  struct Fault {
    let key: Text
    let line: Int
    let words: String
  }

  let first: Text
  private let second: Text?
  /// In which line the first one stands.
  private let start: Int

  init(_ text: Text) {
    let lines = text.split(separator: 0x0A)
    start = lines.firstIndex { !$0.isBlank } ?? 0
    first = lines.isEmpty ? "" : lines[start]
    second = start + 1 < lines.count ? lines[start + 1] : nil
  }

  /// Whether Git wrote it, or will take it away.
  var isGits: Bool {
    let starts: [Text] = [
      "Merge branch ", "Merge branches ", "Merge commit ", "Merge commits ", "Merge tag ",
      "Merge remote-tracking ",
      "Merge pull request ", "Revert \"", "Reapply \"", "fixup! ", "squash! ", "amend! ",
    ]
    return first.isBlank || starts.contains { first.hasPrefix($0) }
  }

  func faults(under policy: Policy) -> [Fault] {
    var faults: [Fault] = []
    if policy.choice("style", of: "commit/message") == "conventional" {
      if let words = unconventional(policy.words("types", of: "commit/message")) {
        faults.append(Fault(key: "style", line: start + 1, words: words))
      }
    }
    let patterns = policy.words("patterns", of: "commit/message")
    if !patterns.isEmpty, !patterns.contains(where: { DVC.Glob($0).matches(first) }) {
      let list = patterns.map { "'\($0)'" }.joined(separator: " or ")
      faults.append(Fault(key: "pattern", line: start + 1, words: "the first line is not like \(list)"))
    }
    let (count, limit) = (first.scalars.count, policy.number("length", of: "commit/message"))
    if limit > 0, count > limit {
      let words = "the first line has \(count) characters, more than \(limit)"
      faults.append(Fault(key: "length", line: start + 1, words: words))
    }
    if let second, !second.isBlank {
      faults.append(Fault(key: "second", line: start + 2, words: "no empty line follows the first one"))
    }
    return faults
  }

  /// Why the first line is not of the form `type(scope)!: description` (Conventional Commits 1.0.0, 1 to 5, 13).
  private func unconventional(_ types: [Text]) -> String? {
    let form = "the first line is not of the form 'type: description' or 'type(scope): description'"
    guard let colon = first.firstIndex(of: ": ") else { return form }
    var head = first.utf8[..<colon]
    if head.last == UInt8(ascii: "!") { head = head.dropLast() }
    if head.last == UInt8(ascii: ")") {
      guard let open = head.firstIndex(of: UInt8(ascii: "(")), open + 2 < head.endIndex else { return form }
      head = head[..<open]
    }
    let type = Text(utf8: head)
    let isWord = type.utf8.allSatisfy {
      ("a"..."z").contains(Character(UnicodeScalar($0 | 0x20))) || $0 == 0x2D
    }
    guard !type.isEmpty, isWord, !Text(utf8: first.utf8[(colon + 2)...]).isBlank else { return form }
    let lower = Text(utf8: type.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    guard !types.contains(lower) else { return nil }
    // Every word of three letters is near to another one.
    let near = (lower.utf8.count > 3 ? types.nearest(to: lower) : nil).map { ": did you mean '\($0)'?" }
    return
      "'\(type)' is no type of change\(near ?? ": it is one of \(types.map(\.string).joined(separator: ", "))")"
  }
}
