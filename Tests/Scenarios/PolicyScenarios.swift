import Support
import Testing

/// Policy of several files, and policy of branches and paths, by the real git.
@Suite struct PolicyScenarios {
  /// `policy LINE…` writes `.guard.yml` and stages it; `try FILE` judges what is staged.
  private static let words = """
    policy() { printf '%s\\n' "$@" > .guard.yml; git add .guard.yml; }
    judge() { guard check --staged "$@" 2>&1 | sed 's/ ([0-9]* ms)//' | grep -v '^    '; }

    """

  @Test func `a policy extends a file of the repository, as it is staged`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      params.yaml:1: warning: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
      guard: 0 errors, 1 warning in what is staged
      guard: 0 errors, 0 warnings in what is staged

      """,
      Self.words + """
        mkdir ci; echo 'rules: {lock/params: warn}' > ci/org.yml; git add ci; policy 'extends: ci/org.yml'
        echo 'rules: {lock/params: error}' > ci/org.yml
        stale; git add params.yaml; judge
        policy 'extends: ci/org.yml' 'rules: {lock/params: off}'; judge
        """)
  }

  @Test func `a commit that is named by its id cannot become another policy`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: 0 errors, 0 warnings in what is staged
      guard: error: .guard.yml:1: 'main' is not the full id of a commit, and so may become another one: git rev-parse prints the id
      guard: error: .guard.yml:1: the commit 1111111111111111111111111111111111111111 is not in this clone, \
      and guard fetches no policy: git fetch origin 1111111111111111111111111111111111111111
      guard: error: .guard.yml:1: 'ID:none.yml' is not there
      rules.lock/params  off  COMMIT:more.yml:1

      """,
      Self.words + """
        git checkout -q --orphan org; git rm -qrf .; echo 'extends: more.yml' > org.yml
        echo 'rules: {lock/params: off}' > more.yml; git add .; git commit -q --no-verify -m org
        id=$(git rev-parse org); git checkout -q main; git branch -q -D org
        policy "extends: $id:org.yml"; stale; git add params.yaml; judge
        policy 'extends: main:org.yml'; judge
        policy 'extends: 1111111111111111111111111111111111111111:org.yml'; judge
        policy "extends: $id:none.yml"; judge | sed "s/$id/ID/"
        echo 'rules: {lock/params: error}' > more.yml; policy "extends: $id:org.yml"; git add more.yml
        guard config rules.lock/params | sed "s/  *$(echo $id | cut -c 1-10)/  COMMIT/"
        """)
  }

  @Test(arguments: [
    "ln -s nothing .guard.yml", "mkdir .guard.yml; touch .guard.yml/x", "ln -s docs .guard.yml",
  ])
  func `where the policy is no file it cannot be read, and nothing passes by guard's defaults`(
    making: String
  ) throws {
    let box = try CommitSandbox()
    let error = "guard: error: .guard.yml: neither a file nor a link that leads to one"
    try box.expect(
      "stopped\n\(error)\n\(error)\nproblem  policy: \(error.dropFirst(14))\n",
      """
      \(making); echo x >> docs/page.md; git add .; commit git commit -qm x; cat ../said
      guard check --worktree 2>&1; guard doctor --offline 2>&1 | grep -m 1 'policy: '
      """)
  }

  @Test func `a chain of files ends, and no file is in it twice`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: error: b.yml:1: '.guard.yml' extends itself
      guard: error: 4.yml:1: a policy is made of at most 5 files
      guard: error: .guard.yml:1: 'none.yml' is not there
      guard: error: b.yml:2: unknown rule 'lock/parms': did you mean 'lock/params'?

      """,
      Self.words + """
        echo x >> docs/page.md; git add docs
        echo 'extends: .guard.yml' > b.yml; git add b.yml; policy 'extends: b.yml'; judge
        for i in 1 2 3 4; do echo "extends: $((i + 1)).yml" > $i.yml; done; : > 5.yml; git add .
        policy 'extends: 1.yml'; judge
        policy 'extends: none.yml'; judge
        printf 'rules:\\n  lock/parms: off\\n' > b.yml; git add b.yml; policy 'extends: b.yml'; judge
        """)
  }

  @Test func `only the owner of a machine names a file outside of the repository`() throws {
    let box = try CommitSandbox()
    let refused = """
      guard: error: WHERE:1: only guard.local.yml, which Git must not have, may name a file outside of the repository
      """
    try box.expect(
      """
      \(refused.replacing("WHERE", with: ".guard.yml"))
      guard: 0 errors, 0 warnings in what is staged
      \(refused.replacing("WHERE", with: "guard.local.yml"))

      """,
      Self.words + """
        echo 'rules: {lock/params: off}' > ../own.yml; stale; git add params.yaml
        policy "extends: $ROOT/own.yml"; judge
        git rm -qf .guard.yml; echo "extends: $ROOT/own.yml" > guard.local.yml; judge
        git add guard.local.yml; judge
        """)
  }

  @Test func `a commit is judged as for the branch that it is made on`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      passed lock/params
      stopped lock/params
      passed lock/params

      """,
      Self.words + """
        policy 'profile: ci' 'branches: {"release/*": {profile: local}}'; git commit -qm policy; stale
        commit git commit -qam stale; git checkout -q -b release/1 HEAD~1; stale; commit git commit -qam stale
        git checkout -q --detach; commit git commit -qam stale
        """)
  }

  @Test func `a pull request is judged as for the branch that it is to be merged into`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      exit 1
      exit 0
      exit 0
      exit 1

      """,
      Self.words + """
        policy 'profile: audit' 'branches: {main: {profile: local}}'; git commit -qm policy; git branch other
        git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"; git push -q origin main other 2>/dev/null
        git checkout -q -b topic; stale; git commit -q --no-verify -am stale
        ci() { guard ci --no-remote "$@" > ../said 2>&1; echo "exit $?"; }
        for target in main other; do
          export BITBUCKET_BUILD_NUMBER=1 BITBUCKET_BRANCH=topic BITBUCKET_PR_DESTINATION_BRANCH=$target
          ci
        done
        unset BITBUCKET_BUILD_NUMBER BITBUCKET_PR_DESTINATION_BRANCH
        ci --base main; ci --base main --branch main
        """)
  }

  @Test func `a server and a push judge as for the branch on the other side`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      taken
      refused
      stopped
      passed

      """,
      Self.words + """
        git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"
        policy 'profile: audit' 'branches: {main: {profile: local}}'
        mkdir ../store; printf '[core]\\nremote = s\\n[remote "s"]\\nurl = %s\\n' "$ROOT/store" > .dvc/config
        git commit -q --no-verify -am policy; git push -q --no-verify origin main main:topic 2>/dev/null
        printf '#!/bin/sh\\nexec guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        stale; git commit -q --no-verify -am stale
        for branch in topic main; do
          if git push -q --no-verify origin main:$branch > ../said 2>&1; then echo taken; else echo refused; fi
        done
        rm ../hub/hooks/pre-receive
        printf '3,4\\n' >> data/raw.csv; add data/raw.csv; repro; git commit -q --no-verify -am data
        if git push -q origin main > ../said 2>&1; then echo passed; else echo stopped; fi
        if git push -q origin main:other > ../said 2>&1; then echo passed; else cat ../said; fi
        """)
  }

  @Test func `a rebase commits to the branch that it is about`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/params\n",
      Self.words + """
        policy 'profile: ci' 'branches: {"release/*": {profile: local}}'; git commit -qm policy; git checkout -q -b release/1
        echo more >> docs/page.md; git commit -qam words
        GIT_SEQUENCE_EDITOR='sed -i s/^pick/edit/' git rebase -q -i HEAD~1 > /dev/null 2>&1
        stale; git add params.yaml; commit git commit -q --amend --no-edit
        """)
  }

  @Test func `a pull request that edits what the policy extends is judged by what was there before`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      note: this change edits 'ci/org.yml'; it is judged by what was there before
      params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]

      """,
      Self.words + """
        mkdir ci; echo 'profile: local' > ci/org.yml; git add ci; policy 'extends: ci/org.yml'; git commit -qm policy
        git checkout -q -b topic; echo 'profile: audit' > ci/org.yml; stale; git commit -q --no-verify -am both
        guard ci --base main --no-remote > ../said; grep '^note: this' ../said; grep 'error:' ../said
        """)
  }

  @Test func `what came by a branch that is judged otherwise is new to the others`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      try/a taken
      try/b taken
      other refused
      tag refused

      """,
      Self.words + """
        git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"
        policy 'branches: {"try/**": {profile: audit}}'; git commit -qm policy; git push -q --no-verify origin main 2>/dev/null
        printf '#!/bin/sh\\nexec guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        stale; git commit -q --no-verify -am stale; git tag tag
        for ref in HEAD:refs/heads/try/a HEAD:refs/heads/try/b HEAD:refs/heads/other tag; do
          if git push -q --no-verify origin $ref > ../said 2>&1; then verdict=taken; else verdict=refused; fi
          echo "${ref#*heads/} $verdict"
        done
        """)
  }

  @Test func `a policy file under another name is never judged by, and told`() throws {
    let note = "note: '.guard.yaml' is not read: guard reads .guard.yml"
    try CommitSandbox().expect(
      """
      passed
      1
      \(note)
      stopped lock/params
      1
      warning  policy: '.guard.yaml' is not read: guard reads .guard.yml
                   fix: mv .guard.yaml .guard.yml
      guard: '.guard.yaml' is not read: guard reads .guard.yml
      0
      1

      """,
      """
      echo 'rules: {lock/params: off}' > .guard.yaml; git add .guard.yaml; commit git commit -qm policy
      grep -c 'is not read' ../said; guard check --rev HEAD | grep note:
      stale; git add params.yaml; commit git commit -qm stale; grep -c 'is not read' ../said
      guard doctor --offline | grep -A1 'not read'; guard config 2>&1 >/dev/null
      cp .guard.yaml .guard.yml; git add .guard.yml; guard check --staged | grep -c 'not read'
      guard doctor --offline | grep -c 'take over what is in it, then: rm .guard.yaml'
      """)
  }
}
