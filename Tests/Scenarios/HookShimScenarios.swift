import Glibc
import Testing

/// The installed hook by itself, in the shells that stand behind `/bin/sh`, with as bare a PATH as GUI clients have.
@Suite(.serialized) struct HookShimScenarios {
  static let shells = [["/bin/dash"], ["/bin/busybox", "sh"], ["/bin/bash", "--posix"]].filter {
    access($0[0], X_OK) == 0
  }
  private static let install = "git init -q r && cd r && guard install >/dev/null && "
  private static let bare = "env -i PATH=/usr/bin:/bin HOME=\"$HOME\" ROOT=\"$ROOT\" "

  @Test(arguments: shells)
  func `the recorded guard is called with the hook's name and what Git says`(shell: [String]) throws {
    let box = try HookSandbox()
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    #expect(
      try box.run(Self.install + "echo words | \(Self.bare) \(hook) one 'two three' '' && said") == """
        guard <hook> <pre-commit> <--> <one> <two three> <> SAMPLE=
        words

        """)
  }

  @Test(arguments: shells)
  func `a hook that cannot find guard stops the commit and says what to do in two lines`(shell: [String])
    throws
  {
    let box = try HookSandbox()
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    #expect(
      try box.run(Self.install + "rm \"$ROOT/bin/guard\"; \(Self.bare) \(hook)") == """
        guard: not found, so pre-commit stops here. Bring it into PATH by its wheel (pip install), its package (apt \
        install), or 'make install PREFIX=~/.local' in its source folder.
        guard: to take this hook out: rm '\(box.root)/r/.git/hooks/pre-commit'
        exited(1)

        """)
  }

  @Test(arguments: shells)
  func `guard is looked for in PATH and in the usual places`(shell: [String]) throws {
    let box = try HookSandbox()
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    let moved =
      Self.install + "mkdir -p \"$HOME/.local/bin\" && mv \"$ROOT/bin/guard\" \"$HOME/.local/bin/\" && "
    #expect(
      try box.run(moved + "\(Self.bare) \(hook) && said") == "guard <hook> <pre-commit> <--> SAMPLE=\n")
    #expect(
      try box.run(
        "cd r && mv \"$HOME/.local/bin/guard\" \"$ROOT/bin/\" && env -i PATH=\"$ROOT/bin:/bin:/usr/bin\" "
          + "ROOT=\"$ROOT\" \(hook) && said") == "guard <hook> <pre-commit> <--> SAMPLE=\n")
  }

  @Test(arguments: shells)
  func `GUARD=0 leaves guard out and what was there before in`(shell: [String]) throws {
    let box = try HookSandbox()
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    try box.run(
      "git init -q r; printf '#!/bin/sh\\necho before; exit 4\\n' > r/.git/hooks/pre-commit; "
        + "chmod +x r/.git/hooks/pre-commit")
    #expect(try box.run(Self.install + "GUARD=0 \(hook); echo $?; said") == "before\n4\n")
    #expect(
      try box.run(
        "cd r; printf '#!/bin/sh\\n' > .git/hooks/pre-commit.guard-previous; GUARD=0 \(hook); echo $?; said")
        == "guard: skipped by GUARD=0: pre-commit was not judged\n0\n")
  }

  /// Git runs a hook at the root of the work tree; the person may be anywhere, and `CDPATH` may be set.
  @Test(arguments: shells)
  func `the way to take the hook out works from a subfolder, for every path and whatever was kept`(
    shell: [String]
  ) throws {
    let box = try HookSandbox("it's \"a\" $HOME `x`\nsecond line")
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    let leave = """
      rm "$ROOT/bin/guard"; mkdir -p sub "$HOME/.git/hooks"; hooks > ../said
      \(Self.bare) CDPATH="$HOME:" \(hook) 2>&1 | sed -n '/take this hook out/,$p' | sed '1s/.*out: //' > ../undo
      cd sub; . ../../undo; cd ..; hooks | diff ../before -
      """
    #expect(
      try box.run(
        "git init -q r; cd r; hooks > ../before; guard install --hook pre-commit >/dev/null; \(leave)")
        == "")
    #expect(
      try box.run(
        """
        cd r; ln -s /nowhere .git/hooks/pre-commit; hooks > ../before
        guard install --hook pre-commit >/dev/null; \(leave)
        """) == "")
  }

  @Test(arguments: shells)
  func `what was there before runs first, with its arguments, input and environment, and can stop the commit`(
    shell: [String]
  ) throws {
    let box = try HookSandbox()
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-commit"
    try box.write(
      "previous",
      "#!/bin/sh\nprintf 'previous'; printf ' <%s>' \"$@\"; echo \" SAMPLE=$SAMPLE $(pwd)\"; head -n 1\n"
        + "exit ${FAIL-0}\n", mode: 0o755)
    try box.run("git init -q r; mv previous r/.git/hooks/pre-commit")
    #expect(
      try box.run(Self.install + "export SAMPLE='a b'; printf 'x\\n' | \(hook) 'p q' ''; echo $?; said")
        == """
        previous <p q> <> SAMPLE=a b \(box.root)/r
        x
        0
        guard <hook> <pre-commit> <--> <p q> <> SAMPLE=a b

        """)
    #expect(
      try box.run("cd r; FAIL=7 \(hook) </dev/null; echo $?; said")
        == "previous <> SAMPLE= \(box.root)/r\n7\n")
  }

  @Test func `a hook that calls guard's hook back does not go on for ever`() throws {
    let box = try HookSandbox()
    try box.run(
      "git init -q r; printf '#!/bin/sh\\necho wrapper\\n.git/hooks/pre-commit\\n' > "
        + "r/.git/hooks/pre-commit.guard-previous; chmod +x r/.git/hooks/pre-commit.guard-previous")
    #expect(
      try box.run(Self.install + ".git/hooks/pre-commit </dev/null; said") == """
        wrapper
        guard <hook> <pre-commit> <--> SAMPLE=
        guard <hook> <pre-commit> <--> SAMPLE=

        """)
  }
}
