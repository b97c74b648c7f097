import Platform

extension Repository {
  /// What the last move of HEAD was, as Git wrote it down.
  public struct Move: Hashable, Sendable {
    /// The commit before.
    public let old: CommitID
    /// The commit after.
    public let new: CommitID
    /// What Git did: `commit (amend)`.
    public let action: [UInt8]
  }

  /// The last line of HEAD's log (git-reflog(1)); `nil` where Git keeps none.
  public var lastMove: Move? {
    let file = FileSystem.join(gitDirectory, Array("logs/HEAD".utf8))
    let end: [UInt8]
    // No log is the same as none that can be read: nobody depends on it.
    do throws(SystemError) { end = try FileSystem.readEnd(of: file, limit: 1 << 14) } catch { return nil }
    guard let line = end.split(separator: UInt8(ascii: "\n")).last else { return nil }
    let words = line.split(separator: UInt8(ascii: " "), maxSplits: 2)
    guard words.count == 3, let old = ObjectID(hexadecimal: words[0]),
      let new = ObjectID(hexadecimal: words[1]),
      let tab = line.firstIndex(of: UInt8(ascii: "\t"))
    else { return nil }
    return Move(
      old: CommitID(old), new: CommitID(new),
      action: Array(line[(tab + 1)...].prefix { $0 != UInt8(ascii: ":") }))
  }

  /// Whether Git is in the middle of a rebase, or of applying patches: what it commits is not what will stay.
  public var isRebasing: Bool {
    ["rebase-merge", "rebase-apply"].contains { name in
      FileSystem.exists(FileSystem.join(gitDirectory, Array(name.utf8)))
    }
  }

  /// The commits that are checked out without a branch, in this work tree or in another one.
  public func detachedCommits() -> [CommitID] {
    var places = [commonDirectory]
    let records = FileSystem.join(commonDirectory, Array("worktrees".utf8))
    // Without linked work trees the folder is not there.
    do throws(SystemError) {
      places += try FileSystem.list(records).map { FileSystem.join(records, $0.name) }
    } catch {}
    return places.compactMap { place in
      do throws(SystemError) {
        let head = try FileSystem.read(FileSystem.join(place, Array("HEAD".utf8)), limit: 1 << 12)
        return ObjectID(hexadecimal: head.prefix { $0 != UInt8(ascii: "\n") }).map { CommitID($0) }
      } catch { return nil }
    }
  }
}
