import Platform
import Support
import Testing

/// `git push` with the real git: what must be on the DVC remote before anything leaves.
///
/// The scripts have, beside those of ``CommitSandbox``: `track FILE` writes a `.dvc` file and puts the content into
/// the cache; `track_folder FOLDER` does so for a folder; `there FILE` puts content on the remote; `push …` runs a
/// command and prints `pushed` or `stopped`, and the rules that guard named.
@Suite struct PushScenarios {
  /// A repository whose data is in the cache, with an origin that has the first commit and an empty DVC remote.
  static func sandbox(_ more: String = "") throws -> CommitSandbox {
    let box = try CommitSandbox()
    try box.write("bin/store", Self.store, mode: 0o755)
    try box.write("bin/track", Self.track, mode: 0o755)
    try box.write("bin/track_folder", Self.trackFolder, mode: 0o755)
    try box.write("bin/push", Self.push, mode: 0o755)
    try box.inside(
      """
      git init -q --bare ../origin.git; git remote add origin ../origin.git; mkdir ../remote
      printf '[core]\\n    remote = storage\\n[%s]\\n    url = %s\\n' "'remote \\"storage\\"'" "$ROOT/remote" > .dvc/config
      echo /many >> .gitignore
      for file in data/raw.csv data/prepared.csv; do store "$file" .dvc/cache; store "$file" "$ROOT/remote"; done
      git add -A; git commit -qm 'a remote' && git push -q origin main
      \(more)
      """)
    return box
  }

  /// Puts a file into a store by its hash: `store FILE STORE [HASH]`.
  private static let store = """
    #!/bin/sh
    hash=${3:-$(md5sum < "$1" | cut -c1-32)}; rest=${hash#??}; folder=$2/files/md5/${hash%"$rest"}
    mkdir -p "$folder"; rm -f "$folder/$rest"; cp "$1" "$folder/$rest"; chmod 444 "$folder/$rest"

    """

  private static let track = """
    #!/bin/sh
    add "$1"; store "$1" .dvc/cache; git add -f "$1.dvc"

    """

  /// The list of a folder's files as DVC writes it, and the `.dvc` file that names it.
  private static let trackFolder = """
    #!/bin/sh
    list=$ROOT/list
    (cd "$1" && printf '[' && first= && for file in *; do
      printf '%s{"md5": "%s", "relpath": "%s"}' "$first" "$(md5sum < "$file" | cut -c1-32)" "$file"; first=', '
    done && printf ']') > "$list"
    for file in "$1"/*; do store "$file" .dvc/cache; done
    hash=$(md5sum < "$list" | cut -c1-32).dir
    store "$list" .dvc/cache "$hash"
    printf 'outs:\\n- md5: %s\\n  nfiles: %s\\n  hash: md5\\n  path: %s\\n' "$hash" "$(ls "$1" | wc -l)" "$1" > "$1.dvc"
    git add -f "$1.dvc"; echo "$hash"

    """

  private static let push = """
    #!/bin/sh
    "$@" > "$ROOT/said" 2>&1 </dev/null && verdict=pushed || verdict=stopped
    echo $verdict $(sed -nE 's/.*: (error|warning): .*\\[([a-z/-]*)\\]$/\\2/p' "$ROOT/said" | sort -u)

    """

  /// A commit with new data that is in the cache alone.
  static let more = """
    mkdir -p many; for i in 1 2 3; do echo "$i" > many/$i; done; folder=$(track_folder many)
    echo new > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m data

    """

