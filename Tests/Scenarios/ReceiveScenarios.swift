import Support
import Testing

/// `guard receive` on a Git server: a bare repository `hub` whose hook `pre-receive` it is, and a clone of it in `r`.
@Suite struct ReceiveScenarios {
  /// `try COMMAND` says whether a push came in, and what the server said of it.
  private static let server = """
    git init -q --bare ../hub; git remote add origin "file://$ROOT/hub"; git push -q origin main 2>/dev/null
    printf '#!/bin/sh\\nexec guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
    try() {
      before=$(refs); "$@" > ../said 2>&1; if [ "$before" = "$(refs)" ]; then echo refused; else echo taken; fi
      sed -n 's/ *$//; s/^remote: //p' ../said | sed 's/ ([0-9]* ms)//; s/[0-9a-f]\\{10,12\\}/ID/g'
    }
    refs() { git -C ../hub for-each-ref refs/heads refs/tags refs/exps; }
    push() { try git push -q origin "$@"; }

    """

  @Test func `a push that is not coherent is refused, with what mends it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      refs/heads/main:
      commit ID stale
      params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock [lock/params]
          recorded: 1 (dvc.lock:33)
          current:  2
          fix: dvc repro train
      to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
      guard: 1 error, 0 warnings in 1 commit
      taken
      """ + "\n",
      Self.server + """
        stale; git commit -qa --no-verify -m stale; push main
        repro; git commit -qa --no-verify --amend -m mended; push main
        """)
  }

  @Test func `what a later commit of the push mends comes in`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "taken\n",
      Self.server + "stale; git commit -qa --no-verify -m stale; repro; git commit -qa -m mended; push main")
  }

  @Test func `a push that takes too long is refused, and comes in when it need not hurry`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      not checked: 1 of 1 commits: the time for them is over; push fewer commits at once
      guard: could not judge all that is needed in 1 commit: see 'not checked'
      taken

      """,
      Self.server + """
        echo words > notes; git add .; git commit -qm words
        printf '#!/bin/sh\\nexec guard receive --seconds 0\\n' > ../hub/hooks/pre-receive
        push main | grep 'refused\\|taken\\|not checked'
        printf '#!/bin/sh\\nexec guard receive --seconds 600\\n' > ../hub/hooks/pre-receive; push main
        """)
  }

  @Test func `what is too large to read is refused before it is read`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      params.yaml: error: DVC cannot read this: the file is larger than 64 MiB [lock/unreadable]

      """,
      Self.server + """
        head -c 70000000 /dev/zero | tr '\\0' '#' > params.yaml; git commit -qam large --no-verify
        try git push -q --no-verify origin main | grep 'refused\\|64 MiB'
        """)
  }

  @Test func `a branch is judged by the policy that it had`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      note: this change edits '.guard.yml'; it is judged by what was there before
      taken
      taken

      """,
      Self.server + """
        stale; printf 'version: 1\\nrules:\\n  lock/params: off\\n' > .guard.yml; git add .; git commit -q --no-verify -m both
        push main | grep 'refused\\|taken\\|edits'; git reset -q --hard HEAD~1
        printf 'version: 1\\nrules:\\n  lock/params: off\\n' > .guard.yml; git add .; git commit -q -m policy
        push main | head -n 1; stale; git commit -qa --no-verify -m stale; push main
        """)
  }

  @Test func `a new branch, a tag, several refs and deletions`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      taken
      refused
      guard: 1 error, 0 warnings in 1 commit
      refused
      guard: 1 error, 0 warnings in 1 commit
      refused
      guard: 1 error, 0 warnings in 1 commit
      taken
      taken
      taken
      guard: refs/exps/one: not judged: neither a branch nor a tag

      """,
      Self.server + """
        push main:refs/heads/same | grep '^refused\\|^taken\\|^guard'
        git checkout -q -b topic; stale; git commit -qa --no-verify -m stale; push topic | grep '^refused\\|^taken\\|^guard'
        git tag -a v1 -m v1; push v1 | grep '^refused\\|^taken\\|^guard'
        git branch fine main; push fine topic | grep '^refused\\|^taken\\|^guard'
        push fine; push :fine; git update-ref refs/exps/one topic; push refs/exps/one
        """)
  }

  @Test func `a branch may be exempt by the policy of the default branch`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      guard: refs/heads/try/this: not judged: the policy of the default branch exempts it
      refused
      """ + "\n",
      Self.server
        + """
        printf 'version: 1\\nreceive:\\n  exempt: try/**\\n' > .guard.yml; git add .; git commit -q -m policy; push main
        git checkout -q -b topic; stale; git commit -qa --no-verify -m stale
        push topic:try/this | tail -n 1; push topic:other/this | head -n 1
        """.replacing("push main\n", with: "push main > ../first\n"))
  }

  @Test func `an update hook refuses one ref and takes another`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "refs/heads/fine\nrefs/heads/main\n",
      Self.server + """
        mv ../hub/hooks/pre-receive ../hub/hooks/update; printf '#!/bin/sh\\nexec guard receive "$@"\\n' > ../hub/hooks/update
        git branch fine; git checkout -q -b topic; stale; git commit -qa --no-verify -m stale
        git push -q origin fine topic > ../said 2>&1; git -C ../hub for-each-ref --format='%(refname)' refs/heads
        """)
  }

  @Test func `records come in when they are such`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      taken
      refused
      guard: refs/notes/guard/runs: refused: the note of ID is no run record
      refused
      guard: refs/notes/guard/runs: refused: 2 commits would lose what is recorded of them: run guard sync first
      guard: refs/notes/guard/runs: refused: the note of ID is the record of another commit
      refused
      guard: refs/notes/guard/runs: refused: the note of ID does not say what the commit says: params
      refused
      guard: refs/notes/guard/runs: refused: it would take away all that is recorded
      refused
      guard: refs/notes/guard/links: refused: the note of ID holds what is no link

      """,
      """
      git commit -q --allow-empty -m two; git commit -q --allow-empty -m three

      """ + Self.server + """
        record=$(git notes --ref=guard/runs show HEAD); head=$(git rev-parse HEAD)
        refs() { git -C ../hub for-each-ref; }
        notes() { try git push -q --no-verify origin "+$1:refs/notes/guard/$2"; }
        git -C ../hub update-ref -d refs/notes/guard/runs; notes refs/notes/guard/runs runs
        git update-ref refs/notes/guard/runs2 refs/notes/guard/runs
        git notes --ref=guard/runs2 add -f -m nonsense HEAD 2>/dev/null; notes refs/notes/guard/runs2 runs
        git notes --ref=guard/runs3 add -m "$record" HEAD~1; notes refs/notes/guard/runs3 runs
        git push -q origin HEAD:refs/heads/there; git update-ref refs/notes/guard/runs4 refs/notes/guard/runs
        echo "$record" | sed 's/"lr":1,"seed"/"lr":5,"seed"/' > ../forged
        git notes --ref=guard/runs4 add -f -F ../forged HEAD 2>/dev/null; notes refs/notes/guard/runs4 runs
        try git push -q --no-verify origin :refs/notes/guard/runs
        git notes --ref=guard/other add -m 'no link' HEAD; notes refs/notes/guard/other links
        """)
  }

  @Test func `no ref says what others read in place of what was judged`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      guard: refs/replace/ID: refused: others would read something else than what was judged
      refused
      guard: refs/notes/guard/mine: refused: only runs and links are kept below refs/notes/guard/
      refused
      """ + "\n",
      Self.server + """
        refs() { git -C ../hub for-each-ref refs/heads refs/replace refs/notes/guard/mine; }
        git checkout -q -b topic; stale; git commit -qa --no-verify -m stale
        push main:refs/replace/$(git rev-parse topic) | sed 's/ID[ID0-9a-f]*/ID/'; push HEAD:refs/notes/guard/mine
        rm ../hub/hooks/pre-receive; git push -q --no-verify origin main:refs/replace/$(git rev-parse topic)
        printf '#!/bin/sh\\nexec guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        push topic | head -n 1
        """)
  }

  @Test func `a server without its default branch takes no policy from who pushes`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "refused\n",
      Self.server + """
        git -C ../hub symbolic-ref HEAD refs/heads/nowhere; git checkout -q -b topic; stale
        printf 'version: 1\\nrules:\\n  lock/params: off\\n' > .guard.yml; git add .; git commit -q --no-verify -m both
        push topic | head -n 1
        """)
  }

  @Test func `a policy that cannot be read does not come in, and keeps nothing out that mends it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      taken
      note: the policy of what was there before cannot be read, so guard's defaults hold: .guard.yml:1: unknown key
      """ + "\n",
      Self.server + """
        printf 'rule: {}\\n' > .guard.yml; git add .; git commit -q --no-verify -m broken 2>/dev/null
        try git push -q --no-verify origin main | head -n 1
        rm ../hub/hooks/pre-receive; git push -q --no-verify origin main 2>/dev/null
        printf '#!/bin/sh\\nexec guard receive --skip "run/*"\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        git rm -q .guard.yml; git commit -q --no-verify -m mended; try git push -q --no-verify origin main | grep -o 'taken\\|note: the policy.*unknown key'
        """)
  }

  @Test func `a waiver is told where the push comes in`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      taken
          by Guard-Skip in the commit message: a trial
      """ + "\n",
      Self.server + """
        stale; git commit -qa --no-verify -m stale -m 'Guard-Skip: lock/params a trial'; push main | grep 'taken\\|by Guard'
        """)
  }

  /// A hook fails closed: what it cannot judge does not come in.
  @Test func `what cannot be judged does not come in`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      refused
      guard: error: what the change leads to could not be judged by itself: .guard.yml:1: unknown key 'rule': did you mean 'rules'?
      64
      2

      """,
      Self.server + """
        printf 'rule: {}\\n' > .guard.yml; git add .; git commit -q --no-verify -m 'a policy that is none' 2>/dev/null
        rm ../hub/hooks/pre-receive; git push -q --no-verify origin main 2>/dev/null
        printf '#!/bin/sh\\nexec guard receive\\n' > ../hub/hooks/pre-receive; chmod +x ../hub/hooks/pre-receive
        git commit -q --no-verify --allow-empty -m more 2>/dev/null; try git push -q --no-verify origin main | head -n 2
        cd ../hub; guard receive one two > /dev/null 2>&1; echo $?; echo nonsense | guard receive > /dev/null 2>&1; echo $?
        """)
  }
}
