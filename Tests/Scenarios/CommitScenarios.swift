import Testing

/// Every way to commit, with the real git and guard's hook: stopped when what is to be committed does not fit
/// together, and let through when it does.
@Suite struct CommitScenarios {
  /// A way to commit the changed files `$FILES`, called in the repository.
  struct Way: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String

    init(_ name: String, _ script: String) {
      testDescription = name
      self.script = script
    }
  }

  static let ways = [
    Way("plain", "git add -A; commit git commit -qm x"),
    Way("-a", "commit git commit -qam x"),
    Way("-p", "patch() { yes | git commit -q -p -m x; }; commit patch"),
    Way("-- path", "commit git commit -qm x -- $FILES"),
    Way("-i path", "commit git commit -qm x -i $FILES"),
    Way("--pathspec-from-file", "ls $FILES > ../list; commit git commit -qm x --pathspec-from-file=../list"),
    Way("--amend", "git add -A; commit git commit -q --amend --no-edit"),
    Way("--amend -a", "commit git commit -qa --amend --no-edit"),
    Way("--allow-empty", "git add -A; commit git commit -q --allow-empty -m x"),
    Way("--fixup", "git add -A; commit git commit -q --fixup HEAD"),
    Way("an editor", "git add -A; export GIT_EDITOR='echo words >'; commit git commit -q"),
    Way("an alias", "git config alias.ci 'commit -qam x'; commit git ci"),
    Way("in a subfolder", "cd docs; commit git commit -qam x"),
    Way("with -C", "away() (cd / && git -C \"$ROOT/r\" commit -qam x); commit away"),
    Way("with GIT_DIR", "cd /; export GIT_DIR=$ROOT/r/.git GIT_WORK_TREE=$ROOT/r; commit git commit -qam x"),
    Way("with a relative GIT_DIR", "cd ..; export GIT_DIR=r/.git GIT_WORK_TREE=r; commit git commit -qam x"),
    Way(
      "with an index of one's own",
      "export GIT_INDEX_FILE=$ROOT/index; git read-tree HEAD; git add -A; commit git commit -qm x"),
    Way(
      "from a bare PATH",
      "commit env -i PATH=/usr/bin:/bin HOME=\"$HOME\" git commit -qam x"),
  ]

  @Test(arguments: ways) func `a stale lock stops the commit, and the mended one passes`(way: Way) throws {
    let box = try CommitSandbox()
    try box.expect("stopped lock/params\n", "stale; FILES=params.yaml; \(way.script)")
    try box.expect(
      "passed\n", "repro; FILES='params.yaml dvc.lock metrics.json'; \(way.script); git status --short")
  }

  @Test func `a commit that does not touch the pipeline says nothing`() throws {
    let box = try CommitSandbox()
    try box.expect("passed\n", "echo more >> docs/page.md; commit git commit -qam x; cat ../said")
    try box.expect("passed\n", "commit git commit -q --allow-empty -m x; cat ../said")
  }

  @Test func `the message says what is recorded, what is there and what to do`() throws {
    try CommitSandbox().expect(
      """
      params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
          recorded: 1 (dvc.lock:33)
          current:  2
          fix: dvc repro train
      to commit all the same: GUARD_SKIP=lock/params git commit …
      guard: 1 error, 0 warnings in what is staged (time)

      """, "stale; git commit -qam x 2>&1 | sed 's/([0-9]* ms)/(time)/'")
  }

  @Test func `what git commit -p leaves in the work tree is not judged`() throws {
    try CommitSandbox().expect(
      "passed\n params.yaml | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n",
      """
      seq 20 | sed 's/^/# /' >> params.yaml; repro; git commit -qam comments
      stale; echo '# end' >> params.yaml
      patch() { printf 'n\\ny\\n' | git commit -q -p -m x; }; commit patch; git diff --stat | cat
      """)
  }

  @Test func `closed standard streams change nothing`() throws {
    let box = try CommitSandbox()
    let closed = "closed() (git commit -qam x <&- >&- 2>&-); commit closed"
    try box.expect("stopped\n", "stale; \(closed)")
    try box.expect("passed\n", "repro; \(closed)")
  }

  @Test func `--no-verify and GUARD=0 leave guard out`() throws {
    let box = try CommitSandbox()
    try box.expect("passed\n", "stale; commit git commit -qam x --no-verify; cat ../said")
    try box.expect(
      "passed\nguard: skipped by GUARD=0: pre-commit was not judged\n",
      "sed -i 's/^lr: .*/lr: 3/' params.yaml; GUARD=0 commit git commit -qam x; cat ../said")
  }

  @Test func `a linked worktree judges its own index`() throws {
    try CommitSandbox().expect(
      "passed\nstopped lock/params\npassed\nstopped lock/params\n",
      """
      git worktree add -q ../w; stale; git add -A; cd ../w; cp ../r/data/*.csv data/
      echo more >> docs/page.md; commit git commit -qam fine
      stale; commit git commit -qam x; repro; commit git commit -qam x; cd ../r; commit git commit -qm x
      """)
  }

  @Test func `a worktree of a bare repository`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\npassed\n",
      """
      git clone -q --bare . ../b; git -C ../b worktree add -q ../w main; guard install -C ../b >/dev/null; cd ../w
      cp ../r/data/*.csv data/; stale; commit git commit -qam x; repro; commit git commit -qam x
      """)
  }

  @Test func `a check changes nothing of the repository`() throws {
    try CommitSandbox().expect(
      "",
      """
      see() { find . -path ./.git/guard -prune -o -type f -exec md5sum {} + -o -print; }
      stale; git add -A; see > ../before; guard hook pre-commit 2> /dev/null; guard check > /dev/null
      guard status --staged > /dev/null; guard status > /dev/null; see | diff ../before -
      """)
  }
}
