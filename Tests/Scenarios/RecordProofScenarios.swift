import Support
import Testing

/// Records that many processes and clones write at once, and that some commits cannot have.
@Suite(.serialized) struct RecordProofScenarios {
  /// Four clones commit, amend and exchange records through a bare repository in an order drawn by a seed. Each commit
  /// that was ever made counts, those that an amend took away, too.
  @Test(arguments: [1, 2]) func `clones that exchange in any order have the same notes in the end`(
    seed: UInt64
  ) throws {
    var draw = SeededGenerator(seed: seed)
    var script = """
      git init -q --bare ../remote.git; git remote add origin ../remote.git; git push -q origin main 2> /dev/null; cd ..
      for n in 0 1 2 3; do git clone -q remote.git c$n; (cd c$n; guard install > /dev/null); done
      made() { git -C $1 rev-parse HEAD >> made; }
      refs() { git -C $1 for-each-ref --format='%(refname) %(objectname)' refs/notes/guard; }

      """
    for step in 0..<24 {
      let clone = "c\(Int.random(in: 0..<4, using: &draw))"
      switch Int.random(in: 0..<8, using: &draw) {
      case 0, 1: script += "guard -C \(clone) sync > /dev/null || echo \(clone) did not sync\n"
      // All at once: who is always too late may give up.
      case 2: script += "for n in 0 1 2 3; do guard -C c$n sync > /dev/null & done; wait\n"
      case 3, 4:
        script += "git -C \(clone) commit -q --amend --allow-empty -m '\(step) of \(clone)'; made \(clone)\n"
      default: script += "git -C \(clone) commit -q --allow-empty -m '\(step) of \(clone)'; made \(clone)\n"
      }
    }
    // Who comes last takes all; the others take the rest from there.
    script += """
      for turn in 1 2; do for n in 0 1 2 3; do guard -C c$n sync > /dev/null || echo c$n did not sync; done; done
      for n in 0 1 2 3; do refs c$n; done | sort | uniq -c | awk '{ print $1, $2 }'; refs c0 > at0; refs remote.git | cmp - at0
      git -C c0 notes --ref=guard/runs list | cut -d' ' -f2 | sort > noted
      sort -u made | comm -23 - noted | wc -l
      for id in $(cat noted); do git -C c0 notes --ref=guard/runs show $id | grep -c gitCommit; done | sort -u
      amended() { for n in 0 1 2 3; do git -C c$n reflog --format=%gs | grep -c '(amend)'; done | paste -sd+ | bc; }
      links() { for id in $(git -C c0 notes --ref=guard/links list | cut -d' ' -f2); do
        git -C c0 notes --ref=guard/links show $id; done | grep -c rewrite; }
      [ $(amended) = $(links) ] && [ $(amended) -gt 0 ] && echo every amend is known
      for place in c0 c1 c2 c3 remote.git; do git -C $place fsck --strict --no-dangling 2>&1 | grep -v '^notice'; done; :
      """
    let box = try CommitSandbox()
    #expect(
      try box.inside(script) == """
        4 refs/notes/guard/links
        4 refs/notes/guard/runs
        0
        1
        every amend is known

        """)
  }

  /// Eight processes at a time, each of them a guard that writes two records, until there are 800.
  @Test func `eight processes at once lose no record`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.run(
        """
        cd r; tip=$(git rev-parse HEAD)
        { echo feature done; for n in $(seq 800); do printf 'commit refs/heads/many\\ncommitter a <a@b> %d +0000\\n' $n
          echo data 1; echo m; [ $n -gt 1 ] || printf 'from %s\\n' $tip; echo; done; echo done
        } | git fast-import --quiet
        git rev-list $tip..many | xargs -P 8 -n 2 guard record -q
        git notes --ref=guard/runs list | wc -l; git fsck --strict --no-dangling
        for id in $(git rev-list $tip..many | head -n 800 | awk 'NR % 50 == 0'); do
          git notes --ref=guard/runs show $id | grep -c $id; done | sort | uniq -c
        """, seconds: 300) == "800\n     16 1\n")
  }

  /// What a partial clone lacks, and what nobody can read.
  @Test func `a commit whose record cannot be made keeps no other one from having one`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        """
        git init -q --bare ../remote.git; git remote add origin ../remote.git; git push -q origin main 2> /dev/null
        git update-ref -d refs/notes/guard/runs
        save() { GUARD=0 git commit -q --no-verify -am $1 2> /dev/null; }
        echo '{' > metrics.json; save broken; git checkout -q HEAD^ metrics.json; save whole
        stale; save lacking; lost=$(git rev-parse HEAD:params.yaml); git checkout -q HEAD^ params.yaml; save last
        rm -f .git/objects/$(echo $lost | sed 's,^..,&/,')
        guard hook pre-push -- origin ../remote.git <<END 2>&1 | sed -n 's/^guard: .*: \\(no run record: .*\\) [0-9a-f]\\{40\\}/\\1/p'
        refs/heads/main $(git rev-parse HEAD) refs/heads/main $(git rev-parse origin/main)
        END
        git log --format='%h %s' -4 | while read -r id subject; do
          echo "$subject: $(git notes --ref=guard/runs show $id 2> /dev/null | grep -c gitCommit)"; done
        git notes --ref=guard/runs show HEAD~3 | grep -o '"unreadable":[^]]*'
        """) == """
          no run record: object is not in this repository
          last: 1
          lacking: 0
          whole: 1
          broken: 1
          "unreadable":[{"name":"metrics.json","why":"invalid"}

          """)
  }
}
