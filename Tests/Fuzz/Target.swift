import DVC
import Hashing
import ParameterFiles
import Policy
import Trees
import Values

@testable import Git
@testable import Runs

/// A reader of bytes that anybody may have written. Its seeds are the files of `Corpus/NAME`.
enum Target: String, CaseIterable, Codable, Sendable {
  // Files of a DVC repository, which is then judged.
  case pipeline, lock, pointer, ignore, manifest
  // A side of a merge of locks.
  case merge
  // Files of parameters, of which some are then looked up.
  case yaml, json, toml, python
  // Files that are read by themselves.
  case configuration, policy, waivers, index, attributes
  // What rules on practices read: environment files, messages of commits, notebooks, commands of stages, programs.
  case requirements, message, notebook, command, program
  // What notes hold that anybody may push.
  case record, links, signature

  /// Reads the bytes to the last value. Whatever they are, this must return.
  /// - Returns: what came of it, for a person; inputs of which new things come are worth to go on from.
  func read(_ bytes: [UInt8]) -> String {
    do {
      switch self {
      case .pipeline: return try judge(["dvc.yaml": bytes])
      case .lock: return try judge(["dvc.lock": bytes])
      case .pointer: return try judge(["data.dvc": bytes])
      case .ignore: return try judge([".dvcignore": bytes])
      case .manifest: return try judge([:], manifest: bytes)
      case .merge: return try merge(bytes)
      case .yaml: return try lookUp(in: ParameterFile.read(bytes, format: .yaml))
      case .json: return try lookUp(in: ParameterFile.read(bytes, format: .json))
      case .toml: return try lookUp(in: ParameterFile.read(bytes, format: .toml))
      case .python: return try lookUp(in: ParameterFile.read(bytes, format: .python))
      case .configuration:
        let layer = ConfigurationLayer(
          level: .repo, path: "config", directory: Array("/r/.dvc"), contents: bytes)
        return "\(try DVCConfiguration.load([layer]).remotes.count) remotes"
      case .policy:
        let layer = try PolicyLayer(file: ".guard.yml", bytes: bytes)
        let policy = Policy([layer], branches: ["release/1"])
        let reference = try layer.extends.map { try PolicyReference($0) }
        return
          "\(policy.profile) \(policy.settings(at: "docs/a").count { $0.setting != nil }) \(reference as Any)"
      case .waivers: return "\(try Waiver.read(file: ".guard-waivers.yml", bytes: bytes).count) waivers"
      case .index: return try lookThrough(IndexFile(bytes: bytes, hashLength: 20))
      case .attributes: return try states(bytes)
      case .requirements: return ask(bytes)
      case .message: return try clean(bytes)
      case .notebook: return try look(at: bytes)
      case .command: return part(bytes)
      case .program: return lookForFiles(in: bytes)
      case .record: return tell(bytes)
      case .links: return readAgain(bytes)
      case .signature:
        let signature = SSHSignature(bytes) ?? SSHSignature(armored: bytes)
        return signature.map { "\($0.namespace), a key of \($0.key.count), \($0.armored.count) bytes" }
          ?? "none"
      }
    } catch {
      return "\(error)"
    }
  }

  /// Merges a lock as each of the three.
  private func merge(_ bytes: [UInt8]) throws(MergeRefusal) -> String {
    let lock = Array((Self.repository["dvc.lock"] ?? "").utf8)
    let other = Array(Text(utf8: lock).replacing("train 0.1", with: "train 0.2").utf8)
    var counts: [Int] = []
    for sides in [[bytes, lock, other], [lock, bytes, other], [lock, other, bytes], [[], bytes, other]] {
      let merge = try ThreeWayMerge(.lock, base: sides[0], ours: sides[1], theirs: sides[2])
      counts += [merge.conflicts.count, merge.stale.count]
    }
    return "\(counts)"
  }

  /// The status of a DVC repository in which some files are these.
  private func judge(_ files: [RepositoryPath: [UInt8]], manifest: [UInt8] = []) throws -> String {
    var items = Self.repository.mapValues { InMemoryTree.Item.file(Array($0)) }
    items.merge(files.mapValues { .file($0) }) { $1 }
    let paths = PathSpace(treeRoot: Array("/r"), projectRoot: .root)
    let project = try Project(tree: InMemoryTree(items), paths: paths, settings: ProjectSettings())
    let status = PipelineStatus(
      of: project, .gitTree([Checkout(of: project, from: OneManifest(bytes: manifest))]))
    let statuses = try status.evaluate(project.stages())
    let document = StatusDocument(statuses, Names(paths: paths, directory: Array("/r")))
    _ = document.json
    return "\(document.lines.count) lines, \(statuses.flatMap(\.notChecked).count) not checked"
  }

