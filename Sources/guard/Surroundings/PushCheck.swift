import DVC
import Disk
import Git
import Hashing
import Platform
import Policy
import Remotes
import Reports
import Transfer
import Trees
import Values

/// Asks DVC's remotes for the data of commits: what the pre-push hook, `guard push` and `guard check --remote` do.
final class PushCheck {
  /// How it is asked.
  struct Options {
    /// The remote that alone is asked, without the outputs that have another of their own; as `-r` names it.
    var remoteName: Text?
    /// Whether what remotes were seen to have a while ago is believed.
    var usesMemory = true
    /// Whether a directory's files are taken to be there when its list is, as DVC does.
    var trustsLists = false
    /// Whether sizes are compared as well, and in a folder the content.
    var verifies = false
    /// The command that uploads what is missing.
    var push = "guard push"
    /// A tree whose DVC configuration says which remotes there are, in place of each commit's own.
    var configuration: ObjectTree?
  }

  /// What is known of one commit.
  struct Answer {
    let commit: CommitID
    var verdicts: [NeedVerdict] = []
    var homeless: [CommitNeeds.Homeless] = []
    var unreadable: [CommitNeeds.Unreadable] = []
    var leftOut: [Text] = []
  }

  private let surroundings: Surroundings
  private let options: Options
  private let policy: RemotePolicy
  private let remotes: OpenedRemotes

  init(_ surroundings: Surroundings, _ policy: RemotePolicy, _ options: Options) {
    self.surroundings = surroundings
    self.policy = policy
    self.options = options
    remotes = OpenedRemotes(surroundings.environment)
  }

  /// Asks for the data of commits, the oldest first.
  /// - Parameter base: commits whose data is taken to be there, unless policy asks for all.
  func answers(for commits: [CommitID], base: [CommitID]) throws(Failure) -> [Answer] {
    let needs = try CommitNeeds(surroundings, choice, configuration: options.configuration)
    let known = policy.objects == .all ? [] : try taken(from: base, needs)
    var answers: [Answer] = []
    var wanted: [Need] = []
    var owners: [Int] = []
    for (index, id) in commits.enumerated() {
      let named = try needs.named(by: id)
      answers.append(
        Answer(
          commit: id, homeless: named.homeless, unreadable: named.unreadable, leftOut: named.leftOut))
      wanted += named.needs
      owners += named.needs.map { _ in index }
    }
    if case .only(let name) = choice, !needs.hasChosen, answers.allSatisfy(\.unreadable.isEmpty),
      !answers.isEmpty
    {
      throw Failure("there is no DVC remote '\(name)'")
    }
    for (owner, verdict) in zip(owners, check(options.usesMemory).verdicts(of: wanted, known: known)) {
      answers[owner].verdicts.append(verdict)
    }
    return answers
  }

  /// Asks for the files of directories whose lists are to be uploaded, also for those that are taken to be there or
  /// were there a while ago: a list that is sent makes whoever pushes next believe in them. Of a remote that turns out
  /// to have lost some nothing else is believed.
  func askForPromised(_ answers: inout [Answer]) {
    let losers = ask(&answers) { $0.promisesUnseen }
    if !losers.isEmpty { _ = ask(&answers) { losers.contains($0.need.remote) } }
  }

  /// Asks anew for all that some needs come to.
  /// - Returns: the remotes that lack more than was known.
  private func ask(
    _ answers: inout [Answer], where fits: (NeedVerdict) -> Bool
  ) -> Set<RemoteDescription> {
    let places = answers.indices.flatMap { answer in
      answers[answer].verdicts.indices.map { (answer, $0) }
    }.filter { fits(answers[$0].verdicts[$1]) }
    let verdicts = check(false).verdicts(of: places.map { answers[$0].verdicts[$1].need })
    var losers: Set<RemoteDescription> = []
    for ((answer, place), verdict) in zip(places, verdicts) {
      if verdict.missing.count > answers[answer].verdicts[place].missing.count {
        losers.insert(verdict.need.remote)
      }
      answers[answer].verdicts[place] = verdict
    }
    return losers
  }

  private var choice: CommitNeeds.Choice { options.remoteName.map { .only($0) } ?? configuredChoice }

  private var configuredChoice: CommitNeeds.Choice { policy.name.map { .always($0) } ?? .configured }

  /// What commits that others have already name. It is taken to be where it is configured to go, and not on a remote
  /// that is only asked for now.
  private func taken(from base: [CommitID], _ needs: CommitNeeds) throws(Failure) -> [Need] {
    let source =
      options.remoteName == nil
      ? needs : try CommitNeeds(surroundings, configuredChoice, configuration: options.configuration)
    var known: [Need] = []
    for id in base { known += try source.known(by: id).needs }
    return known
  }

  private func check(_ believesMemory: Bool) -> RemoteCheck {
    var options = RemoteCheck.Options()
    options.trustsLists = self.options.trustsLists
    options.verifies = self.options.verifies
    if let seconds = policy.timeout { options.seconds = seconds }
    options.believesMemory = believesMemory
    let memory = surroundings.hashes.map { PresenceMemory($0) }
    return RemoteCheck(options, memory: memory) { [self] in open($0) }
  }

