import DVC
import Hashing
import Remotes
import Values

/// Asks a remote that keeps versions (`version_aware`, `worktree`): files are there by their paths, and the record
/// names the version of each (DVC 3.67, `cloud:` in `.dvc` files and `dvc.lock`).
struct VersionedCheck {
  private let store: any ObjectStore
  private let effort: Effort
  private let verifies: Bool

  /// - Parameter verifies: whether sizes are compared with those in the record.
  init(_ store: any ObjectStore, _ effort: Effort, verifies: Bool) {
    self.store = store
    self.effort = effort
    self.verifies = verifies
  }

  /// What became of each need. A file whose version the record does not name was never pushed: `dvc push` writes
  /// the version into the record.
  func verdicts(of needs: [Need]) -> [NeedVerdict] {
    let files = needs.map { self.files(of: $0) }
    let keys = Array(Set(files.joined().compactMap(\.key)))
    let answers = Dictionary(uniqueKeysWithValues: zip(keys, store.presence(of: keys, effort)))
    return zip(needs, files).map { need, files in
      var verdict = NeedVerdict(need)
      var missing: [Directories.File] = []
      var damaged: Set<ObjectKey> = []
      for file in files {
        verdict.count += 1
        guard let key = file.key else {
          missing.append(file.file)
          continue
        }
        switch answers[key] {
        case .present(let size)?:
          guard verifies else { continue }
          guard let size, let recorded = file.size else {
            verdict.unverified += 1
            continue
          }
          guard size != recorded else { continue }
          damaged.insert(file.file.key)
          missing.append(file.file)
        case .absent?: missing.append(file.file)
        case .unknown(let error)?: verdict.unknown[error, default: 0] += 1
        case nil: verdict.unknown[.corrupt("the remote answered too little"), default: 0] += 1
        }
      }
      verdict.missing = need.located(missing, damaged: damaged)
      return verdict
    }
  }

  private struct VersionedFile {
    let file: Directories.File
    /// Where the remote has it; `nil` when the record names no version.
    let key: StoreKey?
    /// Its bytes, when the record counts them.
    let size: Int?
  }

  private func files(of need: Need) -> [VersionedFile] {
    let versions = Dictionary(need.versions.map { ($0.path, $0) }) { first, _ in first }
    let own = ObjectKey(need.output.object).map { [Directories.File(path: "", key: $0)] } ?? []
    var files = own
    if need.isDirectory, case .success(let listed)? = Directories.local(need, Directories.File.init) {
      files = listed
    }
    return files.map { file in
      let version = versions[file.path]
      return VersionedFile(
        file: file,
        key: version?.id.map { StoreKey(path: path(file, of: need), version: $0.string) },
        size: version?.size)
    }
  }

  /// The output's path from the root of its DVC repository, and the file's below it.
  private func path(_ file: Directories.File, of need: Need) -> [UInt8] {
    file.path.isEmpty ? need.pathOnRemote : need.pathOnRemote + [UInt8(ascii: "/")] + file.path.utf8
  }
}
