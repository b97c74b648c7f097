import Glibc

/// Processes of this machine.
public enum RunningProcess {
  /// Whether there is a process of this number, whoever owns it.
  public static func exists(_ number: Int) -> Bool {
    guard number > 0, let process = pid_t(exactly: number) else { return false }
    return kill(process, 0) == 0 || errno == EPERM
  }
}
