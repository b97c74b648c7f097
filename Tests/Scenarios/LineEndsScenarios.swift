import Testing

/// Line ends: the fix that guard prints is run as it stands, and the lock then matches what a clone has.
@Suite struct LineEndsScenarios {
  /// In place of dvc: `dvc commit -f` records the files as they are.
  private static let dvc = """
    #!/bin/sh
    [ "$1 $3" = "commit -f" ] && exec lock
    echo "no such command: dvc $*" >&2; exit 1

    """

  /// Runs the first fix that guard printed.
  private static let mend = """
    fix=$(sed -n 's/^    fix: //p' ../said | head -n 1); echo "$fix"; eval "$fix"

    """

  private static let line =
    "git add train.py && rm train.py && git checkout -- train.py && dvc commit train -f\n"

  private func sandbox() throws -> CommitSandbox {
    let box = try CommitSandbox()
    try box.write("bin/dvc", Self.dvc, mode: 0o755)
    try box.run("git config --global core.safecrlf false")
    return box
  }

  @Test(arguments: [
    ("echo '*.py text eol=lf' > .gitattributes", "print(5)\\r\\nprint(6)\\r\\n"),
    ("echo '*.py text eol=lf' > .gitattributes", "print(5)\\r\\nprint(6)\\n"),
    ("git config core.autocrlf input", "print(5)\\r\\n"),
    ("echo 'train.py text eol=crlf' > .gitattributes", "print(5)\\n"),
  ])
  func `a file that has the other line ends here is made anew and recorded`(
    setting: String, text: String
  ) throws {
    try sandbox().expect(
      "passed lock/deps\n\(Self.line)passed\nguard: 0 errors, 0 warnings in 1 commit\n0 unlike a clone\n",
      """
      \(setting); git add -A; printf '\(text)' > train.py; repro; git add -A
      commit git commit -qm x; \(Self.mend)
      commit git commit -qam y; guard check --rev HEAD | sed 's/ (.*//'
      git clone -q $(git config core.autocrlf >/dev/null && echo -c core.autocrlf=input) . ../clone
      cmp train.py ../clone/train.py; echo $? unlike a clone
      """)
  }

  @Test func `edits that are not staged stay there and stay unstaged`() throws {
    try sandbox().expect(
      """
      passed lock/deps
      edits=$(git stash create) && { rm train.py && git checkout -- train.py && dvc commit train -f; \
      git restore --source=$edits train.py; }
      1 file changed, 1 insertion(+)
      passed
      print(5)
      print(7)

      """,
      """
      echo '*.py text eol=lf' > .gitattributes; printf 'print(5)\\r\\n' > train.py; repro; git add -A
      printf 'print(7)\\r\\n' >> train.py; commit git commit -qm x; \(Self.mend)
      git diff --shortstat train.py | sed 's/^ //'; git add dvc.lock; commit git commit -qm y; cat train.py
      """)
  }

  @Test func `edits of a commit -a that was stopped are not lost by the fix`() throws {
    try sandbox().expect(
      "stopped lock/deps\n\(Self.line)print(5)\npassed\n",
      """
      echo '*.py text eol=lf' > .gitattributes; printf 'reasons:\\n  line-ends: error\\n' > .guard.yml
      git add -A; git commit -qm ends; printf 'print(5)\\r\\n' > train.py; repro
      commit git commit -qam x; \(Self.mend)
      cat train.py; commit git commit -qam x
      """)
  }
}
