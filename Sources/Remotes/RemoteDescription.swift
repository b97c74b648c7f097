/// A remote of DVC's configuration: what is needed to reach it.
public struct RemoteDescription: Hashable, Sendable {
  /// The remote's name in the configuration; `nil` for one that is only a URL.
  public let name: String?
  /// The absolute path or the URL, `remote://` followed.
  public let url: String
  private let options: [String: String]

  /// A remote.
  /// - Parameter options: the keys of its section other than `url`, in lower case, paths resolved.
  public init(name: String?, url: String, options: [String: String] = [:]) {
    self.name = name
    self.url = url
    self.options = options
  }

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
