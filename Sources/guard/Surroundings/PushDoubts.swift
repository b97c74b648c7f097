import Git
import Policy
import Remotes
import Runs
import Transfer
import Trees
import Values

/// What could not be found out of commits that are pushed: each thing once, with the commits that it is about.
struct PushDoubts {
  /// What is not known.
  private enum Matter: Hashable {
    /// What data a commit names.
    case content(what: String)
    /// Whether objects on a remote are as large as they must be.
    case size(remote: String)
    /// Whether a remote has objects.
    case presence(remote: String, ErrorKind)
  }

  /// What comes of it.
  private enum Weight: Hashable {
    /// It stops the push.
    case stops
    /// It would, but somebody decided that its rules do not count.
    case waived
    /// It is told.
    case told
  }

  private struct Subject: Hashable {
    let matter: Matter
    let weight: Weight
  }

  /// How much it is about.
  private struct Extent {
    var objects = 0
    var commits: [CommitID] = []
  }

  private var order: [Subject] = []
  private var extents: [Subject: [String: Extent]] = [:]

  /// - Parameters:
  ///   - answers: what is known of the commits, the oldest first.
  ///   - stops: whether a commit that cannot be read stops it, and whether a remote does that cannot be asked for one.
  ///   - isWaived: whether no rule on data counts for what a file of a commit records.
  init(
    _ answers: [PushCheck.Answer], stops: (CommitID) -> (content: Bool, presence: Bool),
    isWaived: (CommitID, RepositoryPath) throws(Failure) -> Bool
  ) throws(Failure) {
    for answer in answers {
      let commit = answer.commit
      let stopping = stops(commit)
      for item in answer.unreadable {
        let weight = try Self.weight(stopping.content, isWaived, commit, item.path)
        add(Subject(matter: .content(what: item.what), weight: weight), item.why, commit)
      }
      for verdict in answer.verdicts {
        let remote = verdict.need.remote.place
        if verdict.unverified > 0 {
          let why = "nothing here says what it must be, or the remote does not tell it"
          add(Subject(matter: .size(remote: remote), weight: .told), why, commit, verdict.unverified)
        }
        guard !verdict.unknown.isEmpty else { continue }
        let weight = try Self.weight(stopping.presence, isWaived, commit, verdict.need.output.recordFile)
        for (error, count) in verdict.unknown {
          let matter = Matter.presence(remote: remote, ErrorKind(error))
          add(Subject(matter: matter, weight: weight), "\(error)", commit, count)
        }
      }
    }
  }

  private static func weight(
    _ stops: Bool, _ isWaived: (CommitID, RepositoryPath) throws(Failure) -> Bool, _ commit: CommitID,
    _ file: RepositoryPath
  ) throws(Failure) -> Weight {
    guard stops else { return .told }
    return try isWaived(commit, file) ? .waived : .stops
  }

  private mutating func add(_ subject: Subject, _ why: String, _ commit: CommitID, _ objects: Int = 0) {
    if extents[subject] == nil { order.append(subject) }
    var extent = extents[subject, default: [:]][why] ?? Extent()
    extent.objects += objects
    if extent.commits.last != commit { extent.commits.append(commit) }
    extents[subject, default: [:]][why] = extent
  }

  /// How many reasons of one kind are told each for itself: a remote that may not be read has one for every object.
  private static let mostReasons = 3

  /// A line for each.
  var lines: [Unjudged] {
    order.flatMap { subject in
      let reasons = (extents[subject] ?? [:]).sorted { $0.key < $1.key }
      guard reasons.count > Self.mostReasons, let first = reasons.first else {
        return reasons.map { Self.line(subject, $0.key, $0.value) }
      }
      var all = Extent()
      var seen: Set<CommitID> = []
      for (_, extent) in reasons {
        all.objects += extent.objects
        all.commits += extent.commits.filter { seen.insert($0).inserted }
      }
      return [Self.line(subject, "\(first.key), and \(reasons.count - 1) more of the kind", all)]
    }
  }

  private static func line(_ subject: Subject, _ why: String, _ extent: Extent) -> Unjudged {
    let objects = extent.objects == 1 ? "1 object" : "\(extent.objects) objects"
    let what =
      switch subject.matter {
      case .content(let what): "\(what) in \(Self.named(extent.commits))"
      case .size(let remote): "the size of \(objects) on the remote \(remote)"
      case .presence(let remote, _): "\(objects) on the remote \(remote) for \(Self.named(extent.commits))"
      }
    let remark = subject.weight == .waived ? " (waived, or its rules are off)" : ""
    return Unjudged(what: what, why: why + remark, isFatal: subject.weight == .stops)
  }

  private static func named(_ commits: [CommitID]) -> String {
    guard let first = commits.first else { return "no commit" }
    return "commit \(first.short)" + (commits.count > 1 ? " and \(commits.count - 1) more" : "")
  }
}

/// Of which kind a store's error is, whatever object it is about.
private enum ErrorKind: Hashable {
  case absent, unauthorised, unreachable, throttled, corrupt, unsupported, localFile

  init(_ error: StoreError) {
    self =
      switch error {
      case .absent: .absent
      case .unauthorised: .unauthorised
      case .unreachable: .unreachable
      case .throttled: .throttled
      case .corrupt: .corrupt
      case .unsupported: .unsupported
      case .localFile: .localFile
      }
  }
}

extension RemoteDescription {
  /// How messages call it where its name may mean another one in another commit: with its URL, without who logs in.
  fileprivate var place: String {
    guard name != nil else { return label }
    let url = URLText.withoutUser(Text(self.url)).utf8.prefix { $0 != UInt8(ascii: "?") }
    return "\(label) (\(String(decoding: url, as: UTF8.self)))"
  }
}
