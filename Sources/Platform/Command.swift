/// A child process to be: what to run, with what, and where its streams go.
public struct Command: Sendable {
  /// Where a child's standard input comes from.
  public enum Input: Sendable {
    /// `/dev/null`.
    case null
    /// This process's own.
    case inherit
    /// These bytes. A child that does not read them all is no error.
    case bytes([UInt8])
    /// An open descriptor, which stays the caller's.
    case descriptor(Int32)
  }

  /// Where a child's standard output or standard error goes.
  public enum Output: Hashable, Sendable {
    /// `/dev/null`.
    case null
    /// This process's own.
    case inherit
    /// Into memory; more bytes than the limit end the child.
    case capture(limit: Int)
  }

  /// The path of the executable: see ``ProcessEnvironment/executable(named:)``. A script without a `#!` line
  /// is run by `/bin/sh`, as Git runs hooks.
  public var executable: [UInt8]
  /// The arguments after the executable's name.
  public var arguments: [[UInt8]]
  /// All of the child's environment.
  public var environment: ProcessEnvironment
  /// The child's current directory; `nil` for this process's own.
  public var directory: [UInt8]?
  /// Where its standard input comes from.
  public var input = Input.null
  /// Where its standard output goes.
  public var output = Output.capture(limit: 1 << 28)
  /// Where its standard error goes.
  public var error = Output.capture(limit: 1 << 20)
  /// How many milliseconds it may take; then it and all of its process group get SIGTERM, and two seconds
  /// later SIGKILL. `nil` for as long as it likes: then it stays in this process's group, and may ask
  /// questions on the terminal and be interrupted from it.
  public var deadline: Int?
  /// Whether SIGTERM and SIGHUP are handed on to the child, for whose end is then waited.
  public var takesTerminations = false

  /// A command that reads nothing and whose output is captured.
  public init(
    _ executable: [UInt8], _ arguments: [[UInt8]] = [], environment: ProcessEnvironment,
    directory: [UInt8]? = nil
  ) {
    self.executable = executable
    self.arguments = arguments
    self.environment = environment
    self.directory = directory
  }

  /// A command that reads nothing and whose output is captured.
  public init(
    _ executable: [UInt8], _ arguments: [String], environment: ProcessEnvironment, directory: [UInt8]? = nil
  ) {
    self.init(
      executable, arguments.map { Array($0.utf8) }, environment: environment, directory: directory)
  }
}

/// How a child process ended and what it said.
public struct Outcome: Hashable, Sendable {
  /// How a process ends.
  public enum Ending: Hashable, Sendable {
    /// By itself, with an exit code.
    case exited(Int32)
    /// By a signal.
    case signaled(Int32)

    /// For a person to read.
    public var words: String {
      switch self {
      case .exited(let code): "exit code \(code)"
      case .signaled(let signal): "ended by signal \(signal)"
      }
    }
  }

  /// How it ended.
  public let ending: Ending
  /// What it wrote to its standard output, when that was captured.
  public let output: [UInt8]
  /// What it wrote to its standard error, when that was captured.
  public let error: [UInt8]

  /// Whether it ended with exit code 0.
  public var succeeded: Bool { ending == .exited(0) }
}

/// Why a child process gave no outcome.
public enum ProcessError: Error, Hashable, Sendable {
  /// It did not start: no such executable or directory, no permission, no memory.
  case notStarted(SystemError)
  /// It took longer than its deadline, in milliseconds, and was ended.
  case timedOut(executable: [UInt8], milliseconds: Int)
  /// It wrote more than the limit, in bytes, and was ended.
  case tooMuchOutput(executable: [UInt8], limit: Int)
  /// It ended in the middle of a conversation; what it wrote to its standard error is the reason.
  case ended(executable: [UInt8], error: [UInt8])
  /// The system failed while it ran.
  case system(SystemError)
}

extension ProcessError: CustomStringConvertible {
  /// What happened, for a person.
  public var description: String {
    switch self {
    case .notStarted(let error): "cannot run \(error)"
    case .timedOut(let executable, let milliseconds):
      "\(Self.text(executable)) took longer than \(milliseconds) ms and was ended"
    case .tooMuchOutput(let executable, let limit):
      "\(Self.text(executable)) wrote more than \(limit) bytes and was ended"
    case .ended(let executable, let error):
      "\(Self.text(executable)) ended too early" + (error.isEmpty ? "" : ": \(Self.text(error))")
    case .system(let error): error.description
    }
  }

  private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
