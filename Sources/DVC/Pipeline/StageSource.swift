import Trees
import Values

/// All that a stage is made of, where its entry names nothing that stands elsewhere.
struct StageSource {
  /// The `dvc.yaml` or `.dvc` file.
  let file: RepositoryPath
  /// The name in `dvc.yaml`; `nil` for a `.dvc` file.
  let name: Text?
  /// The entry, and where its name stands.
  let definition: Mapping
  let position: Position?
  /// What `dvc.lock` has of the stage.
  let entry: LockFile.Entry?
  let paths: PathSpace
  let spelling: TemplateSpelling

  /// Whether the stage follows from this alone: there is no template in it, and no variables of its own.
  var isComplete: Bool {
    definition["vars"] == nil && Token.first(in: Node(.map(definition))) == nil
  }

  /// Whether both give the same stage.
  func isSame(as other: StageSource) -> Bool {
    position == other.position && definition.isSameReading(as: other.definition)
      && (entry?.position == other.entry?.position && (entry == nil) == (other.entry == nil))
      && (entry?.map ?? Mapping()).isSameReading(as: other.entry?.map ?? Mapping())
      && file == other.file && name == other.name && paths == other.paths && spelling == other.spelling
  }
}