  /// Files around the one that is read: they name parameters, data and templates of all kinds.
  private static let repository: [RepositoryPath: String] = [
    ".dvc/config": "",
    ".dvcignore": "*.pyc\n",
    "params.yaml": "lr: 0.1\nlist: [1, 2]\nmap: {a: 1, b: x}\n",
    "code/a.py": "a", "code/b.pyc": "b", "code/c d/.e": "e", "raw": "raw",
    "data.dvc": "outs:\n- md5: 0cc175b9c0f1b6a831c399e269772661\n  size: 1\n  hash: md5\n  path: data\n",
    "dvc.yaml": """
    stages:
      folder:
        cmd: make
        deps: [code, raw]
        outs: [folder]
      train:
        cmd: train ${lr}
        deps: [data, folder/a, folder]
        params:
        - lr
        - list
        - map.*
        - params.json: [a, '*.x']
        metrics:
        - raw2: {cache: false}

    """,
    "dvc.lock": """
    schema: '2.0'
    stages:
      folder:
        cmd: make
        deps:
        - path: code
          hash: md5
          md5: 8ac1a51dfb1f6dfd9a1ff1cd37d6aeb0.dir
          size: 3
          nfiles: 3
        outs:
        - path: folder
          hash: md5
          md5: 900150983cd24fb0d6963f7d28e17f72.dir
          size: 2
          nfiles: 2
      train:
        cmd: train 0.1
        params:
          params.yaml: {lr: 0.1, list: [1, 2], map: {a: 1}}
          params.json: {a: 1}

    """,
    "params.json": "{}",
  ]

  private func lookUp(in document: Node) throws(ParameterKeyError) -> String {
    let keys: [Text] = ["a", "b.c", "d[0]", "d[-1].x", "*", "*.x", "?", "list.*", "map.a"]
    var found = 0
    for key in keys where try ParameterKey.lookUp(key, in: document) != nil { found += 1 }
    return "\(document.value.pythonRepr.utf8.count) bytes, \(found) found"
  }

  private func lookThrough(_ index: IndexFile) throws -> String {
    for record in index.records {
      _ = (index.path(of: record), index.mode(of: record), index.status(of: record), index.id(of: record))
    }
    let entries = try IndexEntries(index)
    _ = entries.files(endingWith: [Array("e")])
    var pending = [RepositoryPath.root]
    var count = 0
    while let directory = pending.popLast(), count < 1000 {
      for entry in try entries.entries(of: directory) {
        count += 1
        let path = directory.appending(entry.name)
        _ = try entries.entry(at: path)
        if entry.mode == .directory { pending.append(path) }
      }
    }
    return "\(count) entries, \(index.cachedTrees.count) trees"
  }

  private func states(_ bytes: [UInt8]) throws(TreeError) -> String {
    let attributes = Attributes(info: bytes, outside: [bytes], ignoresCase: bytes.count.isMultiple(of: 2)) {
      _ in
      bytes
    }
    let paths: [RepositoryPath] = ["a", "A.TXT", "dir/sub/model.bin", "dir/a b", "x[1]\\"]
    return "\(try paths.map { path throws(TreeError) in try attributes.states(of: path).count })"
  }
}

extension Target {
  /// All that a record says, for people and for other programs.
  private func tell(_ bytes: [UInt8]) -> String {
    guard let record = RunRecord(line: bytes) else { return "none" }
    let changes = RecordChanges(from: nil, to: record)
    let differences = record.details(comparedWith: RunRecord(commit: record.commit, predicate: .object([])))
    let provenance = Provenance(of: record, repository: "git@host:team/model")?.statement.compact.count ?? 0
    return """
      \(record.stages.count) stages, \(record.files.count) files, \(changes.data.count) data, \
      \(differences.count) differences, \(provenance) bytes
      """
  }

  /// The links of a note; what is written of one must be written the same when it is read again. (What is read need not be
  /// what was written: half a surrogate, which an escape can spell, is no text.)
  private func readAgain(_ bytes: [UInt8]) -> String {
    var kinds: Set<String> = []
    for line in bytes.split(separator: 0x0A) {
      guard let link = Link(line: line) else { continue }
      guard Link(line: link.line)?.line == link.line else {
        // The fuzzer takes an error for an answer.
        preconditionFailure("a link is another one when it is read again")
      }
      kinds.insert("\(link)".prefix { $0 != "(" }.description)
      if case .signature(let signature) = link {
        kinds.formUnion(signature.signatures.map { "\(SSHSignature($0)?.fingerprint.utf8.count ?? 0)" })
      }
    }
    return kinds.sorted().joined(separator: " ")
  }
}

/// A cache that has the same list for every directory.
private final class OneManifest: ObjectCache {
  private let bytes: [UInt8]

  init(bytes: [UInt8]) { self.bytes = bytes }

  func presence(of objects: [CacheObject]) -> [Bool] { objects.map { _ in true } }
  func contents(of object: CacheObject) -> [UInt8]? { bytes }
}
