import Platform
import Values

/// The experiment that runs go to.
public enum ExperimentChoice: Hashable, Sendable {
  /// The one of a name, made when there is none.
  case name(String)
  /// The one of an id, which must exist.
  case id(String)
  /// The one of a name, which must have this id.
  case both(name: String, id: String)

  /// The name that policy gives; else what MLflow's variables say; else the repository's. MLflow itself would
  /// fall back to the experiment `Default`, where everybody's runs lie.
  /// - Parameters:
  ///   - policy: the name in the policy file.
  ///   - repository: the repository's name.
  public init(
    policy: String?, _ environment: ProcessEnvironment, repository: String
  ) throws(TrackingError) {
    if let policy {
      self = .name(try Self.checked(policy))
      return
    }
    let name = environment.filled("MLFLOW_EXPERIMENT_NAME")
    let id = environment.filled("MLFLOW_EXPERIMENT_ID")
    switch (name, id) {
    case (let name?, let id?): self = .both(name: try Self.checked(name), id: id)
    case (let name?, nil): self = .name(try Self.checked(name))
    case (nil, let id?): self = .id(id)
    case (nil, nil): self = .name(try Self.checked(repository))
    }
  }

  /// Databases keep 256 code points of a name.
  private static let limit = 250

  private static func checked(_ name: String) throws(TrackingError) -> String {
    guard name.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else {
      throw .settings("the name of the MLflow experiment is empty")
    }
    guard name.unicodeScalars.count <= limit else {
      throw .settings("the name of the MLflow experiment is longer than \(limit) characters")
    }
    return name
  }
}
