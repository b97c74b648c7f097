import Hashing
import Trees
import Values

/// Makes a ``Stage`` of a resolved entry of `dvc.yaml` and its entry in `dvc.lock`
/// (DVC 3.67, `StageLoader.load_stage`, `dvc/dependency/__init__.py`, `dvc/output.py`).
struct StageBuilder {
  let file: RepositoryPath
  let paths: PathSpace
  let lockEntry: LockFile.Entry?
  /// The files that its templates may take values from.
  let valueFiles: [RepositoryPath]

  /// The stage of this name with these resolved keys.
  func stage(_ name: Text, _ definition: Mapping, at position: Position?) throws(DVCError) -> Stage {
    let directory = try workingDirectory(definition["wdir"])
    return Stage(
      file: file, name: name, position: position, workingDirectory: paths.inside(directory),
      command: definition["cmd"],
      isFrozen: definition["frozen"]?.bool ?? false,
      isAlwaysChanged: definition["always_changed"]?.bool ?? false,
      deps: try dataDependencies(definition["deps"], directory)
        + parameterDependencies(definition["params"], directory),
      outs: try outputs(definition, directory),
      record: lockEntry.map { .locked(command: $0.command, position: $0.position) } ?? .none,
      valueFiles: valueFiles)
  }

  private func workingDirectory(_ node: Node?) throws(DVCError) -> [UInt8] {
    let directory = paths.absolute(file.parent)
    guard let node, node.value.isTruthy else { return directory }
    return PathSpace.resolve(try path(node).utf8, from: directory)
  }

  // MARK: - Dependencies

  private func dataDependencies(_ node: Node?, _ directory: [UInt8]) throws(DVCError) -> [Dependency] {
    var dependencies: [Dependency] = []
    for item in node?.list ?? [] {
      let reference = try reference(item, directory, in: file)
      let data = lockEntry?.data("deps", reference.definition)
      let kind: Dependency.Kind
      if case .dataset = reference.location {
        kind = .dataset(recorded: data?.map?["dataset"]?.map ?? Mapping())
      } else {
        kind = .data(try recorded(data, reference))
      }
      dependencies.append(Dependency(reference: reference, position: item.position, kind: kind))
    }
    return dependencies
  }

  private func parameterDependencies(_ node: Node?, _ directory: [UInt8]) throws(DVCError) -> [Dependency] {
    var dependencies: [Dependency] = []
    for declared in try ParameterDeclaration.merged(node?.list ?? [], in: file) {
      let path =
        declared.file.isEmpty
        ? Text(utf8: PathSpace.resolve(Array("params.yaml".utf8), from: paths.absolute(paths.projectRoot)))
        : declared.file
      let reference = try reference(Node(.string(path), at: declared.position), directory, in: file)
      dependencies.append(
        Dependency(
          reference: reference, position: declared.position,
          kind: .parameters(keys: declared.keys, recorded: lockEntry?.parameters(reference.definition))))
    }
    return dependencies
  }

  // MARK: - Outputs

  private func outputs(_ definition: Mapping, _ directory: [UInt8]) throws(DVCError) -> [Output] {
    var outputs: [Output] = []
    for (section, role) in [("outs", .data), ("metrics", .metrics), ("plots", .plots)]
      as [(Text, Output.Role)]
    {
      for (path, flags) in try flags(definition[section]) {
        let reference = try reference(path, directory, in: file)
        let data = lockEntry?.data("outs", reference.definition)
        let files = try Manifest(cloudFiles: data?.map?["files"])
        outputs.append(
          Output(
            reference: reference, position: path.position, role: role,
            isCached: flags["cache"]?.bool ?? true, isPushed: flags["push"]?.bool ?? true,
            remote: flags["remote"]?.text, recorded: try recorded(data, reference).describing(files),
            files: files, versions: CloudVersion.all(of: data)))
      }
    }
    return outputs
  }

  /// The paths of a section with their flags; of a path named twice the flags are merged.
  private func flags(_ node: Node?) throws(DVCError) -> [(Node, Mapping)] {
    var order: [Node] = []
    var flags: [Text: Mapping] = [:]
    for item in node?.list ?? [] {
      for (path, new) in try pathsWithFlags(item) {
        let name = try self.path(path)
        if flags[name] == nil { order.append(path) }
        for flag in new.entries {
          if let key = flag.key.text { flags[name, default: Mapping()].set(key, flag.value) }
        }
        flags[name] = flags[name] ?? Mapping()
      }
    }
    var result: [(Node, Mapping)] = []
    for path in order { result.append((path, flags[try self.path(path)] ?? Mapping())) }
    return result
  }

  private func pathsWithFlags(_ item: Node) throws(DVCError) -> [(Node, Mapping)] {
    guard let map = item.map else { return [(item, Mapping())] }
    var result: [(Node, Mapping)] = []
    for entry in map.entries {
      guard let flags = entry.value.map else {
        throw DVCError(
          file, at: entry.value.position, .unsupported,
          "expected a map of flags, got \(entry.value.value.typeName)")
      }
      result.append((entry.key, flags))
    }
    return result
  }

  // MARK: - Paths and hashes

  private func recorded(_ data: Node?, _ reference: PathSpace.Reference) throws(DVCError) -> RecordedHash {
    guard lockEntry != nil else { return .none() }
    return try RecordedHash(data, isInRepository: reference.isInRepository, in: file.lockBeside)
  }

  private func path(_ node: Node) throws(DVCError) -> Text {
    guard let text = node.text else {
      throw DVCError(file, at: node.position, .unsupported, "expected a path, got \(node.value.typeName)")
    }
    return text
  }

  private func reference(
    _ node: Node, _ directory: [UInt8], in file: RepositoryPath
  ) throws(DVCError) -> PathSpace.Reference {
    try paths.reference(checked: node, directory, in: file)
  }
}

extension PathSpace {
  /// The reference of a dep or an out; DVC's own files cannot be either.
  func reference(
    checked node: Node, _ directory: [UInt8], in file: RepositoryPath
  ) throws(DVCError) -> Reference {
    guard let text = node.text else {
      throw DVCError(file, at: node.position, .unsupported, "expected a path, got \(node.value.typeName)")
    }
    guard !text.isDVCFileName else {
      throw DVCError(
        file, at: node.position, .path, "'\(text)' is a DVC file, which cannot be a dependency or an output")
    }
    do { return try reference(text, workingDirectory: directory) } catch {
      throw DVCError(file, at: node.position, .path, error.message)
    }
  }
}

extension Text {
  /// Whether DVC takes a path for one of its own files: it ends with `.dvc`, or its name is `dvc.yaml`.
  var isDVCFileName: Bool {
    hasSuffix(".dvc") || split(separator: UInt8(ascii: "/")).last == "dvc.yaml"
  }
}

extension RepositoryPath {
  /// The `dvc.lock` that belongs to this `dvc.yaml`.
  var lockBeside: RepositoryPath { parent.appending(Array("dvc.lock".utf8)) }
}

extension Manifest {
  /// The manifest that a `files:` list stands for; `nil` when there is no list or it is empty.
  init?(cloudFiles node: Node?) throws(DVCError) {
    guard let list = node?.list, !list.isEmpty else { return nil }
    self.init(
      list.compactMap { item in
        item.map?["relpath"]?.text.map { File(path: $0, hash: item.map?["md5"]?.text ?? "") }
      })
  }
}