  @Test func `data that was pushed lets the push through, silently`() throws {
    let box = try Self.sandbox(Self.more)
    #expect(
      try box.inside(
        """
        for file in many/* data/raw.csv; do store "$file" "$ROOT/remote"; done; store ../list ../remote "$folder"
        cat "$ROOT/said" 2>/dev/null; folder=$(track_folder many); store ../list "$ROOT/remote" "$folder"
        push git push -q origin main; cat "$ROOT/said"
        """) == "pushed\n")
  }

  @Test func `data that is only here stops the push, and the fix mends it`() throws {
    let box = try Self.sandbox(Self.more)
    let said = try box.inside("push git push -q origin main; cat \"$ROOT/said\"")
    #expect(said.hasPrefix("stopped cache/not-pushed\n"))
    #expect(said.contains("data/raw.csv.dvc:2: error: 'raw.csv' (4 bytes) is not on the remote 'storage'"))
    #expect(said.contains("'many' (4 of 4 objects, "))
    let mended = try box.inside(
      """
      fix=$(sed -n 's/.*fix: //p' "$ROOT/said" | sort -u | head -n 1); $fix; push git push -q origin main
      find ../remote -type f | wc -l | tr -d ' '; guard push
      """)
    #expect(mended == "5 objects pushed, 193 bytes\npushed\n7\nEverything is up to date.\n")
  }

  /// What stands where: on the remote, in the cache; and what is said of it.
  struct Place: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let script: String
    let expected: String

    init(_ name: String, _ script: String, _ expected: String) {
      (testDescription, self.script, self.expected) = (name, script, expected)
    }
  }

  static let everything =
    "for file in many/* data/raw.csv; do store \"$file\" ../remote; done; track_folder many >/dev/null; store ../list ../remote $(sed -n 's/- md5: //p' many.dvc)\n"
  static let hash = "$(md5sum < many/2 | cut -c3-32)"

  static let places = [
    Place("all of it is there", everything, "pushed"),
    Place("only here", "", "stopped cache/not-pushed"),
    Place("nowhere", "find .dvc/cache -type f -exec rm -f {} +", "stopped cache/lost"),
    Place("there, and no longer here", everything + "rm -rf .dvc/cache", "pushed"),
    Place(
      "the list of the folder is there, and one of its files is not",
      everything + "rm -f ../remote/files/md5/*/\(hash)", "stopped cache/not-pushed"),
    Place(
      "neither the remote nor this machine has one file of the folder",
      everything + "rm -f ../remote/files/md5/*/\(hash) .dvc/cache/files/md5/*/\(hash)", "stopped cache/lost"),
    Place(
      "the files of the folder are there, and its list is not",
      everything + "rm -f ../remote/files/md5/*/*.dir", "stopped cache/not-pushed"),
    Place(
      "the list is neither here nor there",
      everything + "rm -f ../remote/files/md5/*/*.dir .dvc/cache/files/md5/*/*.dir", "stopped cache/lost"),
    Place(
      "the list there is damaged, and here there is none",
      everything
        + "rm -f .dvc/cache/files/md5/*/*.dir; f=$(ls ../remote/files/md5/*/*.dir); chmod 644 $f; echo '{' > $f",
      "stopped"),
    Place(
      "an empty file in its place",
      everything + "f=$(ls ../remote/files/md5/*/\(hash)); chmod 644 $f; : > $f",
      "stopped cache/not-pushed"),
    Place(
      "a folder in the place of a file",
      everything + "f=$(ls ../remote/files/md5/*/\(hash)); rm -f $f; mkdir $f",
      "stopped cache/not-pushed"),
    Place(
      "in another remote only",
      "git config -f .dvc/config remote.x y 2>/dev/null; mkdir ../other; for file in many/* data/raw.csv; do store \"$file\" ../other; done",
      "stopped cache/not-pushed"),
    Place("the remote's folder is gone", everything + "rm -rf ../remote", "stopped cache/not-pushed"),
    Place(
      "the remote's folder leads nowhere",
      everything + "mv ../remote ../away; ln -s away/nowhere/at/all ../remote",
      "stopped"),
  ]

  @Test(arguments: places) func `where the data is`(place: Place) throws {
    let box = try Self.sandbox(Self.more)
    let verdict = try box.inside("\(place.script)\npush git push -q origin main")
    let said = try box.run("cat said")
    #expect(verdict == "\(place.expected)\n", "\(said)")
  }

  static let pushes = [
    Place(
      "a new branch", "git checkout -q -b side; push git push -q origin side", "stopped cache/not-pushed"),
    Place("to another name", "push git push -q origin HEAD:refs/heads/x", "stopped cache/not-pushed"),
    Place("by URL", "push git push -q ../origin.git main", "stopped cache/not-pushed"),
    Place(
      "a branch that is not checked out",
      "git branch side; git reset -q --hard origin/main; push git push -q origin side",
      "stopped cache/not-pushed"),
    Place(
      "a light tag", "git tag v1; git reset -q --hard origin/main; push git push -q origin v1",
      "stopped cache/not-pushed"),
    Place("an annotated tag", "git tag -am one v1; push git push -q origin v1", "stopped cache/not-pushed"),
    Place("all branches", "push git push -q --all origin", "stopped cache/not-pushed"),
    Place("a mirror", "push git push -q --mirror origin", "stopped cache/not-pushed"),
    Place(
      "two refs, one of them with the data",
      "git branch side; push git push -q origin origin/main:refs/heads/a side",
      "stopped cache/not-pushed"),
    Place(
      "a force push of what was there before",
      "git reset -q --hard origin/main~1; push git push -qf origin main",
      "pushed"),
    Place(
      "a force push after a rebase",
      "git reset -q --soft origin/main~1; git commit -q --no-verify -m rebased; push git push -qf origin main",
      "stopped cache/not-pushed"),
    Place(
      "a branch is deleted", "git push -q --no-verify origin main:side; push git push -q origin :side",
      "pushed"),
    Place(
      "data that a later commit took away again",
      "git rm -q --cached many.dvc; rm many.dvc; git checkout -q HEAD~1 -- data; git commit -q --no-verify -m back; push git push -q origin main",
      "stopped cache/not-pushed"),
    Place(
      "only code",
      "git reset -q --hard origin/main; echo >> docs/page.md; git commit -qam docs 2>/dev/null; push git push -q origin main",
      "pushed"),
    Place("nothing new", "git reset -q --hard origin/main; push git push -q origin main", "pushed"),
    Place(
      "notes", "git notes add -m x; push git push -q origin refs/notes/commits", "pushed"),
    Place(
      "an experiment", "push git push -q origin HEAD:refs/exps/ab/cdef/name", "stopped cache/not-pushed"),
    Place("what dvc exp keeps for itself", "push git push -q origin HEAD:refs/exps/exec/EXEC_HEAD", "pushed"),
    Place(
      "a remote tip that is not here",
      "git clone -q ../origin.git ../c; (cd ../c; git commit -q --allow-empty -m other; git push -q --no-verify); push git push -qf origin main",
      "stopped cache/not-pushed"),
    Place(
      "from a shallow clone",
      "git push -q --no-verify origin main; git clone -q --depth 1 file://$ROOT/origin.git ../s; cd ../s; guard install >/dev/null; echo x > y; git add y; git commit -qm y 2>/dev/null; push git push -q origin main",
      "pushed"),
    Place("everything is skipped", "export GUARD=0; push git push -q origin main", "pushed"),
    Place(
      "one rule is skipped", "export GUARD_SKIP=cache/not-pushed; push git push -q origin main", "pushed"),
    Place(
      "from a linked worktree",
      "git worktree add -q ../w main~0 2>/dev/null; cd ../w; push git push -q origin HEAD:refs/heads/w",
      "stopped cache/not-pushed"),
    Place(
      "from a linked worktree, after the data is gone everywhere",
      "git worktree add -q ../w main~0 2>/dev/null; rm -rf .dvc/cache; cd ../w; push git push -q origin HEAD:refs/heads/w",
      "stopped cache/lost"),
  ]

  @Test(arguments: pushes) func `what is pushed`(push: Place) throws {
    let box = try Self.sandbox(Self.more)
    let verdict = try box.inside(push.script)
    let said = try box.run("cat said")
    #expect(verdict == "\(push.expected)\n", "\(said)")
  }

  @Test(arguments: [
    // The data is in the main work tree's cache, and a linked one pushes.
    "git worktree add -q ../w main~0 2>/dev/null; cd ../w; place=r",
    // The data is in a linked work tree's cache, and the main one pushes.
    "git worktree add -q ../w main~0 2>/dev/null; mv .dvc/cache ../w/.dvc/cache; place=w",
    // Nothing is checked out beside two linked work trees.
    """
    git clone -q --bare . ../bare; cd ../bare; git remote set-url origin ../origin.git
    git fetch -q origin main:refs/remotes/origin/main; git worktree add -q ../v main~0 2>/dev/null
    git worktree add -q ../w main~0 2>/dev/null; mv ../r/.dvc/cache ../v/.dvc/cache; cd ../w; guard install >/dev/null; place=v
    """,
  ])
  func `data in the cache of another work tree is not lost, and is pushed from there`(script: String) throws {
    let box = try Self.sandbox(Self.more)
    let said = try box.inside(
      """
      \(script)
      push git push -q origin HEAD:refs/heads/w
      sed -nE "s|.*'raw.csv' (.*$ROOT/$place.*)|\\1|p" ../said | sed "s|$ROOT|ROOT|; s|ROOT/$place|ROOT|"
      $(sed -n 's/.*fix: //p' "$ROOT/said" | sort -u | head -n 1); push git push -q origin HEAD:refs/heads/w
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        (4 bytes) is not on the remote 'storage'; the cache of the work tree 'ROOT' has it [cache/not-pushed]
        5 objects pushed, 193 bytes
        pushed

        """)
  }

  @Test func `three commits at once are told one by one, each object once`() throws {
    let box = try Self.sandbox()
    let said = try box.inside(
      """
      for i in 1 2 3; do echo "v$i" > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m "version $i"; done
      push git push -q origin main; grep -c '\\[cache/not-pushed\\]' ../said; grep ^commit ../said | cut -d' ' -f3-
      """)
    #expect(said == "stopped cache/not-pushed\n3\nversion 1\nversion 2\nversion 3\n")
  }

  @Test func `policy lets the hook push the data itself`() throws {
    let box = try Self.sandbox(Self.more)
    let said = try box.inside(
      """
      printf 'remote:\\n  on-missing: push\\n' > guard.local.yml
      push git push -q origin main; cat ../said; find ../remote -type f | wc -l | tr -d ' '
      """)
    #expect(said == "pushed\nguard: 5 objects pushed, 193 bytes\n7\n")
  }

  @Test func `what is damaged in the cache is never pushed`() throws {
    let box = try Self.sandbox(Self.more)
    let said = try box.inside(
      """
      f=$(ls .dvc/cache/files/md5/*/\(Self.hash)); chmod 644 $f; echo other > $f; chmod 444 $f
      guard push > ../said 2>&1; echo $?; cat ../said; ls ../remote/files/md5/*/*.dir 2>&1 | grep -c '^/\\|^\\.\\.'
      """)
    #expect(said.hasPrefix("1\n"))
    #expect(said.contains("it is damaged in the cache"))
    #expect(said.contains("3 objects pushed"))
  }

  @Test func `a repository without data or without a remote is not stopped`() throws {
    let box = try Self.sandbox()
    #expect(
      try box.inside(
        """
        : > .dvc/config; echo x > data/raw.csv; track data/raw.csv; git add -A; git commit -q --no-verify -m 'no remote'
        push git push -q origin main; grep -c 'no DVC remote is configured' ../said; grep 'do: ' ../said
        echo y > README; git add README; git commit -q --no-verify -m 'nothing new'; push git push -q origin main
        for i in 1 2; do echo $i > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m 'more of it'; done
        push git push -q origin main; grep -c 'no DVC remote is configured' ../said
        """)
          == """
          pushed cache/not-pushed
          1
              do:  dvc remote add -d NAME URL
          pushed
          pushed cache/not-pushed
          1

          """)
    #expect(
      try box.run(
        """
        git init -q plain; cd plain; guard install >/dev/null; git commit -q --allow-empty -m one
        git init -q --bare ../plain.git; push git push -q ../plain.git main; cat ../said
        """) == "pushed\n")
  }

  @Test func `a hook that was there reads the same standard input`() throws {
    let box = try Self.sandbox(Self.more)
    let said = try box.inside(
      """
      guard uninstall >/dev/null; printf '#!/bin/sh\\ncat > "$ROOT/heard"; echo "$1"\\n' > .git/hooks/pre-push
      chmod +x .git/hooks/pre-push; guard install >/dev/null
      push git push -q origin main; head -n 1 ../said; cut -d' ' -f1,3 ../heard
      """)
    #expect(said == "stopped cache/not-pushed\norigin\nrefs/heads/main refs/heads/main\n")
  }
}
