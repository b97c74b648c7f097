import Platform

/// Does what a plan says.
public enum Applier {
  /// Does the steps in their order. Every step is one change of the folder that is done or not done, and after
  /// each of them Git finds the old hook or the new one.
  /// - Throws: `HookError.stopped` at the first step that fails.
  public static func apply(_ steps: some Collection<Plan.Step>) throws(HookError) {
    for (done, step) in steps.enumerated() {
      do {
        try apply(step)
      } catch {
        throw .stopped(step, done: done, error)
      }
    }
  }

  private static func apply(_ step: Plan.Step) throws(SystemError) {
    switch step {
    case .createFolder(let path, let mode, let isExact):
      try FileSystem.createDirectories(path)
      // The umask has had its say in what is not exact.
      if isExact { try FileSystem.setMode(mode, of: path) }
    case .write(let path, let bytes, let mode):
      try FileSystem.write(bytes, to: path, mode: mode)
    case .copy(_, .file(let bytes, let mode), let copy):
      try FileSystem.write(bytes, to: copy, mode: mode)
    case .copy(_, .link(let target, _, _), let copy):
      if FileSystem.exists(copy) { try FileSystem.remove(copy) }
      try FileSystem.createSymbolicLink(at: copy, to: target)
    case .copy(_, .directory, _), .copy(_, .special, _):
      return  // never planned: such things are refused
    case .move(let path, let new):
      try FileSystem.rename(path, to: new)
    case .remove(let path):
      do {
        try FileSystem.remove(path)
      } catch  where error.isMissing {
        return  // it is gone already
      }
    }
  }
}
