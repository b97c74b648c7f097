import DVC
import Trees
import Values

extension ShellCommand {
  /// A run of stages, with what DVC refuses to run them without: a dataset that changed is updated before (DVC 3.67,
  /// "Dataset information is not in sync"), and a frozen stage is thawed for it, since DVC only looks for its outputs
  /// ("missing data 'source'").
  /// - Parameters:
  ///   - verb: the command of DVC's with its options.
  ///   - operands: what it is told to run, named from the root of the DVC repository.
  ///   - stages: the stages that it runs.
  init(dvc verb: String, in root: RepositoryPath, _ operands: [[UInt8]], running stages: [JudgedStage]) {
    let datasets = Set(stages.flatMap(\.staleDatasets)).sorted()
    var steps = datasets.map { Self(dvc: "ds update", in: root, [$0.utf8]) }
    let frozen = stages.filter { $0.stage.isFrozen && $0.stage.name != nil }.map(\.target)
    if !frozen.isEmpty { steps.append(Self(dvc: "unfreeze", in: root, frozen)) }
    steps.append(Self(dvc: verb, in: root, operands))
    if !frozen.isEmpty { steps.append(Self(dvc: "freeze", in: root, frozen)) }
    self.init(steps: steps)
  }
}

extension JudgedStage {
  /// The command that runs the stage.
  var rerun: String {
    ShellCommand(dvc: "repro", in: project.root, [target], running: [self]).description
  }

  /// The datasets that it reads and that `dvc.lock` does not have as `dvc.yaml` asks for them.
  fileprivate var staleDatasets: [Text] {
    status.dependencies.compactMap { status in
      guard case .path(.notInSync, _) = status.change,
        case .dataset(let name) = status.dependency.reference.location
      else { return nil }
      return name
    }
  }
}
