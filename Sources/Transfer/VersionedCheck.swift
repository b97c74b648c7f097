import DVC
import Hashing
import Remotes
import Values

/// Asks a remote that keeps versions (`version_aware`, `worktree`): files are there by their paths, and the record
/// names the version of each (DVC 3.67, `cloud:` in `.dvc` files and `dvc.lock`).
struct VersionedCheck {
  private let store: any ObjectStore
  private let remote: RemoteDescription
  private let effort: Effort

  init(_ store: any ObjectStore, _ remote: RemoteDescription, _ effort: Effort) {
    self.store = store
    self.remote = remote
    self.effort = effort
  }

  /// What became of each need. A file whose version the record does not name was never pushed: `dvc push` writes
  /// the version into the record.
  func verdicts(of needs: [Need]) -> [NeedVerdict] {
    let files = needs.map { self.files(of: $0) }
    let keys = files.flatMap { $0.compactMap(\.key) }
    var answers = store.presence(of: keys, effort)[...]
    return zip(needs, files).map { need, files in
      var verdict = NeedVerdict(need)
      var missing: [Directories.File] = []
      for file in files {
        verdict.count += 1
        guard file.key != nil else {
          missing.append(file.file)
          continue
        }
        switch answers.popFirst() {
        case .present?: continue
        case .absent?: missing.append(file.file)
        case .unknown(let error)?: verdict.unknown[error, default: 0] += 1
        case nil: verdict.unknown[.corrupt("the remote answered too little"), default: 0] += 1
        }
      }
      verdict.missing = need.located(missing)
      return verdict
    }
  }

  private struct VersionedFile {
    let file: Directories.File
    /// Where the remote has it; `nil` when the record names no version.
    let key: StoreKey?
  }

  private func files(of need: Need) -> [VersionedFile] {
    let versions = Dictionary(
      need.output.output.versions.filter { $0.remote == Text(remote.name ?? "") }.map { ($0.path, $0.id) }
    ) { first, _ in first }
    let own = ObjectKey(need.output.object).map { [Directories.File(path: "", key: $0)] } ?? []
    var files = own
    if need.isDirectory, case .success(let listed)? = Directories.local(need) { files = listed }
    return files.map { file in
      let id = versions[file.path] ?? nil
      return VersionedFile(
        file: file, key: id.map { StoreKey(path: path(file, of: need), version: $0.string) })
    }
  }

  /// The output's path from the root of its DVC repository, and the file's below it.
  private func path(_ file: Directories.File, of need: Need) -> [UInt8] {
    file.path.isEmpty ? need.pathOnRemote : need.pathOnRemote + [UInt8(ascii: "/")] + file.path.utf8
  }
}
