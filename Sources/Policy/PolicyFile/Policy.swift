import Values

/// How a team works, which sets defaults.
public enum Profile: String, Hashable, Sendable, CaseIterable {
  /// Results are made before the commit: what contradicts the lock blocks it.
  case local
  /// A CI system makes the results and commits the lock: what contradicts the lock warns before a commit and
  /// blocks at the gate on commits that exist.
  case ci
  /// Nothing blocks, everything is told.
  case audit
}

/// How a rule, a reason or what is inherited counts.
public enum Level: String, Hashable, Sendable, CaseIterable {
  case error, warn, off

  /// The severity; `nil` for off.
  public var severity: Severity? {
    switch self {
    case .error: .error
    case .warn: .warning
    case .off: nil
    }
  }
}

/// What one source of policy sets: a file, the environment, the command line. Nothing is set by default.
public struct PolicyLayer: Sendable {
  /// Where it comes from: `.guard.yml`, `GUARD_PROFILE`.
  public let origin: String
  /// The profile.
  public var profile: Profile?
  /// How inherited findings count.
  public var inherited: Level?
  /// How what a later commit of a range mends counts.
  public var everyCommit: Level?
  /// What it says about pushes to a Git server.
  public var receive = ReceivePolicy()
  /// How rules count.
  public var levels: [RuleID: Level] = [:]
  /// How findings with a soft reason count.
  public var reasons: [Reason: Level] = [:]
  /// What it says about DVC's remotes.
  public var remote = RemotePolicy()
  /// What it says about runs at a tracking server.
  public var tracking = TrackingPolicy()
  /// What it says about run records.
  public var records = RecordPolicy()
  /// The options of rules.
  public var options: [RuleID: [Text: OptionValue]] = [:]

  /// The policy file that is committed with the repository.
  public static let committedFile = ".guard.yml"
  /// The policy file of one work tree, which Git ignores.
  public static let localFile = "guard.local.yml"

  /// A layer that sets nothing.
  public init(origin: String) { self.origin = origin }
}

/// The policy under which a subject is judged: layers, the first that sets something counts.
public struct Policy: Sendable {
  let layers: [PolicyLayer]
  private let profileInForce: Profile

  /// A policy of layers in the order of precedence: flags, environment, `guard.local.yml`, `.guard.yml`.
  public init(_ layers: [PolicyLayer] = []) {
    self.layers = layers
    profileInForce = layers.lazy.compactMap(\.profile).first ?? .local
  }

  /// The profile.
  public var profile: Profile { profileInForce }

  /// How inherited findings count: `warn` sums them up in one line, `error` lets them fail the check.
  public var inherited: Level { layers.lazy.compactMap(\.inherited).first ?? .warn }

  /// How what a commit introduces counts when a later commit of the same range mends it: `off` tells it and no more.
  public var everyCommit: Level { layers.lazy.compactMap(\.everyCommit).first ?? .off }

  /// Whether a rule is evaluated at all.
  public func isOn(_ rule: Rule) -> Bool { level(of: rule) != .off }

  /// How grave a finding is; `nil` when it does not count.
  /// - Parameter isCommit: whether the commit exists, or is only about to be made.
  func severity(of finding: Finding, _ rule: Rule, isCommit: Bool) -> Severity? {
    guard var severity = level(of: rule).severity else { return nil }
    if let reason = finding.reason, reason.isSoft {
      guard let soft = (layers.lazy.compactMap { $0.reasons[reason] }.first ?? .warn).severity else {
        return nil
      }
      severity = min(severity, soft)
    }
    switch profile {
    case .local: return severity
    case .ci:
      return rule.id.group == "lock" && rule.id != "lock/unreadable" && !isCommit ? .warning : severity
    case .audit: return .warning
    }
  }

  private func level(of rule: Rule) -> Level {
    if let level = layers.lazy.compactMap({ $0.levels[rule.id] }).first { return level }
    switch rule.severity {
    case .error?: return .error
    case .warning?: return .warn
    case nil: return .off
    }
  }

  // MARK: - Options

  private func option(_ key: Text, of id: RuleID) -> OptionValue? {
    layers.lazy.compactMap { $0.options[id]?[key] }.first
      ?? Rule.named(id)?.options.first { $0.key == key }?.standard
  }

  /// A rule's option that is a size or a count; zero when it has none of that key.
  func number(_ key: Text, of id: RuleID) -> Int {
    switch option(key, of: id) {
    case .size(let number)?, .count(let number)?: number
    case .paths?, nil: 0
    }
  }

  /// A rule's option that is a list of paths; empty when it has none of that key.
  func paths(_ key: Text, of id: RuleID) -> [Text] {
    if case .paths(let paths)? = option(key, of: id) { paths } else { [] }
  }
}
