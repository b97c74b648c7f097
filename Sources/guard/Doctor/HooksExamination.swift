import Hooks
import Platform
import Reports

/// Guard's hooks: whether each is there, whether Git reaches it, and whether it would find guard.
struct HooksExamination {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  func examine(_ examined: inout Doctor.Examined) {
    examined.trying("hooks") { examined throws(Failure) in
      do {
        let site = try HookSite(around: surroundings)
        guard site.workTree != nil else { return }
        let folder = try HooksFolder(of: site)
        reach(folder, site, &examined)
        let states = try HookState.all(for: site, in: folder)
        tell(states, &examined)
        let managers = try managers(site)
        if !managers.isEmpty {
          examined.say(
            "hooks", .ok, "other programs for hooks are set up here: \(managers.joined(separator: ", "))")
        }
      } catch let error as HookError {
        guard case .outside(let folder, _) = error else { throw Failure("\(error)") }
        examined.say(
          "hooks", .problem,
          "\(String(decoding: folder.path, as: UTF8.self)) is not this repository's own, and guard writes no hooks there",
          advice: "guard install tells the ways out")
      } catch let error as SystemError {
        throw Failure(error)
      } catch {
        throw Failure("\(error)")
      }
    }
  }

  private func managers(_ site: HookSite) throws -> [String] {
    guard let root = site.workTree else { return [] }
    return HookManager.configured(by: try FileSystem.list(root).map(\.name)).map(\.rawValue)
  }

  private func reach(_ folder: HooksFolder, _ site: HookSite, _ examined: inout Doctor.Examined) {
    let path = String(decoding: folder.path, as: UTF8.self)
    guard let hooksPath = site.hooksPath else { return }
    let value = String(decoding: hooksPath.value, as: UTF8.self)
    let told = "core.hooksPath is \(value): Git looks for hooks in \(path)"
    guard !folder.exists else { return examined.say("hooks", .ok, told) }
    let unset = "\(hooksPath.scope.unsetting) && guard install"
    // `/dev/null` is somebody's wish.
    if FileSystem.exists(folder.path) {
      return examined.say("hooks", .warning, "core.hooksPath is \(value): Git runs no hooks", fix: unset)
    }
    let maker =
      value.hasPrefix(".husky") ? "npm install" : folder.place == .outside ? nil : "guard install"
    examined.say(
      "hooks", .problem, "\(told), which is not there: it runs none", fix: maker ?? unset,
      advice: maker == nil ? nil : unset)
  }

  private func tell(_ states: [HookState], _ examined: inout Doctor.Examined) {
    let good = states.filter { $0.isInPlace }
    guard !good.isEmpty || states.contains(where: { $0.recorded != nil }) else {
      examined.say("hooks", .warning, "guard is not installed in this repository", fix: "guard install")
      return
    }
    if !good.isEmpty {
      examined.say("hooks", .ok, "in place: \(good.map(\.name).joined(separator: ", "))")
    }
    for state in states where !state.isInPlace { tell(state, &examined) }
    let lost = finding(states, &examined)
    let names = states.filter { $0.isMendedByInstalling || (lost && $0.isInPlace) }.map(\.name)
    if !names.isEmpty { examined.mends.append(.installHooks(names)) }
  }

  private func tell(_ state: HookState, _ examined: inout Doctor.Examined) {
    let (name, install) = (state.name, "guard install --hook \(state.name)")
    switch state.condition {
    case .current, .calledBy: return
    case .outdated:
      examined.say(
        "hooks", .warning, "\(name) is an older one, or knows guard at another place", fix: install)
    case .notExecutable:
      examined.say("hooks", .problem, "\(name) may not be executed, so Git passes it over", fix: install)
    case .edited:
      examined.say(
        "hooks", .warning, "\(name) was changed by hand, and guard leaves it as it is",
        advice: "take the change out, or delete the file, then: \(install)")
    case .newer: examined.say("hooks", .warning, "\(name) was written by a newer guard: install that one")
    case .foreign(let manager):
      let whose = manager.map { "\($0.rawValue)'s" } ?? "another program's"
      examined.say("hooks", .warning, "\(name) is \(whose) and may not call guard", fix: install)
    case .absent: examined.say("hooks", .warning, "\(name) is missing", fix: install)
    }
  }

  /// Desktop programs start Git with a short PATH (`hooks/find.sh` says where a hook looks).
  /// - Returns: whether the hooks would not find guard then.
  private func finding(_ states: [HookState], _ examined: inout Doctor.Examined) -> Bool {
    let recorded = states.compactMap(\.recorded)
    guard !recorded.isEmpty else { return false }
    var environment = surroundings.environment
    environment["PATH"] = "/usr/bin:/bin"
    let home = environment.home ?? []
    let places = ["/usr/local/bin/guard", "/opt/homebrew/bin/guard", "/home/linuxbrew/.linuxbrew/bin/guard"]
    let known = [home + Array("/.local/bin/guard".utf8)] + places.map { Array($0.utf8) }
    let isFoundAnyway =
      known.contains { environment.executable(named: $0) != nil }
      || environment.executable(named: "guard") != nil
    let lost = Set(recorded).filter { environment.executable(named: $0) == nil }
    guard lost.isEmpty || isFoundAnyway else {
      let place = lost.sorted { $0.lexicographicallyPrecedes($1) }.first ?? []
      examined.say(
        "hooks", .problem,
        "they look for guard at \(String(decoding: place, as: UTF8.self)), where it is not; with the short PATH of a "
          + "desktop program they find none, and stop every commit", fix: "guard install")
      return true
    }
    examined.say("hooks", .ok, "they find guard also where a desktop program starts Git with a short PATH")
    return false
  }
}

extension HookState {
  /// Whether Git reaches guard by it.
  fileprivate var isInPlace: Bool {
    switch condition {
    case .current, .calledBy: true
    default: false
    }
  }

  /// Whether `guard install` may bring it in order by itself: somebody wanted it there.
  fileprivate var isMendedByInstalling: Bool { condition == .outdated || condition == .notExecutable }
}
