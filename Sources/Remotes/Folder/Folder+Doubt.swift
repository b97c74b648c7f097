import Platform

/// Whether a folder without an object is one to believe.
///
/// DVC takes a remote's folder that does not exist for an empty remote, and makes it on `dvc push`. That is
/// right for a new remote, and wrong for a network share or a disk that is not mounted now: its objects are
/// not lost, and must not be uploaded to what lies below the mount point.
extension Folder {
  /// Why nothing can be said of what this folder does not show; `nil` when what it does not show is absent.
  func reasonForDoubt() -> StoreError? {
    do throws(SystemError) {
      guard let status = try Self.status(base) else { return try reasonWithoutBase() }
      guard status.kind == .directory else { return .unreachable("\(shown) is not a folder") }
      return try FileSystem.list(base).isEmpty ? try reasonOfMountPoint() : nil
    } catch {
      return StoreError(error)
    }
  }

  /// A folder that is to be made is a new remote's when the one around it is there.
  private func reasonWithoutBase() throws(SystemError) -> StoreError? {
    guard !FileSystem.exists(base) else {
      return .unreachable("\(shown) is a link that leads nowhere: is it mounted?")
    }
    guard try Self.status(FileSystem.parent(of: base))?.kind == .directory else {
      return .unreachable(
        "neither the folder \(shown) nor the one that would hold it exists: is it mounted? "
          + "When the remote is new, make its folder first")
    }
    return try reasonOfMountPoint()
  }

  /// An empty folder where something is to be mounted that is not is no answer.
  private func reasonOfMountPoint() throws(SystemError) -> StoreError? {
    for point in MountTable.current().unmounted(above: base) {
      guard try Self.status(point) != nil, try FileSystem.list(point).isEmpty else { continue }
      return .unreachable("\(String(decoding: point, as: UTF8.self)) is in /etc/fstab and not mounted")
    }
    return nil
  }

  /// What stands at a path, symbolic links followed; `nil` when nothing does.
  private static func status(_ path: [UInt8]) throws(SystemError) -> FileStatus? {
    do {
      return try FileSystem.status(of: path)
    } catch  where error.isMissing {
      return nil
    }
  }

  private var shown: String { String(decoding: base, as: UTF8.self) }
}
