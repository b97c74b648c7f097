import DVC
import Disk
import Hashing
import Remotes
import Values

/// Asks remotes for the data that commits need.
public final class RemoteCheck {
  /// How strict it is.
  public struct Options {
    /// Whether the files of a directory are taken to be there when its list is, as DVC does.
    public var trustsLists = false
    /// Whether sizes are compared as well, and in a folder the content. Then nothing is trusted for a list's sake.
    public var verifies = false
    /// Whether what a remote was seen to have a while ago is believed. That something was there says nothing of its
    /// bytes, so verifying does not.
    public var believesMemory = true
    /// How long the remotes may take, in seconds.
    public var seconds = 300
    /// How many questions are asked at once; the remote's own `jobs` counts before it.
    public var jobs = 32

    /// The standard: every file of every directory is asked for.
    public init() {}
  }

  private let options: Options
  private let memory: PresenceMemory?
  private let open: (RemoteDescription) -> OpenedRemote

  /// A check.
  /// - Parameters:
  ///   - memory: what remotes were seen to have a while ago.
  ///   - open: opens a remote, each once.
  public init(
    _ options: Options, memory: PresenceMemory?, open: @escaping (RemoteDescription) -> OpenedRemote
  ) {
    self.options = options
    self.memory = memory
    self.open = open
  }

  /// What became of each of the needs, in their order.
  /// - Parameter known: what the remotes are taken to have: the data of commits that others have already.
  public func verdicts(of needs: [Need], known: [Need] = []) -> [NeedVerdict] {
    var verdicts = needs.map { NeedVerdict($0) }
    let groups = Dictionary(grouping: needs.indices) { needs[$0].remote }
    for (remote, indices) in groups {
      let judged = judge(
        indices.map { needs[$0] }, known: known.filter { $0.remote == remote }, on: open(remote))
      for (index, verdict) in zip(indices, judged) { verdicts[index] = verdict }
    }
    return verdicts
  }

  /// What the caches of this machine have of needs, no remote being asked: all is told as missing, and where it is.
  public static func verdictsOfCaches(of needs: [Need]) -> [NeedVerdict] {
    var plan = Plan(needs: needs, known: [])
    plan.readDirectories { lists in lists.map { _ in .failure(.absent) } }
    return plan.verdicts { _ in .absent }
  }

  // MARK: - One remote

  private func judge(_ needs: [Need], known: [Need], on remote: OpenedRemote) -> [NeedVerdict] {
    let effort = Effort(jobs: remote.description.number("jobs") ?? options.jobs, seconds: options.seconds)
    var plan = Plan(needs: needs, known: known)
    let store: any ObjectStore
    switch remote.store {
    case .failure(let error): return plan.verdicts { _ in Standing.unknown(error) }
    case .success(let opened): store = opened
    }
    if remote.keepsVersions {
      return VersionedCheck(store, effort, verifies: options.verifies).verdicts(of: needs)
    }
    // What is asked for in any case is worth a connection, which is made while lists are read.
    let heads = plan.heads.map { plan.objects[$0] }
    if remembered(heads, store, remote).contains(false) { store.prepare(effort) }
    plan.readDirectories { objects in
      store.contents(of: objects.map { StoreKey(path: remote.base + $0.path) }, limit: 1 << 28, effort)
    }
    var presence = [Presence?](repeating: nil, count: plan.objects.count)
    let asked = options.trustsLists ? plan.heads : plan.all
    ask(asked, of: plan, store, remote, effort, &presence)
    if options.trustsLists { askForRest(after: asked, of: plan, store, remote, effort, &presence) }
    let verified = verify(presence, plan, store, remote, effort)
    return plan.verdicts { number in
      verified[number].map { Standing($0) } ?? Standing(presence[Int(number)])
    }
  }

  /// Asks for the files of directories whose lists are not there, when lists are trusted.
  private func askForRest(
    after asked: [Int32], of plan: Plan, _ store: any ObjectStore, _ remote: OpenedRemote, _ effort: Effort,
    _ presence: inout [Presence?]
  ) {
    let isThere = presence.map { if case .present? = $0 { true } else { $0 == nil } }
    let settled = Set(plan.all { isThere[Int($0)] }).union(asked)
    let open = plan.all { !isThere[Int($0)] }.filter { !settled.contains($0) }
    ask(open, of: plan, store, remote, effort, &presence)
  }

  private func verify(
    _ presence: [Presence?], _ plan: Plan, _ store: any ObjectStore, _ remote: OpenedRemote, _ effort: Effort
  ) -> [Int32: Verification.Verdict] {
    guard options.verifies else { return [:] }
    let found = plan.all.compactMap { number -> Verification.Found? in
      guard case .present(let size)? = presence[Int(number)] else { return nil }
      return Verification.Found(number: number, key: plan.objects[number], size: size)
    }
    return Verification(store, base: remote.base, effort).verdicts(on: found) { plan.sizes }
  }

  private func ask(
    _ numbers: [Int32], of plan: Plan, _ store: any ObjectStore, _ remote: OpenedRemote, _ effort: Effort,
    _ presence: inout [Presence?]
  ) {
    let place = Self.place(store, remote)
    let keys = numbers.map { plan.objects[$0] }
    let isRemembered = remembered(keys, store, remote)
    let open = numbers.indices.filter { !isRemembered[$0] }
    let answers = Survey(store, effort, base: remote.base).presence(of: open.map { keys[$0].object })
    var seen: [ObjectKey] = []
    for (index, answer) in zip(open, answers) {
      presence[Int(numbers[index])] = answer
      if case .present = answer { seen.append(keys[index]) }
    }
    memory?.remember(seen, on: place)
    memory?.forget(zip(open, answers).filter { $1 == .absent }.map { keys[$0.0] }, on: place)
  }

  /// Which objects the remote was seen to have a while ago.
  private func remembered(
    _ keys: [ObjectKey], _ store: any ObjectStore, _ remote: OpenedRemote
  ) -> [Bool] {
    guard options.believesMemory, !options.verifies, let memory else { return keys.map { _ in false } }
    return memory.known(keys, on: Self.place(store, remote))
  }

  /// What the memory knows a remote by: one URL of a bucket may be at another server tomorrow.
  private static func place(_ store: any ObjectStore, _ remote: OpenedRemote) -> String {
    "\(remote.description.url)\0\(store.location)"
  }
}
