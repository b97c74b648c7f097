import Platform
import Trees

/// What a path's file in the work tree is beside the index.
public enum WorkTreeState: Hashable, Sendable {
  /// What the index has, as `git diff` judges it.
  case unchanged
  /// Something else: content, type or permission.
  case modified
  /// The index has it and the work tree has nothing there.
  case deleted
  /// The index does not have it, or has only the promise to add it.
  case notInIndex
  /// That cannot be said without running a program or fetching: why.
  case undetermined(String)
}

extension Repository {
  /// What the files of some paths are beside the index. A file whose stat data are those that Git noted is not
  /// read, unless it may have changed since without showing it.
  /// - Throws: `conflicts` when paths are unmerged.
  public func workTreeStates(of paths: [RepositoryPath]) throws(GitError) -> [WorkTreeState] {
    guard let workTree else {
      return paths.map { _ in .undetermined("there is no work tree") }
    }
    let comparison = WorkTreeComparison(
      workTree: workTree, snapshot: try indexSnapshot(), entries: try indexSnapshot().entries(),
      tree: try index(), context: context, variables: variables)
    var states: [WorkTreeState] = []
    for path in paths { states.append(try comparison.state(of: path)) }
    return states
  }
}

/// Judges files of the work tree as `git diff` does: stat data first, as in `ie_modified` (read-cache.c of
/// Git 2.39), then content as `git add` would store it.
private struct WorkTreeComparison {
  let workTree: [UInt8]
  let snapshot: IndexSnapshot
  let entries: IndexEntries
  let tree: ObjectTree
  let context: TreeContext
  let trustsChangeTime: Bool
  let trustsPermission: Bool
  /// Whether a file that Git does not want here counts as wanted when it is here all the same
  /// (`clear_skip_worktree_from_present_files` in sparse-index.c of Git 2.39).
  let wantsWhatIsHere: Bool

  init(
    workTree: [UInt8], snapshot: IndexSnapshot, entries: IndexEntries, tree: ObjectTree, context: TreeContext,
    variables: Configuration
  ) {
    self.workTree = workTree
    self.snapshot = snapshot
    self.entries = entries
    self.tree = tree
    self.context = context
    let isMinimal = variables["core.checkstat"].map { $0.text.lowercased() } == "minimal"
    trustsChangeTime = variables.boolean("core.trustctime") != false && !isMinimal
    trustsPermission = variables.boolean("core.filemode") != false
    wantsWhatIsHere =
      variables.boolean("core.sparsecheckout") == true
      && variables.boolean("sparse.expectfilesoutsideofpatterns") != true
  }

  func state(of path: RepositoryPath) throws(GitError) -> WorkTreeState {
    guard let record = entries.record(at: path), let id = entries.index.id(of: record),
      let mode = FileMode(entries.index.mode(of: record)),
      path.components.allSatisfy({ TreeEntry.isSafe(Array($0)) })
    else { return .notInIndex }
    if record.isAssumedUnchanged || (record.skipsWorkTree && !wantsWhatIsHere) { return .unchanged }
    let file = FileSystem.join(workTree, path.bytes)
    let status: FileStatus?
    do {
      status = try isBehindLink(path) ? nil : FileSystem.existing(file)
    } catch {
      throw .unreadable(path: file.text, why: error.reason)
    }
    guard let status else { return record.skipsWorkTree ? .unchanged : .deleted }
    switch (mode, status.kind) {
    case (.submodule, .directory): return .undetermined("a submodule’s content is another repository’s")
    case (.symbolicLink, .symbolicLink), (.file, .file), (.executable, .file): break
    default: return .modified
    }
    if trustsPermission, mode.isFile, (status.mode & 0o100 != 0) != (mode == .executable) { return .modified }
    let noted = entries.index.status(of: record)
    if isAsNoted(status, noted), Int64(noted.modifiedSeconds) < snapshot.written { return .unchanged }
    return try content(of: path, file, status, is: id, mode)
  }

