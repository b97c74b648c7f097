extension Repository {
  /// What files of a commit are read by beside the commit itself: configuration, attributes and ignores outside of it,
  /// the boundary of a shallow clone. Where the bytes are the same, the same is read of the same commit; `nil` where
  /// Git itself reads, which has ways of its own.
  public func circumstances() throws(GitError) -> [UInt8]? {
    guard reader == .libgit2 else { return nil }
    var bytes: [UInt8] = []
    func add(_ part: [UInt8]) { bytes += Array("\(part.count) ".utf8) + part }
    for entry in variables.entries {
      add(entry.key)
      add(entry.value ?? Array("true".utf8))
    }
    let files = context.files
    add(files.infoAttributes ?? [])
    for part in files.outerAttributes + [[]] + files.outerIgnores { add(part) }
    for commit in try shallowCommits.get().map(\.object.hexadecimal).sorted(by: {
      $0.lexicographicallyPrecedes($1)
    }) {
      add(commit)
    }
    add(workTree ?? gitDirectory)
    return bytes
  }

  /// Whether content was asked for that is not here: an object that a shallow or a partial clone lacks, or one that Git LFS
  /// or another filter has. It may come.
  public var hasLackedContent: Bool { context.hasLackedContent }
}
