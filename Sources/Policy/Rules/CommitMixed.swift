import DVC
import Trees
import Values

extension Rule {
  static let commitMixed = Rule(
    "commit/mixed", nil, .change,
    summary: "a commit that changes two pipelines that have nothing to do with each other",
    explanation: """
      One commit is one change. When two experiments share one, neither can be reverted, compared or bisected by itself, \
      and the metrics of the one stand beside the code of the other.

      Stages belong to one pipeline when one is made from the other, over however many stages between them, and when one \
      definition makes both (`foreach`, `matrix`). A commit that changes what two pipelines read by one and the same file \
      (shared code, a shared parameter, a value that templates of both name), or gives both the same command, is one \
      change. Merges, \
      and a commit without a parent, are not looked at. The rule is off unless policy turns it on.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {commit/mixed: warn}\n' > .guard.yml
        $ printf 'print("words")\n' > src/words.py
        $ dvc stage add -q -n words -d src/words.py -M words.json 'python src/words.py > words.json'
        $ dvc repro -q && git add -A && git commit -qm 'A second pipeline'
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml
        $ printf 'print("more words")\n' > src/words.py
        $ dvc repro -q && git add -A
        $ guard check --staged
        dvc.yaml:21: warning: the commit changes 2 pipelines that have nothing to do with each other: that of 'train', that of 'words' [commit/mixed]
            do:  commit each by itself; git add -p stages parts of dvc.yaml, dvc.lock and parameters
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ git restore --source=HEAD --staged --worktree src/words.py
        $ dvc repro -q && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    let ancestry = try subject.ancestry()
    guard ancestry.parents.count == 1, let parent = ancestry.parents.first else { return [] }
    let changed = Set(try subject.changes().map(\.path))
    guard !changed.isEmpty else { return [] }
    var projects: [PipelineChanges.Versions] = []
    for project in try subject.projects() {
      let before = try parent.projects().first { $0.root == project.root }
      let old = before.map { [$0] } ?? []
      if !subject.note("which pipelines the commit changes", unjudgedIn: old) {
        projects.append((project, before))
      }
    }
    let changes = PipelineChanges(projects, changed: changed)
    for error in changes.unread { subject.note(Unjudged(what: "\(error.file)", why: error.message)) }
    let groups = changes.groups()
    guard groups.count > 1 else { return [] }
    return [
      Finding(
        "commit/mixed", at: Place(groups[1][0].stage.file, groups[1][0].stage.position),
        message:
          "the commit changes \(groups.count) pipelines that have nothing to do with each other: that of "
          + named(groups),
        advice: "commit each by itself; git add -p stages parts of dvc.yaml, dvc.lock and parameters")
    ]
  }

  /// The first stages of the first pipelines, with their files where these are several.
  private static func named(_ groups: [[JudgedStage]]) -> String {
    let shown = groups.prefix(3).map { $0.prefix(2) }
    let isOneFile = Set(shown.joined().map(\.stage.file)).count == 1
    let names = shown.map { stages in
      stages.map { isOneFile ? "'\($0.name)'" : "'\($0.stage.shownName)'" }.joined(separator: " and ")
    }
    return names.joined(separator: ", that of ") + (groups.count > 3 ? ", and \(groups.count - 3) more" : "")
  }
}
