import Platform

/// Exchanges guard's notes with another repository: what only one side has, both have afterwards.
///
/// No refs of the other side are kept, and no refspec is put into the configuration: the ones that are recommended
/// for notes (`+refs/notes/*:refs/notes/*`) destroy notes that were not pushed yet.
public struct NotesExchange {
  /// What came of it.
  public struct Outcome: Hashable, Sendable {
    /// The refs that had something new to send.
    public var sent: [NotesReference] = []
    /// The refs that something new came for.
    public var received: [NotesReference] = []
  }

  private let repository: Repository
  private let git: NetworkGit
  private let joining: (NotesReference) -> ([UInt8], [UInt8]) -> [UInt8]

  /// - Parameters:
  ///   - remote: the name of a remote of Git's, or a URL.
  ///   - seconds: how long all of it may take.
  ///   - joining: makes one note of two.
  public init(
    _ repository: Repository, with remote: [UInt8], seconds: Int,
    joining: @escaping (NotesReference) -> ([UInt8], [UInt8]) -> [UInt8]
  ) throws(GitError) {
    self.repository = repository
    self.joining = joining
    git = try NetworkGit(repository, remote, seconds: seconds)
  }

  /// Sends what is new here and takes what is new there.
  /// - Parameter takesAll: whether to ask for what is new there even when nothing stands in the way of sending.
  /// - Throws: `command` in Git's own words; `timedOut` when the time is over.
  public func run(
    _ references: [NotesReference] = [.runs, .links], takesAll: Bool
  ) throws(GitError) -> Outcome {
    var outcome = Outcome()
    var mustTake = takesAll
    for _ in 0..<Self.attempts {
      if mustTake { outcome.received += try take(references).filter { !outcome.received.contains($0) } }
      guard try send(references, &outcome) else {
        mustTake = true
        continue
      }
      return outcome
    }
    throw .command("push", why: "others were faster \(Self.attempts) times: try again")
  }

  private static let attempts = 3

  // MARK: - Taking

  /// Joins what the other side has with what is here.
  /// - Returns: the refs that had something new.
  private func take(_ references: [NotesReference]) throws(GitError) -> [NotesReference] {
    let tips = try git.tips(of: references)
    var missing: [NotesReference] = []
    for (reference, tip) in tips where try repository.commit(under: tip.object) == nil {
      missing.append(reference)
    }
    if !missing.isEmpty { try git.fetch(missing) }
    var changed: [NotesReference] = []
    for (reference, tip) in tips {
      let outcome = try repository.mergeNotes(of: tip, into: reference, joining: joining(reference))
      if outcome != .unchanged { changed.append(reference) }
    }
    return changed
  }

  // MARK: - Sending

  /// Pushes the refs that are here.
  /// - Returns: whether the other side took them; `false` when it has something that is not here.
  private func send(_ references: [NotesReference], _ outcome: inout Outcome) throws(GitError) -> Bool {
    var here: [NotesReference] = []
    for reference in references where try repository.notes(in: reference).tip != nil {
      here.append(reference)
    }
    guard !here.isEmpty else { return true }
    switch try git.push(here) {
    case .taken(let new):
      outcome.sent += new.filter { !outcome.sent.contains($0) }
      return true
    case .behind: return false
    }
  }
}

/// The `git` command where it speaks to other repositories. It asks nobody anything, and runs no hook.
struct NetworkGit {
  /// What a push came to.
  enum Pushed: Hashable {
    /// The other side has all of it; these refs were new or behind there.
    case taken([NotesReference])
    /// The other side has commits that are not here.
    case behind
  }

  private let executable: [UInt8]
  private let environment: ProcessEnvironment
  private let directory: [UInt8]
  private let remote: [UInt8]
  private let end: Int64

  init(_ repository: Repository, _ remote: [UInt8], seconds: Int) throws(GitError) {
    guard let executable = repository.environment.executable(named: "git") else {
      throw .noGitCommand(neededFor: "sending run records")
    }
    self.executable = executable
    self.remote = remote
    directory = repository.directory
    end = SystemClock.monotonicMilliseconds + Int64(seconds) * 1000
    environment = Self.unattended(repository)
  }

