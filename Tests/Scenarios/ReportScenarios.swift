import Testing

/// Where reports go.
@Suite struct ReportScenarios {
  /// The first letters of a file of each format.
  private static let heads =
    "heads() { for f in \"$@\"; do printf '%s: ' \"$f\"; tr -d ' \\n' < \"$f\" | head -c 7; echo; done; }; "

  @Test func `one run writes every format`() throws {
    try CommitSandbox().expect(
      """
      1
      params.yaml
      a.json: {"schem
      b.sarif: {"$sche
      c.xml: <?xmlve
      d.txt: ::error
      e=f.json: [{"desc
      g.md: <!--gua

      """,
      """
      \(Self.heads)stale; git add -A
      guard check --report json=a.json --report sarif=b.sarif --report junit=c.xml --report github=d.txt \\
        --report gitlab=e=f.json --report markdown=g.md > ../said; echo $?
      head -n 1 ../said | cut -d: -f1; heads a.json b.sarif c.xml d.txt e=f.json g.md
      """)
  }

  @Test(arguments: [
    ("--format github --report markdown=-", "::error params.y\n<!-- guard-repo\n"),
    ("--report markdown=-", "<!-- guard-repo\n"),
    ("--report sarif=-", "{\n"), ("-o - --format gitlab", "[\n"), ("--format json -o ../file", ""),
    ("--format markdown -o ../file --report github=-", "::error params.y\n"),
  ])
  func `what stands on standard output`(options: String, expected: String) throws {
    try CommitSandbox().expect(
      expected,
      """
      stale; git add -A; guard check \(options) > ../said
      sed -n -e 's/^::error file=\\(params.y\\).*/::error \\1/p' -e 's/^\\(<!-- guard-repo\\).*/\\1/p' -e '1s/^\\([[{]\\)$/\\1/p' ../said
      """)
  }

  @Test(arguments: [
    "--format json --report sarif=-", "--report sarif=- --report markdown=-", "--format text --report json=-",
    "--report sarif", "--report sarif=", "--report nosuch=x", "--format nosuch",
  ])
  func `what cannot be asked for`(options: String) throws {
    try CommitSandbox().expect(
      "64\n0\n", "guard check \(options) > ../said 2>/dev/null; echo $?; wc -c < ../said")
  }

  @Test func `a report that cannot be written is an error, and the others are written`() throws {
    try CommitSandbox().expect(
      """
      guard: error: R/nosuch/x: No such file or directory (open)
      2
      guard: error: /dev/full: No space left on device (write)
      2
      c.xml: <?xmlve
      a.json: {"schem

      """,
      """
      \(Self.heads)for file in nosuch/x /dev/full; do
        guard check --report sarif=$file --report junit=c.xml --report json=a.json > ../said 2> ../wrong
        code=$?; sed "s,$PWD,R," ../wrong; echo $code; done
      heads c.xml a.json
      """)
  }

  @Test func `a file is written where it is, as a shell writes it`() throws {
    try CommitSandbox().expect(
      """
      600 ../kept link
      {
      -q wrote 0
      {

      """,
      """
      echo 'a long line that was there, longer than what follows' > ../kept; chmod 600 ../kept
      ln -s ../kept link; guard check --report json=link > /dev/null; echo $(stat -c %a ../kept) $(readlink link) \\
        $(test -L link && echo link); head -n 1 link
      echo -q wrote $(guard check -q --report json=quiet.json | wc -c); head -n 1 quiet.json
      """)
  }

  @Test func `what is folded away in Markdown is what changed`() throws {
    let box = try CommitSandbox()
    let said = try box.inside(
      "sed -i 's/^lr: .*/lr: 2/' params.yaml; repro; git commit -qam two; guard check --range HEAD~1..HEAD --format markdown"
    )
    #expect(said.contains("#### Parameters\n") && said.contains("| `lr` | `1` | `2` | +1 |\n"))
    #expect(said.contains("#### Results\n"))
  }
}
