import DVC
import Disk
import Hashing
import Platform
import Remotes
import Support
import Transfer
import Trees
import Values

/// A cache on disk, a remote in memory, and outputs that name objects of both.
final class TransferFixture {
  let scratch: ScratchDirectory
  let store = ScriptedStore()
  let description = RemoteDescription(name: "r", url: "s3://bucket/r")
  let effort = Effort(jobs: 2, seconds: 20)

  init() throws { scratch = try ScratchDirectory() }

  var cache: LocalCache { LocalCache(directory: scratch("cache"), hashes: nil) }
  var remote: OpenedRemote { OpenedRemote(description, .success(store)) }

  /// The object of a file.
  func object(_ content: String) -> CacheObject { CacheObject(MD5Digest(of: Array(content.utf8))) }

  /// The list of a directory's files, and its object.
  func list(_ files: [(path: String, content: String)]) -> (bytes: [UInt8], object: CacheObject) {
    let bytes = Manifest(
      files.map { Manifest.File(path: Text($0.path), hash: Text(utf8: object($0.content).id)) }
    ).bytes
    return (bytes, CacheObject(id: MD5Digest(of: bytes).hexadecimal + Array(".dir".utf8), isLegacy: false))
  }

  /// Puts an object into the cache.
  func keep(_ object: CacheObject, _ bytes: [UInt8], mode: UInt32 = 0o444) throws {
    let path = cache.path(of: object)
    try FileSystem.createDirectories(FileSystem.parent(of: path))
    try scratch.put(bytes, at: path, mode: mode)
  }

  /// Puts files into the cache.
  func keep(_ contents: String...) throws {
    for content in contents { try keep(object(content), Array(content.utf8)) }
  }

  /// Puts objects on the remote.
  func upload(_ contents: String...) {
    for content in contents { store.objects[object(content).path] = Array(content.utf8) }
  }

  /// The output of a `.dvc` file that names an object.
  func output(_ name: String, _ object: CacheObject) throws -> PushedOutput {
    let text = "outs:\n- md5: \(String(decoding: object.id, as: UTF8.self))\n  hash: md5\n  path: \(name)\n"
    let paths = PathSpace(treeRoot: Array("/r".utf8), projectRoot: .root)
    let file = RepositoryPath(normalized: Array("\(name).dvc".utf8))
    let tree = InMemoryTree(files: [".dvc/config": "", file: text])
    let project = try Project(tree: tree, paths: paths, settings: ProjectSettings())
    let outputs = PushedOutputs(of: try project.stages()).recorded
    guard let output = outputs.first else { throw NoOutput() }
    return output
  }

  struct NoOutput: Error {}

  /// What a commit needs of an object.
  func need(_ name: String, _ object: CacheObject) throws -> Need {
    Need(
      commit: nil, output: try output(name, object), remote: description, caches: MachineCaches(cache),
      root: .root)
  }

  /// What becomes of needs.
  func verdicts(
    _ needs: [Need], known: [Need] = [], memory: PresenceMemory? = nil, trustsLists: Bool = false,
    verifies: Bool = false, believesMemory: Bool = true
  ) -> [NeedVerdict] {
    var options = RemoteCheck.Options()
    options.trustsLists = trustsLists
    options.verifies = verifies
    options.believesMemory = believesMemory
    return RemoteCheck(options, memory: memory) { OpenedRemote($0, .success(self.store)) }
      .verdicts(of: needs, known: known)
  }

  /// What `guard status --cloud` says of outputs, a line for each entry.
  func status(_ outputs: [UsedOutput]) throws -> [String] {
    try UsedObjects(of: outputs, cache: cache, effort).status(on: remote, hashes: nil, effort)
      .entries.map { "\($0.name.string): \($0.state.rawValue)" }
  }

  /// An output that is compared with the remote.
  func used(_ name: String, _ object: CacheObject, part: Text? = nil) throws -> UsedOutput {
    UsedOutput(name: Text(name), output: try output(name, object), part: part, source: remote)
  }
}
