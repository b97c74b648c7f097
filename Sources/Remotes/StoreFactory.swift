import Platform

/// Opens the store of a remote, by the scheme of its URL.
public struct StoreFactory {
  private let environment: ProcessEnvironment

  /// A factory that takes credentials from this environment, where the configuration has none.
  public init(environment: ProcessEnvironment) { self.environment = environment }

  /// The store of a remote, or why guard cannot speak to it.
  public func store(for remote: RemoteDescription) -> Result<any ObjectStore, StoreError> {
    Result { () throws(StoreError) in
      switch remote.scheme {
      case nil, "file": try FolderStore(remote)
      case "http", "https": try HTTPStore(remote, environment)
      case "webdav", "webdavs": try WebDAVStore(remote, environment)
      case "s3": try S3Store(remote, environment)
      case "gs": try GoogleStore(remote, environment)
      case "azure": try AzureStore(remote, environment)
      case "ssh": try SFTPStore(remote, environment: environment)
      case "gdrive", "oss", "hdfs", "webhdfs": try DVCCommandStore(remote, environment: environment)
      case let scheme?: throw .unsupported("guard does not know remotes with '\(scheme)://'")
      }
    }
  }
}

extension RemoteDescription {
  /// The scheme of the URL in lower case; `nil` for a path.
  var scheme: String? {
    let scheme = url.utf8.prefix { $0 != UInt8(ascii: ":") }
    guard url.utf8.dropFirst(scheme.count).starts(with: "://".utf8) else { return nil }
    return String(decoding: scheme, as: UTF8.self).lowercased()
  }
}
