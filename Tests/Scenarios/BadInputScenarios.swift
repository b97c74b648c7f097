import Testing

/// Input that is broken or hostile: every command answers or says clearly why it cannot, in bounded time, and is
/// never ended by a signal.
@Suite struct BadInputScenarios {
  /// What is done to a repository that was in order, and whether Git can take it into its index.
  struct Input: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    /// What each command ends with: `status`, `status --staged`, `check --staged` and the hook.
    let codes: String

    init(_ name: String, _ script: String, _ codes: String) {
      testDescription = name
      self.script = script
      self.codes = codes
    }
  }

  /// Files that Git takes in.
  static let staged = [
    Input("a YAML bomb of aliases in params", bomb("params.yaml", "lr: 1\\nepochs: 3\\n"), "2 2 1 1"),
    Input("a YAML bomb of aliases in dvc.yaml", bomb("dvc.yaml", ""), "2 2 1 1"),
    Input("a YAML bomb of aliases in the lock", bomb("dvc.lock", ""), "2 2 1 1"),
    Input("10,000 levels of brackets in params", deep("params.yaml", "["), "2 2 1 1"),
    Input("10,000 levels of braces in the lock", deep("dvc.lock", "{"), "2 2 1 1"),
    Input("2,000 levels of indentation in dvc.yaml", levels("dvc.yaml"), "2 2 1 1"),
    Input("10,000 list dashes in one line", deep("dvc.yaml", "- "), "2 2 1 1"),
    Input(
      "10,000 levels of JSON", "sed -i 's/- lr/- p.json:\\n        - x/' dvc.yaml; " + deep("p.json", "["),
      "0 0 1 1"),
    Input(
      "10,000 levels of Python", "sed -i 's/- lr/- p.py:\\n        - x/' dvc.yaml; " + deep("p.py", "("),
      "0 0 1 1"),
    Input(
      "10,000 levels of TOML",
      "sed -i 's/- lr/- p.toml:\\n        - x/' dvc.yaml; printf 'x = ' > p.toml; "
        + deep("p.toml", "[", ">>"), "0 0 1 1"),
    Input(
      "10 MB of lock",
      "{ cat dvc.lock; yes '# a comment of thirty-two bytes.' | head -n 320000; } > l; mv l dvc.lock",
      "0 0 1 1"),
    Input(
      "a scalar of 500 kB in the lock", "{ printf 'x: '; yes | tr -d '\\n' | head -c 500000; } >> dvc.lock",
      "2 2 1 1"),
    Input("a lock with 10,000 stages that are nowhere", many, "0 0 0 0"),
    Input("invalid UTF-8 in dvc.yaml", "printf '# \\377\\376\\n' >> dvc.yaml", "2 2 1 1"),
    Input("invalid UTF-8 in the lock", "printf 'x: \\300\\200\\n' >> dvc.lock", "2 2 1 1"),
    Input("invalid UTF-8 in params", "printf 'x: \\355\\240\\200\\n' >> params.yaml", "2 2 1 1"),
    Input("invalid UTF-8 in a .dvc file", "printf '# \\377\\n' >> data/raw.csv.dvc", "2 2 1 1"),
    Input("NUL bytes in dvc.yaml", "printf 'a: \\000\\n' >> dvc.yaml", "2 2 1 1"),
    Input("NUL bytes in params", "printf 'a: \\000\\n' >> params.yaml", "2 2 1 1"),
    Input("a lock of NUL bytes", "head -c 100000 /dev/zero > dvc.lock", "2 2 1 1"),
    Input("a lock of random bytes", "head -c 100000 /dev/urandom > dvc.lock", "2 2 1 1"),
    Input(
      "a list of files with an empty name in its paths",
      "sed -i 's#train.py$#more#' dvc.yaml dvc.lock; mkdir more; echo /d > more/.gitignore; "
        + "printf 'outs:\\n- path: d\\n  hash: md5\\n  files:\\n  - {relpath: /x, md5: %s}\\n' "
        + "0123456789abcdef0123456789abcdef > more/d.dvc",
      "0 2 2 2"),
    Input("an empty lock", ": > dvc.lock", "2 2 1 1"),
    Input("an empty dvc.yaml", ": > dvc.yaml", "0 0 0 0"),
    Input("a dvc.yaml that is a list", "echo '- 1' > dvc.yaml", "2 2 1 1"),
    Input("dvc.yaml is a directory", "rm dvc.yaml; mkdir dvc.yaml; echo 1 > dvc.yaml/f", "0 0 0 0"),
    Input("dvc.lock is a directory", "rm dvc.lock; mkdir dvc.lock; echo 1 > dvc.lock/f", "2 2 1 1"),
    Input(
      "params.yaml is a directory", "rm params.yaml; mkdir params.yaml; echo 1 > params.yaml/f", "2 2 1 1"),
    Input("a .dvc file that is a directory", "mkdir x.dvc; echo 1 > x.dvc/f", "0 0 0 0"),
    Input("dvc.yaml links to itself", "rm dvc.yaml; ln -s dvc.yaml dvc.yaml", "2 2 2 2"),
    Input("a dependency links to itself", "rm train.py; ln -s train.py train.py", "2 2 2 2"),
    Input("a loop of directories", "mkdir a; ln -s ../a a/b; sed -i 's/train.py$/a/' dvc.yaml", "0 0 1 1"),
    Input("a link out of the repository as dependency", "ln -sf /etc/hostname train.py", "0 0 0 0"),
    Input("a link out of the repository as params", "ln -sf /etc/passwd params.yaml", "2 2 2 2"),
    Input(
      "a dependency that leaves the repository",
      "sed -i 's#- train.py#- ../../../../../../../../etc/hostname#' dvc.yaml", "0 0 0 0"),
    Input("an absolute path as dependency", "sed -i 's#- train.py#- /etc/hostname#' dvc.yaml", "0 0 0 0"),
    Input("an output outside", "sed -i 's#- data/prepared.csv#- ../../out#' dvc.yaml", "0 0 0 0"),
    Input("wdir outside", "sed -i 's#cmd: python train.py#&\\n    wdir: ../..#' dvc.yaml", "0 0 0 0"),
    Input("a policy that is a bomb", bomb(".guard.yml", "version: 1\\n"), "0 0 2 2"),
    Input("a policy of 10,000 levels", deep(".guard.yml", "["), "0 0 2 2"),
    Input("waivers of random bytes", "head -c 5000 /dev/urandom > .guard-waivers.yml", "0 0 2 2"),
    Input(
      "1,000 stages of one matrix",
      "printf 'stages:\\n  m:\\n    matrix: {a: [%s], b: [%s]}\\n    cmd: x\\n' $(seq -s, 100) $(seq -s, 10) > dvc.yaml",
      "0 0 0 0"),
    Input(
      "a matrix of 10^12 stages",
      "l=$(seq -s, 1000); printf 'stages:\\n  m:\\n    matrix: {a: [%s], b: [%s], c: [%s], d: [%s]}\\n    cmd: x\\n' $l $l $l $l > dvc.yaml",
      "2 2 1 1"),
    Input(
      "templates that name each other",
      "printf 'vars:\\n- a: ${b}\\n- b: ${a}\\nstages:\\n  m:\\n    cmd: ${a}\\n' > dvc.yaml", "2 2 1 1"),
    Input(
      "a .dvcignore of hostile patterns",
      "{ yes '*a*a*a*a*a*a*a*a*b' | head -n 200; } > .dvcignore; echo 1 > $(printf 'a%.0s' $(seq 200))",
      "0 0 0 0"),
    Input("the configuration is random", "head -c 5000 /dev/urandom > .dvc/config", "2 2 1 1"),
    Input(
      "a path of 3,000 letters", "sed -i \"s#train.py\\$#$(printf 'a%.0s' $(seq 3000))#\" dvc.yaml", "0 0 1 1"
    ),
  ]

  private static func bomb(_ file: String, _ start: String) -> String {
    "{ printf '\(start)a0: &a0 [x]\\n'; for i in $(seq 60); do echo \"a$i: &a$i [*a$((i-1)), *a$((i-1))]\"; done; } > \(file)"
  }

  private static func deep(_ file: String, _ text: String, _ redirect: String = ">") -> String {
    "yes -- '\(text)' | head -n 10000 | tr -d '\\n' \(redirect) \(file)"
  }

  private static func levels(_ file: String) -> String {
    "awk 'BEGIN { for (i = 0; i < 2000; i++) printf \"%*sa:\\n\", i, \"\" }' > \(file)"
  }

  private static let many =
    "awk 'BEGIN { for (i = 0; i < 10000; i++) printf \"  s%d:\\n    cmd: x\\n\", i }' >> dvc.lock"

  /// Runs the four commands and prints how each ended; what they said is then in `../said`. The limit is there
  /// for what would never end: a debug build on a busy machine takes its time.
  private static let judging = """
    ended() { timeout 120 "$@" > ../out 2>> ../said; echo $?; }
    : > ../said
    echo $(ended guard status --json) $(ended guard status --staged --json) $(ended guard check --staged) \
    $(ended guard hook pre-commit)

    """

  @Test(arguments: staged) func `a file that Git takes in`(input: Input) throws {
    let box = try CommitSandbox()
    try box.expect("\(input.codes)\n", "\(input.script)\ngit add -A 2>/dev/null; \(Self.judging)")
  }

  @Test(arguments: ["--staged", "--rev $(git commit-tree -m deep $(git write-tree))"])
  func `directories that no checkout can have`(scope: String) throws {
    try CommitSandbox().expect(
      "2\n",
      """
      path=$(printf 'd/%.0s' $(seq 600))f
      git update-index --add --cacheinfo 100644,$(git hash-object -w train.py),$path
      timeout 120 guard check \(scope) 2>&1 | grep -o 'nested more than 512 deep' > ../said
      timeout 120 guard check \(scope) > ../out 2>&1; echo $?; [ -s ../said ] || cat ../out
      """)
  }

  /// What only a disk has: what is staged is in order, and no command waits for a writer.
  @Test(arguments: [
    ("train.py", "2 0 0 0"), ("params.yaml", "2 0 0 0"), ("dvc.yaml", "2 0 0 0"), ("dvc.lock", "2 0 0 0"),
    ("data/raw.csv", "2 0 0 0"), ("x.dvc", "2 0 0 0"), (".dvcignore", "2 0 0 0"), ("loose", "0 0 0 0"),
    ("guard.local.yml", "0 0 2 2"), (".git/guard/hashes.db", "0 0 0 0"), (".dvc/config", "2 0 0 0"),
  ])
  func `a FIFO`(place: String, codes: String) throws {
    try CommitSandbox().expect(
      "\(codes)\n",
      "mkdir -p .git/guard; rm -f \(place) .git/guard/*; mkfifo \(place); \(Self.judging)")
  }

  /// A stale lock is found, and a mended one passes, whatever became of the cache.
  @Test(arguments: [
    "head -c 10000 /dev/urandom > .git/guard/hashes.db", ": > .git/guard/hashes.db",
    "truncate -s -100 .git/guard/hashes.db", "rm -r .git/guard; : > .git/guard",
    "rm .git/guard/*; mkdir -p .git/guard/hashes.db/x",
    "rm .git/guard/*; ln -s /dev/full .git/guard/hashes.db",
    "rm -r .git/guard; ln -s /proc/self .git/guard", "rm -r .git/guard; ln -s nowhere .git/guard",
    "dd if=/dev/urandom of=.git/guard/hashes.db bs=1 seek=4000 count=3000 conv=notrunc 2>/dev/null",
    "head -c 3000 /dev/urandom > .git/guard/hashes.db-wal",
  ])
  func `a cache that is broken or cannot be written is not believed and stops nothing`(breaking: String)
    throws
  {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/params\npassed\n",
      """
      guard status > /dev/null; guard check > /dev/null; [ -f .git/guard/hashes.db ] && \(breaking)
      stale; commit git commit -qam x; repro; commit git commit -qam x
      """)
  }

  /// A limit on the size of files stands for a full disk; Git's own files fit below it.
  @Test func `a disk that is full for the cache stops nothing`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\n0\n",
      """
      stale; git add -A; rm -rf .git/guard; (trap '' XFSZ; ulimit -f 0; guard hook pre-commit 2>&1 | \
      sed -n 's/.*\\[\\(.*\\)\\]$/stopped \\1/p'); repro; git add -A
      (ulimit -f 0; guard hook pre-commit 2>&1; echo $?)
      """)
  }
}
