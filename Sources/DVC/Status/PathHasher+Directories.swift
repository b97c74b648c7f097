import Hashing
import Ignore
import Trees
import Values

extension PathHasher {
  /// The hash of a directory by what it holds (dvc-data 3.18, `build.py`).
  func hash(
    ofDirectory directory: RepositoryPath, _ algorithm: HashAlgorithm, in files: any FileTree
  ) throws(DVCError) -> Hash {
    // A directory that is ignored itself, or below an ignored one, is walked without result.
    if try isIgnoredAsWalked(directory) {
      let list = ManifestList(expecting: 0).finish()
      return Hash(MD5Digest(of: list), ofList: list)
    }
    guard !wantsLists, let memory = files as? any RememberingTree,
      let question = question(about: directory, algorithm, in: files)
    else {
      let walk = try walk(through: directory, in: files)
      let list = try list(
        walk, try reading { () throws(TreeError) in try files.digests(of: walk.files, algorithm) })
      return Hash(MD5Digest(of: list), ofList: list)
    }
    let begun = files === tree ? recalls.removeValue(forKey: Key(path: directory, algorithm: algorithm)) : nil
    let recall = begun ?? memory.beginRecall(of: directory, question)
    if let digest = recall() { return Hash(digest) }
    let walk = try walk(through: directory, in: files)
    let (digests, remember) = try reading { () throws(TreeError) in try memory.digests(of: walk, algorithm) }
    let list = try list(walk, digests)
    let digest = MD5Digest(of: list)
    remember(digest, question)
    return Hash(digest, ofList: list)
  }

  /// Stops where DVC could not hash a directory.
  func refuseUnhashable(directory: RepositoryPath) throws(DVCError) {
    guard try !isIgnoredAsWalked(directory) else { return }
    for path in try walk(through: directory, in: tree).files {
      try refuseUnreadable(path.bytes[...], of: path)
    }
  }

  private func isIgnoredAsWalked(_ directory: RepositoryPath) throws(DVCError) -> Bool {
    guard directory.isInside(project.paths.projectRoot), directory != project.paths.projectRoot else {
      return false
    }
    return try asking { () throws(IgnoreError) in
      try ignore.isIgnored(directory, isDirectory: true)
    }
  }

  /// What the hash of a directory depends on beside what is in it: the algorithm, and the patterns that are
  /// about it. `nil` when they cannot be read, which is an error to whoever walks.
  func question(
    about directory: RepositoryPath, _ algorithm: HashAlgorithm, in files: any FileTree
  ) -> MD5Digest? {
    var text = [UInt8](".dir 1 \(algorithm.rawValue)".utf8)
    guard obeysPatterns(directory, in: files) else { return MD5Digest(of: text) }
    for file in ignoreFiles(above: directory) {
      do throws(TreeError) {
        guard try files.target(of: file) != nil else { continue }
        text += MD5Digest(of: file.bytes).bytes + MD5Digest(of: try files.contents(of: file)).bytes
      } catch {
        return nil
      }
    }
    return MD5Digest(of: text)
  }

  private func obeysPatterns(_ directory: RepositoryPath, in files: any FileTree) -> Bool {
    files === tree && directory.isInside(project.paths.projectRoot)
  }

  /// The list of the files that a walk met.
  private func list(_ walk: Walk, _ digests: [MD5Digest]) throws(DVCError) -> [UInt8] {
    let start = walk.top.isRoot ? 0 : walk.top.bytes.count + 1
    var list = ManifestList(expecting: walk.files.count)
    for (path, digest) in zip(walk.files, digests) {
      let name = path.bytes[start...]
      try refuseUnreadable(name, of: path)
      list.append(name, hash: digest)
    }
    return list.finish()
  }

  private func refuseUnreadable(_ name: ArraySlice<UInt8>, of path: RepositoryPath) throws(DVCError) {
    guard name.allSatisfy({ $0 < 0x80 }) || String(validating: name, as: UTF8.self) != nil else {
      throw DVCError(path, .unsupported, "the name is not UTF-8")
    }
  }

  /// Meets every file in a directory that `.dvcignore` lets through, in the order of the paths.
  private func walk(
    through directory: RepositoryPath, in files: any FileTree
  ) throws(DVCError) -> Walk {
    var walk = Walk(through: directory)
    try enter(directory, in: files, &walk)
    // It meets `a/x` before `a-b`.
    if !zip(walk.files, walk.files.dropFirst()).allSatisfy(<) { walk.files.sort() }
    return walk
  }

  private func enter(
    _ directory: RepositoryPath, in files: any FileTree, _ walk: inout Walk
  ) throws(DVCError) {
    walk.directories.append(directory)
    let children: [Child]
    if obeysPatterns(directory, in: files) {
      let sorted = try asking { () throws(IgnoreError) in try ignore.sortedOut(directory) }
      children = sorted.visible
      for child in sorted.hidden {
        if case .file = child.entry { continue }
        walk.isThorough = false
      }
    } else {
      children = try reading { () throws(TreeError) in try files.children(of: directory) }
    }
    for child in children {
      let path = directory.appending(child.name)
      switch child.entry {
      case .file:
        guard child.name != Self.ignoreFileName else {
          throw DVCError(path, .unsupported, "DVC does not hash a directory that holds a .dvcignore file")
        }
        walk.files.append(path)
      case .directory: try enter(path, in: files, &walk)
      case .submodule: continue
      case .symbolicLink:
        walk.isThorough = false
        switch try reading({ () throws(TreeError) in try files.target(of: path) }) {
        case .directory?, .submodule?: continue
        case .file?: walk.files.append(path)
        default: throw DVCError(path, .unsupported, "it is a broken symbolic link")
        }
      case .special: throw DVCError(path, .unsupported, "it is neither a file nor a directory")
      }
    }
  }
}
