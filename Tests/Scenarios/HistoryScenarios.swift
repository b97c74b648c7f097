import Support
import Testing

/// Commits that are judged one after the other are judged as each is by itself, whatever is taken over from the one
/// before.
@Suite struct HistoryScenarios {
  /// What a commit may change, in shell: of the pipeline, beside it, and what says how it is read.
  private static let changes = [
    "echo \"print($n)\" > train.py", "echo \"print($n)\" > prepare.py; repro", "stale", "repro",
    "sed -i \"s/^lr: .*/lr: $n/\" params.yaml", "sed -i \"s/^seed: .*/seed: $n/\" params.yaml",
    "echo $n > data/raw.csv; add data/raw.csv", "echo $n > docs/page.md",
    "mkdir -p docs/$n; echo $n > docs/$n/x.md",
    "rm -f docs/page.md", "rm -rf docs", "echo \"/$n\" >> .gitignore", "echo 'docs' >> .dvcignore",
    "echo '*.py' > .dvcignore", "rm -f .dvcignore", "echo '*.json text' > .gitattributes",
    "rm -f .gitattributes",
    "git rm -q -f --cached train.py; rm -f train.py; ln -s prepare.py train.py",
    "rm -f train.py; echo 1 > train.py",
    "rm -f metrics.json", "echo '{}' > metrics.json; repro", "rm -f dvc.lock", "echo '<<<' >> dvc.lock",
    "git checkout -q HEAD~1 -- dvc.lock",
    "mkdir -p sub/.dvc; echo x > sub/a; : > sub/.dvc/config; (cd sub; add a)", "rm -rf sub",
    "printf 'version: 1\\nrules:\\n  lock/params: warn\\n' > .guard.yml", "rm -f .guard.yml",
    "echo 'rules: {env/drift: error}' > .guard.yml; echo numpy==$n > requirements.txt",
    "echo '- rule: lock/deps\n  reason: r' > .guard-waivers.yml", "rm -f .guard-waivers.yml",
    "mkdir -p data/more; echo $n > data/more/f", "echo metrics.json >> .gitignore", "pipeline; repro",
    "mv params.yaml real.yaml; ln -s real.yaml params.yaml", "echo 'lr: 2' > real.yaml",
    "git rm -q --cached params.yaml; rm params.yaml",
    "beside", "echo '{' > other.yaml", "echo 'x: 1' > other.yaml", "sed -i '/^  beside:/,$ s/.*/#/' dvc.yaml",
    "sed -i 's/params.yaml/other.yaml/' dvc.yaml", "sed -i 's/^stages:/vars: [{lr: 5}]\\nstages:/' dvc.yaml",
    "late", "again", "sed -i '0,/md5: ./s//md5: 0/' dvc.lock", "sed -i '$ s/[0-9]/7/' dvc.lock",
    "sed -i '1i # x' dvc.lock",
    "sed -i 's/cmd: .*train.*/cmd: train ${seed}/' dvc.yaml", "sed -i '1i # x' dvc.yaml",
    "echo '{' > params.yaml",
    "printf 'lr: 1\nepochs: 3\nseed: 1\n' > params.yaml",
    "sed -i 's/- lr/- seed/' dvc.yaml", "mv prepare.py lib.py 2>/dev/null; ln -sf lib.py prepare.py",
  ]

  /// Stages beside the others: one that reads what they make and a directory, and one that makes the same as they do.
  private static let stages = """
    late() {
      printf '  late:\\n    cmd: cat\\n    deps:\\n    - data/prepared.csv\\n    - docs\\n    params:\\n    - seed\\n' >> dvc.yaml
      printf '    outs:\\n    - late.txt\\n' >> dvc.yaml
    }
    beside() {
      printf '  beside:\\n    cmd: cp\\n    deps:\\n    - docs/page.md\\n    params:\\n    - other.yaml:\\n      - x\\n' >> dvc.yaml
      printf '    outs:\\n    - beside.txt\\n  last:\\n    cmd: cat\\n    deps:\\n    - beside.txt\\n' >> dvc.yaml
    }
    again() {
      printf '  again:\\n    cmd: cp\\n    deps:\\n    - docs\\n    outs:\\n    - data/prepared.csv:\\n        cache: false\\n' >> dvc.yaml
    }

    """

  @Test(arguments: Array(1...6) as [UInt64]) func `a range is judged as its commits are`(seed: UInt64)
    throws
  {
    let box = try CommitSandbox()
    var generator = SeededGenerator(seed: seed)
    var script = ""
    for number in 1...40 {
      let changes = (0...Int.random(in: 0...1, using: &generator)).compactMap { _ in
        Self.changes.randomElement(using: &generator)
      }
      script += "n=\(number); \(changes.joined(separator: "; ")); git add -A 2>/dev/null; "
      script += "git commit -q --no-verify --allow-empty -m \(number)\n"
    }
    let said = try box.inside(
      """
      git config core.hooksPath /dev/null
      \(Self.stages){ \(script) } > /dev/null 2>&1
      blocks() { sed -n '/^  "commits": \\[/,/^  \\],/p' | sed '1d;$d; s/^    },$/    }/'; }
      guard check --range HEAD~40..HEAD --format json --inherited | blocks > ../range
      guard check --range HEAD~40..HEAD --format json --inherited | blocks > ../again
      cmp ../range ../again; rm -rf .git/guard
      for commit in $(git rev-list --reverse HEAD~40..HEAD); do
        guard check --range $commit~1..$commit --format json --inherited | blocks
      done > ../alone
      cmp ../range ../alone && grep -c '"rule"' ../range
      """)
    #expect(Int(said.split(separator: "\n").last ?? "") ?? 0 > 20, "\(said)")
  }
}
