import Glibc
import Platform

/// A repository that the real `git` made, in a scratch directory, untouched by the user's configuration.
public final class ScratchRepository {
  /// What `git` was asked and answered with a failure.
  public struct GitFailure: Error, CustomStringConvertible {
    /// The arguments and the words on standard error.
    public let description: String
  }

  /// What holds the repository: room for clones beside it.
  public let scratch: ScratchDirectory
  /// The work tree, or the repository when it is bare: an absolute path.
  public let path: [UInt8]
  /// The environment of every command; change it for those that follow.
  public var environment: ProcessEnvironment
  private let executable: [UInt8]

  /// Makes a repository with `git init` and more options for it.
  public init(_ options: String...) throws {
    scratch = try ScratchDirectory()
    path = scratch("repo")
    environment = try Self.environment(home: scratch("home"))
    executable = try Self.git(environment)
    try FileSystem.createDirectories(path)
    try git(["init", "-q", "-b", "main"] + options + ["."])
  }

  /// The repository at another path of the same scratch directory: a clone, a linked worktree, a submodule.
  public init(beside other: ScratchRepository, at path: [UInt8]) {
    scratch = other.scratch
    environment = other.environment
    executable = other.executable
    self.path = path
  }

  /// Runs `git` in the repository and gives what it prints.
  @discardableResult
  public func git(_ arguments: String..., input: [UInt8] = []) throws -> [UInt8] {
    try git(arguments, input: input)
  }

  /// Runs `git` in the repository and gives what it prints.
  @discardableResult
  public func git(_ arguments: [String], input: [UInt8] = []) throws -> [UInt8] {
    let outcome = try gitOutcome(arguments, input: input)
    guard outcome.succeeded else {
      let words = String(decoding: outcome.error, as: UTF8.self)
      throw GitFailure(description: "git \(arguments.joined(separator: " ")): \(words)")
    }
    return outcome.output
  }

  /// Runs `git` in the repository, whether it fails or not.
  public func gitOutcome(_ arguments: [String], input: [UInt8] = []) throws -> Outcome {
    var command = Command(executable, arguments, environment: environment, directory: path)
    if !input.isEmpty { command.input = .bytes(input) }
    return try command.run()
  }

  /// Runs `git` in the repository and gives the one line that it prints.
  public func line(_ arguments: String...) throws -> String {
    String(decoding: try git(arguments).filter { $0 != 0x0A }, as: UTF8.self)
  }

  /// Writes a file of the work tree, with the directories on its way.
  public func write(_ content: [UInt8], to file: String) throws {
    let place = FileSystem.join(path, Array(file.utf8))
    try FileSystem.createDirectories(FileSystem.parent(of: place))
    if FileSystem.exists(place) { try FileSystem.remove(place) }
    // Not in one step and not to the disk: nobody looks, and a test writes many.
    try Descriptor(opening: place, flags: O_WRONLY | O_CREAT | O_EXCL, mode: 0o644).write(content)
  }

  /// Writes a text file of the work tree, with the directories on its way.
  public func write(_ text: String, to file: String) throws { try write(Array(text.utf8), to: file) }

  /// Stages everything and commits it.
  /// - Returns: the commit's name in hexadecimal.
  @discardableResult
  public func commitAll(_ message: String = "a commit") throws -> String {
    try git("add", "-A")
    try git("commit", "-q", "--allow-empty", "-m", message)
    return try line("rev-parse", "HEAD")
  }

  /// A clone in the same scratch directory.
  public func clone(_ name: String, _ options: String...) throws -> ScratchRepository {
    let place = scratch(name)
    let source = "file://" + String(decoding: path, as: UTF8.self)
    try git(["clone", "-q"] + options + [source, String(decoding: place, as: UTF8.self)])
    return ScratchRepository(beside: self, at: place)
  }

  private static func git(_ environment: ProcessEnvironment) throws -> [UInt8] {
    guard let executable = environment.executable(named: "git") else {
      throw GitFailure(description: "no git in PATH")
    }
    return executable
  }

  private static func environment(home: [UInt8]) throws -> ProcessEnvironment {
    try FileSystem.createDirectories(home)
    var environment = ProcessEnvironment()
    environment["PATH"] = ProcessEnvironment.current()["PATH"]
    environment[bytes: "HOME"] = home
    environment["LC_ALL"] = "C"
    environment["GIT_CONFIG_NOSYSTEM"] = "1"
    environment["GIT_ALLOW_PROTOCOL"] = "file"
    for role in ["AUTHOR", "COMMITTER"] {
      environment["GIT_\(role)_NAME"] = "A Person"
      environment["GIT_\(role)_EMAIL"] = "person@example.org"
      environment["GIT_\(role)_DATE"] = "1700000000 +0130"
    }
    return environment
  }
}
