import Platform

/// Why hooks cannot be installed or taken out. Nothing was changed, `stopped` aside.
public enum HookError: Error, Hashable, Sendable {
  /// A bare repository, in which nobody makes commits: the hooks of these names would never run.
  case bare([[UInt8]])
  /// The hooks folder belongs to more than this repository.
  case outside(HooksFolder, HookSite)
  /// `core.hooksPath` names a place that only Git can work out.
  case unresolved(HookSite.HooksPath, own: [UInt8])
  /// The hooks folder is no directory.
  case notAFolder([UInt8])
  /// Where the hook should be is a directory, a FIFO, a socket or a device.
  case notAFile([UInt8], isDirectory: Bool)
  /// There is no such hook among those that guard brings.
  case unknownHook([UInt8], known: [[UInt8]])
  /// The system does not let guard read something.
  case unreadable(SystemError)
  /// A step failed; those before it are done.
  case stopped(Plan.Step, done: Int, SystemError)

  /// Whether the one who called guard named something that there is not.
  public var isUsage: Bool { if case .unknownHook = self { true } else { false } }
}
