/// A remote of DVC's configuration: what is needed to reach it.
public struct RemoteDescription: Hashable, Sendable {
  /// The remote's name in the configuration; `nil` for one that is only a URL.
  public let name: String?
  /// The absolute path or the URL, `remote://` followed.
  public let url: String
  /// All keys but `url`.
  let options: [String: String]
  private let own: Set<String>

  /// A remote.
  /// - Parameters:
  ///   - options: the keys of its section other than `url`, in lower case, paths resolved.
  ///   - own: the keys that this machine's configuration sets, and not a file of the repository.
  public init(name: String?, url: String, options: [String: String] = [:], own: Set<String> = []) {
    self.name = name
    self.url = url
    self.options = options
    self.own = own
  }

  /// Whether a key is set by this machine's configuration. What comes with a repository may come from anybody.
  public func isOwn(_ key: String) -> Bool { own.contains(key) }

  /// The text of a key; `nil` when it is not set.
  public func text(_ key: String) -> String? { options[key] }

  /// The flag of a key, as DVC reads it; `nil` when it is not set or is no flag (`ssl_verify` may be a path).
  public func flag(_ key: String) -> Bool? {
    switch options[key]?.lowercased() {
    case "true": true
    case "false": false
    default: nil
    }
  }

  /// The number of a key; `nil` when it is not set or is none.
  public func number(_ key: String) -> Int? { options[key].flatMap { Int($0) } }
}
