import CPlatform
import Glibc

/// A started child process and the near ends of its pipes, which do not block.
///
/// Why posix_spawn and not swift-subprocess: version 1.0.2 ends the parent when a child exits without
/// reading its standard input (swiftlang/swift-subprocess#367), which chained `pre-push` hooks do, and it
/// needs `async` where guard has nothing to wait for. What it does well is done here too: an empty signal
/// mask (threads of the Swift runtime block signals, which children would inherit), SIGPIPE as usual, no
/// leaked descriptor.
struct Child: ~Copyable {
  let process: pid_t
  let ownsGroup: Bool
  /// Becomes readable when the process ends; -1 on a kernel without pidfd_open(2).
  let ending: Int32
  var input: Int32 = -1
  var output: Int32 = -1
  var error: Int32 = -1
  /// Whether its end was taken: from then on its number may be another process's.
  private(set) var isReaped = false

  /// Starts a command. Its standard input is a pipe when `hasInputPipe` or when it is bytes.
  init(_ command: borrowing Command, hasInputPipe: Bool) throws(ProcessError) {
    Signals.ignoreBrokenPipes()
    Signals.observeChildren()
    var pipes = Pipes()
    defer { pipes.closeFarEnds() }
    do throws(SystemError) {
      if hasInputPipe { try pipes.openInput() }
      if case .capture = command.output { try pipes.openOutput() }
      if case .capture = command.error { try pipes.openError() }
      process = try Self.spawn(command, pipes)
    } catch {
      pipes.closeNearEnds()
      throw .notStarted(error)
    }
    ownsGroup = command.deadline != nil
    if ownsGroup { guard_watch_group(process) }
    ending = guard_process_descriptor(process)
    (input, output, error) = (pipes.input.near, pipes.output.near, pipes.error.near)
  }

  deinit {
    if ownsGroup, !isReaped { guard_unwatch_group(process) }
    for descriptor in [input, output, error, ending] where descriptor >= 0 { _ = close(descriptor) }
  }

  /// Sends a signal to the child, and to all of its group when that is its own.
  func signal(_ number: Int32) {
    guard !isReaped else { return }
    _ = kill(ownsGroup ? -process : process, number)
  }

  /// Whether the process has ended; it stays a zombie until ``reap()``, so that its number is not another's.
  func hasEnded() -> Bool {
    var info = siginfo_t()
    let result = uninterrupted { waitid(P_PID, id_t(process), &info, WEXITED | WNOHANG | WNOWAIT) }
    return result != 0 || info.si_signo == SIGCHLD
  }

  /// Waits for the end.
  mutating func reap() throws(ProcessError) -> Outcome.Ending {
    guard !isReaped else { throw .system(SystemError(ECHILD, "waitpid")) }
    var status: Int32 = 0
    guard uninterrupted({ waitpid(process, &status, 0) }) == process else {
      throw .system(SystemError(errno, "waitpid"))
    }
    isReaped = true
    if ownsGroup { guard_unwatch_group(process) }
    let signal = status & 0x7F
    return signal == 0 ? .exited((status >> 8) & 0xFF) : .signaled(signal)
  }

  /// Closes one of the near ends.
  static func shut(_ descriptor: inout Int32) {
    if descriptor >= 0 { _ = close(descriptor) }
    descriptor = -1
  }
}

extension Child {
  /// Starts the process. A script without `#!`, which the kernel does not know to run, goes to the shell.
  @discardableResult
  static func spawn(
    _ command: borrowing Command, _ pipes: Pipes, isDetached: Bool = false
  ) throws(SystemError) -> pid_t {
    guard !command.arguments.contains(where: { $0.contains(0) }), !command.executable.contains(0) else {
      throw SystemError(EINVAL, "posix_spawn", command.executable, detail: "a NUL byte in an argument")
    }
    let setup = try SpawnSetup(command, pipes, isDetached: isDetached)
    let arguments = [command.executable] + command.arguments
    var (code, process) = setup.start(command.executable, arguments, command.environment)
    if code == ENOEXEC {
      let shell = Array("/bin/sh".utf8)
      (code, process) = setup.start(shell, [shell] + arguments, command.environment)
    }
    guard code == 0 else {
      throw SystemError(code, "posix_spawn", command.executable, detail: command.reasonNotToStart(code))
    }
    return process
  }
}

extension Command {
  /// posix_spawn tells a missing directory and a missing executable by the same code.
  fileprivate func reasonNotToStart(_ code: Int32) -> String? {
    guard let directory, !FileSystem.exists(directory) else { return nil }
    return "the directory \(String(decoding: directory, as: UTF8.self)) to run it in does not exist"
  }
}

/// The pipes of one child.
struct Pipes {
  struct Ends {
    var near: Int32 = -1
    var far: Int32 = -1
  }

  private(set) var input = Ends()
  private(set) var output = Ends()
  private(set) var error = Ends()

  mutating func openInput() throws(SystemError) { input = try Self.open(nearWrites: true) }
  mutating func openOutput() throws(SystemError) { output = try Self.open(nearWrites: false) }
  mutating func openError() throws(SystemError) { error = try Self.open(nearWrites: false) }

  func closeFarEnds() { Self.close([input.far, output.far, error.far]) }
  func closeNearEnds() { Self.close([input.near, output.near, error.near]) }

  private static func close(_ descriptors: [Int32]) {
    for descriptor in descriptors where descriptor >= 0 { _ = Glibc.close(descriptor) }
  }

  private static func open(nearWrites: Bool) throws(SystemError) -> Ends {
    var raw: [Int32] = [-1, -1]
    guard guard_pipe_cloexec(&raw) == 0 else { throw SystemError(errno, "pipe2") }
    // A process that was started with a standard stream closed gets its number here, which the child needs.
    for index in raw.indices where raw[index] < 3 {
      let moved = fcntl(raw[index], F_DUPFD_CLOEXEC, 3)
      let code = errno
      _ = Glibc.close(raw[index])
      raw[index] = moved
      guard moved >= 0 else {
        close(raw)
        throw SystemError(code, "fcntl")
      }
    }
    let ends = nearWrites ? Ends(near: raw[1], far: raw[0]) : Ends(near: raw[0], far: raw[1])
    _ = fcntl(ends.near, F_SETFL, fcntl(ends.near, F_GETFL) | O_NONBLOCK)
    return ends
  }
}
