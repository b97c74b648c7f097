import Platform
import Support
import Testing

/// `guard init`, in repositories with a past and in an empty folder.
@Suite struct StartScenarios {
  @Test func `a policy says what was seen, and is never written over`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
        write  .guard.yml
      profile: ci, as .github/workflows/train.yml:4 makes the results
      next:
        git add .guard.yml
        guard install
        git commit -m 'The policy of guard'
        dvc remote add -d NAME URL
        guard check --rev HEAD --inherited
      # The last commit has findings already (1 of lock/params).
      - 'docs/scan.png'
      the same
      guard: error: .guard.yml is there already, and kept

      """,
      """
      mkdir -p .github/workflows; printf 'jobs:\\n  train:\\n    steps:\\n      - run: dvc repro\\n' > .github/workflows/train.yml
      head -c 11000000 /dev/zero > docs/scan.png; stale; git add .; git commit -q --no-verify -m two
      guard init; grep 'last commit' .guard.yml; grep -o "[-] 'docs.*" .guard.yml
      cp .guard.yml ../before; guard init --dry-run > ../said; cmp .guard.yml ../before && echo the same; guard init || true
      """)
  }

  @Test func `a lock of a checkout with other line ends is seen`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
      # 1 recorded hash is that of a file with other line ends, as a checkout on Windows has them.
      line-ends: warn

      """,
      """
      sed -i 's/$/\\r/' train.py; repro; sed -i 's/\\r$//' train.py; git add .; git commit -q --no-verify -m windows
      guard init > /dev/null; grep -o '# 1 recorded .*\\|line-ends: warn' .guard.yml
      """)
  }

  @Test func `a dry run prints the policy and writes nothing`() throws {
    let box = try CommitSandbox()
    try box.expect(
      """
        write  .guard.yml
      profile: local
      nothing was written

      """,
      """
      guard init --dry-run | grep '^  write\\|^profile'
      test -e .guard.yml || echo nothing was written
      """)
  }

  @Test func `outside of a repository it says what to do`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run("mkdir e; cd e; guard init 2>&1 | tail -n 1; ls -A") == "    fix: git init\n")
  }

  @Test(
    arguments: [
      "params.yaml", "dvc.yaml", "dvc.lock", "src/train.py", "tests/test_prepare.py",
      "data/raw/measurements.csv", "data/raw/measurements.csv.dvc",
      // Not of the skeleton, but its stages would write over them.
      "metrics.json", "mlflow_run.json", "data/processed/measurements.csv", "data/features/table.csv",
      "models/model.json",
    ])
  func `a pipeline is written whole or not at all`(own: String) throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; mkdir -p data/raw data/processed data/features models src tests; echo mine > \(own)
        guard init --layout --dry-run; guard init --layout; cat \(own); find . -name .git -prune -o -type f -print
        """) == String(
          repeating: """
            guard: error: '\(own)' stands where the skeleton has files of its own, which fit only each other: no file was written
                do: move that away and begin again, or write dvc.yaml for what is there; guard init alone writes the policy

            """, count: 2) + "mine\n./\(own)\n")
  }

  @Test func `what somebody has made of the skeleton is kept, and not added to`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; guard init --layout > /dev/null; rm src/train.py; guard init --layout | grep write
        echo mine > src/train.py; rm .guard.yml; guard init --layout | grep 'write\\|is kept'; cat src/train.py
        guard init --layout; rm src/prepare.py; ln -s nowhere params.yml; ln -sf nowhere params.yaml; guard init --layout
        """) == """
            write  src/train.py
            write  .guard.yml
          what was there is kept; next:
          mine
          guard: error: all files of the skeleton are there already, and kept
          guard: error: 'params.yaml', 'src/train.py' stand where the skeleton has files of its own, which fit only each \
          other: no file was written
              do: move that away and begin again, or write dvc.yaml for what is there; guard init alone writes the policy
          exited(2)

          """)
  }

  @Test func `what Git or DVC would not see is not written`() throws {
    let box = try CommitSandbox(isBare: true)
    let again = "take that line out, and begin again: the skeleton's own .gitignore files name the data"
    #expect(
      try box.run(
        """
        git init -q r; cd r; try() { guard init "$@" 2>&1 | sed "s|$ROOT|/ROOT|"; }
        for line in /data/ '*.lock' '*.json' .dvc; do echo $line > .gitignore; try --layout; done; rm .gitignore
        echo 'data/*/*.dvc' > .git/info/exclude; try --layout; : > .git/info/exclude
        git config core.excludesFile ~/mine; echo '*.yml' > ~/mine; try; git config --unset core.excludesFile
        echo '*.csv' > .dvcignore; try --layout; rm .dvcignore; ls -A
        printf '%s\\n' 'data/*' '!data/raw' models/ '*.csv' > .gitignore; guard init --layout | tail -n 1
        """) == """
          guard: error: Git ignores 'data/raw/measurements.csv.dvc' by .gitignore:1, /data/: no file was written
              do: \(again)
          guard: error: Git ignores 'dvc.lock' by .gitignore:1, '*.lock': no file was written
              do: \(again)
          guard: error: Git ignores 'metrics.json', 'mlflow_run.json' by .gitignore:1, '*.json': no file was written
              do: \(again)
          guard: error: Git ignores '.dvc/config' by .gitignore:1, .dvc: no file was written
              do: \(again)
          guard: error: Git ignores 'data/raw/measurements.csv.dvc' by .git/info/exclude:1, 'data/*/*.dvc': no file was written
              do: \(again)
          guard: error: Git ignores '.guard.yml' by /ROOT/home/mine:1, '*.yml': no file was written
              do: take that line out; what is for this machine alone stands in guard.local.yml
          guard: error: .dvcignore hides 'data/raw/measurements.csv', 'data/features/table.csv', \
          'data/processed/measurements.csv', which DVC has to see: no file was written
              do: take the line out that does, and begin again
          .git
            dvc remote add -d NAME URL

          """)
  }

  @Test func `nothing is written behind a link, and where something is in the way nothing at all`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; mkdir ../outside; ln -s ../outside src; guard init --layout; ls -A ../outside .
        rm src; echo > data; guard init --layout; ls -A
        """) == """
          guard: error: 'src' is a symbolic link, and nothing is written behind one: no file was written
          .:
          .git
          src

          ../outside:
          guard: error: 'data' is no folder, and the skeleton needs one: no file was written
          .git
          data

          """)
  }

  @Test func `a disk that is full is told with what was written, and leaves no half file`() throws {
    let box = try CommitSandbox(isBare: true)
    #expect(
      try box.run(
        """
        git init -q r; cd r; (trap '' XFSZ; ulimit -f 3; guard init --layout) 2>&1 | sed "s|$ROOT|/ROOT|"
        ls src; guard init --layout | grep -c write
        """) == """
          guard: error: /ROOT/r/src/tracking.py: File too large (write)
              these were written: .guard.yml, data/features/.gitignore, data/processed/.gitignore, data/raw/.gitignore, \
          data/raw/measurements.csv, data/raw/measurements.csv.dvc, .dvcignore, .gitignore, dvc.yaml, models/.gitignore, \
          notebooks/README.md, params.yaml, requirements.txt, src/evaluate.py, src/features.py, src/prepare.py, src/project.py
          evaluate.py
          features.py
          prepare.py
          project.py
          3

          """)
  }

  /// The real dvc of `make setup`.
  @Test
  func `beside files of one's own the printed lines go through, and results are where the skeleton says`()
    throws
  {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    #expect(
      try box.run(
        """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; printf '# mine\\n*.tmp' > .gitignore; mkdir -p sub data/raw models; echo pandas > requirements.txt
        echo old.csv > data/raw/.gitignore; echo '*.json' > models/.gitignore; (cd sub; dvc init -q --subdir)
        guard init --layout | sed -n '/next:/,$ p' | tail -n +2 > ../steps; cat ../steps
        grep -v 'pip install\\|dvc remote' ../steps > ../run; sh -e ../run > ../said 2>&1 || cat ../said
        cat .gitignore data/raw/.gitignore requirements.txt; mkdir .venv; touch .venv/x
        git status --short; git log --format=%s; dvc status; git ls-files data models; cd src
        python -c "import project; print(*sorted(o['path'] for s in project.yaml(project.ROOT / 'dvc.lock')['stages'].values()
          for o in s['outs']))"
        """, seconds: 300) == """
            echo /measurements.csv >> data/raw/.gitignore
            printf '%s\\n' '' /guard.local.yml __pycache__/ .ipynb_checkpoints/ .pytest_cache/ .venv/ /mlflow.db /mlruns/ \
          /mlartifacts/ >> .gitignore
            echo 'ruamel.yaml==0.19.1' >> requirements.txt
            dvc init
            python3 -m venv .venv && . .venv/bin/activate && pip install -r requirements.txt
            dvc repro
            git add -A
            guard install
            git commit -m 'A pipeline'
            dvc remote add -d NAME URL
          # mine
          *.tmp
          /guard.local.yml
          __pycache__/
          .ipynb_checkpoints/
          .pytest_cache/
          .venv/
          /mlflow.db
          /mlruns/
          /mlartifacts/
          old.csv
          /measurements.csv
          pandas
          ruamel.yaml==0.19.1
          A pipeline
          Data and pipelines are up to date.
          data/features/.gitignore
          data/processed/.gitignore
          data/raw/.gitignore
          data/raw/measurements.csv.dvc
          models/.gitignore
          data/features/table.csv data/processed/measurements.csv metrics.json mlflow_run.json models/model.json

          """)
  }

  /// The real dvc of `make setup`.
  @Test func `the skeleton runs at once, and its first commit is coherent`() throws {
    let box = try CommitSandbox(isBare: true)
    let tools = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/") + "/.venv/bin"
    #expect(
      try box.run(
        """
        PATH=$PATH:'\(tools)'; command -v dvc > /dev/null || echo make setup installs dvc
        git init -q r; cd r; guard init --layout > /dev/null; dvc init -q; dvc repro -q; git add -A
        guard check --staged | sed 's/ ([0-9]* ms)//'; guard install > /dev/null
        git commit -q -m 'A pipeline'; git status --short; dvc status
        sed -i 's/rate: 0.1/rate: 0.2/' params.yaml; commit git commit -qam 'A trial'
        dvc repro -q; git add -A; commit git commit -qm 'Its results'; cat mlflow_run.json
        (cd tests; python -c "import test_prepare as own; print([getattr(own, name)() for name in dir(own) if name[:5] == 'test_'])")
        cd src; for stage in prepare train evaluate; do
          python -c "import tracking; print(*sorted(tracking.recorded('$stage')['stages']), '-', *sorted(tracking.versions('$stage')))"
        done
        """, seconds: 300) == """
          guard: 0 errors, 0 warnings in what is staged
          Data and pipelines are up to date.
          stopped lock/params
          passed
          {}
          [None]
          - data/raw/measurements.csv
          features prepare - data/features/table.csv data/raw/measurements.csv
          features prepare train - data/features/table.csv data/raw/measurements.csv mlflow_run.json models/model.json

          """)
  }
}
