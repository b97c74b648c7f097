import Git
import Policy
import Remotes
import Reports
import Transfer
import Values

/// Finds out whether a commit can be restored.
struct RestorationRun {
  private let surroundings: Surroundings
  private let run: CheckRun
  private let subjects: Subjects

  init(_ surroundings: Surroundings) throws(Failure) {
    self.surroundings = surroundings
    run = CheckRun(surroundings)
    subjects = try Subjects(surroundings)
  }

  /// What is known of a commit; `nil` when it holds no DVC repository. What keeps it from being known, such as a policy
  /// that cannot be read, is told in its place.
  /// - Parameter asksRemotes: whether its remotes are asked, or only the cache of this machine is looked at.
  func restoration(of commit: CommitID, asksRemotes: Bool) -> Restoration? {
    do throws(Failure) { return try look(at: commit, asksRemotes) } catch {
      return Restoration(
        objects: 0, missingHere: nil, remotes: .notAsked, unreadable: error.message, errors: 0)
    }
  }

  private func look(at commit: CommitID, _ asksRemotes: Bool) throws(Failure) -> Restoration? {
    let subject = try subjects.commit(commit)
    do throws(JudgementError) {
      guard try !subject.projects().isEmpty else { return nil }
    } catch {
      throw Failure("\(error)")
    }
    let policy = try run.policy(of: subject).remote
    let needs = try CommitNeeds(surroundings, policy.name.map { .always($0) } ?? .configured)
    let named = try needs.named(by: commit, onlyNew: false)
    let here = RemoteCheck.verdictsOfCaches(of: named.needs + named.homeless.map(\.need))
    return Restoration(
      objects: here.reduce(0) { $0 + $1.count },
      missingHere: Restoration.Gap(here) { $0.missing.filter { !$0.isHere } },
      remotes: try asksRemotes ? remotes(of: commit, policy, named.homeless) : .notAsked,
      unreadable: named.unreadable.first.map { "\($0.what): \($0.why)" },
      errors: try run.verdict(subject).findings.count { $0.severity == .error && $0.isOfResults })
  }

  private func remotes(
    of commit: CommitID, _ policy: RemotePolicy, _ homeless: [CommitNeeds.Homeless]
  ) throws(Failure) -> Restoration.Remotes {
    if let first = homeless.first {
      let name = first.output.output.reference.definition
      return .unknown(first.remote.map { "there is no DVC remote '\($0)'" } ?? "'\(name)' has no DVC remote")
    }
    var options = PushCheck.Options()
    options.usesMemory = false
    let answers = try PushCheck(surroundings, policy, options).answers(for: [commit], base: [])
    let verdicts = answers.flatMap(\.verdicts)
    if let error = verdicts.lazy.flatMap(\.unknown.keys).first { return .unknown("\(error)") }
    return .asked(Restoration.Gap(verdicts, \.missing))
  }
}

extension Restoration.Gap {
  /// What is missing of needs; `nil` when nothing is.
  fileprivate init?(_ verdicts: [NeedVerdict], _ missing: (NeedVerdict) -> [MissingObject]) {
    let counts = verdicts.map { missing($0).count }
    guard let first = counts.firstIndex(where: { $0 > 0 }) else { return nil }
    let output = verdicts[first].need.output.output.reference.definition
    self.init(objects: counts.reduce(0, +), example: output.string)
  }
}

extension CommitNeeds.Homeless {
  /// What it comes to where no remote is asked.
  fileprivate var need: Need {
    Need(
      commit: nil, output: output, remote: RemoteDescription(name: nil, url: ""), caches: caches, root: root)
  }
}

extension Finding {
  /// Whether it says that the results are not what the commit would give.
  fileprivate var isOfResults: Bool { rule.group == "lock" }
}
