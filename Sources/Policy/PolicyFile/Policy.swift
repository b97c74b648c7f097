import Trees
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
  /// What it sets, by the keys with dots between them: `remote.on-missing`.
  var settings: [Text: Setting] = [:]
  /// What it sets for some branches or paths, in the order of the file.
  var overrides: [PolicyOverride] = []

  /// The policy file that is committed with the repository.
  public static let committedFile = ".guard.yml"
  /// The policy file of one work tree, which Git ignores.
  public static let localFile = "guard.local.yml"

  /// A layer that sets nothing.
  public init(origin: String) { self.origin = origin }

  /// The file that it extends, as it is written, and where that stands.
  public var extends: Setting? { settings["extends"] }
}

/// The policy under which a subject is judged: layers, the first that sets something counts.
public struct Policy: Sendable {
  /// What a layer comes to on a branch.
  private struct Layer: Sendable {
    var settings: [Text: Setting]
    let paths: [PolicyOverride]
  }

  private let layers: [Layer]
  private let profileInForce: Profile
  /// The patterns of branches in all layers.
  private let branchPatterns: [Glob]

  /// A policy of layers in the order of precedence: flags, environment, `guard.local.yml`, `.guard.yml`, what that
  /// extends. In a layer, what it sets for a path counts before what it sets for a branch, and that before the rest; of
  /// several patterns that match the last one.
  /// - Parameter branches: the branches that the commits are for, without `refs/heads/`; a push may have several, and
  ///   what is set for any of them counts.
  public init(_ layers: [PolicyLayer] = [], branches: [Text] = []) {
    let names = branches.map { RepositoryPath(normalized: $0.utf8) }
    self.layers = layers.map { layer in
      var settings = layer.settings
      for override in layer.overrides where override.place == .branches && override.matches(names) {
        settings.merge(override.settings) { $1 }
      }
      return Layer(settings: settings, paths: layer.overrides.filter { $0.place == .paths })
    }
    branchPatterns = layers.flatMap(\.overrides).filter { $0.place == .branches }.map(\.glob)
    profileInForce =
      self.layers.lazy.compactMap { $0.settings["profile"] }.first
      .flatMap { $0.value.text }.flatMap { Profile(rawValue: $0.string) } ?? .local
  }

  /// Which of the patterns of branches name a branch: those with the same answer are judged alike.
  /// - Parameter branch: its name without `refs/heads/`; `nil` for what is on no branch.
  public func patterns(naming branch: [UInt8]?) -> [Int] {
    guard let branch else { return [] }
    let name = RepositoryPath(normalized: branch)
    return branchPatterns.indices.filter { branchPatterns[$0].matches(name) }
  }

  /// All that is set, in the order in which it counts: the same letters for policies that judge alike.
  var letters: String {
    func lines(_ settings: [Text: Setting]) -> [String] {
      settings.map { "\($0.key.utf8) \($0.value.value.letters)" }.sorted()
    }
    return layers.flatMap { layer in
      ["layer"] + lines(layer.settings)
        + layer.paths.flatMap { ["at \($0.glob.components)"] + lines($0.settings) }
    }
    .joined(separator: "\n")
  }

  /// Whether anything holds for some paths only.
  var hasPaths: Bool { layers.contains { !$0.paths.isEmpty } }

  /// What a key is set to, and where; `nil` where its default holds.
  /// - Parameters:
  ///   - key: the keys with dots between them: `remote.on-missing`, `rules.data/large-file.limit`.
  ///   - places: paths that it is asked for; what is set for any of them counts.
  public func setting(_ key: Text, at places: [RepositoryPath] = []) -> Setting? {
    for layer in layers {
      if !places.isEmpty,
        let found = layer.paths.last(where: { $0.settings[key] != nil && $0.matches(places) })
      {
        return found.settings[key]
      }
      if let setting = layer.settings[key] { return setting }
    }
    return nil
  }