  /// An environment in which Git asks for no password, neither on the terminal nor in a window. Credential helpers
  /// and agents answer all the same.
  private static func unattended(_ repository: Repository) -> ProcessEnvironment {
    var environment = repository.environment
    environment["GIT_TERMINAL_PROMPT"] = "0"
    environment["GIT_ASKPASS"] = "true"
    environment["SSH_ASKPASS_REQUIRE"] = "never"
    environment["LC_ALL"] = "C"
    let hasOwnSSH =
      environment["GIT_SSH_COMMAND"] != nil || environment["GIT_SSH"] != nil
      || repository.configuration("core.sshcommand") != nil
    if !hasOwnSSH { environment["GIT_SSH_COMMAND"] = "ssh -o BatchMode=yes" }
    return environment
  }

  /// Where refs lead on the other side; those that are not there are left out.
  func tips(of references: [NotesReference]) throws(GitError) -> [(reference: NotesReference, tip: CommitID)]
  {
    let output = try run(["ls-remote", "--refs", "--", .remote] + references.map { .bytes($0.name) })
    return output.split(separator: 0x0A).compactMap { line in
      let words = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard words.count == 2, let id = ObjectID(hexadecimal: words[0]),
        let reference = references.first(where: { $0.name.elementsEqual(words[1]) })
      else { return nil }
      return (reference, CommitID(id))
    }
  }

  /// Brings the commits of refs here, and moves no ref. An empty refmap keeps the configuration's refspecs out of it.
  func fetch(_ references: [NotesReference]) throws(GitError) {
    _ = try run(
      [
        "-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--refmap=",
        "--no-write-fetch-head", "--no-recurse-submodules", "--", .remote,
      ] + references.map { .bytes($0.name) })
  }

  /// Pushes refs to those of the same names, never against the other side's will.
  func push(_ references: [NotesReference]) throws(GitError) -> Pushed {
    let words: [Word] = [
      "push", "--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--", .remote,
    ]
    let outcome = try outcome(of: words + references.map { .bytes($0.name + [UInt8(ascii: ":")] + $0.name) })
    let lines = outcome.output.split(separator: 0x0A)
    let rejected = lines.filter { $0.first == UInt8(ascii: "!") }
    let isBehind = rejected.contains { line in
      ["(fetch first)", "(non-fast-forward)", "(stale info)"].contains { line.text.hasSuffix($0) }
    }
    if isBehind { return .behind }
    guard outcome.succeeded else {
      let why = rejected.first.map(\.text) ?? GitCommand.words(outcome.error)
      throw .command("push", why: why)
    }
    // `=` stands before what the other side had already (git-push(1), OUTPUT).
    let new = references.filter { reference in
      let name = reference.name + [UInt8(ascii: ":")]
      return lines.contains { $0.first != UInt8(ascii: "=") && $0.dropFirst(2).starts(with: name) }
    }
    return .taken(new)
  }

  /// A word of a command line.
  private enum Word: ExpressibleByStringLiteral {
    case bytes([UInt8])
    case remote
    init(stringLiteral value: String) { self = .bytes(Array(value.utf8)) }
  }

  private func run(_ words: [Word]) throws(GitError) -> [UInt8] {
    let outcome = try outcome(of: words)
    guard outcome.succeeded else {
      throw .command("with \(remote.text)", why: GitCommand.words(outcome.error))
    }
    return outcome.output
  }

  private func outcome(of words: [Word]) throws(GitError) -> Outcome {
    let arguments = words.map { if case .bytes(let bytes) = $0 { bytes } else { remote } }
    var command = Command(executable, arguments, environment: environment, directory: directory)
    command.deadline = Int(max(end - SystemClock.monotonicMilliseconds, 1))
    do throws(ProcessError) { return try command.run() } catch {
      throw .command("with \(remote.text)", why: error.description)
    }
  }
}
