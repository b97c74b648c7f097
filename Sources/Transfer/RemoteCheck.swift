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
      return VersionedCheck(store, remote.description, effort, verifies: options.verifies)
        .verdicts(of: needs)
    }
    plan.readDirectories { objects in
      store.contents(of: objects.map { StoreKey(path: remote.base + $0.path) }, limit: 1 << 28, effort)
    }
    guard options.trustsLists else {
      let presence = ask(plan.keys, store, remote, effort)
      let verified = verify(presence, plan, store, remote, effort)
      return plan.verdicts { key in
        verified[key].map { Standing($0) } ?? presence[key].map { Standing($0) }
          ?? .unknown(.unreachable("it was not asked"))
      }
    }
    var presence = ask(plan.heads, store, remote, effort)
    let isThere = { (key: ObjectKey) in if case .present? = presence[key] { true } else { false } }
    let trusted = Set(plan.keys(ofNeedsWhere: isThere))
    let open = plan.keys(ofNeedsWhere: { !isThere($0) }).filter {
      presence[$0] == nil && !trusted.contains($0)
    }
    presence.merge(ask(open, store, remote, effort)) { first, _ in first }
    return plan.verdicts { presence[$0].map { Standing($0) } ?? .present }
  }

  private func verify(
    _ presence: [ObjectKey: Presence], _ plan: Plan, _ store: any ObjectStore, _ remote: OpenedRemote,
    _ effort: Effort
  ) -> [ObjectKey: Verification.Verdict] {
    guard options.verifies else { return [:] }
    return Verification(store, base: remote.base, effort).verdicts(on: presence) { plan.sizes }
  }

  private func ask(
    _ keys: [ObjectKey], _ store: any ObjectStore, _ remote: OpenedRemote, _ effort: Effort
  ) -> [ObjectKey: Presence] {
    // That something was there says nothing of its bytes.
    let remembered = options.verifies ? [] : memory?.known(keys, on: remote.description.url) ?? []
    var presence: [ObjectKey: Presence] = [:]
    presence.reserveCapacity(keys.count)
    for key in remembered { presence[key] = .present(size: nil) }
    let open = keys.filter { presence[$0] == nil }
    let answers = Survey(store, effort, base: remote.base).presence(of: open.map(\.object))
    var seen: [ObjectKey] = []
    for (key, answer) in zip(open, answers) {
      presence[key] = answer
      if case .present = answer { seen.append(key) }
    }
    memory?.remember(seen, on: remote.description.url)
    return presence
  }
}
