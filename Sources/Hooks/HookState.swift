import Platform

/// How one of guard's hooks is in a repository.
public struct HookState: Hashable, Sendable {
  /// What can be said of it.
  public enum Condition: Hashable, Sendable {
    /// It is there, as this guard writes it.
    case current
    /// Another program's hook is in place, and calls guard's.
    case calledBy(HookManager)
    /// It is there as an older guard wrote it, or for a guard at another place.
    case outdated
    /// It is there, and Git does not run it: it may not be executed.
    case notExecutable
    /// A person changed it.
    case edited
    /// A newer guard wrote it.
    case newer
    /// Another program's hook is in its place.
    case foreign(HookManager?)
    /// There is none.
    case absent
  }

  /// The hook's name.
  public let name: String
  /// How it is.
  public let condition: Condition
  /// Where the hook looks for guard first; `nil` when it is not guard's.
  public let recorded: [UInt8]?

  /// How guard's hooks are in a folder.
  /// - Throws: what `guard install` would fail by.
  public static func all(
    of shims: [Shim] = Shim.all, for site: HookSite, in folder: HooksFolder
  ) throws(HookError) -> [HookState] {
    let plan = try InstallPlanner.plan(shims, for: site, in: folder)
    return shims.map { HookState($0, in: folder, plan) }
  }

  private init(_ shim: Shim, in folder: HooksFolder, _ plan: Plan) {
    name = String(decoding: shim.name, as: UTF8.self)
    let present = folder[shim.name]
    let facts = plan.remarks.filter { $0.hook == shim.name }.map(\.fact)
    var manager: HookManager?
    for case .calledBy(let other) in facts { manager = other }
    recorded = present?.content.flatMap(Self.recordedPlace)
    if let manager {
      condition = .calledBy(manager)
    } else if let present, let seal = present.seal {
      if !seal.isIntact {
        condition = .edited
      } else if seal.version > ShimSeal.currentVersion {
        condition = .newer
      } else if !present.isRun {
        condition = .notExecutable
      } else {
        condition = facts.contains(.unchanged) ? .current : .outdated
      }
    } else {
      condition = present.map { .foreign($0.manager) } ?? .absent
    }
  }

  /// What stands in a shim's line `recorded='…'`.
  private static func recordedPlace(in text: [UInt8]) -> [UInt8]? {
    let mark = Array("\nrecorded='".utf8)
    guard let start = text.firstRange(of: mark)?.upperBound else { return nil }
    let line = text[start...].prefix { $0 != UInt8(ascii: "\n") }
    guard line.last == UInt8(ascii: "'") else { return nil }
    // A quote in the path is written '\''.
    return String(decoding: line.dropLast(), as: UTF8.self).split(
      separator: #"'\''"#, omittingEmptySubsequences: false
    )
    .joined(separator: "'").utf8.map { $0 }
  }
}
