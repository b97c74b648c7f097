import ParameterFiles
import Trees
import Values

/// What an environment file has installed, in a form in which two of its versions are compared. Comments, line ends and
/// order play no part, nor what else stands in such a file: the version of the project, settings of other tools.
enum InstalledSoftware {
  /// What pip, conda, Poetry, uv or docker would take from a file that is known by its name. Of one that does not parse,
  /// and of a kind that nobody here reads, the lines.
  static func asked(of file: RepositoryPath, _ bytes: [UInt8]) -> Set<Text> {
    let name = file.name
    if RequirementReader.isList(name) {
      return Set(
        RequirementReader.logicalLines(bytes).map { normalised($0.text) }.filter { !$0.isEmpty })
    }
    if RequirementReader.isDockerfile(name) { return [docker(bytes)] }
    let asked: Set<Text>? =
      switch String(decoding: name, as: UTF8.self) {
      case "conda.yaml", "conda.yml", "environment.yml", "environment.yaml":
        RequirementReader.document(bytes, .yaml).map(conda)
      case "python_env.yaml": RequirementReader.document(bytes, .yaml).map { facts(in: $0) }
      case "pyproject.toml": RequirementReader.document(bytes, .toml).map(project)
      case "pixi.toml": RequirementReader.document(bytes, .toml).map(pixi)
      case "Pipfile":
        RequirementReader.document(bytes, .toml).map { facts(in: $0.leaving(out: ["scripts", "pipenv"])) }
      case "uv.lock", "poetry.lock", "pdm.lock": RequirementReader.document(bytes, .toml).map(locked)
      case "Pipfile.lock": RequirementReader.document(bytes, .json).map(pipenv)
      case "setup.cfg": setup(bytes)
      default: nil
      }
    return asked ?? [lines(bytes)]
  }

  // MARK: - Lines

  /// A requirement as pip compares it: without comment, hashes and blanks, its name in the normal form (PEP 503).
  static func normalised(_ line: Text) -> Text {
    var rest = line.withoutBlanksAround.utf8[...]
    guard let first = rest.first, first != UInt8(ascii: "#") else { return "" }
    if let comment = Text(utf8: rest).firstIndex(of: " #") { rest = rest.prefix(comment) }
    if first != UInt8(ascii: "-"), let options = Text(utf8: rest).firstIndex(of: " --") {
      rest = rest.prefix(options)
    }
    let plain = rest.filter { $0 != 0x20 && $0 != 0x09 }
    let name = plain.prefix(while: RequirementReader.isName)
    // An address or a path is no name.
    guard plain[name.endIndex...].first.map({ "[=<>!~;@(".utf8.contains($0) }) ?? true else {
      return Text(utf8: plain)
    }
    let words = name.split { "-_.".utf8.contains($0) }
    return Text(utf8: words.joined(separator: [UInt8(ascii: "-")])).inSmallLetters
      + Text(utf8: plain[name.endIndex...])
  }

  /// The lines, but those that are empty or a comment.
  private static func lines(_ bytes: [UInt8]) -> Text {
    let lines = TextFile.withLineFeeds(bytes).split(separator: 0x0A).filter { line in
      let text = line.drop { $0 == 0x20 || $0 == 0x09 }
      return !text.isEmpty && text.first != UInt8(ascii: "#")
    }
    return lines.map { Text(utf8: $0[..<(($0.lastIndex { $0 != 0x20 && $0 != 0x09 } ?? $0.startIndex) + 1)]) }
      .joined(separator: "\n")
  }

  // MARK: - Documents

  /// What a document says, each with the keys that lead to it. In what order lists and maps have it plays no part.
  private static func facts(in node: Node, at path: Text = "") -> Set<Text> {
    if let map = node.map {
      return map.entries.reduce(into: []) { found, entry in
        let key = entry.key.text.map(normalised) ?? entry.key.value.pythonRepr
        found.formUnion(facts(in: entry.value, at: path + "/" + key))
      }
    }
    if let list = node.list { return list.reduce(into: []) { $0.formUnion(facts(in: $1, at: path)) } }
    return [path + ": " + (node.text.map(normalised) ?? node.value.pythonRepr)]
  }

  /// What conda installs, and from where: the channel that comes first counts.
  private static func conda(_ document: Node) -> Set<Text> {
    let channels = (document.map?["channels"]?.list ?? []).map(\.value.pythonRepr).joined(separator: " ")
    return facts(in: document.keeping(["dependencies", "variables"])).union(["channels: " + channels])
  }

