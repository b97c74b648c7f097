import Support
import Testing

/// A forge: a bare repository `hub` that takes pushes through `guard receive`, the clone of an owner in `r`, and a
/// pull request that is judged by `guard ci` and then merged as forges merge.
@Suite struct ForgeScenarios {
  /// `gate` judges `topic` as a pull request into `main`; `land` pushes what `main` has become in a clone without hooks.
  private static let forge = """
    git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"
    git commit -q --allow-empty -m 'recorded'; git push -q origin main 2> /dev/null
    printf '#!/bin/sh\\nexec guard receive --skip "run/*"\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
    git checkout -q -b topic
    gate() {
      git push -q -f --no-verify origin topic 2> ../pushed; rm -rf ../ci; git clone -q --depth 1 -b topic "file://$ROOT/hub" ../ci
      (cd ../ci; GITLAB_CI=1 CI_MERGE_REQUEST_DIFF_BASE_SHA=$(git -C "$ROOT/hub" rev-parse main) \\
        CI_MERGE_REQUEST_TARGET_BRANCH_NAME=main CI_COMMIT_SHA=$(git rev-parse HEAD) timeout 60 guard ci "$@" > ../said 2>&1; echo "gate $?")
    }
    forge() { rm -rf ../forge; git clone -q "file://$ROOT/hub" ../forge; cd ../forge; git config core.hooksPath /dev/null; }
    land() { git push -q origin main 2> ../pushed && echo landed || echo refused; cd ../r; }

    """

  @Test(arguments: [
    "git merge -q --no-ff --no-edit origin/topic",
    "git merge -q --squash origin/topic > ../merged 2>&1 && git commit -q -m squashed",
    "git checkout -q -B work origin/topic && git rebase -q main && git checkout -q main && git merge -q --ff-only work",
  ])
  func `a right pull request lands however it is merged, and what the forge makes gets its record`(
    merging: String
  ) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      gate 0
      landed
      gate 1
      records
      gate 0

      """,
      Self.forge + """
        stale; repro; git add -A; git commit -q -m results; git push -q origin topic 2> /dev/null; gate --no-remote
        git checkout -q main; echo more > docs/page.md; git commit -qa -m docs; git push -q origin main 2> /dev/null
        forge; \(merging) > /dev/null 2>&1; [ "$(git log -1 --format=%s)" = results ] && git commit -q --amend --no-edit; land
        before=$(git -C ../r rev-parse main)
        push() {
          rm -rf ../ci; git clone -q "file://$ROOT/hub" ../ci
          (cd ../ci; CIRCLECI=1 timeout 60 guard ci --no-remote --base $before "$@" > ../said 2>&1; echo "gate $?")
        }
        push; grep -q run/missing ../said && echo records; push --backfill > /dev/null; push
        """)
  }

  /// What a hostile pull request may try, and what is to be said of it.
  static let hostile = [
    ("printf 'version: 1\\nprofile: audit\\n' > .guard.yml; stale", "gate 1", "lock/params"),
    ("printf -- '- rule: lock/*\\n  reason: mine\\n' > .guard-waivers.yml; stale", "gate 1", "lock/params"),
    (
      "{ echo 'a: &a [x,x,x,x,x,x,x,x,x,x]'; for n in b c d e f g h i j k; do echo \"$n: &$n [*$p,*$p,*$p,*$p,*$p,*$p,*$p,*$p,*$p]\"; p=$n; done; } > dvc.lock",
      "gate [12]", "dvc.lock"
    ),
    ("yes -- '- [' | head -n 100000 | tr -d '\\n' > dvc.lock", "gate [12]", "dvc.lock"),
    ("rm params.yaml; ln -s /etc/passwd params.yaml", "gate [12]", "params.yaml"),
    ("rm train.py; ln -s ../../../../../../etc/passwd train.py", "gate [12]", "train.py"),
    ("rm -rf .dvc; ln -s / .dvc", "gate [12]", "."),
    ("echo 'x' > \"$(printf 'docs/\\033[2J::error file=x::y')\"; stale", "gate 1", "lock/params"),
  ]

  @Test(arguments: hostile.map { "\($0)\u{1}\($1)\u{1}\($2)" })
  func `a hostile pull request gets what is its due`(trial: String) throws {
    let parts = trial.split(separator: "\u{1}").map(String.init)
    let box = try CommitSandbox()
    let said = try box.inside(
      Self.forge + """
        rm ../hub/hooks/pre-receive; p=a; \(parts[0]); git add -A; git commit -q --no-verify -m 'let me in' 2> /dev/null
        gate --no-remote | grep -c '^\(parts[1])$'; grep -c '\(parts[2])' ../said | sed 's/^[1-9].*/told/'
        grep -c "$(printf '\\033')\\|^::\\|root:x" ../said
        printf '#!/bin/sh\\nexec timeout 60 guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        git push -q --no-verify origin topic:main 2> ../pushed && echo landed || echo refused
        """)
    #expect(said == "1\ntold\n0\nrefused\n")
  }

  /// A URL that would be an option of ssh's: the base's remote is asked, and no other.
  @Test func `a hostile remote is asked for nothing`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      gate 1
      cache/lost
      0

      """,
      """
      mkdir ../storage; printf "[core]\n    remote = r\n['remote \\"r\\"']\n    url = $ROOT/storage\n" > .dvc/config
      git commit -q -a --no-verify -m remote

      """ + Self.forge.replacing("git push -q origin main", with: "git push -q --no-verify origin main") + """
        sed -i "s|url = .*|url = ssh://-oProxyCommand=touch\\${IFS}$ROOT/owned/x|" .dvc/config
        echo 'a,b' > data/raw.csv; add data/raw.csv; repro; git add -A; git commit -q --no-verify -m remote
        rm ../hub/hooks/pre-receive; gate --skip 'run/*'; grep -o 'cache/lost' ../said | head -n 1
        ls "$ROOT" | grep -c owned || :
        """)
  }
}
