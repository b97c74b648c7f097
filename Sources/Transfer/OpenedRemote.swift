import Remotes

/// A remote that can be asked, or why it cannot.
public struct OpenedRemote {
  /// The remote as it is configured.
  public let description: RemoteDescription
  /// What holds its objects.
  public let store: Result<any ObjectStore, StoreError>

  /// A remote.
  public init(_ description: RemoteDescription, _ store: Result<any ObjectStore, StoreError>) {
    self.description = description
    self.store = store
  }

  /// Whether it keeps files by name and version, and not objects by hash (`version_aware`, `worktree`).
  public var keepsVersions: Bool { description.keepsVersions }

  /// What the paths of objects begin with.
  var base: [UInt8] { description.flag("worktree") == true ? Array(".dvc/".utf8) : [] }
}

extension RemoteDescription {
  /// Whether it keeps files by name and version, and not objects by hash (`version_aware`, `worktree`).
  public var keepsVersions: Bool { flag("version_aware") == true || flag("worktree") == true }
}
