import Hashing
import Trees
import Values

/// An output whose data `dvc push` uploads (DVC 3.67, `Output.get_used_objs` in `dvc/output.py`).
public struct PushedOutput: Sendable {
  /// The stage that makes it, or the `.dvc` file that holds it.
  public let stage: Stage
  /// The output.
  public let output: Output
  /// The object that its record names: a file, or the list of a directory's files.
  public let object: CacheObject
}

/// The outputs of a project whose data `dvc push` uploads.
public struct PushedOutputs: Sendable {
  /// Those with a record.
  public internal(set) var recorded: [PushedOutput] = []
  /// Those whose record names no object: DVC warns of them, and pushes nothing.
  public internal(set) var unrecorded: [(stage: Stage, output: Output)] = []
  /// Those whose record guard cannot read: an algorithm that it does not know, a name that is none.
  public internal(set) var unknown: [(stage: Stage, output: Output)] = []

  /// The outputs of stages, in their order. What Git holds (`cache: false`), what another repository holds (a
  /// repository import), and what says `push: false` is not pushed.
  public init(of stages: [Stage]) {
    for stage in stages where !stage.isRepositoryImport {
      for output in stage.outs where output.isCached && output.isPushed {
        guard output.recorded.value != nil else {
          // An import that was never downloaded names nothing.
          if !stage.isImport { unrecorded.append((stage, output)) }
          continue
        }
        guard output.recorded.algorithm != nil, let object = output.recorded.object, object.isWellFormed
        else {
          unknown.append((stage, output))
          continue
        }
        recorded.append(PushedOutput(stage: stage, output: output, object: object))
      }
    }
  }
}
