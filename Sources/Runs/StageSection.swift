import DVC
import Hashing
import Trees
import Values

/// The stages of a commit, as `dvc.lock` recorded their last run; and the data of its `.dvc` files.
struct StageSection {
  /// The entries by the names of stages.
  private(set) var stages: [(key: Text, value: JSON)] = []
  /// The data of `.dvc` files.
  private(set) var data: [JSON] = []
  /// The keys of parameters whose values were left out.
  private(set) var redacted: Set<Text> = []

  private let redaction: Redaction

  init(of contents: CommitContents, _ redaction: Redaction) {
    self.redaction = redaction
    var pointers: [(name: Text, json: JSON)] = []
    for file in contents.projects.flatMap(\.files) {
      if file.path.name.elementsEqual("dvc.yaml".utf8) {
        add(file)
      } else if case .success(let stages) = file.stages, let stage = stages.first {
        pointers += Self.pointers(of: stage, file)
      }
    }
    stages.sort { $0.key < $1.key }
    data = pointers.sorted { $0.name < $1.name }.map(\.json)
  }

  // MARK: - dvc.yaml

  private mutating func add(_ file: Project.File) {
    var defined: [Text: Stage]?
    if case .success(let stages) = file.stages {
      defined = Dictionary(stages.compactMap { stage in stage.name.map { ($0, stage) } }) { $1 }
    }
    for entry in file.recorded.entries {
      guard let name = entry.key.text, let record = entry.value.map, !record.isEmpty else { continue }
      // What the lock has and no stage stands behind is of no commit's pipeline.
      let stage = defined?[name]
      guard defined == nil || stage != nil else { continue }
      let isOfRoot = file.path.parent.isRoot
      let shown = isOfRoot ? name : PathName.text(file.path.bytes) + ":" + name
      stages.append((shown, self.entry(record, stage)))
    }
  }

  private mutating func entry(_ record: Mapping, _ stage: Stage?) -> JSON {
    let command = JSON(record["cmd"]?.value ?? .null)
    let deps = record["deps"]?.list ?? []
    let inputs = deps.compactMap { Self.descriptor($0, stage?.deps.first(for: $0)?.reference, nil) }
    let outs = (record["outs"]?.list ?? []).compactMap { node in
      let out = stage?.outs.first { $0.reference.definition == node.map?["path"]?.text }
      return Self.descriptor(node, out?.reference, out?.files == nil ? nil : out?.recorded.value)
    }
    let parameters = self.parameters(record["params"]?.map, stage)
    let input = StageInput(command: command, deps: inputs.map(\.input), parameters: parameters)
    var entries: [(key: Text, value: JSON)] = [("inputDigest", .text(input.digest))]
    if case .null = command {} else { entries.append(("cmd", command)) }
    if !inputs.isEmpty { entries.append(("deps", .array(inputs.map(\.json)))) }
    if !parameters.isEmpty { entries.append(("params", .object(parameters))) }
    if !outs.isEmpty { entries.append(("outs", .array(outs.map(\.json)))) }
    return .object(entries)
  }

  private mutating func parameters(_ files: Mapping?, _ stage: Stage?) -> [(key: Text, value: JSON)] {
    (files?.entries ?? []).compactMap { entry in
      guard let file = entry.key.text, let map = entry.value.map else { return nil }
      let reference = stage?.deps.first { $0.reference.definition == file }?.reference
      var seen: Set<Text> = []
      let leaves = map.entries.flatMap { item in
        Flattening.leaves(of: item.value.value, below: item.key.value.pythonString)
      }
      let values = leaves.filter { seen.insert($0.key).inserted }.map { leaf in
        let (value, hidden) = redaction.applied(to: leaf.value, of: leaf.key)
        redacted.formUnion(hidden)
        return (key: leaf.key, value: value)
      }
      return (Self.name(file, reference), .object(values))
    }
  }

  private static func descriptor(
    _ node: Node, _ reference: PathSpace.Reference?, _ list: Text?
  ) -> DataDescriptor? {
    guard let record = node.map, let path = record["path"]?.text else { return nil }
    return DataDescriptor(record, name: name(path, reference), list: list)
  }

  /// A path from the root of the repository where it is known to lie there, else as it is written.
  private static func name(_ written: Text, _ reference: PathSpace.Reference?) -> Text {
    reference?.path.map { PathName.text($0.bytes) } ?? written
  }

  // MARK: - .dvc

  private static func pointers(of stage: Stage, _ file: Project.File) -> [(name: Text, json: JSON)] {
    let records = file.recorded["outs"]?.list ?? []
    return zip(records, stage.outs).compactMap { node, out in
      guard let record = node.map else { return nil }
      let name = name(out.reference.definition, out.reference)
      var annotations: [(key: Text, value: JSON)] = [("dvcFile", .text(PathName.text(file.path.bytes)))]
      annotations += origin(of: stage)
      let descriptor = DataDescriptor(
        record, name: name, list: out.files == nil ? nil : out.recorded.value, annotations: annotations)
      return (name, descriptor.json)
    }
  }

  /// Where imported data came from.
  private static func origin(of stage: Stage) -> [(key: Text, value: JSON)] {
    guard stage.isImport, let source = stage.deps.first else { return [] }
    let path = URLText.withoutUser(source.reference.definition)
    guard case .repository(let url, _, let revision) = source.kind else {
      return [("importedFrom", .text(path))]
    }
    var repository: [(key: Text, value: JSON)] = [
      ("path", .text(path)), ("url", .text(URLText.withoutUser(url))),
    ]
    if let revision { repository.append(("rev", .text(revision))) }
    return [("importedFrom", .object(repository))]
  }
}

/// What a run of a stage depends on: two runs with equal inputs are to give equal results.
struct StageInput {
  let command: JSON
  /// Path and hash of each dependency.
  let deps: [JSON]
  /// The values of each file by their keys.
  let parameters: [(key: Text, value: JSON)]

  /// 64 hexadecimal digits: the SHA-256 of the canonical form. Sizes do not count, nor does the order of dependencies.
  var digest: Text {
    let ordered = deps.map(\.canonical).sorted { $0.lexicographicallyPrecedes($1) }
    var bytes = Array(#"{"cmd":"#.utf8) + command.canonical + Array(#","deps":["#.utf8)
    bytes += ordered.joined(separator: [UInt8(ascii: ",")])
    bytes += Array(#"],"params":"#.utf8) + JSON.object(parameters).canonical + Array("}".utf8)
    return Text(Hexadecimal.encode(SHA256.hash(of: bytes)))
  }
}

extension [Dependency] {
  /// The one that an entry of a lock is of.
  fileprivate func first(for node: Node) -> Dependency? {
    first { $0.reference.definition == node.map?["path"]?.text }
  }
}
