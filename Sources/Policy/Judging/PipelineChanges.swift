import DVC
import Trees
import Values

/// Which pipelines a commit changes.
struct PipelineChanges {
  /// A DVC repository, and what the parent has of it.
  typealias Versions = (now: JudgedProject, before: JudgedProject?)

  /// Keys of a file whose values a stage uses.
  typealias FileKeys = (file: RepositoryPath, keys: Set<Text>)

  private var stages: [JudgedStage] = []
  /// What the parent has of the DVC repository of each stage.
  private var befores: [JudgedProject?] = []
  /// The pipeline of each stage.
  private var pipelines: [Int] = []
  private let changed: Set<RepositoryPath>
  /// The stages that changes touch; those that one change touches are one set.
  private var touched: [Set<Int>] = []
  /// The parameters files that are not here.
  private(set) var unread: [DVCError] = []

  /// What a commit that changes these files changes in some DVC repositories.
  init(_ projects: [Versions], changed: Set<RepositoryPath>) {
    self.changed = changed
    for (project, before) in projects {
      let first = stages.count
      stages += project.judgedStages
      befores += Array(repeating: before, count: stages.count - first)
      pipelines += StageGraph(stages[first...].map(\.stage)).pipelines.map { $0 + first }
    }
    touchFiles()
    touchValues()
    touchDefinitions(projects)
  }

  /// The stages that are touched, those together whose pipelines are one or share a change. Data alone is no pipeline.
  func groups() -> [[JudgedStage]] {
    var leader: [Int: Int] = [:]
    func find(_ pipeline: Int) -> Int {
      var next = pipeline
      while let up = leader[next], up != next { next = up }
      return next
    }
    let definitions = Dictionary(grouping: stages.indices) { stages[$0].definition }.values.map(Set.init)
    for set in definitions + touched {
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

  /// Parameters and what templates name, by their values: a file that all stages share has changed for the stages that
  /// use what did.
  private mutating func touchValues() {
    var byKey: [[Text]: Set<Int>] = [:]
    // One definition may make thousands of stages.
    var templates: [[Text]: [FileKeys]] = [:]
    for (place, stage) in stages.enumerated() {
      guard case .success(let now) = stage.project.project, case .success(let old)? = befores[place]?.project
      else { continue }
      let named = templates[stage.definition] ?? Self.templateKeys(of: stage, now)
      templates[stage.definition] = named
      for (file, keys) in stage.parameterKeys + named
      where changed.contains(file) && isHere(file, now) && isHere(file, old) {
        for key in keys {
          let (new, before) = (Self.value(key, file, now), Self.value(key, file, old))
          for leaf in Self.changes(new, before, at: key) {
            byKey[[file.text, leaf], default: []].insert(place)
          }
        }
      }
    }
    touched += byKey.values
  }

  /// What the entry of a stage names by templates, for each file in which that may stand: `params.yaml` beside the
  /// `dvc.yaml`, what it loads as `vars`, and the `dvc.yaml` itself.
  private static func templateKeys(of stage: JudgedStage, _ project: Project) -> [FileKeys] {
    guard stage.stage.name != nil, let document = definitions(stage.stage.file, project),
      let entry = document["stages"]?.map?[stage.definition[1]]
    else { return [] }
    let names = TemplateNames.all(in: entry)
    guard !names.isEmpty else { return [] }
    let directory = stage.stage.file.parent
    let variables = (document["vars"]?.list ?? []) + (entry.map?["vars"]?.list ?? [])
    let files = variables.compactMap { item in
      item.text.flatMap { directory.resolving($0.split(separator: UInt8(ascii: ":"))[0].utf8) }
    }
    let all = Set(files).union([directory.appending(Array("params.yaml".utf8)), stage.stage.file])
    return all.map { ($0, names) }
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

  /// The value of a key; nothing where it cannot be read, which lock/unreadable tells.
  private static func value(_ key: Text, _ file: RepositoryPath, _ project: Project) -> Node? {
    if file.isPipelineFile {
      let variables = (definitions(file, project)?["vars"]?.list ?? []).filter { $0.map != nil }
      return variables.lazy.compactMap { try? ParameterKey.lookUp(key, in: $0) }.first
    }
    guard let document = try? project.document(at: file) else { return nil }
    return try? ParameterKey.lookUp(key, in: document)
  }

  /// What a `dvc.yaml` says; nothing where it cannot be read, which lock/unreadable tells.
  private static func definitions(_ file: RepositoryPath, _ project: Project) -> Mapping? {
    (try? project.document(at: file))?.map
  }

  /// The keys whose values differ, those of maps one by one: two stages may name a map and a value in it.
  private static func changes(_ new: Node?, _ old: Node?, at key: Text) -> [Text] {
    guard let left = new?.map, let right = old?.map else {
      return new?.value.pythonRepr == old?.value.pythonRepr ? [] : [key]
    }
    let names = Set((left.entries + right.entries).compactMap(\.key.text))
    return names.flatMap { name in
      changes(left[name], right[name], at: key.isEmpty ? name : key + "." + name)
    }
  }

  /// What `dvc.yaml` and `dvc.lock` say of a stage. What is recorded anew because of a change that is known already
  /// belongs with that one.
  private mutating func touchDefinitions(_ projects: [Versions]) {
    let known = projects.compactMap(\.before).flatMap(\.judgedStages)
    let old = Dictionary(known.map { ($0.identity, $0.meaning) }) { $1 }
    // An anchor gives one command to several stages.
    var commands: [[Text]: Set<Int>] = [:]
    for (place, stage) in stages.enumerated()
    where stage.stage.name != nil && (changed.contains(stage.stage.file) || changed.contains(stage.lock)) {
      let (meaning, before) = (stage.meaning, old[stage.identity])
      guard before != meaning else { continue }
      touched.append([place])
      if let new = meaning.command, let old = before?.command, new != old {
        commands[[stage.stage.file.text, old, new], default: []].insert(place)
      }
    }
    touched += commands.values
  }
}

extension JudgedStage {
  /// What defines it: the file, and the name there, which `foreach` and `matrix` give to many. DVC finds it by what stands
  /// before the last `@` (DVC 3.67, `StageLoader`).
  fileprivate var definition: [Text] {
    let end = stage.name?.utf8.lastIndex(of: UInt8(ascii: "@"))
    return [stage.file.text, Text(utf8: end.map { name.utf8[..<$0] } ?? name.utf8[...])]
  }

  /// The keys of parameters files that it declares; the empty one for all.
  fileprivate var parameterKeys: [PipelineChanges.FileKeys] {
    stage.deps.compactMap { dependency in
      guard case .parameters(let keys, _) = dependency.kind, let file = dependency.reference.path else {
        return nil
      }
      return (file, keys.isEmpty ? [""] : Set(keys.compactMap(\.text)))
    }
  }
}
