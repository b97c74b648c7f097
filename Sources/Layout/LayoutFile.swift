/// A file of the skeleton that `guard init --layout` makes for a new project. Its text is the file of that path in
/// `layout/` at the top of the repository, where a name that begins with a dot is written `dot-name`.
public struct LayoutFile: Hashable, Sendable {
  /// The path in the project.
  public let path: [UInt8]
  /// The bytes.
  public let contents: [UInt8]

  /// All files, in the order of their paths.
  public static var all: [LayoutFile] { embeddedLayout }

  /// The results of its stages that Git is to have: those that `dvc.yaml` says `cache: false` of, and what DVC records.
  public static let resultsForGit = ["dvc.lock", "metrics.json", "mlflow_run.json"]
  /// The results of its stages that DVC keeps.
  public static let resultsForDVC = [
    "data/features/table.csv", "data/processed/measurements.csv", "models/model.json",
  ]

  /// Whether it is one of those that fit only each other, and so stand all or none: what a stage is, reads or runs, and its
  /// tests. The others do their work beside whatever is there.
  public var isOfPipeline: Bool {
    !isGitIgnore && ![".dvcignore", "notebooks/README.md", "requirements.txt"].contains(where: isAt)
  }

  /// Whether it tells Git what to ignore.
  public var isGitIgnore: Bool { path.suffix(10).elementsEqual(".gitignore".utf8) }

  /// Whether Git is to have it. DVC keeps the data; and where a line covers a whole folder, a `.gitignore` in it is not missed.
  public var isForGit: Bool { !isAt("data/raw/measurements.csv") && (!isGitIgnore || isAt(".gitignore")) }

  private func isAt(_ place: String) -> Bool { path.elementsEqual(place.utf8) }

  init(storedAt path: String, text: String) {
    self.path = Array(
      path.split(separator: "/").map { $0.hasPrefix("dot-") ? "." + $0.dropFirst(4) : $0 }
        .joined(separator: "/").utf8)
    contents = Array(text.utf8)
  }
}
