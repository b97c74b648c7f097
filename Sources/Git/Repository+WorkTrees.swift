import Platform

extension Repository {
  /// The roots of the other work trees that share this repository's objects, as far as they are on this disk: the
  /// main one and the linked ones (gitrepository-layout(5), `worktrees`). What cannot be read is left out.
  public func otherWorkTrees() -> [[UInt8]] {
    var roots = [mainWorkTree].compactMap { $0 }
    let records = FileSystem.join(commonDirectory, Array("worktrees".utf8))
    do throws(SystemError) {
      for name in try FileSystem.list(records).map(\.name).sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        if let root = linkedWorkTree(FileSystem.join(records, name)) { roots.append(root) }
      }
    } catch {}
    var seen = Set([workTree].compactMap { $0 })
    return roots.compactMap { real($0) }.filter { seen.insert($0).inserted }
  }

  /// The work tree that the repository was made with; `nil` when it is bare.
  private var mainWorkTree: [UInt8]? {
    if let set = configuration("core.worktree") { return FileSystem.join(commonDirectory, set) }
    let isBare = configurationFlag("core.bare") ?? false
    guard !isBare, commonDirectory.suffix(5).elementsEqual("/.git".utf8) else {
      return nil
    }
    return FileSystem.parent(of: commonDirectory)
  }

  /// The root of a linked work tree: its record names the file `.git` in it.
  private func linkedWorkTree(_ record: [UInt8]) -> [UInt8]? {
    do throws(SystemError) {
      var file = try FileSystem.read(FileSystem.join(record, Array("gitdir".utf8)), limit: 1 << 16)
      while file.last == UInt8(ascii: "\n") { file.removeLast() }
      guard !file.isEmpty, !file.contains(0) else { return nil }
      return FileSystem.parent(of: FileSystem.join(record, file))
    } catch { return nil }
  }

  /// The path without symbolic links; `nil` when it leads nowhere.
  private func real(_ path: [UInt8]) -> [UInt8]? {
    do { return try FileSystem.realPath(of: path) } catch { return nil }
  }
}
