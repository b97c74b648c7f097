import Hashing
import Trees
import Values

/// The checksum of an import: the MD5 of the `.dvc` file as DVC would write it, without what does not
/// change the meaning (DVC 3.67, `compute_md5` in `dvc/stage/utils.py`, `dumpd` of outs and deps).
struct StageChecksum {
  let document: Mapping
  let directory: [UInt8]
  let file: RepositoryPath
  let paths: PathSpace

  /// The checksum, 32 hexadecimal digits.
  func value(_ dependency: Dependency, _ output: Output) throws(DVCError) -> Text {
    var dump = Mapping()
    let wdir = Text(utf8: PathSpace.relative(directory, from: paths.absolute(file.parent)))
    if wdir != "." { dump.set("wdir", Node(.string(wdir))) }
    if document["always_changed"]?.bool == true { dump.set("always_changed", Node(.bool(true))) }
    let dep = document["deps"]?.list?.first?.map ?? Mapping()
    let out = document["outs"]?.list?.first?.map ?? Mapping()
    dump.set("deps", Node(.list([Node(.map(dumpDependency(dep, dependency)))])))
    dump.set("outs", Node(.list([Node(.map(dumpOutput(out, output)))])))
    guard let json = Self.withoutAnnotations(Node(.map(dump))).value.pythonJSON else {
      throw DVCError(file, .unsupported, "the file holds values of which DVC cannot compute a checksum")
    }
    return Text(utf8: MD5Digest(of: json.utf8).hexadecimal)
  }

  private func dumpDependency(_ item: Mapping, _ dependency: Dependency) -> Mapping {
    switch dependency.kind {
    case .repository:
      var repository = Mapping()
      for key in ["url", "rev", "rev_lock", "config", "remote"] as [Text] {
        if let value = item["repo"]?.map?[key], value.value.isTruthy { repository.set(key, value) }
      }
      var dump = Mapping()
      dump.set("path", Node(.string(dependency.reference.definition)))
      dump.set("repo", Node(.map(repository)))
      return dump
    case .database:
      var database = Mapping()
      for entry in item["db"]?.map?.entries ?? [] {
        if let key = entry.key.text, entry.value.value.isTruthy { database.set(key, entry.value) }
      }
      var dump = Mapping()
      if !database.isEmpty { dump.set("db", Node(.map(database))) }
      return dump
    default: return dumpData(item, dependency.reference)
    }
  }

  private func dumpOutput(_ item: Mapping, _ output: Output) -> Mapping {
    var dump = dumpData(item, output.reference)
    if !output.isCached { dump.set("cache", Node(.bool(false))) }
    if let remote = output.remote, !remote.isEmpty { dump.set("remote", Node(.string(remote))) }
    if !output.isPushed { dump.set("push", Node(.bool(false))) }
    return dump
  }

  private func dumpData(_ item: Mapping, _ reference: PathSpace.Reference) -> Mapping {
    var dump = Mapping()
    let isLegacy = reference.isInRepository && item["hash"] == nil
    if let files = item["files"]?.list {
      let sorted = files.sorted { ($0.map?["relpath"]?.text ?? "") < ($1.map?["relpath"]?.text ?? "") }
      dump.set(
        "files",
        Node(.list(sorted.map { Node(.map(Self.meta(of: $0.map ?? Mapping(), keeping: ["relpath"]))) })))
    } else {
      dump = Self.meta(of: item, keeping: [])
      if isLegacy, dump["md5"] == nil { dump.set("md5", Node(.null)) }
    }
    if !isLegacy { dump.set("hash", Node(.string("md5"))) }
    if reference.isInRepository, case .inside(let path) = reference.location {
      dump.set("path", Node(.string(Text(utf8: PathSpace.relative(paths.absolute(path), from: directory)))))
    } else {
      dump.set("path", Node(.string(reference.definition)))
    }
    if let config = item["fs_config"], config.value.isTruthy { dump.set("fs_config", config) }
    return dump
  }

  private static func meta(of item: Mapping, keeping others: [Text]) -> Mapping {
    var dump = Mapping()
    for key in ["md5", "etag", "checksum", "version_id"] + others {
      if let value = item[key], value.value.isTruthy { dump.set(key, value) }
    }
    if let cloud = item["cloud"], cloud.value.isTruthy { dump.set("cloud", cloud) }
    return dump
  }

  private static let annotations: Set<Text> = [
    "desc", "type", "labels", "meta", "locked", "frozen", "metric", "persist", "isexec", "size", "nfiles",
  ]

  private static func withoutAnnotations(_ node: Node) -> Node {
    switch node.value {
    case .list(let nodes): return Node(.list(nodes.map(withoutAnnotations)))
    case .map(let map):
      var result = Mapping()
      for entry in map.entries {
        if let key = entry.key.text, !annotations.contains(key) {
          result.set(key, withoutAnnotations(entry.value))
        }
      }
      return Node(.map(result))
    default: return node
    }
  }
}

extension Value {
  /// The value as Python's `json.dumps(…, sort_keys=True)` writes it; `nil` for what it refuses.
  var pythonJSON: Text? {
    switch self {
    case .null: return "null"
    case .bool(let bool): return bool ? "true" : "false"
    case .integer(let integer): return Text(integer.description)
    case .float(let double):
      if double.isNaN { return "NaN" }
      if double.isInfinite { return double < 0 ? "-Infinity" : "Infinity" }
      return Text(double.pythonRepr)
    case .string(let text): return text.pythonJSON
    case .list(let nodes), .tuple(let nodes):
      var parts: [Text] = []
      for node in nodes {
        guard let part = node.value.pythonJSON else { return nil }
        parts.append(part)
      }
      return "[" + parts.joined(separator: ", ") + "]"
    case .map(let map):
      var parts: [(Text, Text)] = []
      for entry in map.entries {
        guard let key = entry.key.text, let value = entry.value.value.pythonJSON else { return nil }
        parts.append((key, key.pythonJSON + ": " + value))
      }
      return "{" + parts.sorted { $0.0 < $1.0 }.map(\.1).joined(separator: ", ") + "}"
    case .complex, .bytes, .temporal, .ellipsis, .set: return nil
    }
  }
}

extension Text {
  /// The text as a JSON string, ASCII only, as Python writes it.
  public var pythonJSON: Text {
    var bytes: [UInt8] = [UInt8(ascii: "\"")]
    appendJSONEscaped(to: &bytes)
    bytes.append(UInt8(ascii: "\""))
    return Text(utf8: bytes)
  }
}
