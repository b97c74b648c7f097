import DVC
import Trees
import Values

extension Rule {
  static let envDrift = Rule(
    "env/drift", nil, .change,
    summary: "an environment file changed, and the results are those of the environment before",
    explanation: """
      `dvc.lock` does not know which libraries were installed: when `requirements.txt` is changed, DVC finds all results up \
      to date. A commit that changes an environment file and leaves what `dvc.lock` records of a stage as it was claims \
      that the new environment gives the old results, and nobody has tried.

      A stage that has the file among its `deps:` is left alone: `lock/deps` tells it. So are changes of a requirements \
      file that ask for the same packages (comments, order), and merges. The rule is off unless policy turns it on: programs \
      that raise versions week by week would trip it each time.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {env/drift: warn}\n' > .guard.yml
        $ echo 'scikit-learn==1.6.1' > requirements.txt
        $ git add -A
        $ guard check --staged
        requirements.txt: warning: the environment changed, and the results of 'prepare', 'train' are those of the one before [env/drift]
            fix: dvc repro --force
            or:  name it under 'deps:' of the stages that use it, so that dvc repro knows
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i 's|    - src/train.py|    - src/train.py\n    - requirements.txt|' dvc.yaml
        $ sed -i 's|    - src/prepare.py|    - src/prepare.py\n    - requirements.txt|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    let changed = try subject.changes().filter { change in
      change.kind == .modified && !change.isMerged && EnvironmentFiles.rank(of: change.path.name) != nil
    }.map(\.path)
    guard !changed.isEmpty, let parent = try subject.ancestry().parents.first else { return [] }
    var findings: [Finding] = []
    for file in changed where try subject.asksAnew(file, since: parent) {
      for project in try subject.projects() where file.concerns(project) {
        let stale = try project.keptResults(since: parent, whatever: file)
        guard let first = stale.first else { continue }
        let names = stale.prefix(3).map { "'\($0.name)'" }.joined(separator: ", ")
        let more = stale.count > 3 ? " and \(stale.count - 3) more" : ""
        findings.append(
          Finding(
            "env/drift", at: Place(file), key: project.root.isRoot ? nil : project.root.text,
            message:
              "the environment changed, and the results of \(names)\(more) are those of the one before",
            fix: ShellCommand(dvc: "repro --force", in: project.root, stale.count == 1 ? [first.target] : [])
              .description,
            advice: "name it under 'deps:' of the stages that use it, so that dvc repro knows"))
      }
    }
    return findings
  }
}

extension RepositoryPath {
  /// Whether an environment file is one of a DVC repository's: it stands in it, or above it.
  fileprivate func concerns(_ project: JudgedProject) -> Bool {
    isInside(project.root) || project.root.isInside(parent)
  }
}

extension Subject {
  /// Whether an environment file asks for something else than before.
  fileprivate func asksAnew(_ file: RepositoryPath, since parent: Subject) throws(JudgementError) -> Bool {
    let (new, old) = try reading { () throws(TreeError) in
      (try tree.contents(of: file), try parent.tree.contents(of: file))
    }
    if new == old { return false }
    guard let now = RequirementReader.read(file, new), let before = RequirementReader.read(file, old),
      // Beside its images a Dockerfile has more that counts.
      file.name.suffix(4).elementsEqual(".txt".utf8)
    else { return true }
    return Set(now.map(\.spelling)) != Set(before.map(\.spelling))
  }
}

extension JudgedProject {
  /// The stages whose results were recorded before, and stand as they were.
  fileprivate func keptResults(
    since parent: Subject, whatever file: RepositoryPath
  ) throws(JudgementError) -> [JudgedStage] {
    let old = try parent.projects().first { $0.root == root }
    let before = Dictionary((old?.judgedStages ?? []).map { ($0.identity, $0.meaning) }) { $1 }
    return judgedStages.filter { stage in
      stage.stage.name != nil && !stage.isUnrecorded && before[stage.identity] == stage.meaning
        && !stage.stage.dataDependencies.contains(where: file.isInside)
    }
  }
}
