import Trees
import Values

/// The files that say which software the pipelines of a commit need, known by their names.
public enum EnvironmentFiles {
  /// A kind of file: what keeps it, and how exactly it tells (the first of ``kinds`` tells best).
  private struct Kind {
    let name: Text
    let files: [String]
  }

  /// What locks every version comes first, then what names packages, then what may.
  private static let kinds: [Kind] = [
    Kind(name: "uv", files: ["uv.lock"]),
    Kind(name: "pixi", files: ["pixi.lock"]),
    Kind(name: "poetry", files: ["poetry.lock"]),
    Kind(name: "pdm", files: ["pdm.lock"]),
    Kind(name: "pipenv", files: ["Pipfile.lock"]),
    Kind(name: "conda-lock", files: ["conda-lock.yml", "conda-lock.yaml"]),
    Kind(name: "renv", files: ["renv.lock"]),
    Kind(name: "conda", files: ["conda.yaml", "conda.yml", "environment.yml", "environment.yaml"]),
    Kind(name: "pip", files: ["requirements.txt"]),
    Kind(name: "pixi", files: ["pixi.toml"]),
    Kind(name: "pipenv", files: ["Pipfile"]),
    Kind(name: "mlflow", files: ["python_env.yaml"]),
    Kind(name: "python", files: ["pyproject.toml", "setup.py", "setup.cfg"]),
    Kind(name: "docker", files: ["Dockerfile"]),
  ]

  /// How well a file of this name tells the environment, 0 for best; `nil` for one that does not.
  public static func rank(of name: some Collection<UInt8>) -> Int? {
    if let rank = kinds.firstIndex(where: { $0.files.contains { $0.utf8.elementsEqual(name) } }) {
      return rank
    }
    // `requirements-dev.txt`, `requirements_gpu.txt`: as good as the plain one, which comes first.
    guard name.starts(with: "requirements".utf8), name.suffix(4).elementsEqual(".txt".utf8) else {
      return nil
    }
    return kinds.firstIndex { $0.name == "pip" }
  }

  /// The file of a commit that tells best, and what keeps it: at the root of the repository before other directories,
  /// there by rank, then by name.
  public static func best(of files: [RepositoryPath]) -> (kind: Text, file: RepositoryPath)? {
    let ranked = files.compactMap { file in rank(of: file.name).map { (rank: $0, file: file) } }
    let best = ranked.min { left, right in
      let depths = (left.file.components.count, right.file.components.count)
      if depths.0 != depths.1 { return depths.0 < depths.1 }
      if left.rank != right.rank { return left.rank < right.rank }
      // The shorter name is the plain one.
      if left.file.bytes.count != right.file.bytes.count {
        return left.file.bytes.count < right.file.bytes.count
      }
      return left.file < right.file
    }
    return best.map { (kinds[$0.rank].name, $0.file) }
  }
}
