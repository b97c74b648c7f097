/// Works out what `guard uninstall` will do. Pure: from the folder as it stands to a plan.
///
/// It knows guard's hooks by their seals, so it also takes out those of an older or a newer guard, and nothing
/// of anybody else.
public struct UninstallPlanner: Sendable {
  private let folder: HooksFolder
  private var plan: Plan

  /// The plan that takes guard's hooks out of a folder.
  /// - Parameter names: the hooks to take out; all when there is none.
  public static func plan(_ names: [[UInt8]] = [], in folder: HooksFolder) -> Plan {
    var planner = UninstallPlanner(folder: folder, plan: Plan(folder: folder.path))
    let found = Set(folder.files.keys.filter { !HookName.isUnfinished($0) }.map(HookName.base))
    for name in found.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where names.isEmpty || names.contains(name) {
      planner.plan(name)
    }
    for name in names where !planner.plan.remarks.contains(where: { $0.hook == name }) {
      planner.plan.say(name, .absent)
    }
    for name in folder.files.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where names.isEmpty && HookName.isUnfinished(name) {
      planner.plan.add(.remove(folder.path(of: name)))
    }
    return planner.plan
  }

  private mutating func plan(_ name: [UInt8]) {
    let previous = folder[name + HookName.previous]
    let kept = folder.path(of: name + HookName.previous)
    switch folder[name]?.seal {
    case let seal? where !seal.isIntact: plan.say(name, .edited(name, kept: previous != nil))
    case .some:
      takeOut(name, at: folder.path(of: name), putting: previous, from: kept)
    case nil:
      planBesideForeign(name, previous, kept)
    }
    for number in folder.files.keys.sorted(by: { $0.lexicographicallyPrecedes($1) })
    where number.starts(with: name + HookName.spare) {
      plan.say(name, .leftOver(number))
    }
  }

  private mutating func takeOut(
    _ name: [UInt8], at place: [UInt8], putting previous: HookFile?, from kept: [UInt8]
  ) {
    plan.add(previous == nil ? .remove(place) : .move(kept, to: place))
    plan.say(name, previous.map { .restored($0.manager) } ?? .removed)
  }

  /// guard's hook is not in its place: a program has put it aside, or someone has taken it away.
  private mutating func planBesideForeign(_ name: [UInt8], _ previous: HookFile?, _ kept: [UInt8]) {
    let present = folder[name]
    let others = [HookName.legacy, HookName.old].map { name + $0 }
    if let edited = others.first(where: { folder[$0]?.seal?.isIntact == false }) {
      return plan.say(name, .edited(edited, kept: previous != nil))
    }
    let aside = others.filter { folder[$0]?.isShim == true }
    // What guard kept is what that program would have found, unless that program wrote it itself.
    var waiting = previous.flatMap { $0.isSuperseded(by: present) || $0.isShim ? nil : $0 }
    for other in aside {
      takeOut(name, at: folder.path(of: other), putting: waiting, from: kept)
      waiting = nil
    }
    guard let previous else { return }
    if present == nil && aside.isEmpty {
      takeOut(name, at: folder.path(of: name), putting: previous, from: kept)
    } else if previous == present || previous.isShim {
      plan.add(.remove(kept))
      if aside.isEmpty { plan.say(name, .removed) }
    } else if aside.isEmpty || previous.isSuperseded(by: present) {
      if aside.isEmpty { plan.say(name, .overwritten(present?.manager)) }
      plan.say(name, .leftOver(name + HookName.previous))
    }
  }
}