  /// A remote, opened once.
  func open(_ remote: RemoteDescription) -> OpenedRemote { remotes.open(remote) }
}

extension PushCheck.Answer {
  /// Takes note that what was missing and here was uploaded, save what stayed here.
  mutating func settle(_ outcome: Uploader.Outcome) {
    for index in verdicts.indices { verdicts[index].settle(outcome.left, damaged: outcome.damaged) }
  }

  /// Takes what could be uploaded for uploaded.
  mutating func rehearse() {
    for index in verdicts.indices where !verdicts[index].need.remote.keepsVersions {
      let isWhole = verdicts[index].missing.allSatisfy(\.isHere) && verdicts[index].unknown.isEmpty
      let remote = verdicts[index].need.remote
      let lists = isWhole ? [] : verdicts[index].missing.map(\.object).filter(\.isDirectory)
      verdicts[index].settle(Set(lists.map { RemoteObject($0, on: remote) }))
    }
  }

  /// Whether all that the commit names is on its remotes.
  var isComplete: Bool {
    homeless.isEmpty && unreadable.isEmpty
      && verdicts.allSatisfy { $0.missing.isEmpty && $0.unknown.isEmpty && $0.unverified == 0 }
  }

  /// What the rules are told.
  /// - Parameter isCurrent: whether a file is in the newest commit as it is in this one.
  func unpushed(
    push: String, _ workTree: DataInWorkTree, isCurrent: (RepositoryPath) -> Bool
  ) -> [UnpushedOutput] {
    homeless.map { UnpushedOutput($0, push: push) }
      + verdicts.compactMap { verdict in
        if verdict.missing.isEmpty { return nil }
        return UnpushedOutput(
          verdict, push: push, isInWorkTree: workTree.has(verdict),
          isCurrent: verdict.missing.allSatisfy(\.isHere) || isCurrent(verdict.need.output.recordFile))
      }
  }

}

extension PushedOutput {
  /// The file that records its hash.
  var recordFile: RepositoryPath {
    stage.name == nil ? stage.file : stage.file.parent.appending(Array("dvc.lock".utf8))
  }
}

extension DVC.Remote {
  /// Whether only this machine's configuration has it.
  fileprivate var isOwn: Bool { settings.allSatisfy(\.isOwn) }
}

extension RemoteDescription {
  /// How messages call it.
  var label: String { name.map { "'\($0)'" } ?? "'\(url)'" }
}

extension UnpushedOutput {
  fileprivate init(_ verdict: NeedVerdict, push: String, isInWorkTree: Bool, isCurrent: Bool) {
    let need = verdict.need
    self.init(
      need.output,
      cause: .missing(
        here: Objects(verdict.missing.filter { !$0.isLost }),
        nowhere: Objects(verdict.missing.filter(\.isLost))),
      count: verdict.count, remote: Text(need.remote.name ?? need.remote.url), push: push, root: need.root,
      keepsVersions: need.remote.keepsVersions,
      namesVersion: need.output.output.versions.contains {
        $0.id != nil && $0.remote.string == need.remote.name
      },
      isInWorkTree: isInWorkTree, isCurrent: isCurrent)
  }

  fileprivate init(_ homeless: CommitNeeds.Homeless, push: String) {
    let cause: Cause =
      if homeless.remote != nil { .unknownRemote } else {
        homeless.others.isEmpty
          ? .noRemote
          : .noDefault(
            remotes: homeless.others.map(\.name), areOfCommit: homeless.others.contains { !$0.isOwn })
      }
    self.init(
      homeless.output, cause: cause, count: 1,
      remote: homeless.remote ?? "", push: push, root: homeless.root)
  }

  private init(
    _ output: PushedOutput, cause: Cause, count: Int, remote: Text, push: String, root: RepositoryPath,
    keepsVersions: Bool = false, namesVersion: Bool = false, isInWorkTree: Bool = false,
    isCurrent: Bool = true
  ) {
    let stage = output.stage
    self.init(
      place: Place(output.recordFile, output.output.recorded.position),
      stage: (stage.name ?? Text(utf8: stage.file.bytes), stage.file), isMade: stage.name != nil,
      output: output.output.reference.definition, count: count, remote: remote, cause: cause, push: push,
      root: root, keepsVersions: keepsVersions, isInWorkTree: isInWorkTree,
      namesVersion: namesVersion, isCurrent: isCurrent)
  }
}

extension UnpushedOutput.Objects {
  fileprivate init(_ objects: [MissingObject]) {
    self.init(
      count: objects.count, bytes: objects.reduce(0) { $0 + ($1.size ?? 0) },
      example: objects.first { !$0.path.isEmpty }?.path ?? "",
      workTree: objects.lazy.compactMap { $0.place?.workTree }.first,
      damaged: objects.count(where: \.isDamaged),
      damagedCopies: Set(objects.compactMap(\.damagedCopy)).sorted { $0.lexicographicallyPrecedes($1) },
      doubt: objects.lazy.compactMap(\.doubt).first.map { Text("\($0)") })
  }
}
