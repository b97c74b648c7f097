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

/// The page of `guard report`.
@Suite struct PageScenarios {
  private static let words =
    "facts() { grep -o 'errors\\?, [0-9]* warnings in [0-9]* commits\\?' \"$1\" | sort -u; }; "

  @Test func `without a range it is about the last 50 commits`() throws {
    try CommitSandbox().expect(
      """
      0
      errors, 0 warnings in 50 commits
      50
      50
      error, 0 warnings in 2 commits
      0
      """ + "\n",
      """
      \(Self.words)guard uninstall > /dev/null
      for i in $(seq 60); do git commit -q --allow-empty -m "empty $i"; done
      guard report -o ../page.html; echo $?; facts ../page.html; grep -o '<details class="commit"' ../page.html | wc -l
      grep -c 'empty 11<\\|empty 60<' ../page.html > /dev/null && grep -o '>empty [0-9]*<' ../page.html | sort -u | wc -l
      stale; git commit -qam stale; guard report HEAD~2..HEAD -o - > ../range.html; facts ../range.html
      guard report HEAD~2..HEAD -o ../again.html; cmp ../range.html ../again.html; echo $?
      """)
  }

  @Test func `the page shows plots, the pipeline and what is stale`() throws {
    let box = try CommitSandbox()
    let page = try box.inside(
      """
      printf '{"accuracy": 0.5}' > metrics.json; lock; git commit -qam numbers
      printf '{"accuracy": 0.75}' > metrics.json; lock; git commit -qam better
      git checkout -q HEAD; stale; git commit -qam stale --no-verify; guard report -o -
      """)
    #expect(page.contains("<p class=\"figure\">0.75<small>+0.25 over the range</small></p>"))
    #expect(
      page.contains("<g class=\"stale\"><title>train</title>") && page.contains("<title>prepare</title>"))
    #expect(page.contains("<g class=\"data\"><title>data/raw.csv</title>"))
    #expect(page.contains("<td><span class=\"bad\">stale</span></td>"))
  }

  @Test func `waivers and runs are told with their commit`() throws {
    let box = try CommitSandbox()
    let page = try box.inside(
      """
      stale; git commit -qa --no-verify -m stale -m 'Guard-Skip: lock/params why'
      git notes --ref=guard/links add -f -m '{"t":"mlflow","role":"record","server":"javascript:x","experiment":"1","run":"abc"}'
      guard report HEAD~1..HEAD -o -
      """)
    #expect(page.contains("<span class=\"chip\">1 waived</span>") && page.contains("<dd>why</dd>"))
    #expect(page.contains("<code>javascript:x/#/experiments/1/runs/abc</code>"))
    #expect(!page.contains("href=\"javascript"))
  }

  @Test func `a commit that cannot be judged is told, and the others are`() throws {
    let box = try CommitSandbox()
    let page = try box.inside(
      """
      echo 'rules: [' > .guard.yml; git add -A; git commit -q --no-verify -m broken
      git rm -q .guard.yml; git commit -q --no-verify -m mended; stale; git commit -qa --no-verify -m stale
      guard report HEAD~3..HEAD -o -
      """)
    #expect(page.contains("<p class=\"badge bad\">1 error, 0 warnings in 3 commits</p>"))
    #expect(page.contains("<p class=\"warn\">Could not be judged: .guard.yml:2: "))
    #expect(page.contains("<span class=\"spoken\">could not be judged</span>"))
  }

  @Test func `what cannot be written or is not there`() throws {
    try CommitSandbox().expect(
      """
      64
      2
      2
      0
      There are no commits.
      2

      """,
      """
      guard report 2> /dev/null; echo $?; guard report -o /dev/full 2> /dev/null; echo $?
      guard report nosuch -o ../x.html 2> /dev/null; echo $?; guard report HEAD..HEAD -o ../x.html; echo $?
      grep -o 'There are no commits.' ../x.html | sort -u
      git init -q ../empty; guard -C ../empty report -o ../y.html 2> /dev/null; echo $?
      """)
  }
}
