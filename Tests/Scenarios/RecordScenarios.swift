import Testing

/// Records of commits, written by the installed hooks of the real git and of the real guard.
@Suite(.serialized) struct RecordScenarios {
  /// `records` prints for each commit since the first its subject and how many records of it its note holds; `links`
  /// what is linked to one, with the parts that chance makes taken out.
  private static let words = """
    records() { git log --reverse --format='%H %s' "$first.." | while read -r id subject; do
      echo "$subject: $(git notes --ref=guard/runs show $id 2>/dev/null | grep -c "gitCommit\\":\\"$id")"; done; }
    links() { git notes --ref=guard/links show ${1-HEAD} 2>/dev/null |
      sed 's/"from":"[0-9a-f]*"/FROM/; s/"[0-9a-f]\\{32\\}"/ID/'; }
    first=$(git rev-parse HEAD)

    """

  @Test(arguments: [
    ("git commit -q --allow-empty -m two", "two: 1\n"),
    ("git commit -q --no-verify --allow-empty -m two", "two: 1\n"),
    ("echo 1 > a; git add a; git commit -q -m two -- a", "two: 1\n"),
    ("mkdir sub; cd sub; git commit -q --allow-empty -m two", "two: 1\n"),
    ("git worktree add -q ../w -b side; cd ../w; git commit -q --allow-empty -m two", "two: 1\n"),
    (
      "git checkout -qb s; git commit -q --allow-empty -m s; git checkout -q main; git merge -q --no-ff -m two s",
      "s: 1\ntwo: 1\n"
    ),
    (
      "git checkout -qb s; git commit -q --allow-empty -m two; git checkout -q main; git merge -q s",
      "two: 1\n"
    ),
    (
      "git checkout -qb s; echo 1 > a; git add a; git commit -qm s; git checkout -q main; "
        + "git merge -q --squash s > /dev/null 2>&1; git commit -qm two", "two: 1\n"
    ),
    (
      "echo 1 > a; git add a; git commit -qm a; git revert --no-edit HEAD > /dev/null",
      "a: 1\nRevert \"a\": 1\n"
    ),
    (
      "git commit -q --allow-empty -m two; git checkout -qb s HEAD^; git cherry-pick --allow-empty main > /dev/null",
      "two: 1\n"
    ),
    (
      "git commit -q --allow-empty -m two; git format-patch -q --always -1 --stdout > ../p; "
        + "git reset -q --hard HEAD^; git am -q --empty=keep ../p", "two: 1\n"
    ),
  ])
  func `every way to commit leaves one record`(script: String, expected: String) throws {
    let box = try CommitSandbox()
    let check = "\nrecords; git fsck --strict 2>&1 | grep -v dangling; :"
    #expect(try box.inside(Self.words + script + check) == expected)
  }

  @Test(arguments: ["", "--apply"])
  func `a rebase gives each new commit a record, and links it to the one that it was made from`(
    backend: String
  ) throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.words + """
          git checkout -qb side; for n in 1 2; do echo $n > f$n; git add .; git commit -qm f$n; done
          git checkout -q main; echo x > x; git add .; git commit -qm x; git checkout -q side
          git rebase -q \(backend) main; records; links; links HEAD^
          """) == """
          x: 1
          f1: 1
          f2: 1
          {FROM,"how":"rebase","t":"rewrite"}
          {FROM,"how":"rebase","t":"rewrite"}

          """)
  }

  @Test func `a squash in a rebase is linked to all that it was made from`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.words + """
          for n in 1 2 3; do echo $n > f$n; git add .; git commit -qm f$n; done
          GIT_SEQUENCE_EDITOR='sed -i "2,3s/^pick/squash/"' GIT_EDITOR=true git rebase -q -i $first > /dev/null
          git log --format=%s -1; git notes --ref=guard/runs show | grep -c gitCommit; links | sort | uniq -c | sed 's/^ *//'
          """) == """
          f1
          1
          1 {FROM,"how":"amend","t":"rewrite"}
          3 {FROM,"how":"rebase","t":"rewrite"}

          """)
  }

  @Test func `an amended commit is linked to the one before, whose record stays`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.words + """
          git commit -q --allow-empty -m two; old=$(git rev-parse HEAD); git commit -q --amend --allow-empty -m three
          records; links | sed "s/FROM/$(git notes --ref=guard/links show | grep -c $old)/"
          git notes --ref=guard/runs show $old | grep -c "gitCommit\\":\\"$old"
          """) == """
          three: 1
          {1,"how":"amend","t":"rewrite"}
          1

          """)
  }

  /// Git shows what a hook prints; whoever reads a commit's output must not wait for what guard leaves behind.
  @Test func `a repository without DVC gets no records, and a commit prints nothing`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; guard install > /dev/null; git commit -q --allow-empty -m one 2>&1; git for-each-ref refs/notes
        """) == "")
  }

  @Test func `a record that cannot be written is a line, and the commit stands`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        """
        git update-ref -d refs/notes/guard/runs; git update-ref refs/notes/guard HEAD
        git commit -q --allow-empty -m two 2>&1 | sed 's/:.*//'; git log --format=%s -1
        """) == "guard\ntwo\n")
  }

  @Test func `GUARD=0 writes no record`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(Self.words + "GUARD=0 git commit -q --allow-empty -m two 2> /dev/null; records")
        == "two: 0\n")
  }
}
