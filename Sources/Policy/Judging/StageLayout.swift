import DVC
import Trees
import Values

/// What rules on the layout of a project ask of its stages: found out once for all commits that leave them as they are.
struct StageLayout {
  /// A stage that runs a notebook.
  struct NotebookRun {
    let stage: StageStatus
    /// The dependency that the command names; where it names none, what is written there.
    let notebook: RepositoryPath
  }

  /// A stage that runs a program which it depends on.
  struct ProgramRun {
    let stage: StageStatus
    let program: RepositoryPath
  }

  /// A parameters file, where it is named first. What a stage makes or DVC holds is none of Git's.
  struct ParameterFile {
    /// The stage; `nil` when it is named beside the stages.
    let stage: StageStatus?
    let pipeline: RepositoryPath
    let position: Position?
    let name: Text
    let path: RepositoryPath
  }

  /// Metrics or a plot in DVC's cache.
  struct CachedResult {
    let stage: StageStatus
    let output: Output
    let path: RepositoryPath
  }

  private(set) var notebooks: [NotebookRun] = []
  /// By the directories that the programs stand in, which are few.
  private(set) var programs: [RepositoryPath: [ProgramRun]] = [:]
  private(set) var parameterFiles: [ParameterFile] = []
  private(set) var cachedResults: [CachedResult] = []

  /// What a project's stages show.
  init(_ judged: JudgedProject) {
    guard case .success(let project) = judged.project else { return }
    let kept = Set(project.readableStages.flatMap(\.outputs))
    var seen: Set<RepositoryPath> = []
    func isOfGit(_ path: RepositoryPath) -> Bool {
      path.isInside(judged.root) && seen.insert(path).inserted && !kept.contains(path)
        && !path.directoriesUpward.contains(where: kept.contains)
    }
    for stage in judged.judgedStages {
      for dependency in stage.stage.deps {
        guard case .parameters = dependency.kind, let path = dependency.reference.path, isOfGit(path) else {
          continue
        }
        parameterFiles.append(
          ParameterFile(
            stage: stage.status, pipeline: stage.stage.file, position: dependency.position,
            name: dependency.reference.definition, path: path))
      }
      guard stage.stage.name != nil else { continue }
      if let notebook = StageCommand(stage.stage).notebook {
        notebooks.append(NotebookRun(stage: stage.status, notebook: stage.path(named: notebook)))
      }
      for program in stage.namedDependencies where program.isCode {
        programs[program.parent, default: []].append(ProgramRun(stage: stage.status, program: program))
      }
      for output in stage.stage.outs where output.isCached && output.isResult {
        guard let path = output.reference.path, output.reference.isInRepository else { continue }
        cachedResults.append(CachedResult(stage: stage.status, output: output, path: path))
      }
    }
    for file in project.files {
      for path in file.named.parameters where isOfGit(path) {
        parameterFiles.append(
          ParameterFile(stage: nil, pipeline: file.path, position: nil, name: path.text, path: path))
      }
    }
  }
}

extension StageCommand {
  /// Programs that run every notebook that they are given.
  private static let runners: Set<Text> = [
    "papermill", "jupyter-execute", "jupyter-run", "runipy", "runnb", "treon", "ipython", "ipython3",
  ]
  /// Programs that run a notebook where they are told to.
  private static let converters: Set<Text> = ["nbconvert", "jupyter-nbconvert", "jupytext", "quarto"]

  /// The notebook that it runs, as it is written.
  fileprivate var notebook: [UInt8]? {
    for command in commands {
      guard let notebook = command.first(where: { $0.suffix(6).elementsEqual(".ipynb".utf8) }) else {
        continue
      }
      if Self.runsNotebooks(command.map { Text(utf8: $0.split(separator: UInt8(ascii: "/")).last ?? []) }) {
        return notebook
      }
    }
    return nil
  }

  /// Whether a command, each word without the directory before it, runs the notebook that it names.
  private static func runsNotebooks(_ words: [Text]) -> Bool {
    if words.contains(where: runners.contains) { return true }
    if words.contains("--execute"), words.contains(where: converters.contains) { return true }
    return zip(words, words.dropFirst()).contains { $0 == "jupyter" && ["execute", "run"].contains($1) }
  }
}

extension RepositoryPath {
  /// Whether its name is that of a program's source.
  fileprivate var isCode: Bool { Self.sources.match(name) }

  private static let sources = NameEndings([".py", ".R", ".r", ".sh", ".jl"])
}

extension Output {
  /// Whether it is a recorded file of metrics, or of a plot in numbers: a picture is none of Git's.
  fileprivate var isResult: Bool {
    guard recorded.value != nil, !recorded.isDirectory else { return false }
    switch role {
    case .data: return false
    case .metrics: return true
    case .plots: return Self.texts.match(reference.definition.utf8)
    }
  }

  private static let texts = NameEndings([".json", ".csv", ".tsv", ".yaml", ".yml"])
}
