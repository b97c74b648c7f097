import Platform

/// The `git` command where it speaks to other repositories. It asks nobody anything, and runs no hook.
struct NetworkGit {
  /// What a push came to.
  enum Pushed: Hashable {
    /// The other side has all of it; these refs were new or behind there.
    case taken([NotesReference])
    /// The other side has commits that are not here.
    case behind
    /// The other side could not move a ref, in Git's own words: most often another push is at it.
    case held(String)
  }

  private let executable: [UInt8]
  private let environment: ProcessEnvironment
  private let directory: [UInt8]
  private let remote: [UInt8]
  private let end: Int64

  /// - Parameter purpose: what it is needed for, told when there is no `git`.
  init(
    _ repository: Repository, _ remote: [UInt8], purpose: String, seconds: Int
  ) throws(GitError) {
    guard let executable = repository.environment.executable(named: "git") else {
      throw .noGitCommand(neededFor: purpose)
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
    var environment = repository.commandEnvironment
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

  /// Where a ref leads on the other side, a tag to its commit; `nil` when it is not there.
  func tip(of reference: [UInt8]) throws(GitError) -> CommitID? {
    let output = try run(["ls-remote", "--", .remote, .bytes(reference)])
    for line in output.split(separator: 0x0A) {
      let words = line.split(separator: UInt8(ascii: "\t"), maxSplits: 1)
      guard words.count == 2, words[1].elementsEqual(reference) else { continue }
      return ObjectID(hexadecimal: words[0]).map(CommitID.init)
    }
    return nil
  }

  /// Brings commits here, and moves no ref. An empty refmap keeps the configuration's refspecs out of it.
  func fetch(_ names: [[UInt8]], _ options: [String] = []) throws(GitError) {
    let words: [Word] = [
      "-c", "gc.auto=0", "-c", "maintenance.auto=false", "fetch", "--quiet", "--no-tags", "--refmap=",
      "--no-write-fetch-head", "--no-recurse-submodules",
    ]
    _ = try run(
      words + options.map { .bytes(Array($0.utf8)) } + ["--", .remote] + names.map { .bytes($0) })
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
      if why.hasSuffix("(failed to update ref)") { return .held(why) }
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
