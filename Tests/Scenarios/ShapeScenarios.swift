import Testing

/// Repositories of every shape: without DVC, without a commit, with DVC in a subfolder or in several.
@Suite struct ShapeCommitScenarios {
  private static let new = "git init -q r; cd r; guard install >/dev/null; "

  @Test func `a repository without DVC hears nothing`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        Self.new + """
          printf 'stages: [\\n' > dvc.yaml; seq 9 > params.yaml; git add -A; commit git commit -qm one; cat ../said
          echo x > f; git add -A; commit git commit -qm two; cat ../said; ls .git/guard 2>&1 | wc -l
          """) == "passed\npassed\n1\n")
  }

  @Test func `a repository without a commit is judged by itself`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        Self.new + CommitSandbox.files + """
          stale; git add -A; commit git commit -qm one; repro; git add -A; commit git commit -qm one; cat ../said
          """) == "stopped lock/params\npassed\n")
  }

  @Test func `an orphan branch has no parent to inherit from`() throws {
    try CommitSandbox().expect(
      "stopped lock/params\n",
      "stale; git commit -qam past --no-verify; git checkout -q --orphan new; commit git commit -qm root")
  }

  @Test func `DVC in a subfolder, committed from any folder`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        Self.new + """
          mkdir -p 'a folder/ml' other; cd 'a folder/ml'; \(CommitSandbox.files)git add -A; git commit -qm one
          stale; commit git commit -qam x; cut -d: -f1 "$ROOT/said" | head -n 1
          cd ../../other 2>/dev/null || cd "$ROOT/r"; commit git commit -qam x
          cd "$ROOT/r/a folder/ml"; repro; commit git commit -qam x
          """) == "stopped lock/params\na folder/ml/params.yaml\nstopped lock/params\npassed\n")
  }

  @Test func `two roots are judged both`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        Self.new + """
          for root in one two; do mkdir $root; cd $root; \(CommitSandbox.files)cd ..; done; git add -A; git commit -qm one
          cd two; stale; cd ..; commit git commit -qam x; cut -d: -f1 ../said | head -n 1; cd one; stale; cd ..
          git add -A; commit git commit -qm x; grep -c '^.*/params.yaml:1' ../said
          for root in one two; do cd $root; repro; cd ..; done; git add -A; commit git commit -qm x
          """) == "stopped lock/params\ntwo/params.yaml\nstopped lock/params\n2\npassed\n")
  }

  @Test func `a nested root is judged by itself, and its parent does not look into it`() throws {
    let box = try CommitSandbox()
    try box.expect(
      "passed\nstopped lock/params\nin/params.yaml\npassed\n",
      """
      mkdir in; cd in; \(CommitSandbox.files)cd ..; git add -A; commit git commit -qm nested
      cd in; stale; commit git commit -qam x; cut -d: -f1 "$ROOT/said" | head -n 1; repro; commit git commit -qam x
      """)
  }

  @Test func `a dependency in a submodule is not checked`() throws {
    try CommitSandbox().expect(
      """
      passed
      not checked: dvc.yaml:train: lib/code: it is in the submodule 'lib', whose content is not in this repository

      """,
      """
      git init -q ../lib; echo 1 > ../lib/code; git -C ../lib add code; git -C ../lib commit -qm one
      git -c protocol.file.allow=always submodule --quiet add ../lib lib
      sed -i 's#^\\( *\\)- train.py$#&\\n\\1- lib/code#' dvc.yaml; repro
      git add -A; commit git commit -qm two; grep '^not checked' ../said
      """)
  }

  @Test func `a link that leads out of the repository is named beside what needs it`() throws {
    try CommitSandbox().expect(
      "not checked: dvc.yaml: params.yaml: a symbolic link leads out of the repository\n",
      """
      mv params.yaml ..; ln -s ../params.yaml params.yaml; git add -A
      commit git commit -qm x >/dev/null; grep 'not checked:' ../said
      """)
  }

  @Test func `a submodule with DVC is not this repository's`() throws {
    let box = try CommitSandbox()
    #expect(
      try box.run(
        """
        git config --global protocol.file.allow always; git init -q super; cd super; guard install >/dev/null
        git -C ../r commit -qam past --no-verify --allow-empty; git submodule --quiet add ../r sub
        commit git commit -qm one; cat ../said; cd sub; sed -i 's/^lr: .*/lr: 7/' params.yaml; git commit -qam stale
        cd ..; commit git commit -qam two; cat ../said
        """) == "passed\npassed\n")
  }

  @Test func `a branch that has no DVC yet inherits nothing`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        Self.new + "git commit -q --allow-empty -m none; " + CommitSandbox.files
          + "stale; git add -A; commit git commit -qm x; repro; git add -A; commit git commit -qm x")
        == "stopped lock/params\npassed\n")
  }

  @Test(arguments: [
    "git update-index --index-version 4", "git update-index --split-index", "git config index.skipHash true",
    "git config core.untrackedCache true; git update-index --untracked-cache",
    "git sparse-checkout set --sparse-index data docs; git sparse-checkout disable",
    "git config core.ignorecase true", "git config feature.manyFiles true",
  ])
  func `indexes of every kind`(setting: String) throws {
    let box = try CommitSandbox()
    try box.expect(
      "stopped lock/params\npassed\n",
      "{ \(setting); } >/dev/null 2>&1; stale; commit git commit -qam x; repro; commit git commit -qam x")
  }

  @Test func `SHA-256 names, read through the git command`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        "git init -q --object-format=sha256 r; cd r; guard install >/dev/null; " + CommitSandbox.files
          + "git add -A; git commit -qm one; stale; commit git commit -qam x; repro; commit git commit -qam x"
      )
        == "stopped lock/params\npassed\n")
  }
}
