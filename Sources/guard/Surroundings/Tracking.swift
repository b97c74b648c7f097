import Git
import MLflow
import Platform
import Policy
import Runs
import Values

/// Where the runs of a repository's commits go.
struct Tracking {
  /// The place.
  let target: TrackingTarget
  /// The experiment.
  let experiment: ExperimentChoice
  /// What guard sends to it knows of this machine: without logins where the repository alone names the server.
  let environment: ProcessEnvironment
  /// The settings as one word, to see whether they have changed.
  let settings: String

  /// What the links call it.
  var name: Text { Text(target.name) }
  /// The workspace of a server.
  var workspace: Text? {
    if case .server(let server) = target { server.workspace.map { Text($0) } } else { nil }
  }
  /// The id of the experiment, as a process that was here before left it.
  func knownExperiment(in repository: Repository) -> KnownExperiment {
    KnownExperiment(repository, settings: "\(settings) \(target.name) \(experiment)")
  }
}

extension Surroundings {
  /// Where the runs of commits go: what policy says, else what `MLFLOW_TRACKING_URI` says, else the store that MLflow
  /// makes at the root of the work tree when nothing is set and somebody has used it; `nil` when none is known.
  func tracking(_ policy: TrackingPolicy) throws(Failure) -> Tracking? {
    guard let (uri, isTrusted) = try trackingURI(policy) else { return nil }
    let name = try repositoryName().string
    let environment = isTrusted ? self.environment : self.environment.withoutTrackingLogin
    do throws(TrackingError) {
      return Tracking(
        target: try TrackingTarget(uri: uri, environment, withholdsLogin: !isTrusted),
        experiment: try ExperimentChoice(
          policy: policy.experiment?.string, environment, repository: name),
        environment: environment, settings: TrackingTarget.fingerprint(uri: uri, environment))
    } catch {
      throw Failure("MLflow: \(error)")
    }
  }

  /// Opens the place where runs go. Nobody is asked yet.
  func store(_ tracking: Tracking) throws(Failure) -> TrackingStore {
    let repository = try repository()
    let writer: String
    do throws(RunsError) { writer = try CloneName.of(repository) } catch { throw Failure(error) }
    return TrackingStore(
      tracking.target, experiment: tracking.experiment, writer: writer,
      experimentID: tracking.knownExperiment(in: repository).id, tracking.environment,
      directory: repository.workTree ?? repository.gitDirectory)
  }

  /// The URI, and whether logins of this machine may go there: a repository may come from anybody, and what it names
  /// alone is told no password.
  func trackingURI(_ policy: TrackingPolicy) throws(Failure) -> (uri: String, isTrusted: Bool)? {
    let own = environment["MLFLOW_TRACKING_URI"].flatMap { $0.isEmpty ? nil : $0 }
    if let server = policy.server {
      let uri = server.uri.string
      return (uri, server.isOwn || own.map { Self.sameServer($0, uri) } ?? false)
    }
    if let own { return (own, true) }
    guard let root = try repository().workTree else { return nil }
    let database = FileSystem.join(root, Array("mlflow.db".utf8))
    guard FileSystem.exists(database) else { return nil }
    return ("sqlite:///" + String(decoding: database, as: UTF8.self), true)
  }

  /// Whether two URLs lead to one server.
  private static func sameServer(_ one: String, _ other: String) -> Bool {
    func authority(_ url: String) -> Substring {
      let rest = url.split(separator: "/", maxSplits: 3, omittingEmptySubsequences: false)
      guard rest.count > 2 else { return Substring(url) }
      return rest[2].split(separator: "@").last ?? rest[2]
    }
    return one.prefix { $0 != ":" } == other.prefix { $0 != ":" } && authority(one) == authority(other)
  }

  /// The name of the repository: the last part of where it was cloned from, which all clones share; else the folder's.
  func repositoryName() throws(Failure) -> Text {
    let repository = try repository()
    let place =
      repository.configuration("remote.origin.url") ?? repository.workTree ?? repository.commonDirectory
    let parts = place.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    var name = parts.last.map { Array($0) } ?? Array("repository".utf8)
    if name.suffix(4).elementsEqual(".git".utf8), name.count > 4 { name.removeLast(4) }
    return Text(utf8: name)
  }
}

extension ProcessEnvironment {
  /// Without what MLflow logs in by.
  fileprivate var withoutTrackingLogin: ProcessEnvironment {
    var environment = self
    for name in [
      "MLFLOW_TRACKING_USERNAME", "MLFLOW_TRACKING_PASSWORD", "MLFLOW_TRACKING_TOKEN",
      "MLFLOW_TRACKING_CLIENT_CERT_PATH", "NETRC",
    ] {
      environment[name] = nil
    }
    // The login file lies there, and ~/.netrc.
    environment["HOME"] = nil
    return environment
  }
}