  /// Git replaces no directory by a link without noticing: what is behind one is not the index's file.
  private func isBehindLink(_ path: RepositoryPath) throws(SystemError) -> Bool {
    var here = path.parent
    while !here.isRoot {
      let kind = try FileSystem.existing(FileSystem.join(workTree, here.bytes))?.kind
      if kind == .symbolicLink { return true }
      here = here.parent
    }
    return false
  }

  private func isAsNoted(_ status: FileStatus, _ noted: IndexStatus) -> Bool {
    func matches(_ time: Int64, _ seconds: UInt32, _ nanoseconds: UInt32) -> Bool {
      UInt32(truncatingIfNeeded: time / 1_000_000_000) == seconds
        && (nanoseconds == 0 || UInt32(truncatingIfNeeded: time % 1_000_000_000) == nanoseconds)
    }
    return matches(status.modified, noted.modifiedSeconds, noted.modifiedNanoseconds)
      && (!trustsChangeTime || matches(status.changed, noted.changedSeconds, noted.changedNanoseconds))
      && noted.size == UInt32(truncatingIfNeeded: status.size)
      && (!trustsChangeTime || noted.inode == 0 || noted.inode == UInt32(truncatingIfNeeded: status.inode))
  }

  /// Compares content with the object's.
  private func content(
    of path: RepositoryPath, _ file: [UInt8], _ status: FileStatus, is id: ObjectID, _ mode: FileMode
  ) throws(GitError) -> WorkTreeState {
    if mode == .symbolicLink {
      let target = try reading(file) { () throws(SystemError) in try FileSystem.linkTarget(of: file) }
      return try target == context.backend.object(id).bytes ? .unchanged : .modified
    }
    let conversion: Conversion
    do {
      conversion = try tree.conversion(of: path)
    } catch {
      return .undetermined("its attributes cannot be read: \(error)")
    }
    switch conversion.filter {
    case .driver(let name): return .undetermined("the Git filter ‘\(name.text)’ is not run")
    case .lfs: return try largeFile(file, status, is: id)
    case .none: break
    }
    if conversion.isIdentity, try context.backend.objectSize(id) != Int(status.size) { return .modified }
    let bytes = try read(file)
    let stored = try context.backend.object(id).bytes
    if conversion.isIdentity { return bytes == stored ? .unchanged : .modified }
    let clean = try Converter(conversion: conversion).objectBytes(bytes, indexed: { stored })
    return clean == stored ? .unchanged : .modified
  }

  /// The file is compared with the object that its pointer names, which need not be read into memory.
  private func largeFile(
    _ file: [UInt8], _ status: FileStatus, is id: ObjectID
  ) throws(GitError) -> WorkTreeState {
    let stored = try context.backend.object(id).bytes
    guard let pointer = LargeFilePointer(stored) else {
      return try read(file) == stored ? .unchanged : .modified
    }
    // Without LFS installed, a checkout leaves the pointer.
    if status.size == stored.count, try read(file) == stored { return .unchanged }
    guard status.size == Int64(pointer.size) else { return .modified }
    guard let object = context.largeFilePath(pointer) else {
      return .undetermined("Git LFS object \(pointer.id.text) is not here")
    }
    return try reading(file) { () throws(SystemError) in try LargeFileStore.areEqual(object, file) }
      ? .unchanged : .modified
  }

  private func read(_ file: [UInt8]) throws(GitError) -> [UInt8] {
    try reading(file) { () throws(SystemError) in try FileSystem.read(file, limit: Int(UInt32.max)) }
  }

  private func reading<Result>(
    _ file: [UInt8], _ body: () throws(SystemError) -> Result
  ) throws(GitError) -> Result {
    do {
      return try body()
    } catch {
      throw .unreadable(path: file.text, why: error.reason)
    }
  }
}
