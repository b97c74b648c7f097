import Git
import Hooks
import Platform
import Policy
import Reports
import Values

/// The gate on a Git server: judges what a push is about to change, in the quarantine where Git keeps it until the
/// hook lets it in (git-receive-pack(1), "Quarantine environment").
struct ReceiveRun {
  /// What is said of one ref.
  struct Answer {
    let reference: ReceivedReference
    /// The verdict on its commits; `nil` when none were judged.
    var report: Report?
    /// Why it must not come in, beside what the report says; and what else is to be known.
    var refusals: [String] = []
    var remarks: [String] = []

    /// Whether it may come in.
    var isLetIn: Bool { refusals.isEmpty && (report.map { $0.conclusion == .pass } ?? true) }
  }

  /// How the commits of a ref are judged.
  var check: CheckRun
  /// Whether DVC's remotes are asked for the data.
  var asksRemotes = false
  /// How many commits of a ref are judged one by one: the newest. Of all of them the result is.
  var most = 1000
  /// When the time for the whole push is over, in milliseconds of the monotonic clock.
  var end = Int64.max

  private let surroundings: Surroundings

  init(_ check: CheckRun) {
    self.check = check
    surroundings = check.surroundings
  }

  /// What is said of refs.
  func answers(_ references: [ReceivedReference]) throws(Failure) -> [Answer] {
    let main = try surroundings.asking { (repository) throws(GitError) in try repository.head() }
    var policy: Policy?
    // One that cannot be read exempts nothing, and is told where commits are judged.
    if let main { do throws(Failure) { policy = try self.policy(at: main) } catch { policy = nil } }
    var judged: [[Int]: [CommitID]] = [:]
    var answers: [Answer] = []
    for reference in references {
      let patterns = policy?.patterns(naming: Self.branch(reference.name)) ?? []
      let known =
        if let found = judged[patterns] { found } else { try self.judged(as: patterns, by: policy) }
      judged[patterns] = known
      answers.append(try answer(reference, exempting: policy, main: main, known: known))
    }
    return answers
  }

  /// What branches and tags lead to that were judged in the same way when they came. What only a branch has that is not
  /// judged, or that is judged otherwise, is new everywhere else.
  /// - Parameter patterns: those of the policy's patterns of branches that name the branch; none for a tag.
  private func judged(as patterns: [Int], by policy: Policy?) throws(Failure) -> [CommitID] {
    try surroundings.asking { (repository) throws(GitError) in
      var commits = patterns.isEmpty ? try repository.commits(under: Self.tags) : []
      for (reference, commit) in try repository.tips(under: Self.branches) {
        let name = Array(reference.dropFirst(Self.branches.count))
        guard policy?.exempts(branch: name) != true, policy?.patterns(naming: name) ?? [] == patterns else {
          continue
        }
        commits.append(commit)
      }
      return commits
    }
  }

  /// The name of the branch that a ref is; `nil` for another one.
  private static func branch(_ reference: [UInt8]) -> [UInt8]? {
    reference.starts(with: branches) ? Array(reference.dropFirst(branches.count)) : nil
  }

  private static let branches = Array("refs/heads/".utf8)
  private static let tags = Array("refs/tags/".utf8)

  private func answer(
    _ reference: ReceivedReference, exempting policy: Policy?, main: CommitID?, known: [CommitID]
  ) throws(Failure) -> Answer {
    var answer = Answer(reference: reference)
    if let notes = [NotesReference.runs, .links].first(where: { $0.name.elementsEqual(reference.name) }) {
      answer.refusals = try ReceivedNotes(surroundings, notes, until: end).refusals(reference)
      return answer
    }
    guard let new = reference.new else { return answer }
    if reference.name.starts(with: "refs/notes/guard/".utf8) {
      answer.refusals = ["only runs and links are kept below refs/notes/guard/"]
      return answer
    }
    if reference.name.starts(with: "refs/replace/".utf8) {
      answer.refusals = ["others would read something else than what was judged"]
      return answer
    }
    let isBranch = reference.name.starts(with: Self.branches)
    guard isBranch || reference.name.starts(with: Self.tags) else {
      answer.remarks = ["not judged: neither a branch nor a tag"]
      return answer
    }
    if isBranch, policy?.exempts(branch: Array(reference.name.dropFirst(Self.branches.count))) == true {
      answer.remarks = ["not judged: the policy of the default branch exempts it"]
      return answer
    }
    guard let head = try commit(new) else {
      if isBranch { answer.refusals = ["it would lead to what is no commit"] }
      return answer
    }
    let branch = isBranch ? Text(utf8: reference.name.dropFirst(Self.branches.count)) : nil
    answer.report = try report(head, old: try reference.old.flatMap(commit), branch, main, known)
    return answer
  }

  /// The verdict on the commits that a ref brings; `nil` when it brings none.
  private func report(
    _ head: CommitID, old: CommitID?, _ branch: Text?, _ main: CommitID?, _ known: [CommitID]
  ) throws(Failure) -> Report? {
    let isBranch = branch != nil
    // A branch that is there is judged by what it was, also for commits that another branch has; what is new by what
    // nothing leads to yet.
    let base = isBranch ? old ?? main : main
    let excluded = isBranch && old != nil ? [] : known
    var check = check
    check.branches = branch.map { [$0] } ?? []
    // Where nothing was before the push, it must not say by itself how it is judged.
    if base == nil {
      check.trusted = try surroundings.asking { (repository) throws(GitError) in repository.emptyTree }
    }
    var run = CIRun(check, ChangeResolver.Resolved(base: base, head: head))
    run.asksRemotes = asksRemotes
    run.known = excluded
    run.most = most
    run.end = end
    let brought = try run.brought()
    return brought.isEmpty ? nil : try run.report(on: brought)
  }

  private func policy(at commit: CommitID) throws(Failure) -> Policy {
    var check = check
    check.trusted = try surroundings.asking { (repository) throws(GitError) in try repository.tree(of: commit)
    }
    return try check.policy(of: Subjects(surroundings).commit(commit))
  }

  /// The commit that an object leads to; `nil` for another object.
  private func commit(_ digits: [UInt8]) throws(Failure) -> CommitID? {
    guard let id = ObjectID(hexadecimal: digits) else { return nil }
    return try surroundings.asking { (repository) throws(GitError) in try repository.commit(under: id) }
  }
}
