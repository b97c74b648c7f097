import Git
import MLflow
import Platform
import Policy
import Runs
import Values

/// Asks a tracking server what the runs say that are linked to commits.
final class LinkedRuns {
  private let surroundings: Surroundings
  private let run: CheckRun
  private var opened: Result<(tracking: Tracking, store: TrackingStore)?, Failure>?

  /// - Parameter run: how policy is found, which says which server it is.
  init(_ run: CheckRun) {
    self.run = run
    surroundings = run.surroundings
  }

  /// The runs of a commit.
  func of(_ commit: CommitID) throws(JudgementError) -> [LinkedRun] {
    do {
      let repository = try surroundings.repository()
      let links = try Ledger(repository).links.of(commit).compactMap { link -> RunLink? in
        if case .run(let run) = link { run } else { nil }
      }
      guard !links.isEmpty else { return [] }
      let record = try surroundings.recordBuilder().record(of: commit)
      let store = try store(at: commit)
      let wantsFiles = try wantsFiles(at: commit)
      return links.map { link in
        let (answer, content) = answer(of: link, record, store, wantsFiles: wantsFiles)
        return LinkedRun(
          id: link.run, server: link.server, isTraining: link.isOfTraining, answer: answer,
          content: content)
      }
    } catch let failure as Failure {
      throw .source(failure.message)
    } catch {
      throw .source("\(error)")
    }
  }

  private func answer(
    of link: RunLink, _ record: RunRecord, _ store: (tracking: Tracking, store: TrackingStore)?,
    wantsFiles: Bool
  ) -> (LinkedRun.Answer, LinkedRun.Content?) {
    guard let store, store.tracking.name == link.server else {
      return (.unknown("its server is not the one that is set"), nil)
    }
    let end = SystemClock.monotonicMilliseconds + Self.patience
    do throws(TrackingError) {
      guard let run = try store.store.run(id: link.run.string, until: end), !run.isDeleted else {
        return (.gone, nil)
      }
      let differences = TrainingMatch(run, record).contradictions.map {
        LinkedRun.Difference(key: $0.key, logged: $0.logged, committed: $0.committed)
      }
      guard link.isOfTraining else { return (.found(differences), nil) }
      let files = wantsFiles ? try store.store.artifacts(of: run, until: end) : nil
      return (.found(differences), LinkedRun.Content(TrainingContent(run, record), files))
    } catch {
      return (.unknown("\(error)"), nil)
    }
  }

  /// Whether a rule that is on looks at the files of runs: they are asked for one directory after the other.
  private func wantsFiles(at commit: CommitID) throws(Failure) -> Bool {
    let policy = try run.policy(of: Subjects(surroundings).commit(commit))
    return ["layout/artifacts", "run/data-versions"].compactMap { Rule.named($0) }.contains(
      where: policy.isOn)
  }

  /// How many milliseconds a server may take for a run.
  private static let patience: Int64 = 10_000

  /// The server, opened once; `nil` where none is set.
  private func store(at commit: CommitID) throws(Failure) -> (tracking: Tracking, store: TrackingStore)? {
    if let opened { return try opened.get() }
    let result = Result { () throws(Failure) in try open(at: commit) }
    opened = result
    return try result.get()
  }

  private func open(at commit: CommitID) throws(Failure) -> (tracking: Tracking, store: TrackingStore)? {
    let policy = try run.policy(of: Subjects(surroundings).commit(commit)).tracking
    guard let tracking = try surroundings.tracking(policy) else { return nil }
    return (tracking, try surroundings.store(tracking))
  }
}

extension LinkedRun.Content {
  fileprivate init(_ content: TrainingContent, _ files: [StoredArtifact]?) {
    self.init(
      missingParameters: content.missingParameters, hasNoParameters: content.hasNoParameters,
      missingInputs: content.missingInputs,
      artifacts: files?.compactMap { file in file.size.map { File(path: file.path, size: $0) } })
  }
}