  /// What a Python project needs: by the standards (PEP 518, 621, 735), for Poetry, uv, PDM and pixi.
  private static func project(_ document: Node) -> Set<Text> {
    var found = facts(in: document.keeping(["build-system", "dependency-groups"]))
    let own: Set<Text> = ["dependencies", "optional-dependencies", "requires-python"]
    if let project = document.map?["project"] {
      found.formUnion(facts(in: project.keeping(own), at: "project"))
    }
    guard let tools = document.map?["tool"]?.map else { return found }
    let keys: [(tool: Text, keys: Set<Text>)] = [
      ("poetry", ["dependencies", "dev-dependencies", "group", "extras", "source"]),
      (
        "uv",
        [
          "sources", "index", "index-url", "extra-index-url", "find-links", "no-index", "dev-dependencies",
          "constraint-dependencies", "override-dependencies", "build-constraint-dependencies", "resolution",
          "prerelease", "environments",
        ]
      ),
      ("pdm", ["dev-dependencies", "source", "resolution"]),
    ]
    for (tool, keys) in keys {
      if let settings = tools[tool] { found.formUnion(facts(in: settings.keeping(keys), at: tool)) }
    }
    return found.union(tools["pixi"].map(pixi) ?? [])
  }

  /// What pixi installs: all but what it runs, and what it says of the project.
  private static func pixi(_ document: Node) -> Set<Text> {
    var found = facts(in: document.leaving(out: ["tasks", "activation", "project", "workspace", "package"]))
      .filter { $0.firstIndex(of: "/tasks/") == nil }
    for key in ["project", "workspace"] as [Text] {
      let channels = (document.map?[key]?.map?["channels"]?.list ?? []).map(\.value.pythonRepr)
      if !channels.isEmpty { found.insert("channels: " + channels.joined(separator: " ")) }
    }
    return found
  }

  /// The packages of a lock of uv, Poetry or PDM: their versions, and where they come from. The version of what is
  /// installed from here is the project's own.
  private static func locked(_ document: Node) -> Set<Text> {
    let keys: Set<Text> = ["name", "version", "source", "git", "revision", "ref", "url", "path"]
    return (document.map?["package"]?.list ?? []).reduce(into: []) { found, package in
      let source = package.map?["source"]?.map
      let isHere =
        package.map?["path"] != nil || source?["type"]?.text == "directory"
        || (["editable", "virtual", "directory"] as [Text]).contains { source?[$0] != nil }
      let said = package.keeping(isHere ? keys.subtracting(["version"]) : keys)
      found.insert(facts(in: said).sorted().joined(separator: " "))
    }
  }

  /// The packages of a `Pipfile.lock`.
  private static func pipenv(_ document: Node) -> Set<Text> {
    (document.leaving(out: ["_meta"]).map?.entries ?? []).reduce(into: []) { found, group in
      for package in group.value.map?.entries ?? [] {
        let path = (group.key.text ?? "") + "/" + (package.key.text ?? "")
        found.formUnion(facts(in: package.value.leaving(out: ["hashes", "index"]), at: path))
      }
    }
  }

  // MARK: - setup.cfg and Dockerfile

  /// What setuptools installs by a `setup.cfg` (its manual, Configuring setuptools using setup.cfg files).
  private static func setup(_ bytes: [UInt8]) -> Set<Text> {
    let keys: Set<Text> = ["install_requires", "setup_requires", "python_requires", "dependency_links"]
    var (section, key): (Text, Text) = ("", "")
    var found: Set<Text> = []
    for line in TextFile.withLineFeeds(bytes).split(separator: 0x0A) {
      let text = Text(utf8: line).withoutBlanksAround
      guard let first = text.utf8.first, !"#;".utf8.contains(first) else { continue }
      var value = text
      if line.first == first {
        if first == UInt8(ascii: "[") {
          (section, key) = (text, "")
          continue
        }
        let sign = text.utf8.firstIndex { $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: ":") }
        key = Text(utf8: text.utf8[..<(sign ?? text.utf8.endIndex)]).withoutBlanksAround
        value = Text(utf8: sign.map { text.utf8[($0 + 1)...] } ?? [])
      }
      let isAsked = section == "[options.extras_require]" || (section == "[options]" && keys.contains(key))
      let requirement = normalised(value)
      if isAsked, !requirement.isEmpty { found.insert(key + ": " + requirement) }
    }
    return found
  }

  /// What a build runs, in order: what only tells of the image, or how it is started, installs nothing.
  private static func docker(_ bytes: [UInt8]) -> Text {
    let idle: Set<Text> = [
      "label", "maintainer", "expose", "healthcheck", "stopsignal", "cmd", "entrypoint",
    ]
    return Dockerfile(bytes).instructions.filter { !idle.contains($0.name) }.map {
      $0.name + " " + $0.words.joined(separator: " ")
    }.joined(separator: "\n")
  }
}

extension Node {
  /// A map with some of its keys alone; an empty one where it is no map.
  fileprivate func keeping(_ keys: Set<Text>) -> Node { filtered(keys.contains) }

  /// A map without some of its keys.
  fileprivate func leaving(out keys: Set<Text>) -> Node { filtered { !keys.contains($0) } }

  private func filtered(_ isWanted: (Text) -> Bool) -> Node {
    var result = Mapping()
    for entry in map?.entries ?? [] {
      if let key = entry.key.text, isWanted(key) { result.set(key, entry.value, at: entry.key.position) }
    }
    return Node(.map(result))
  }
}
