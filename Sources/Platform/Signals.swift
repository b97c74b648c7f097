import Glibc

/// How this process takes signals.
public enum Signals {
  /// Makes writing to a pipe without a reader an error (`EPIPE`) and not the end of the process.
  /// Child processes started by ``Command`` get the usual behaviour back.
  public static func ignoreBrokenPipes() { _ = brokenPipesAreIgnored }

  /// Ends the process as one that writes to a pipe without a reader: by SIGPIPE.
  public static func endByBrokenPipe() -> Never { end(by: SIGPIPE) }

  /// Ends the process as Ctrl-C does: by SIGINT.
  public static func endByInterrupt() -> Never { end(by: SIGINT) }

  private static func end(by number: Int32) -> Never {
    _ = signal(number, SIG_DFL)
    var signals = sigset_t()
    sigemptyset(&signals)
    sigaddset(&signals, number)
    pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    raise(number)
    // What a shell makes of the signal, for a process that cannot get it (the first one of a container).
    exit(128 + number)
  }

  /// Makes writing past the limit of `ulimit -f` an error (`EFBIG`) and not the end of the process.
  public static func ignoreFileSizeLimit() { _ = fileSizeLimitIsIgnored }

  /// Leaves Ctrl-C and Ctrl-\ to the child processes in the foreground, which get the usual behaviour.
  public static func leaveInterruptsToChildren() {
    // Not ignored, which children would inherit: a handler is gone with exec(2).
    for number in [SIGINT, SIGQUIT] { _ = signal(number) { _ in } }
  }

  /// Lets the system tell how children ended: a process can be started with SIGCHLD ignored, and then
  /// nobody can wait for its children.
  static func observeChildren() { _ = childrenAreObserved }

  // Each is done once for the process.
  private static let fileSizeLimitIsIgnored: Bool = {
    _ = signal(SIGXFSZ, SIG_IGN)
    return true
  }()

  private static let childrenAreObserved: Bool = {
    _ = signal(SIGCHLD, SIG_DFL)
    return true
  }()

  private static let brokenPipesAreIgnored: Bool = {
    _ = signal(SIGPIPE, SIG_IGN)
    return true
  }()
}
