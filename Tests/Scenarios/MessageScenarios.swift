import Testing

/// The hook `commit-msg`, with the real git.
@Suite struct MessageScenarios {
  private static let on =
    "printf 'rules: {commit/message: error}\\n' > guard.local.yml; echo guard.local.yml >> .git/info/exclude\n"

  @Test(
    arguments: [
      ("commit git commit -qm 'fix: a' --allow-empty", "passed\n"),
      ("commit git commit -qm 'A' --allow-empty", "stopped commit/message\n"),
      ("GUARD=0 commit git commit -qm 'A' --allow-empty", "passed\n"),
      ("GUARD_SKIP=commit/message commit git commit -qm 'A' --allow-empty", "passed\n"),
      (
        "commit git commit -qm 'A' -m 'Guard-Skip: commit/message a trial' --allow-empty",
        "passed\n"
      ),
      // What the editor shows is no part of the message: comments, and with -v the change itself.
      (
        "export GIT_EDITOR='sed -i \"1s/.*/fix: a/\"'; echo b >> docs/page.md; commit git commit -qva",
        "passed\n"
      ),
      (
        "export GIT_EDITOR='sed -i \"1s/.*/# fix: a\\nA/\"'; echo b >> docs/page.md; commit git commit -qva",
        "stopped commit/message\n"
      ),
      (
        "git config core.commentChar ';'; printf '\\n; fix: a\\n#: b\\n' > ../m; commit git commit -qeF ../m --allow-empty",
        "stopped commit/message\n"
      ),
      (
        "git checkout -qb side; git commit -qnm 'A' --allow-empty; git checkout -q main; commit git merge -q --no-ff side",
        "passed\n"
      ),
      (
        "git checkout -qb side; git commit -qnm 'A' --allow-empty; git checkout -q main; "
          + "commit git merge -q --no-ff -m both side", "stopped commit/message\n"
      ),
    ])
  func `a message is judged as git will store it`(script: String, verdict: String) throws {
    try CommitSandbox().expect(verdict, Self.on + "export GIT_EDITOR=true; " + script)
  }

  @Test func `where policy asks nothing of messages the hook is silent, whatever they are`() throws {
    let box = try CommitSandbox()
    try box.expect("passed\n0\n", "commit git commit -qm A --allow-empty; wc -c < \"$ROOT/said\"")
  }

  @Test(arguments: ["-q --allow-empty", "-qa", "-q --amend", "-q params.yaml"])
  func `the command typed again as it is told commits the same with a better message`(options: String) throws
  {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.on + """
          echo '# words' >> params.yaml; git commit -q -m 'docs: one' params.yaml; echo '# more' >> params.yaml
          commit git commit -m 'Words that somebody wrote' \(options); git rev-list --count HEAD > "$ROOT/count"
          sed -n 's/^ *do: .* with \\(-eF .*\\) in place of its message$/git commit \(options) \\1/p' "$ROOT/said" > "$ROOT/do"
          export GIT_EDITOR='sed -i "1s/^/docs: /"'
          sh "$ROOT/do"; git log -1 --format=%s; git diff --quiet HEAD || echo changed
          test $(($(git rev-list --count HEAD) - $(cat "$ROOT/count"))) = 1 && echo one more || echo none more
          """) == """
          stopped commit/message
          docs: Words that somebody wrote
          \(options.contains("allow") || options.contains("amend") ? "changed\n" : "")\
          \(options.contains("amend") ? "none" : "one") more

          """)
  }

  @Test func `a commit that exists is judged by its message`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.on + """
          git commit -qnm 'fix: one' --allow-empty; git commit -qnm two --allow-empty
          guard check --range HEAD~2..HEAD --only commit/message | sed 's/ ([0-9]* ms)//; s/^[0-9a-f]\\{7,\\}/ID/'
          """
      ).contains("COMMIT_EDITMSG:1: error: the first line is not of the form"))
  }
}
