import Support
import Testing

/// What a clone does not have is neither absent nor broken: nothing is known of it, and nothing passes for it.
@Suite struct LackingScenarios {
  // MARK: - Policy

  /// The base's policy is pinned by a commit of another branch; the change brings a policy of its own.
  private static let pinned =
    CIScenarios.topic + """
      git clone -q "file://$ROOT/hub" ../p 2>/dev/null
      (cd ../p; git checkout -q --orphan policy; git rm -rfq .
        printf 'version: 1\\nrules:\\n  commit/message: error\\n' > strict.yml
        git add .; git commit -q -m policy; git push -q origin policy 2>/dev/null)
      git fetch -q origin; id=$(git rev-parse origin/policy); git checkout -q main
      printf "version: 1\\nextends: $id:strict.yml\\n" > .guard.yml; git add .guard.yml
      git commit -q --no-verify -m pinned; git push -q --no-verify origin main 2>/dev/null
      git checkout -q topic; echo 'version: 1' > .guard.yml; git add .guard.yml
      git commit -q --no-verify -m 'My own'; git push -q origin topic 2>/dev/null
      git -C ../hub config uploadpack.allowFilter true

      """

  @Test(arguments: ["--depth 1", "--single-branch", "--filter=blob:none --single-branch"])
  func `a policy that is pinned by a commit which is not here is fetched`(options: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      "4\nexit 1\nguard: 4 errors, 0 warnings in 4 commits\nthe same\n",
      Self.pinned + """
        clone \(options) -b topic; git for-each-ref | grep -v refs/notes/guard > ../before; ci > ../all
        grep -c 'commit/message' ../all; sed -n '1p;$p' ../all
        git for-each-ref | grep -v refs/notes/guard | cmp - ../before && echo the same
        """)
  }

  @Test(arguments: [
    (
      "--single-branch", "the commit PIN is not in this clone, and nothing is fetched",
      "with: { fetch-depth: 0 } at the step actions/checkout"
    ),
    (
      "--filter=blob:none", lacking,
      "clone without --filter"
    ),
  ])
  func `a policy that is not here lets nothing pass`(options: String, why: String, mend: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 2
      guard: error: the policy of what was there before is not at hand: .guard.yml: \(why)
          do:  \(mend)

      """,
      Self.pinned + """
        clone \(options) -b topic; git fetch -q origin +main:refs/remotes/origin/main
        event; GITHUB_ACTIONS=true GITHUB_EVENT_NAME=pull_request GITHUB_EVENT_PATH=../event.json \
          guard ci --no-remote --no-fetch > ../said 2>&1; echo "exit $?"
        sed "s/$id/PIN/; s/[0-9a-f]\\{40\\}/OBJECT/; s/.guard.yml:[0-9]*:/.guard.yml:/" ../said
        """)
  }

  // MARK: - Files

  /// In `../ci` a partial clone of `topic`, which has three more commits: one that brings all kinds of files, one that
  /// changes what software is asked for, one that changes a parameter. `bring PATTERN REV…` brings the files of commits,
  /// save those whose listing a pattern matches.
  private static let files =
    CIScenarios.topic + """
      printf '[core]\\n    analytics = false\\n' > .dvc/config; echo '*.csv -text' > .gitattributes
      git add -A; git commit -q --no-verify -m more
      printf '{"cells": [{"cell_type": "code", "outputs": [1]}]}' > notes.ipynb; echo pandas > requirements.txt
      echo 'open("params.yaml")' > prepare.py; echo 'frame.to_csv("data/extra.csv")' > make.py; echo d > data/extra.csv
      echo /extra.csv >> data/.gitignore; add data/extra.csv; sed -i 's/^lr: .*/lr: 5/' params.yaml
      echo 3,4 >> data/raw.csv; add data/raw.csv; repro
      sed -i s/false/true/ .dvc/config
      for name in a b c d; do head -c 11000000 /dev/zero > $name.bin; echo $name >> $name.bin; done
      git add -A; git commit -q --no-verify -m 'all of it'
      echo numpy > requirements.txt; git commit -qa --no-verify -m 'other software'; sed -i 's/^lr: .*/lr: 6/' params.yaml
      git commit -qa --no-verify -m 'a value'; git push -q origin topic 2>/dev/null
      git -C ../hub config uploadpack.allowFilter true
      clone --filter=blob:none --no-checkout -b topic
      bring() {
        not=$1; shift; for rev; do git ls-tree -r $rev; done | grep -v "$not" | cut -c13-52 | sort -u | git cat-file --batch-check > ../brought
      }
      judge() { guard check "$@" > ../said 2>&1; code=$?; sed 's/ ([0-9]* ms)//; s/[0-9a-f]\\{40\\}/OBJECT/' ../said; echo "exit $code"; }

      """

  @Test(arguments: [".dvc/config", ".gitattributes"])
  func `without a file that says how all others are read nothing is judged`(file: String) throws {
    let box = try CommitSandbox()
    let said = """
      not checked: the DVC repository: \(file): this partial clone does not have its object OBJECT; git fetch --refetch --no-filter brings it
      guard: could not judge all that is needed in 1 commit: see 'not checked'
      exit 2

      """
    try box.expect(
      said + said + "1 exit 1\n",
      Self.files + """
        bring '\(file)' HEAD HEAD~1; judge --rev HEAD; judge --rev HEAD --inherited
        git cat-file -p HEAD:\(file) > /dev/null; judge --rev HEAD > ../all; echo $(grep -c lock/params ../all) $(tail -n 1 ../all)
        """)
  }

  @Test func `how large a file is that is not here nobody knows, and no memory says otherwise`() throws {
    let box = try CommitSandbox()
    let said = """
      not checked: how large a.bin, b.bin, c.bin and 1 more is in Git: this partial clone does not have its object OBJECT; git fetch --refetch --no-filter brings it
      guard: 0 errors, 0 warnings in 1 commit
      exit 0

      """
    try box.expect(
      said + said + "exit 1\n",
      Self.files + """
        bring '[.]bin' HEAD~2 HEAD~3; judge --rev HEAD~2 --only data/large-file; judge --rev HEAD~2 --only data/large-file
        git cat-file -p HEAD:c.bin > /dev/null; judge --rev HEAD~2 --only data/large-file | tail -n 1
        """)
  }

  /// A rule, the file that is not here, the commit, and what is not checked then.
  static let rules = [
    ("notebook/outputs", "ipynb", "HEAD~2", "notes.ipynb: \(lacking)"),
    ("env/unpinned", "requirements", "HEAD", "requirements.txt: \(lacking)"),
    ("layout/no-stage", "make", "HEAD~2", "make.py: \(lacking)"),
    (
      "env/drift", "requirements", "HEAD~1",
      "whether requirements.txt is what results were made with: \(lacking)"
    ),
    (
      "commit/mixed", "$(git rev-parse HEAD~1:params.yaml)", "HEAD",
      "which pipelines the commit changes: of a parent dvc.yaml cannot be judged (params.yaml: \(lacking))"
    ),
    (
      "data/raw-changed", "$(git rev-parse HEAD~3:data/raw.csv.dvc)", "HEAD~2",
      "whether raw data changed in place: of a parent data/raw.csv.dvc cannot be judged (\(lacking))"
    ),
    (
      "lock/hidden", "$(git rev-parse HEAD~3:.dvc/config)", "HEAD~2",
      "whether anything is hidden from DVC that a parent shows: .dvc/config of it: \(lacking)"
    ),
  ]

  private static let lacking =
    "this partial clone does not have its object OBJECT; git fetch --refetch --no-filter brings it"

  @Test(arguments: rules.map { "\($0)\u{1}\($1)\u{1}\($2)\u{1}\($3)" })
  func `a rule that looks into what is not here says so`(trial: String) throws {
    let parts = trial.split(separator: "\u{1}").map(String.init)
    let level = parts[0] == "data/raw-changed" ? "{ severity: error, paths: [data] }" : "error"
    let box = try CommitSandbox()
    try box.expect(
      """
      not checked: \(parts[3])
      guard: 0 errors, 0 warnings in 1 commit
      exit 0

      """,
      Self.files + """
        bring "\(parts[1])" HEAD HEAD~1 HEAD~2 HEAD~3; printf 'version: 1\nrules:\n  \(parts[0]): \(level)\n' > guard.local.yml
        judge --rev \(parts[2]) --only \(parts[0])
        """)
  }

  // MARK: - Parents

  @Test(arguments: [
    "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=push GITHUB_REF_TYPE=tag GITHUB_EVENT_PATH=../none.json",
    "GITHUB_ACTIONS=true GITHUB_EVENT_NAME=workflow_dispatch GITHUB_REF_TYPE=branch GITHUB_EVENT_PATH=../none.json",
    "BITBUCKET_BUILD_NUMBER=1 BITBUCKET_TAG=v1", "GITLAB_CI=true CI_COMMIT_TAG=v1",
  ])
  func `a commit that a shallow clone begins with is judged beside its parents`(job: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      1 finding inherited from before (guard check --inherited lists them)
      guard: 0 errors, 0 warnings in 1 commit
      the same
      this change edits '.guard.yml'; it is judged by what was there before
      guard: 2 errors, 0 warnings in 1 commit
      exit 1
      this change edits '.guard.yml'; it is judged by what was there before

      """,
      CIScenarios.topic + """
        sed -i 's/^lr: .*/lr: 7/' params.yaml; git commit -qa --no-verify -m stale; echo 1 > docs/a.md; git add docs
        git commit -q --no-verify -m words; git tag v1; git push -q origin topic v1 2>/dev/null; echo '{}' > ../none.json
        clone --depth 1 -b v1; git for-each-ref | grep -v refs/notes/guard > ../before
        \(job) guard ci --no-remote > ../said 2>&1; grep -E '^guard|^1 ' ../said | sed 's/ ([0-9]* ms)//'
        git for-each-ref | grep -v refs/notes/guard | cmp - ../before && echo the same
        cd ../r; echo 'print(9)' > train.py; echo 'profile: audit' > .guard.yml; sed -i 's/^lr: .*/lr: 8/' params.yaml
        git add -A; git commit -q --no-verify -m 'judges itself'; git tag v2; git push -q --no-verify origin v2 2>/dev/null
        clone --depth 1 -b v2; \(job) guard ci --no-remote --skip 'run/*' > ../said 2>&1
        grep -o 'this change.*' ../said; tail -n 1 ../said | sed 's/ ([0-9]* ms)//'
        cd ../r; clone --depth 1 -b v2; git fetch -q --depth 1 origin v1
        \(job) guard ci --no-remote --no-fetch > ../said 2>&1; echo "exit $?"; grep -o 'this change.*' ../said
        """)
  }

  @Test func `a clone without directories says what mends it`() throws {
    let box = try CommitSandbox()
    let mend = "git fetch --refetch --no-filter brings it"
    try box.expect(
      "\(mend)\n\(mend)\n\(mend)\n    do:  clone without --filter\n0\n",
      Self.files + """
        cd ../r; clone --filter=tree:0 --no-checkout -b topic
        for command in 'check --rev HEAD' 'status --rev HEAD' 'ci --base origin/main --no-remote --no-fetch'; do
          guard $command > ../said 2>&1; grep -o 'git fetch --refetch.*' ../said; grep -e fix: -e do: ../said
        done
        git fetch -q --refetch --no-filter; guard ci --base origin/main --no-remote --no-fetch > ../said 2>&1
        grep -c 'partial clone' ../said || true
        """)
  }

  // MARK: - Before a commit

  /// A commit may not wait for a network: the hook fetches nothing, and says what would.
  @Test func `in a sparse partial clone a commit passes once the pipelines beside it are here`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      S other/
      stopped
      not checked: other/dvc.yaml: this partial clone does not have its object OBJECT; git fetch --refetch --no-filter brings it
      passed
      stopped lock/params

      """,
      """
      mkdir other; printf 'stages: {}\n# of others\n' > other/dvc.yaml; git add -A; git commit -q --no-verify -m other
      git clone -q --bare . ../hub; git -C ../hub config uploadpack.allowFilter true
      git clone -q --filter=blob:none --sparse "file://$ROOT/hub" ../sparse; cd ../sparse
      git sparse-checkout set --sparse-index .dvc data docs; guard install > /dev/null; git ls-files -t --sparse | grep S
      cp ../r/data/raw.csv data; sed -i 's/^lr: .*/lr: 3/' params.yaml; repro; commit git commit -qam better
      grep '^not checked: other' ../said | sed 's/[0-9a-f]\\{40\\}/OBJECT/'
      git fetch -q --refetch --no-filter; commit git commit -qam better; stale; commit git commit -qam stale
      """)
  }
}
