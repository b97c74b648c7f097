import Disk
import Git
import Platform
import Policy
import Trees
import Values

/// Finds policy files, each with what it extends.
struct PolicyFiles {
  /// Where a file was read, and so where a path in it leads.
  private enum Source {
    /// A tree, and what names it before a path in it: what it holds may be anybody's.
    case tree(any FileTree, named: String)
    /// A file on this machine, and whether it is its owner's.
    case disk(isOwn: Bool)
  }

  /// A file that was read.
  private struct Found {
    let name: String
    let bytes: [UInt8]
    let source: Source

    var isOwn: Bool { if case .disk(true) = source { true } else { false } }
  }

  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// The `.guard.yml` of a tree, and what it extends; nothing when there is none.
  func committed(in tree: any FileTree) throws(JudgementError) -> [PolicyLayer] {
    let name = PolicyLayer.committedFile
    guard let bytes = try Self.contents(of: RepositoryPath(normalized: name.utf8), in: tree) else {
      return []
    }
    return try layers(Found(name: name, bytes: bytes, source: .tree(tree, named: "")))
  }

  /// The `guard.local.yml` of this work tree, and what it extends; nothing when there is none.
  func local() throws(JudgementError) -> [PolicyLayer] {
    guard let root = try repository().workTree else { return [] }
    let name = PolicyLayer.localFile
    return try onDisk(FileSystem.join(root, Array(name.utf8)), as: name).map(layers) ?? []
  }

  /// A file that somebody names on the command line, and what it extends.
  func named(_ name: String) throws(JudgementError) -> [PolicyLayer] {
    let path = FileSystem.join(surroundings.directory, Array(name.utf8))
    guard let found = try onDisk(path, as: name) else { throw .source("\(name): there is no such file") }
    return try layers(found)
  }

  /// The bytes of a file in a tree; `nil` when nothing is there. What is there and is no file does not say that defaults
  /// hold.
  static func contents(of path: RepositoryPath, in tree: any FileTree) throws(JudgementError) -> [UInt8]? {
    do throws(TreeError) {
      if case .file? = try tree.target(of: path) { return try tree.contents(of: path) }
      if try tree.entry(at: path) == nil { return nil }
    } catch {
      throw .tree(error)
    }
    throw .policy(
      PolicyFileError(SettingOrigin("\(path)", isOwn: false), "neither a file nor a link that leads to one"))
  }

  // MARK: - What a file extends

  private func layers(_ first: Found) throws(JudgementError) -> [PolicyLayer] {
    var layers: [PolicyLayer] = []
    var next: Found? = first
    var names: Set<String> = []
    while let found = next {
      next = nil
      do throws(PolicyFileError) {
        let layer = try PolicyLayer(
          file: found.name, bytes: found.bytes, isOwn: found.isOwn, isExtended: !layers.isEmpty)
        names.insert(found.name)
        layers.append(layer)
      } catch {
        throw .policy(error)
      }
      guard let extends = layers.last?.extends else { break }
      guard layers.count < PolicyReference.deepest else {
        throw .policy(
          PolicyFileError(extends.origin, "a policy is made of at most \(PolicyReference.deepest) files"))
      }
      let more = try read(extends, beside: found.source)
      guard !names.contains(more.name) else {
        throw .policy(PolicyFileError(extends.origin, "'\(more.name)' extends itself"))
      }
      next = more
    }
    return layers
  }

  private func read(_ extends: Setting, beside source: Source) throws(JudgementError) -> Found {
    let reference: PolicyReference
    do throws(PolicyFileError) { reference = try PolicyReference(extends) } catch { throw .policy(error) }
    switch (reference, source) {
    case (.path(let path), .tree(let tree, let name)):
      return Found(
        name: "\(name)\(path)", bytes: try required(Self.contents(of: path, in: tree), extends),
        source: source)
    case (.path(let path), .disk(let isOwn)):
      return try inWorkTree(path, extends, isOwn: isOwn)
    case (.pinned(let commit, let path), _):
      return try pinned(commit, path, extends)
    case (.machine(let path), .disk(isOwn: true)):
      return try required(onDisk(path, as: String(decoding: path, as: UTF8.self)), extends)
    case (.machine, _):
      throw .policy(
        PolicyFileError(
          extends.origin,
          "only \(PolicyLayer.localFile), which Git must not have, may name a file outside of the repository")
      )
    }
  }

  /// A file of the work tree, which is its owner's when Git does not have it and the file that names it is.
  private func inWorkTree(
    _ path: RepositoryPath, _ extends: Setting, isOwn: Bool
  ) throws(JudgementError) -> Found {
    let repository = try repository()
    guard let root = repository.workTree else {
      throw .policy(PolicyFileError(extends.origin, "there is no work tree in which '\(path)' could be"))
    }
    let tree: WorkTree
    do throws(Failure) { tree = try surroundings.workTree(of: repository, at: root) } catch {
      throw .source(error.message)
    }
    let bytes = try required(Self.contents(of: path, in: tree), extends)
    let isOwn = isOwn && !surroundings.comesWithRepository(FileSystem.join(root, path.bytes))
    return Found(name: path.description, bytes: bytes, source: .disk(isOwn: isOwn))
  }

  private func onDisk(_ path: [UInt8], as name: String) throws(JudgementError) -> Found? {
    let bytes: [UInt8]
    do { bytes = try FileSystem.read(path, limit: 1 << 20) } catch {
      if error.isMissing { return nil }
      throw .source("\(error)")
    }
    return Found(
      name: name, bytes: bytes, source: .disk(isOwn: !surroundings.comesWithRepository(path)))
  }

  private func required<Answer>(_ found: Answer?, _ extends: Setting) throws(JudgementError) -> Answer {
    if let found { return found }
    throw .policy(PolicyFileError(extends.origin, "'\(extends.value)' is not there"))
  }

  /// A file of a commit. What is not in this clone says nothing, neither that there is no such file nor that it is wrong.
  private func pinned(
    _ commit: Text, _ path: RepositoryPath, _ extends: Setting
  ) throws(JudgementError) -> Found {
    let repository = try repository()
    let lacking = { (what: String) in
      JudgementError.lacking(
        commit: commit,
        PolicyFileError(
          extends.origin, "\(what), and guard fetches no policy: git fetch origin \(commit)"))
    }
    let tree: ObjectTree
    do throws(GitError) { tree = try repository.tree(of: repository.resolve(commit.string)) } catch {
      throw lacking("the commit \(commit) is not in this clone")
    }
    let bytes: [UInt8]?
    do throws(JudgementError) { bytes = try Self.contents(of: path, in: tree) } catch {
      guard case .tree(.notAvailable(_, let why)) = error else { throw error }
      throw lacking("of the commit \(commit) '\(path)' is not here (\(why))")
    }
    let name = "\(String(commit.string.prefix(10))):"
    return Found(
      name: "\(name)\(path)", bytes: try required(bytes, extends), source: .tree(tree, named: name))
  }

  private func repository() throws(JudgementError) -> Repository {
    do { return try surroundings.repository() } catch { throw .source(error.message) }
  }
}
