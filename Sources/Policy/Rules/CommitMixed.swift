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

      Stages belong to one pipeline when one is made from the other, over however many stages between them. A commit \
      that changes what two pipelines read by one and the same file (shared code, a shared parameter) is one change. Merges, \
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
    var groups: [[JudgedStage]] = []
    for project in try subject.projects() {
      let before = try parent.projects().first { $0.root == project.root }
      let old = before.map { [$0] } ?? []
      if subject.note("which pipelines the commit changes", unjudgedIn: old) { continue }
      let changes = PipelineChanges(project, since: before, changed: changed)
      for error in changes.unread { subject.note(Unjudged(what: "\(error.file)", why: error.message)) }
      groups += changes.groups()
    }
    guard groups.count > 1 else { return [] }
    let names = groups.prefix(3).map { $0.prefix(2).map { "'\($0.name)'" }.joined(separator: " and ") }
    let more = groups.count > 3 ? ", and \(groups.count - 3) more" : ""
    return [
      Finding(
        "commit/mixed", at: Place(groups[1][0].stage.file, groups[1][0].stage.position),
        message:
          "the commit changes \(groups.count) pipelines that have nothing to do with each other: that of "
          + names.joined(separator: ", that of ") + more,
        advice: "commit each by itself; git add -p stages parts of dvc.yaml, dvc.lock and parameters")
    ]
  }
}

/// Which pipelines of a project a commit changes.
private struct PipelineChanges {
  private let stages: [JudgedStage]
  private let pipelines: [Int]
  private let project: JudgedProject
  private let before: JudgedProject?
  private let changed: Set<RepositoryPath>
  /// The stages that changes touch; those that one change touches are one set.
  private var touched: [Set<Int>] = []
  /// The parameters files that are not here.
  private(set) var unread: [DVCError] = []

  init(_ project: JudgedProject, since before: JudgedProject?, changed: Set<RepositoryPath>) {
    self.project = project
    self.before = before
    self.changed = changed
    stages = project.judgedStages
    pipelines = StageGraph(stages.map(\.stage)).pipelines
    touchFiles()
    touchParameters()
    touchDefinitions()
  }

  /// The stages that are touched, those together whose pipelines are one or share a change. Data alone is no pipeline.
  func groups() -> [[JudgedStage]] {
    var leader: [Int: Int] = [:]
    func find(_ pipeline: Int) -> Int {
      var next = pipeline
      while let up = leader[next], up != next { next = up }
      return next
    }
    for set in touched {
      let involved = Set(set.map { pipelines[$0] }).sorted()
      for pipeline in involved { leader[find(pipeline)] = find(involved[0]) }
    }
    let all = touched.reduce(into: Set<Int>()) { $0.formUnion($1) }
    let isPipeline = Set(stages.indices.filter { stages[$0].stage.name != nil }.map { pipelines[$0] })
    let grouped = Dictionary(grouping: all.filter { isPipeline.contains(pipelines[$0]) }) {
      find(pipelines[$0])
    }
    return grouped.values.map { $0.sorted() }.sorted { $0[0] < $1[0] }.map { $0.map { stages[$0] } }
  }

  private mutating func touchFiles() {
    let index = PathIndex(changed)
    var byPath: [RepositoryPath: Set<Int>] = [:]
    for (place, stage) in stages.enumerated() {
      for path in stage.stage.dataDependencies + stage.stage.gitOutputs {
        for change in index.inside(path) { byPath[change, default: []].insert(place) }
      }
      if stage.stage.name == nil, changed.contains(stage.stage.file) { touched.append([place]) }
    }
    touched += byPath.values
  }

  /// Parameters by their values: a file that all stages share has changed for the stages that declare what did.
  private mutating func touchParameters() {
    guard case .success(let now) = project.project, case .success(let old)? = before?.project else { return }
    var byKey: [[Text]: Set<Int>] = [:]
    for (place, stage) in stages.enumerated() {
      for dependency in stage.stage.deps {
        guard case .parameters(let keys, _) = dependency.kind, let file = dependency.reference.path,
          changed.contains(file), isHere(file, now), isHere(file, old)
        else { continue }
        for key in keys.isEmpty ? [""] : keys.compactMap(\.text)
        where Self.value(key, file, now) != Self.value(key, file, old) {
          byKey[[file.text, key], default: []].insert(place)
        }
      }
    }
    touched += byKey.values
  }

  /// Whether nothing of a parameters file is missing.
  private mutating func isHere(_ file: RepositoryPath, _ project: Project) -> Bool {
    do throws(DVCError) { _ = try project.document(at: file) } catch {
      // What is here and cannot be read lock/unreadable tells.
      guard error.kind != .notAvailable else {
        unread.append(error)
        return false
      }
    }
    return true
  }

  /// How Python writes the value; nothing where it cannot be read, which lock/unreadable tells.
  private static func value(_ key: Text, _ file: RepositoryPath, _ project: Project) -> Text? {
    guard let document = try? project.document(at: file) else { return nil }
    return (try? ParameterKey.lookUp(key, in: document))?.value.pythonRepr
  }

  /// What `dvc.yaml` and `dvc.lock` say of a stage. What is recorded anew because of a change that is known already
  /// belongs with that one.
  private mutating func touchDefinitions() {
    let old = Dictionary((before?.judgedStages ?? []).map { ($0.identity, $0.meaning) }) { $1 }
    for (place, stage) in stages.enumerated()
    where stage.stage.name != nil && (changed.contains(stage.stage.file) || changed.contains(stage.lock)) {
      if old[stage.identity] != stage.meaning { touched.append([place]) }
    }
  }
}
