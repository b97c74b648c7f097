import Support
import Testing

/// What `guard push` and `guard check --remote` do when somebody calls them, in the repositories of ``PushScenarios``.
@Suite struct PushCommandScenarios {
  /// A second remote, which nothing names.
  private static let otherRemote = """
    mkdir ../other; printf '[%s]\\n    url = %s\\n' "'remote \\"other\\"'" "$ROOT/other" >> .dvc/config

    """

  @Test func `guard push -r leaves out what has another remote of its own, and says so`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more + Self.otherRemote)
    let said = try box.inside(
      """
      echo '  remote: other' >> many.dvc; git add -A; git commit -q --no-verify --amend -m other
      guard push -r storage 2>&1; guard push -r other 2>&1; find ../other -type f | wc -l | tr -d ' '
      guard push -r nope 2>&1; echo $?
      """)
    #expect(
      said == """
        guard: left out, for another remote: 'many'
        1 object pushed, 4 bytes
        6 objects pushed, 210 bytes
        6
        guard: error: there is no DVC remote 'nope'
        2

        """)
  }

  @Test func `no list goes to a remote that lacks files which a commit before named`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      git push -q --no-verify origin main
      echo changed > many/1; track_folder many >/dev/null; git commit -q --no-verify -m 'one of three'
      push git push -q origin main; grep -o "'many' (.*objects" ../said
      guard push --dry-run 2>/dev/null; guard push 2>/dev/null; push git push -q origin main
      echo again > many/1; track_folder many >/dev/null; git commit -q --no-verify -m 'and lost'
      rm -f ../remote/files/md5/*/\(PushScenarios.hash) .dvc/cache/files/md5/*/\(PushScenarios.hash)
      guard push --no-cache 2>../said; echo $?; grep -c cache/lost ../said; ls ../remote/files/md5/*/*.dir | wc -l | tr -d ' '
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        'many' (2 of 4 objects
        many/1
        many/2
        many/3
        many
        4 objects pushed, 195 bytes
        pushed
        1 object pushed, 6 bytes
        1
        1
        1

        """)
  }

  /// What no branch and no tag leads to, and how it is pushed.
  static let unnamed = [
    "refs/exps/ab/cdef/one refs/exps/ab/cdef/two",
    "refs/exps/ab/cdef/one:refs/heads/one refs/exps/ab/cdef/two:refs/heads/two main",
    "$(git commit-tree -m root refs/exps/ab/cdef/one^{tree}):refs/heads/root",
  ]

  @Test(arguments: unnamed) func `the fix names what no branch leads to`(pushed: String) throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      for name in one two; do
        echo $name > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m $name
        git update-ref refs/exps/ab/cdef/$name HEAD; git reset -q --hard HEAD~1
      done
      git reset -q --hard HEAD~1; git branch -q other; push git push -q origin \(pushed)
      $(sed -n 's/.*fix: //p' ../said | sort -u | head -n 1) >/dev/null; push git push -q origin \(pushed)
      """)
    #expect(said == "stopped cache/not-pushed\npushed\n")
  }

  @Test func `guard push --all-commits mends what was pushed to Git without its data`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    #expect(
      try box.inside(
        """
        git push -q --no-verify origin main
        guard push; guard push --all-commits 2>../said; find ../remote -type f | wc -l | tr -d ' '
        """) == "Everything is up to date.\n5 objects pushed, 193 bytes\n7\n")
  }

  @Test func `guard check --remote says of a range what the hook says`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      told() { grep '\\[cache/'; }
      git push -q origin main 2>&1 | told > ../hook
      check() { guard check --only cache/not-pushed,cache/lost "$@" > ../said 2>&1; echo $?; }
      check --range origin/main..main; grep -c cache/ ../said
      check --range origin/main..main --remote; told < ../said | diff ../hook - && echo same
      check --rev HEAD --remote; told < ../said | diff ../hook - && echo same
      check --rev HEAD --remote --format json; grep -c '"rule": *"cache/not-pushed"' ../said
      check --rev HEAD~1 --remote; guard push 2>/dev/null; check --range origin/main..main --remote
      """)
    #expect(said == "0\n0\n1\nsame\n1\nsame\n1\n2\n0\n5 objects pushed, 193 bytes\n0\n")
  }

  @Test func `guard check --remote believes nothing old in CI, nor passes what it could not ask`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      guard push >/dev/null; rules=cache/not-pushed,cache/lost
      check() { guard check --range origin/main..main --remote --only $rules "$@" > ../said 2>&1; echo $?; }
      check; rm -f ../remote/files/md5/*/\(PushScenarios.hash); check; check --no-cache; CI=1 check
      mv ../remote ../away; ln -s away/nowhere/at/all ../remote; check --no-cache; grep -c '^not checked: ' ../said
      guard check --staged --remote 2>/dev/null; echo $?; guard check --rev HEAD --no-cache 2>/dev/null; echo $?
      """)
    #expect(said == "0\n0\n1\n1\n2\n1\n64\n64\n")
  }

  @Test func `--verify finds an object of other content, and guard push --verify replaces it`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      guard push >/dev/null; f=$(ls ../remote/files/md5/*/\(PushScenarios.hash)); chmod 644 $f; echo X > $f; chmod 444 $f
      check() { guard check --range origin/main..main --remote --only cache/not-pushed,cache/lost "$@" > ../said; echo $?; }
      check; check --verify; grep -o "'many' (.*" ../said; check --dvc-compat; guard push
      guard check --rev HEAD --remote --verify | sed -n 's/^ *fix: \\(guard.*\\)/\\1/p' > ../fix; sh ../fix; check --verify
      rm -f .dvc/cache/files/md5/*/\(PushScenarios.hash) ../said; chmod 644 $f; echo X > $f; check --verify; grep -o "'many' (.*" ../said
      rm -f $f; check --no-cache; check --dvc-compat; guard push --verify --dvc-compat 2>/dev/null; echo $?
      """)
    #expect(
      said == """
        0
        1
        'many' (1 of 4 objects, 2 bytes: '2') is damaged on the remote 'storage' [cache/not-pushed]
        0
        Everything is up to date.
        1 object pushed, 2 bytes
        0
        1
        'many' (1 of 4 objects: '2') is neither whole on the remote 'storage' nor in a cache; the work tree has it [cache/lost]
        1
        0
        64

        """)
  }

  /// How a configuration file comes to lie at `.dvc/config.local`, and whether a program that it names is run.
  static let localConfigurations = [
    ("its own", "", "ran\n"),
    ("committed", "git add -f .dvc/config.local; git commit -q --no-verify -m local", "kept\n"),
    ("staged", "git add -f .dvc/config.local", "kept\n"),
    ("promised", "git add -fN .dvc/config.local", "kept\n"),
    (
      "behind a link",
      "mkdir c; mv .dvc/config.local c/x; ln -s ../c/x .dvc/config.local; git add -f c .dvc/config.local",
      "kept\n"
    ),
    (
      "behind a link that is not committed",
      "mv .dvc/config.local y; ln -s ../y .dvc/config.local; git add y", "kept\n"
    ),
    (
      "a conflict elsewhere",
      #"h=$(git hash-object -w many.dvc); printf "100644 $h 1\tz\n100644 $h 2\tz\n" | git update-index --index-info"#,
      "ran\n"
    ),
  ]

  @Test(arguments: localConfigurations)
  func `a program is run only when a file names it that did not come with the repository`(
    name: String, script: String, expected: String
  ) throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      printf '#!/bin/sh\\necho token; : > %s/ran\\n' "$ROOT" > ../bin/token; chmod +x ../bin/token
      printf '[core]\\n    remote = w\\n[%s]\\n    url = webdav://127.0.0.1:1/x\\n' "'remote \\"w\\"'" > .dvc/config
      printf '[%s]\\n    bearer_token_command = %s\\n' "'remote \\"w\\"'" "$ROOT/bin/token" > .dvc/config.local
      git commit -q --no-verify --amend -am webdav; \(script)
      guard push > ../said 2>&1; guard status --cloud >> ../said 2>&1; test -e ../ran && echo ran || echo kept
      """)
    #expect(said == expected, "\(name)")
  }

  @Test func `guard push says that all is up to date only when it is`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      f=$(ls .dvc/cache/files/md5/*/\(PushScenarios.hash)); rm -f $f
      try() { "$@" 2>../said; echo $?; }
      try guard push --dry-run; try guard push; try guard push; grep -c '\\[cache/' ../said
      echo 2 > two; store two .dvc/cache; try guard push --dry-run; find ../remote -type f | wc -l | tr -d ' '
      mv ../remote ../away; ln -s away/nowhere/at/all ../remote; try guard push --no-cache; try guard push --dry-run --no-cache
      rm ../remote; mv ../away ../remote; try guard push; try guard push; try guard push --dry-run
      """)
    #expect(
      said == """
        many/1
        many/3
        raw.csv
        1
        3 objects pushed, 8 bytes
        1
        Nothing was pushed.
        1
        2
        many/2
        many
        0
        5
        Nothing was pushed.
        2
        2
        2 objects pushed, 185 bytes
        0
        Everything is up to date.
        0
        0

        """)
  }

  @Test func `guard push leaves a remote that keeps versions to dvc, and says so`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      printf '[core]\\n    remote = v\\n[%s]\\n    url = s3://bucket/data\\n    version_aware = true\\n' "'remote \\"v\\"'" > .dvc/config
      git commit -q --no-verify --amend -am versions; guard push 2>../said; echo $?
      sed -n '/raw.csv.dvc/p;/ do: /p' ../said; guard push --dry-run 2>/dev/null; echo $?
      """)
    #expect(
      said == """
        Nothing was pushed.
        1
        data/raw.csv.dvc:2: error: 'raw.csv' (4 bytes) is not on the remote 'v', as no version that is recorded [cache/not-pushed]
            do:  dvc push -r v, then amend the commit with what that writes
        1

        """)
  }

  @Test func `what only the work tree has comes back into the cache`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      rm -f .dvc/cache/files/md5/*/\(PushScenarios.hash) .dvc/cache/files/md5/*/$(md5sum < data/raw.csv | cut -c3-32)
      push git push -q origin main; grep -A1 '\\[cache/lost\\]$' ../said
      echo X > many/2; push git push -q origin main; grep -A1 '\\[cache/lost\\]$' ../said
      """)
    #expect(
      said == """
        stopped cache/lost cache/not-pushed
        data/raw.csv.dvc:2: error: 'raw.csv' (4 bytes) is neither on the remote 'storage' nor in a cache; the work tree has it [cache/lost]
            fix: dvc commit -f data/raw.csv.dvc
        many.dvc:2: error: 'many' (1 of 4 objects: '2') is neither on the remote 'storage' nor in a cache; the work tree has it [cache/lost]
            fix: dvc commit -f many.dvc
        stopped cache/lost cache/not-pushed
        data/raw.csv.dvc:2: error: 'raw.csv' (4 bytes) is neither on the remote 'storage' nor in a cache; the work tree has it [cache/lost]
            fix: dvc commit -f data/raw.csv.dvc
        many.dvc:2: error: 'many' (1 of 4 objects: '2') is neither on the remote 'storage' nor here [cache/lost]
            do:  on the machine that has it: dvc push many.dvc

        """)
  }

  @Test func `what the default remote is taken to have, another one is asked for`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more + Self.otherRemote)
    #expect(
      try box.inside(
        "git add -A; git commit -q --no-verify --amend -m other; guard push -r other; find ../other -type f | wc -l | tr -d ' '"
      ) == "6 objects pushed, 210 bytes\n6\n")
  }
}
