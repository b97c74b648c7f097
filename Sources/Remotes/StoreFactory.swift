import Platform

/// Opens the store of a remote, by the scheme of its URL.
public struct StoreFactory {
  private let environment: ProcessEnvironment

  /// A factory that takes credentials from this environment, where the configuration has none.
  public init(environment: ProcessEnvironment) { self.environment = environment }

  /// The store of a remote, or why guard cannot speak to it.
  public func store(for remote: RemoteDescription) -> Result<any ObjectStore, StoreError> {
    switch remote.scheme {
    case nil, "file": .success(FolderStore(remote))
    case let scheme?: .failure(.unsupported("guard does not know remotes with '\(scheme)://'"))
    }
  }
}

extension RemoteDescription {
  /// The scheme of the URL in lower case; `nil` for a path.
  var scheme: String? {
    guard let end = url.range(of: "://")?.lowerBound else { return nil }
    return url[..<end].lowercased()
  }
}