  /// One of an enum's words that a key is set to.
  func word<Word: RawRepresentable<String>>(_ key: Text) -> Word? {
    setting(key)?.value.text.flatMap { Word(rawValue: $0.string) }
  }

  /// The profile.
  public var profile: Profile { profileInForce }

  /// How inherited findings count: `warn` sums them up in one line, `error` lets them fail the check.
  public var inherited: Level { setting("inherited")?.value.level ?? .warn }

  /// How what a commit introduces counts when a later commit of the same range mends it: `off` tells it and no more.
  public var everyCommit: Level { setting("every-commit")?.value.level ?? .off }

  /// Whether a rule is evaluated at all: where it is on for some paths only, it is.
  public func isOn(_ rule: Rule) -> Bool {
    if level(of: rule, at: []) != .off { return true }
    let key = rule.id.settingKey
    return layers.contains { layer in
      layer.paths.contains { $0.settings[key].map { $0.value.level != .off } ?? false }
    }
  }

  /// How grave a finding is; `nil` when it does not count.
  /// - Parameters:
  ///   - isCommit: whether the commit exists, or is only about to be made.
  ///   - root: the DVC repository that it is in.
  func severity(
    of finding: Finding, _ rule: Rule, isCommit: Bool, root: RepositoryPath? = nil
  ) -> Severity? {
    let places = hasPaths ? [finding.place.path] + [finding.stageFile, root].compactMap { $0 } : []
    guard var severity = level(of: rule, at: places).severity else { return nil }
    if let reason = finding.reason, reason.isSoft {
      let level = setting("reasons." + Text(reason.rawValue), at: places)?.value.level ?? .warn
      guard let soft = level.severity else { return nil }
      severity = min(severity, soft)
    }
    switch profile {
    case .local: return severity
    case .ci:
      return rule.id.group == "lock" && rule.id != "lock/unreadable" && !isCommit ? .warning : severity
    case .audit: return .warning
    }
  }

  private func level(of rule: Rule, at places: [RepositoryPath]) -> Level {
    setting(rule.id.settingKey, at: places)?.value.level ?? rule.level
  }

  // MARK: - Options

  private func option(_ key: Text, of id: RuleID, at places: [RepositoryPath]) -> OptionValue? {
    setting(id.settingKey + "." + key, at: places)?.value.option
      ?? Rule.named(id)?.options.first { $0.key == key }?.standard
  }

  /// A rule's option that is a size or a count; zero when it has none of that key.
  /// - Parameter path: where it is asked for, when it may be another one at some paths.
  func number(_ key: Text, of id: RuleID, at path: RepositoryPath? = nil) -> Int {
    switch option(key, of: id, at: path.map { [$0] } ?? []) {
    case .size(let number)?, .count(let number)?: number
    case .paths?, .words?, .choice?, nil: 0
    }
  }

  /// A rule's option that is a list of paths; empty when it has none of that key.
  func paths(_ key: Text, of id: RuleID) -> [Text] {
    if case .paths(let paths)? = option(key, of: id, at: []) { paths } else { [] }
  }

  /// A rule's option that is a list of words; empty when it has none of that key.
  func words(_ key: Text, of id: RuleID) -> [Text] {
    if case .words(let words)? = option(key, of: id, at: []) { words } else { [] }
  }

  /// A rule's option that is one of some words; empty when it has none of that key.
  func choice(_ key: Text, of id: RuleID) -> Text {
    if case .choice(let word, _)? = option(key, of: id, at: []) { word } else { "" }
  }
}

extension PolicyOverride {
  /// Whether the pattern names one of them, or what they lie in.
  func matches(_ names: [RepositoryPath]) -> Bool { names.contains(where: glob.matches) }
}

extension RuleID {
  /// The key of the policy that says how the rule counts.
  var settingKey: Text { "rules." + text }
}

extension Policy {
  /// How many bytes a file in Git may have.
  public var sizeLimit: Int { number("limit", of: "data/large-file") }
}
