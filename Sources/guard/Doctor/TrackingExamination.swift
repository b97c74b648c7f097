import Git
import MLflow
import Platform
import Policy
import Reports

/// The tracking server: which it is, who guard is there, whether it answers.
struct TrackingExamination {
  private let surroundings: Surroundings
  private let asksNetwork: Bool

  init(_ surroundings: Surroundings, asksNetwork: Bool) {
    self.surroundings = surroundings
    self.asksNetwork = asksNetwork
  }

  func examine(_ examined: inout Doctor.Examined) {
    examined.trying("mlflow") { examined throws(Failure) in
      let policy = try policy()
      guard let (uri, isTrusted) = try surroundings.trackingURI(policy),
        let tracking = try surroundings.tracking(policy)
      else {
        return examined.say(
          "mlflow", .ok,
          "no tracking server is set, so commits get no run: MLFLOW_TRACKING_URI would name one")
      }
      let login = TrackingTarget.loginSource(uri: uri, tracking.environment).map { ", login by \($0)" } ?? ""
      examined.say("mlflow", .ok, "runs go to \(tracking.target.name)\(login)")
      if !isTrusted, TrackingTarget.loginSource(uri: uri, surroundings.environment) != nil {
        examined.say(
          "mlflow", .warning,
          "only the repository names this server, so the login of this machine is not sent there",
          advice: "name it in \(PolicyLayer.localFile) or in MLFLOW_TRACKING_URI, too")
      }
      try reach(tracking, &examined)
    }
  }

  /// As the commit that is checked out has it, which is what `guard sync` goes by.
  private func policy() throws(Failure) -> TrackingPolicy {
    let head: CommitID?
    let repository = try surroundings.repository()
    do throws(GitError) { head = try repository.head() } catch { throw Failure(error) }
    guard let head else { return TrackingPolicy() }
    return try CheckRun(surroundings).policy(of: Subjects(surroundings).commit(head)).tracking
  }

  private func reach(_ tracking: Tracking, _ examined: inout Doctor.Examined) throws(Failure) {
    guard asksNetwork else { return examined.say("mlflow", .ok, "it was not asked: --offline") }
    let store = try surroundings.store(tracking)
    do throws(TrackingError) {
      let count = try store.experiments(until: SystemClock.monotonicMilliseconds + Self.patience).count
      examined.say("mlflow", .ok, "it answers, and has \(count) \(count == 1 ? "experiment" : "experiments")")
    } catch {
      examined.say(
        "mlflow", .problem, error.message, advice: error.hint ?? Self.advice(error, tracking.target))
    }
  }

  /// What to do about a server that is down; nobody has to wait for it.
  private static func advice(_ error: TrackingError, _ target: TrackingTarget) -> String? {
    guard error.kind == .transient else { return nil }
    let start = target.localPort.map { "start it (mlflow server --port \($0))" } ?? "start it"
    return
      "\(start), or name another in MLFLOW_TRACKING_URI; commits go on without it, and guard sync brings their runs "
      + "there later"
  }

  /// Milliseconds: Python with MLflow takes some seconds to start.
  private static let patience: Int64 = 30_000
}

extension TrackingTarget {
  /// The port of a server on this machine.
  fileprivate var localPort: Int? {
    guard case .server(let server) = self else { return nil }
    for host in ["http://127.0.0.1:", "http://localhost:", "http://[::1]:"] where server.url.hasPrefix(host) {
      return Int(server.url.dropFirst(host.count).prefix { $0 != "/" })
    }
    return nil
  }
}
