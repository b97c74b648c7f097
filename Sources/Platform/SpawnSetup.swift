import CPlatform
import Glibc

/// What posix_spawn(3) does between the birth of a child and its first instruction.
struct SpawnSetup: ~Copyable {
  private var actions = posix_spawn_file_actions_t()
  private var attributes = posix_spawnattr_t()

  /// - Parameter isDetached: whether the child gets a session of its own, away from the terminal and its signals.
  init(_ command: borrowing Command, _ pipes: Pipes, isDetached: Bool = false) throws(SystemError) {
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    try prepareStreams(command, pipes)
    if let directory = command.directory {
      try withCString(directory[...], for: "chdir") { _ = guard_spawn_in_directory(&actions, $0) }
    }
    // Whatever a library here opened without O_CLOEXEC stays here.
    _ = guard_spawn_closing_from(&actions, 3)
    prepareSignals(ownGroup: command.deadline != nil, ownSession: isDetached)
  }

  deinit {
    var (actions, attributes) = (self.actions, self.attributes)
    posix_spawn_file_actions_destroy(&actions)
    posix_spawnattr_destroy(&attributes)
  }

  /// Starts a process.
  /// - Returns: 0 or the value of errno, and the process.
  func start(
    _ executable: [UInt8], _ arguments: [[UInt8]], _ environment: ProcessEnvironment
  ) -> (Int32, pid_t) {
    var (actions, attributes, process) = (self.actions, self.attributes, pid_t())
    let path = executable.map { CChar(bitPattern: $0) } + [0]
    let code = withCStrings(arguments) { arguments in
      withCStrings(environment.lines) { environment in
        posix_spawn(&process, path, &actions, &attributes, arguments, environment)
      }
    }
    return (code, process)
  }

  private mutating func prepareStreams(_ command: borrowing Command, _ pipes: Pipes) throws(SystemError) {
    switch command.input {
    case _ where pipes.input.far >= 0: duplicate(pipes.input.far, onto: 0)
    case .null, .bytes: openNull(0, O_RDONLY)
    case .inherit: duplicate(0, onto: 0)
    case .descriptor(let number): duplicate(number, onto: 0)
    }
    prepare(1, command.output, pipes.output)
    prepare(2, command.error, pipes.error)
  }

  private mutating func prepare(_ stream: Int32, _ output: Command.Output, _ ends: Pipes.Ends) {
    switch output {
    case .null: openNull(stream, O_WRONLY)
    case .inherit: duplicate(stream, onto: stream)
    case .capture: duplicate(ends.far, onto: stream)
    }
  }

  private mutating func duplicate(_ descriptor: Int32, onto stream: Int32) {
    // A stream that this process does not have itself cannot be inherited; the child would not start.
    guard descriptor != stream || fcntl(descriptor, F_GETFD) >= 0 else { return }
    posix_spawn_file_actions_adddup2(&actions, descriptor, stream)
  }

  private mutating func openNull(_ stream: Int32, _ flags: Int32) {
    posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", flags, 0)
  }

  private mutating func prepareSignals(ownGroup: Bool, ownSession: Bool) {
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGPIPE, SIGXFSZ] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)
    posix_spawnattr_setpgroup(&attributes, 0)
    let group = ownGroup ? POSIX_SPAWN_SETPGROUP : 0
    let session = ownSession ? guard_spawn_own_session : 0
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | group | session))
  }
}

/// A NULL-terminated array of C strings.
private func withCStrings<Result>(
  _ texts: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
  var offsets: [Int] = []
  var storage: [CChar] = []
  for text in texts {
    offsets.append(storage.count)
    storage += text.map { CChar(bitPattern: $0) }
    storage.append(0)
  }
  return storage.withUnsafeMutableBufferPointer { storage in
    body(offsets.map { storage.baseAddress?.advanced(by: $0) } + [nil])
  }
}
