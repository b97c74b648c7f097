import Trees
import Values

/// The files that a `dvc.yaml` names beside its stages, for people to compare (DVC 3.67, `resolve_metrics` and its
/// kin in `dvc/parsing/__init__.py`). No hash is kept of them.
public struct NamedFiles: Sendable {
  /// Those of `metrics` and `plots`.
  public internal(set) var results: [RepositoryPath] = []
  /// Those of `metrics` alone.
  public internal(set) var metrics: [RepositoryPath] = []
  /// Those of `params`.
  public internal(set) var parameters: [RepositoryPath] = []

  /// The files of a `plots` section. A plot's id is its file, unless `y` is a map of files; `x` may be one as well
  /// (DVC 3.67, `_id_is_path` and `_adjust_sources` in `dvc/repo/plots/__init__.py`).
  static func ofPlots(_ plots: Node) -> [Text] {
    var files: [Text] = []
    for plot in plots.list ?? [] {
      if let file = plot.text { files.append(file) }
      for entry in plot.map?.entries ?? [] {
        guard let id = entry.key.text else { continue }
        guard let sources = entry.value.map?["y"]?.map else {
          files.append(id)
          continue
        }
        let others = entry.value.map?["x"]?.map?.entries ?? []
        files += (sources.entries + others).compactMap(\.key.text)
      }
    }
    return files
  }
}
