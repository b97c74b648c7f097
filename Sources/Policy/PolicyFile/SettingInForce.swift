import Trees
import Values

/// What a key of the policy comes to.
public struct SettingInForce: Sendable {
  /// The keys with dots between them.
  public let key: Text
  /// What it is set to; `nil` where its default holds.
  public let setting: Setting?
  /// What holds when nobody sets it.
  public let standard: String
  /// Whether ``standard`` is words about what holds, and no value.
  public let isTold: Bool

  /// The value, as it is shown.
  public var shown: String { setting?.value.description ?? (isTold ? "(\(standard))" : standard) }
}

extension Policy {
  /// All keys, in the order of the documentation.
  /// - Parameter path: a path whose part of the policy counts.
  public func settings(at path: RepositoryPath? = nil) -> [SettingInForce] {
    PolicyKey.catalogue.flatMap { settings(of: $0, below: "", at: path.map { [$0] } ?? []) }
  }

  private func settings(
    of key: PolicyKey, below section: Text, at places: [RepositoryPath]
  ) -> [SettingInForce] {
    let path = section.isEmpty ? key.name : section + "." + key.name
    switch key.form {
    case .version, .overrides: return []
    case .section(let keys, _): return keys.flatMap { settings(of: $0, below: path, at: places) }
    case .rule(let options):
      return [inForce(key, path, places)] + options.flatMap { settings(of: $0, below: path, at: places) }
    default: return [inForce(key, path, places)]
    }
  }

  private func inForce(_ key: PolicyKey, _ path: Text, _ places: [RepositoryPath]) -> SettingInForce {
    SettingInForce(
      key: path, setting: setting(path, at: places), standard: key.standard.filter { $0 != "`" },
      isTold: key.isTold)
  }
}
