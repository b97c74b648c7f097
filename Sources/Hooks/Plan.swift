/// What installing or taking out will do: a value, to print and to test before anything is touched.
public struct Plan: Hashable, Sendable {
  /// One change on the disk. Each is one step that is done or not done, whenever the machine stops.
  public enum Step: Hashable, Sendable {
    /// Make the hooks folder.
    case createFolder([UInt8], mode: UInt32, isExact: Bool)
    /// Write a file, in place of whatever is there.
    case write([UInt8], [UInt8], mode: UInt32)
    /// Put a second copy of what stands at a name under another, so that a `write` over the first loses nothing.
    case copy([UInt8], HookFile, to: [UInt8])
    /// Rename, in place of whatever is there.
    case move([UInt8], to: [UInt8])
    /// Remove a file.
    case remove([UInt8])
  }

  /// The hooks folder.
  public let folder: [UInt8]
  /// The changes, in the order that leaves the old hook or the new one at every moment.
  public internal(set) var steps: [Step] = []
  /// What a person should know, in the order of the hooks.
  public internal(set) var remarks: [Remark] = []

  /// Whether there is nothing to do.
  public var isEmpty: Bool { steps.isEmpty }

  /// guard's hooks that a person has changed, and that stay where they are, by the names of their files.
  public var edited: [String] {
    remarks.compactMap { if case .edited(let file, _) = $0.fact { Shown.path(file) } else { nil } }
  }

  mutating func add(_ step: Step) { steps.append(step) }
  mutating func say(_ hook: [UInt8], _ fact: Remark.Fact) {
    remarks.append(Remark(hook: hook, folder: folder, fact: fact))
  }
}

/// What a person should know about a hook.
public struct Remark: Hashable, Sendable {
  /// The facts that planning can meet.
  public enum Fact: Hashable, Sendable {
    /// guard's hook is there as it should be.
    case unchanged
    /// A shim of guard's of other bytes is replaced: an older one, or one that knows guard at another place.
    case upgraded
    /// The hook that was there is kept and runs first.
    case runsFirst(HookManager?)
    /// What was there is kept; Git did not run it, so guard does not either.
    case keptIdle
    /// Another program's hook is in place and calls guard's.
    case calledBy(HookManager)
    /// A program had put guard aside; now guard comes first again.
    case recovered(HookManager?)
    /// A hook kept by an earlier install is not the one in place, nor called: it is moved out of the way.
    case spared([UInt8])
    /// A program writes its hooks anew from time to time.
    case rewrites(HookManager)
    /// The folder can be shared by Git, and the hooks name a place on this machine.
    case shared
    /// A person has changed guard's hook, in a file of that name: it is left as it is, with the hook that guard
    /// keeps for it, if any.
    case edited([UInt8], kept: Bool)
    /// A newer guard wrote it: it is left as it is.
    case newer
    /// There is no hook of guard's.
    case absent
    /// guard's hook is taken out, and there was none before.
    case removed
    /// guard's hook is taken out, and the hook that was there before is back.
    case restored(HookManager?)
    /// Another program has put its hook over guard's: it is left as it is.
    case overwritten(HookManager?)
    /// A hook that guard keeps and nothing calls.
    case leftOver([UInt8])
  }

  /// The hook's name.
  public let hook: [UInt8]
  /// The hooks folder.
  let folder: [UInt8]
  /// What is to be known.
  public let fact: Fact
}
