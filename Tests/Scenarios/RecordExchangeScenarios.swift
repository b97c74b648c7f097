import Testing

/// Records go to Git's remotes and come from them.
@Suite(.serialized) struct RecordExchangeScenarios {
  /// Two clones of a repository with a Git remote, each with guard's hooks.
  private static let clones = """
    git init -q --bare ../remote.git; git remote add origin ../remote.git; git push -q -u origin main 2> /dev/null
    cd ..; git clone -q remote.git c; cd c; guard install > /dev/null; cd ..
    count() { git -C "$1" notes --ref=guard/runs list 2>/dev/null | wc -l; }

    """

  @Test func `a push takes the records along, and another clone's sync brings them`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          git -C r commit -q --allow-empty -m two; git -C r push -q 2>/dev/null; count r; count remote.git
          guard -C c sync | head -n 1; count c
          """) == """
          2
          2
          records: taken from origin
          2

          """)
  }

  @Test func `clones that went apart have the same records in the end`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          git -C r commit -q --allow-empty -m two; git -C c commit -q --allow-empty -m other
          git -C r push -q 2>/dev/null; git -C c push -q origin HEAD:refs/heads/other 2>/dev/null; count remote.git
          guard -C r sync > /dev/null; guard -C c sync > /dev/null
          for ref in runs links; do for place in r c remote.git; do git -C $place rev-parse -q --verify refs/notes/guard/$ref
          done | sort -u | wc -l; done; count r
          """) == """
          3
          1
          0
          3

          """)
  }

  /// The refspec that is found everywhere for notes would throw away what was not pushed yet.
  @Test func `a refspec that overwrites notes destroys none of guard's`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          git -C c config --add remote.origin.fetch '+refs/notes/*:refs/notes/*'
          git -C r commit -q --allow-empty -m two; git -C r push -q 2>/dev/null
          git -C c commit -q --allow-empty -m other; guard -C c sync > /dev/null; count c
          git -C c notes --ref=guard/runs show HEAD | wc -l
          """) == "3\n1\n")
  }

  @Test func `a remote that refuses notes or is gone stops no push of commits`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          printf '#!/bin/sh\\ncase $1 in refs/notes/*) echo no notes here; exit 1 ;; esac\\n' > remote.git/hooks/update
          chmod 755 remote.git/hooks/update; cd r; git commit -q --allow-empty -m two
          git push -q 2>&1 | sed -n 's/^guard: \\(records: not exchanged with origin\\).*/\\1/p'
          git -C ../remote.git log --format=%s -1 main; rm ../remote.git/hooks/update; guard sync | head -n 1
          mv ../remote.git ../gone; guard sync > ../said; echo $?; grep -c 'not exchanged' ../said
          """) == """
          records: not exchanged with origin
          two
          records: sent to origin
          2
          1

          """)
  }

  /// Of two pushes at the same time one finds the ref locked.
  @Test func `a ref that another push holds is tried again`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          git -C r push -q 2>/dev/null; git -C r commit -q --allow-empty -m two; : > remote.git/refs/notes/guard/runs.lock
          guard -C r sync | grep -o 'not exchanged.*failed to update ref'
          printf '#!/bin/sh\n[ -e "$ROOT/once" ] && rm -f "$0" refs/notes/guard/runs.lock; : > "$ROOT/once"\n' > hook
          mv hook remote.git/hooks/update; chmod 755 remote.git/hooks/update
          guard -C r sync | head -n 1; count remote.git
          """) == """
          not exchanged with origin: git push failed: !\trefs/notes/guard/runs:refs/notes/guard/runs\t[remote \
          rejected] (failed to update ref
          records: sent to origin
          2

          """)
  }

  @Test func `commits that were made without hooks are recorded when they are pushed`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        Self.clones + """
          cd r; GUARD=0 git commit -q --allow-empty -m two 2>/dev/null; tree=$(git rev-parse 'HEAD^{tree}')
          git update-ref refs/heads/main $(git commit-tree -p HEAD -m three $tree); cd ..; count r
          git -C r push -q 2>/dev/null; count r; count remote.git
          """) == "1\n3\n3\n")
  }

  @Test func `install warns of settings that damage records, and the fixes mend them`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.inside(
        """
        git remote add origin ../x; git config --add remote.origin.fetch '+refs/notes/*:refs/notes/*'
        git config notes.rewriteRef 'refs/notes/*'; git config --add notes.rewriteRef refs/notes/commits
        guard install > ../said; grep -c '^warning: ' ../said
        sed -n 's/^warning: .* fix: //p' ../said > ../fixes; sh ../fixes; guard install | grep -c '^warning: '
        git config --get-all remote.origin.fetch; git config --get-all notes.rewriteRef
        """) == """
          2
          0
          +refs/heads/*:refs/remotes/origin/*
          refs/notes/commits

          """)
  }

  @Test func `a push that carries the notes itself is not overtaken`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      0
      0
      0
      same

      """,
      """
      git init -q --bare ../mirror.git
      for i in 1 2; do git commit -q --allow-empty -m $i; git push -q --mirror ../mirror.git 2>../said; echo $?; done
      git commit -q --allow-empty -m 3; git push -q ../mirror.git main 'refs/notes/guard/*:refs/notes/guard/*' 2>../said; echo $?
      git -C ../mirror.git show-ref > ../there; git show-ref refs/notes/guard/runs | grep -qf - ../there && echo same
      """)
  }
}
