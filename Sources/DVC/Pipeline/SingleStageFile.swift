import Hashing
import Trees
import Values

/// A `.dvc` file (DVC 3.67, `SingleStageLoader` in `dvc/stage/loader.py`).
struct SingleStageFile {
  let file: RepositoryPath
  let paths: PathSpace
  let document: Mapping

  /// Reads and checks a `.dvc` file.
  init(_ file: RepositoryPath, _ paths: PathSpace, _ loader: DocumentLoader) throws(DVCError) {
    self.file = file
    self.paths = paths
    document = try loader.document(file, .singleStageFile).map ?? Mapping()
  }

  /// The one stage of the file.
  func stage() throws(DVCError) -> Stage {
    let wdir = document["wdir"]?.text.flatMap { $0.isEmpty ? nil : $0 } ?? "."
    let directory = PathSpace.resolve(wdir.utf8, from: paths.absolute(file.parent))
    var deps: [Dependency] = []
    for item in document["deps"]?.list ?? [] { deps.append(try dependency(item, directory)) }
    var outs: [Output] = []
    for item in document["outs"]?.list ?? [] { outs.append(try output(item, directory)) }
    let isFrozen = document["locked"]?.bool == true || document["frozen"]?.bool == true
    let computed =
      deps.count == 1 && outs.count == 1
      ? try StageChecksum(document: document, directory: directory, file: file, paths: paths).value(
        deps[0], outs[0]) : nil
    return Stage(
      file: file, name: nil, position: nil, workingDirectory: paths.inside(directory), command: nil,
      isFrozen: isFrozen,
      isAlwaysChanged: document["always_changed"]?.bool ?? false, deps: deps, outs: outs,
      record: .checksum(recorded: document["md5"]?.value ?? .null, computed: computed))
  }

  private func dependency(_ node: Node, _ directory: [UInt8]) throws(DVCError) -> Dependency {
    let item = node.map ?? Mapping()
    if item["db"] != nil {
      let nowhere = PathSpace.Reference(definition: "", location: .url(scheme: "db"), isInRepository: false)
      return Dependency(reference: nowhere, position: node.position, kind: .database)
    }
    if let repository = item["repo"]?.map, !repository.isEmpty {
      let definition = try path(node).text ?? ""
      return Dependency(
        reference: PathSpace.Reference(
          definition: definition, location: .url(scheme: "repo"), isInRepository: false),
        position: item["path"]?.position,
        kind: .repository(
          url: repository["url"]?.text ?? "", revision: repository["rev"]?.text?.nonEmpty,
          lockedRevision: repository["rev_lock"]?.text?.nonEmpty))
    }
    let reference = try paths.reference(checked: path(node), directory, in: file)
    let recorded = try RecordedHash(node, isInRepository: reference.isInRepository, in: file)
    return Dependency(reference: reference, position: item["path"]?.position, kind: .data(recorded))
  }

  private func output(_ node: Node, _ directory: [UInt8]) throws(DVCError) -> Output {
    let item = node.map ?? Mapping()
    let reference = try paths.reference(checked: path(node), directory, in: file)
    let files = try Manifest(cloudFiles: item["files"])
    let recorded = try RecordedHash(node, isInRepository: reference.isInRepository, in: file)
    return Output(
      reference: reference, position: item["path"]?.position, role: .data,
      isCached: item["cache"]?.bool ?? true, isPushed: item["push"]?.bool ?? true,
      remote: item["remote"]?.text, recorded: recorded.describing(files), files: files,
      versions: CloudVersion.all(of: node))
  }

  private func path(_ node: Node) throws(DVCError) -> Node {
    guard let path = node.map?["path"], path.text?.isEmpty == false else {
      throw DVCError(file, at: node.position, .unsupported, "an entry has no path")
    }
    return path
  }
}

extension Text {
  /// The text, or `nil` when it is empty.
  fileprivate var nonEmpty: Text? { isEmpty ? nil : self }
}
