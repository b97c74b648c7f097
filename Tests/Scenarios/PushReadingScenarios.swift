import Support
import Testing

/// Commits of a push that cannot be read, or not as they seem: none of them passes unread. The scripts have the commands
/// of ``PushScenarios``.
@Suite struct PushReadingScenarios {
  /// Commits whose data cannot be told, under one that changes nothing of it.
  private static let unreadable = [
    "printf '[core\\n' > .dvc/config", "printf 'x: [' >> dvc.yaml", "printf 'x: [' >> data/raw.csv.dvc",
  ]

  @Test(arguments: unreadable) func `an unreadable commit below the newest one stops the push`(script: String)
    throws
  {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      echo new > data/raw.csv; track data/raw.csv; \(script)
      git add -A; git commit -q --no-verify -m broken; broken=$(git rev-parse --short=12 HEAD)
      for i in 1 2; do echo $i > README; git add README; git commit -q --no-verify -m $i; done
      push git push -q origin main | cut -d' ' -f1; guard push >/dev/null 2>&1; echo $?
      grep -c '^not checked:' ../said; grep -c "in commit $broken and 2 more: " ../said; grep '^to push' ../said
      git checkout -q origin/main -- .dvc/config dvc.yaml data/raw.csv.dvc
      git commit -q --no-verify -m mended; push git push -q origin main; GUARD_SKIP='cache/*' push git push -q origin main
      """)
    #expect(
      said == """
        stopped
        2
        1
        1
        to push all the same: GUARD_SKIP='cache/*' git push …
        stopped
        pushed

        """)
  }

  @Test
  func `what is unreadable on the other side already stops who goes on from there, until it is let pass`()
    throws
  {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      mkdir example; printf 'x: [' > example/dvc.yaml; git add -A; git commit -q --no-verify -m broken
      git push -q --no-verify origin main
      echo 1 > README; git add README; git commit -q --no-verify -m readme; push git push -q origin main
      printf -- "- {rule: 'cache/*', path: example/*, reason: an example of what not to do}\\n" > .guard-waivers.yml
      git add -A; git commit -q --no-verify -m waived; push git push -q origin main; grep -c '^not checked:.*waived' ../said
      echo new > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m data; push git push -q origin main
      """)
    #expect(said == "stopped\npushed\n1\nstopped cache/not-pushed\n")
  }

  /// Files that stages take values from, and how they are changed.
  private static let values = [
    // DVC takes a name of no known ending for YAML.
    "vars=settings.conf; echo 'rem: storage' > settings.conf; change='echo rem: other > settings.conf'",
    // The file itself stays as it is.
    """
    vars=settings.conf; echo 'rem: storage' > here; ln -s here settings.conf; change='echo rem: other > here'
    """,
    "vars=conf/settings; mkdir a b; echo 'rem: storage' > a/settings; echo 'rem: other' > b/settings; ln -s a conf; change='ln -sfn b conf'",
  ]

  @Test(arguments: values) func `a commit that changes where data goes is read`(script: String) throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      \(script); mkdir ../other
      printf "['remote \\"other\\"']\\n    url = $ROOT/other\\n" >> .dvc/config
      printf 'vars: [%s]\\n' $vars > ../vars; cat dvc.yaml >> ../vars; cat ../vars > dvc.yaml
      sed -i '/outs:/{n;s/^ *- data.prepared.csv$/&:\\n        remote: ${rem}/}' dvc.yaml; git add -A; git commit -q --no-verify -m values; push git push -q origin main
      eval "$change"; git add -A; git commit -q --no-verify -m other; push git push -q origin main
      grep -o "'data/prepared.csv' .* is not on the remote '[a-z]*'" ../said | sed 's/ ([^)]*)//'
      """)
    #expect(
      said == "pushed\nstopped cache/not-pushed\n'data/prepared.csv' is not on the remote 'other'\n")
  }

  @Test func `a link that no longer hides a pipeline brings its data`() throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      mkdir sub; echo hidden > sub/data.csv; track sub/data.csv; echo '*' > ignores; ln -s ../ignores sub/.dvcignore
      git add -A; git commit -q --no-verify -m hidden; push git push -q origin main
      : > ignores; git commit -qam shown --no-verify; push git push -q origin main
      """)
    #expect(said == "pushed\nstopped cache/not-pushed\n")
  }

  @Test func `the branches of another remote whose name begins alike are not this one's`() throws {
    let box = try PushScenarios.sandbox(PushScenarios.more)
    let said = try box.inside(
      """
      git init -q --bare ../fork.git; git remote add origin/fork ../fork.git
      git push -q --no-verify origin/fork main; git for-each-ref --format='%(refname)' refs/remotes/origin/fork
      push git push -q origin main; push git push -q origin/fork main:other
      """)
    #expect(said == "refs/remotes/origin/fork/main\nstopped cache/not-pushed\npushed\n")
  }

  @Test func `remotes of which none is the default one stop the push, and the advice mends it`() throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      sed -i '/remote = storage/d' .dvc/config; git commit -qam 'no default' --no-verify
      echo new > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m new; push git push -q origin main
      sed -n "s/.*' has no/has no/p; s/^ *do: *//p" ../said | sort -u
      printf '[core]\\n    remote = storage\\n' > .dvc/config.local; guard push; push git push -q origin main
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        dvc remote default --local storage; or for everybody, without --local, and amend the commit with .dvc/config
        has no remote to be on: no DVC remote is the default one (there is 'storage') [cache/not-pushed]
        1 object pushed, 4 bytes
        pushed

        """)
  }

  @Test func `a remote that a commit names and its configuration has not can be had on this machine`() throws
  {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      echo new > data/raw.csv; track data/raw.csv; echo '  remote: gone' >> data/raw.csv.dvc
      git add -A; git commit -q --no-verify -m gone; mkdir ../gone
      printf "['remote \\"gone\\"']\\n    url = $ROOT/gone\\n" >> .dvc/config; git commit -q --no-verify -am 'for later commits'
      push git push -q origin main; sed -n "s/^ *do: *//p" ../said
      printf "['remote \\"gone\\"']\\n    url = $ROOT/gone\\n" > .dvc/config.local; guard push; push git push -q origin main
      """)
    #expect(
      said == """
        stopped cache/not-pushed
        dvc remote add --local gone URL; or for everybody, without --local, and amend the commit with .dvc/config
        1 object pushed, 4 bytes
        pushed

        """)
  }

  @Test func `a remote that an older commit has elsewhere is told with commit and URL, and a way past`()
    throws
  {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      ln -s nowhere/at/all ../away; sed -i 's/remote$/away/' .dvc/config; echo new > data/raw.csv; track data/raw.csv
      git commit -q --no-verify -am typo; typo=$(git rev-parse --short=12 HEAD); git checkout -q HEAD~1 -- .dvc/config
      git commit -q --no-verify -m mended; guard push 2>/dev/null; push git push -q origin main
      sed -n "s/^\\(not checked: .* for commit [^:]*\\).*/\\1/p; s/^to push.*: //p" ../said | sed "s/$typo/TYPO/; s:$ROOT:ROOT:"
      export GUARD_SKIP='cache/*'; push git push -q origin main; git push -q --no-verify origin +HEAD~2:refs/heads/main
      unset GUARD_SKIP; printf 'remote: {on-error: warn}\\n' > guard.local.yml; push git push -q origin main
      """)
    #expect(
      said == """
        1 object pushed, 4 bytes
        stopped
        not checked: 2 objects on the remote 'storage' (ROOT/away) for commit TYPO
        GUARD_SKIP='cache/*' git push …
        pushed
        pushed

        """)
  }

  @Test func `the message of an unreadable commit may let it pass, by both rules`() throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      broken() {
        git reset -q --hard origin/main; printf 'x: [' >> dvc.yaml; git commit -qa --no-verify -m broken -m "Guard-Skip: $1 known"
        git checkout -q HEAD~1 -- dvc.yaml; git commit -q --no-verify -m mended; push git push -q origin main:$2
        grep -o '^not checked: dvc.yaml in commit\\|(waived, .*' ../said
      }
      broken cache/lost one; broken 'cache/*' two
      """)
    #expect(
      said == """
        stopped
        not checked: dvc.yaml in commit
        pushed
        not checked: dvc.yaml in commit
        (waived, or its rules are off)

        """)
  }

  @Test(arguments: [("off", "0"), ("error", "2")])
  func `in CI a commit that a later one mends counts where policy wants every commit right`(
    level: String, code: String
  ) throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      printf 'version: 1\\nevery-commit: \(level)\\nrules: {lock/unreadable: off}\\n' > .guard.yml; git add -A
      git commit -q --no-verify -m policy; git push -q --no-verify origin main; printf 'x: [' >> dvc.yaml
      git commit -qa --no-verify -m broken; git checkout -q HEAD~1 -- dvc.yaml; git commit -q --no-verify -m mended
      guard ci --base origin/main > ../said 2>&1; echo $?; grep -o '^not checked: dvc.yaml in commit' ../said
      """)
    #expect(said == "\(code)\nnot checked: dvc.yaml in commit\n")
  }

  @Test func `lost data that only an older commit names is asked for of all commits`() throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      advice() { push git push -q origin main; sed -n 's/^ *\\(do\\|fix\\): *//p' ../said; }
      echo lost > data/raw.csv; track data/raw.csv; git commit -q --no-verify -m lost; rm -r .dvc/cache data/raw.csv; advice
      echo 1 > README; git add README; git commit -q --no-verify -m readme; advice
      echo lost > data/raw.csv; advice; rm data/raw.csv
      git rm -q data/raw.csv.dvc; git commit -q --no-verify -m removed; advice; echo lost > data/raw.csv; advice
      """)
    let (newest, older) = (
      "stopped cache/lost\non the machine that has it: dvc push data/raw.csv.dvc\n",
      "stopped cache/lost\nonly older commits name it; on the machine that has it: dvc push --all-commits\n"
    )
    #expect(
      said == newest + newest + "stopped cache/lost\ndvc commit -f data/raw.csv.dvc\n" + older + older)
  }

  @Test func `a remote that cannot be looked at is one line, however many objects there are`() throws {
    let box = try PushScenarios.sandbox()
    let said = try box.inside(
      """
      mkdir many; for i in $(seq 40); do echo $i > many/$i; done; track_folder many >/dev/null; git commit -q --no-verify -m many
      for i in $(find .dvc/cache/files/md5 -mindepth 1 -maxdepth 1 -printf '%f\\n'); do
        rm -rf ../remote/files/md5/$i; ln -s $i ../remote/files/md5/$i; done
      push git push -q origin main; grep -c '^not checked: 41 objects .* more of the kind$' ../said; wc -l < ../said
      """)
    #expect(said == "stopped\n1\n4\n")
  }
}
