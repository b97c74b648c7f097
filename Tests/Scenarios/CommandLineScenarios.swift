import Testing

/// What holds for every command, whatever it does.
@Suite struct CommandLineScenarios {
  @Test(arguments: ["rules", "explain lock/params", "status", "check --staged", "install --dry-run"])
  func `the common options stand before the verb and after it`(verb: String) throws {
    let box = try CommitSandbox()
    let said = "say() { guard \"$@\" 2>&1; echo $?; }; stable() { sed 's/[0-9]* ms/N ms/'; }; "
    let inside = try box.run("\(said)mkdir r/sub; cd r/sub; say \(verb) | stable")
    for line in [
      "-C r/sub \(verb)", "\(verb) -C r/sub", "-C r -C sub \(verb)", "-C r \(verb) -C sub",
      "--no-progress -C r/sub \(verb)", "\(verb) --no-progress --directory=r/sub",
      "-C x -C \"$ROOT\" -C r/sub \(verb)",
    ] {
      #expect(try box.run("mkdir -p x; \(said)say \(line) | stable") == inside, "guard \(line)")
    }
  }

  @Test func `what a hook is told is never taken for an option`() throws {
    try CommitSandbox().expect(
      "1\n64\n",
      """
      stale; git add -A; guard hook pre-commit -- -C nowhere -v --no-progress --help 2> ../said; echo $?
      grep -c guard: ../said > /dev/null; guard hook pre-commit extra 2> ../said; echo $?
      """)
  }

  @Test(arguments: ["-C .", "-v", "--no-progress", "-C . chekc", "--nonsense check"])
  func `without a verb nothing passes`(line: String) throws {
    try CommitSandbox().expect("64\n", "guard \(line) > /dev/null 2>&1; echo $?")
  }

  private static let verbs = [
    "rules", "rules --format json", "explain lock/params", "status", "status --json", "check",
    "check --format json",
    "install --dry-run", "uninstall --dry-run",
  ]

  /// The write end of a pipe that nobody reads is descriptor 4.
  private static let noReader = "mkfifo ../pipe; exec 3<> ../pipe 4> ../pipe 3<&-; "

  @Test(arguments: verbs)
  func `when nobody reads the answer guard ends quietly, as other programs do`(verb: String) throws {
    try CommitSandbox().expect(
      "141\n141\n", "\(Self.noReader)cat params.yaml >&4; echo $?; guard \(verb) >&4; echo $?")
  }

  @Test(arguments: verbs)
  func `an answer that cannot be written is an error`(verb: String) throws {
    try CommitSandbox().expect(
      "guard: error: standard output: No space left on device (write)\n2\n",
      "guard \(verb) > /dev/full; echo $?")
  }

  @Test func `an error names nothing that moves a cursor or speaks to a CI system`() throws {
    try CommitSandbox().expect(
      """
      guard: error: R/no\\u{1b}[2J#\\u{23}vso[task.complete]/x: No such file or directory (open)
      2

      """,
      """
      guard check -o "no$(printf '\\033')[2J##vso[task.complete]/x" 2>&1 | sed "s,$PWD,R,"
      guard check -o no/x 2> /dev/null; echo $?
      """)
  }

  @Test func `rules are chosen by patterns`() throws {
    try CommitSandbox().expect(
      """
      1
      0
      0
      1
      Error: --only: unknown rule 'lok/*'
      64

      """,
      """
      stale; git add -A; set -f
      for option in '--only lock/*' '--skip lock/*' '--only data/*,cache/*' '--skip data/*'; do
        guard check $option >/dev/null; echo $?; done
      guard check --only 'lok/*' 2>&1 | grep Error; guard check --only 'lok/*' >/dev/null 2>&1; echo $?
      """)
  }

  @Test func `a hook that nobody listens to gives its verdict`() throws {
    try CommitSandbox().expect(
      "1\n0\n",
      """
      \(Self.noReader)stale; git add -A; guard hook pre-commit 2>&4; echo $?
      GUARD_SKIP='lock/*' guard hook pre-commit 2>&4; echo $?
      """)
  }

  @Test func `a conflict in the index says how to go on, from where the person is`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: error: unresolved merge conflicts: a b, c1, c2, c3, c4 and 2 more
          do:  resolve each (git rm what is to go; git status lists all), then: git add 'a b' c1 c2 c3 c4
      2
      guard: error: unresolved merge conflicts: c5, params.yaml
          do:  resolve each (git rm what is to go), then: git -C ../.. add c5 params.yaml
      2
      0

      """,
      """
      files='c1 c2 c3 c4 c5'; git checkout -qb side; for f in $files 'a b'; do echo side > "$f"; done; stale; repro
      git add -A; git commit -qm side; git checkout -q main; for f in $files 'a b'; do echo main > "$f"; done
      sed -i 's/^lr: .*/lr: 3/' params.yaml; git add -A; git commit -qm main --no-verify
      git merge -q side > /dev/null 2>&1; git checkout -q --theirs params.yaml
      guard check --staged; echo $?; git add 'a b' c1 c2 c3 c4; mkdir -p sub/deep; cd sub/deep
      guard status --staged > ../../../said 2>&1; code=$?; cat ../../../said; echo $code
      eval "$(sed -n 's/.*then: //p' ../../../said)"; guard check --staged > /dev/null; echo $?
      """)
  }
}
