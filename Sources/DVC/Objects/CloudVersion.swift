import Values

/// A file of an output as a remote that keeps versions holds it: what `dvc push` wrote into the record under
/// `cloud:` (DVC 3.67, `split_file_meta_from_cloud` in `dvc/output.py`).
public struct CloudVersion: Hashable, Sendable {
  /// The remote's name.
  public let remote: Text
  /// The path below the output's; empty for an output that is one file.
  public let path: Text
  /// The version; `nil` when the record has none.
  public let id: Text?
  /// Its bytes, when the record counts them.
  public let size: Int?

  /// The versions that an entry of `outs` records: of itself, or of each of its `files`.
  static func all(of entry: Node?) -> [CloudVersion] {
    guard let map = entry?.map else { return [] }
    var versions = Self.versions(of: map, path: "")
    for file in map["files"]?.list ?? [] {
      guard let file = file.map, let path = file["relpath"]?.text else { continue }
      versions += Self.versions(of: file, path: path)
    }
    return versions
  }

  private static func versions(of map: Mapping, path: Text) -> [CloudVersion] {
    (map["cloud"]?.map?.entries ?? []).compactMap { entry in
      guard let remote = entry.key.text else { return nil }
      return CloudVersion(
        remote: remote, path: path, id: entry.value.map?["version_id"]?.text, size: map["size"]?.value.int)
    }
  }
}
