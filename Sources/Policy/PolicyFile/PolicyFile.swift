import Values
import YAML

extension PolicyLayer {
  /// Reads a policy file: `.guard.yml`, `guard.local.yml`, or one that another extends.
  /// - Parameters:
  ///   - isOwn: whether this machine's owner wrote it: anybody may have written what came with the repository.
  ///   - isExtended: whether another file extends it.
  /// - Throws: ``PolicyFileError`` with file and line for what is not a policy; an unknown key names the
  ///   nearest one.
  public init(
    file origin: String, bytes: [UInt8], isOwn: Bool = false, isExtended: Bool = false
  ) throws(PolicyFileError) {
    self.init(origin: origin)
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      throw PolicyFileError(origin, error.position, error.message)
    }
    let reader = PolicyFileReader(origin: origin, isOwn: isOwn)
    let place: PolicyKey.Place = isExtended ? .extended : .file
    for (key, node) in try reader.entries(of: document, among: PolicyKey.catalogue, at: place) {
      if case .overrides(let inner) = key.form {
        overrides += try reader.overrides(node, at: inner)
      } else {
        try reader.read(key, node, at: place, into: &settings)
      }
    }
  }

  /// What the environment sets: `GUARD_PROFILE`, `GUARD_INHERITED`.
  public init(environment: (String) -> String?) throws(PolicyFileError) {
    self.init(origin: "the environment")
    for (variable, name) in Self.variables {
      guard let value = environment(variable), !value.isEmpty,
        let key = PolicyKey.catalogue.first(where: { $0.name == name })
      else { continue }
      let reader = PolicyFileReader(origin: variable, isOwn: true)
      try reader.read(key, Node(.text(value)), at: .file, into: &settings)
    }
  }

  private static let variables: [(String, Text)] = [
    ("GUARD_PROFILE", "profile"), ("GUARD_INHERITED", "inherited"),
  ]
}

/// What a policy file sets for some branches or some paths.
struct PolicyOverride: Sendable {
  /// Whether the pattern is one of branches or of paths.
  let place: PolicyKey.Place
  /// Which they are.
  let glob: Glob
  /// What holds there.
  var settings: [Text: Setting] = [:]
}

/// Reads the parts of a policy or waiver file, with errors that name the line.
struct PolicyFileReader {
  let origin: String
  var isOwn = false

  // MARK: - By the catalogue of keys

  /// Reads what a key is set to.
  /// - Parameter section: the keys that it stands below, with dots.
  func read(
    _ key: PolicyKey, _ node: Node, below section: Text = "", at place: PolicyKey.Place,
    into settings: inout [Text: Setting]
  ) throws(PolicyFileError) {
    let path = section.isEmpty ? key.name : section + "." + key.name
    switch key.form {
    case .version: try checkVersion(node)
    case .section(let keys, let noun):
      for (key, node) in try entries(of: node, among: keys, at: place, noun) {
        try read(key, node, below: path, at: place, into: &settings)
      }
    case .rule(let options):
      guard node.map != nil else {
        settings[path] = setting(.level(try level(node, key.name.string)), node)
        return
      }
      for (key, node) in try entries(of: node, among: [.severity] + options, at: place) {
        if key.name == PolicyKey.severity.name {
          settings[path] = setting(.level(try level(node, key.name.string)), node)
        } else {
          try read(key, node, below: path, at: place, into: &settings)
        }
      }
    default: settings[path] = setting(try value(of: key, node), node)
    }
  }

  /// What stands under each pattern of branches or of paths.
  func overrides(_ node: Node, at place: PolicyKey.Place) throws(PolicyFileError) -> [PolicyOverride] {
    if node.isNull { return [] }
    guard let map = node.map else {
      throw PolicyFileError(
        origin, node.position, "expected patterns with what holds there, got \(node.value.typeName)")
    }
    var overrides: [PolicyOverride] = []
    for entry in map.entries {
      guard let pattern = entry.key.text, !pattern.isEmpty else {
        throw PolicyFileError(origin, entry.key.position, "'\(entry.key.value.pythonString)' is no pattern")
      }
      var override = PolicyOverride(place: place, glob: Glob(pattern))
      for (key, node) in try entries(of: entry.value, among: PolicyKey.catalogue, at: place) {
        try read(key, node, at: place, into: &override.settings)
      }
      overrides.append(override)
    }
    return overrides
  }

  /// The entries of a map whose keys may all stand there.
  func entries(
    of node: Node, among keys: [PolicyKey], at place: PolicyKey.Place, _ noun: String = "key"
  ) throws(PolicyFileError) -> [(PolicyKey, Node)] {
    if node.isNull { return [] }
    guard let map = node.map else {
      throw PolicyFileError(origin, node.position, "expected keys and values, got \(node.value.typeName)")
    }
    var entries: [(PolicyKey, Node)] = []
    for entry in map.entries {
      guard let key = keys.first(where: { $0.name == entry.key.text }) else {
        throw unknown(entry.key, noun, keys.filter { $0.places.contains(place) }.map(\.name))
      }
      guard key.places.contains(place) else {
        throw PolicyFileError(origin, entry.key.position, "'\(key.name)' cannot be set \(place.phrase)")
      }
      entries.append((key, entry.value))
    }
    return entries
  }

  private func setting(_ value: SettingValue, _ node: Node) -> Setting {
    Setting(value: value, origin: SettingOrigin(origin, line: node.position?.line, isOwn: isOwn))
  }

  private func value(of key: PolicyKey, _ node: Node) throws(PolicyFileError) -> SettingValue {
    switch key.form {
    case .choice(let words): return .text(try choice(node, key.name.string, words))
    case .level: return .level(try level(node, key.name.string))
    case .text(let what):
      guard let text = node.text, !text.isEmpty else { throw wrong(key, node, "is \(what)") }
      return .text(text)
    case .list(let what):
      let nodes = node.list ?? [node]
      let texts = nodes.compactMap(\.text)
      guard texts.count == nodes.count else { throw wrong(key, node, "is a list of \(what)") }
      return .list(texts)
    case .number(let what, let range):
      guard case .integer(let integer) = node.value, let number = integer.int, range.contains(number) else {
        throw wrong(key, node, "is \(what), \(range.lowerBound) to \(range.upperBound)")
      }
      return .number(number)
    case .option(let standard): return .option(try option(node, key.name, like: standard))
    case .publicKeys: return .keys(try publicKeys(node))
    case .version, .section, .rule, .overrides:
      throw wrong(key, node, "has keys of its own")
    }
  }

  private func wrong(_ key: PolicyKey, _ node: Node, _ what: String) -> PolicyFileError {
    PolicyFileError(origin, node.position, "\(key.name) \(what)")
  }

  // MARK: - Pieces

  /// The entries of a map whose keys are all known.
  func entries(
    of node: Node, knowing known: [Text], _ what: String = "key"
  ) throws(PolicyFileError) -> [(Text, Node)] {
    if node.isNull { return [] }
    guard let map = node.map else {
      throw PolicyFileError(origin, node.position, "expected keys and values, got \(node.value.typeName)")
    }
    var entries: [(Text, Node)] = []
    for entry in map.entries {
      guard let key = entry.key.text, known.contains(key) else {
        throw unknown(entry.key, what, known)
      }
      entries.append((key, entry.value))
    }
    return entries
  }

  /// The error for a name that nobody knows, with the one that was likely meant.
  func unknown(_ node: Node, _ what: String, _ known: [Text]) -> PolicyFileError {
    let name = node.text ?? node.value.pythonString
    let hint = known.nearest(to: name).map { ": did you mean '\($0)'?" } ?? ""
    return PolicyFileError(origin, node.position, "unknown \(what) '\(name)'\(hint)")
  }

  func checkVersion(_ node: Node) throws(PolicyFileError) {
    guard case .integer(let version) = node.value, version == Integer(1) else {
      throw PolicyFileError(
        origin, node.position,
        "version \(node.value.pythonRepr) is not known to this guard, which reads version 1")
    }
  }

  /// One of a few words.
  private func choice(_ node: Node, _ what: String, _ words: [Text]) throws(PolicyFileError) -> Text {
    if case .bool(false) = node.value, words.contains("off") { return "off" }
    if let text = node.text, words.contains(text) { return text }
    let list = words.map(\.string).joined(separator: ", ")
    let wrong = if case .null = node.value { "nothing" } else { "'\(node.value.pythonString)'" }
    throw PolicyFileError(origin, node.position, "\(wrong) is no value of \(what): it is one of \(list)")
  }

  /// `error`, `warn` or `off`, in YAML's other spellings too.
  private func level(_ node: Node, _ what: String) throws(PolicyFileError) -> Level {
    if node.text == "warning" { return .warn }
    let word = try choice(node, what, Level.allCases.map { Text($0.rawValue) })
    return Level(rawValue: word.string) ?? .off
  }

  private func option(
    _ node: Node, _ key: Text, like standard: OptionValue
  ) throws(PolicyFileError) -> OptionValue {
    switch standard {
    case .size:
      if case .integer(let integer) = node.value, let bytes = integer.int, bytes >= 0 { return .size(bytes) }
      if let size = node.text.flatMap(ByteCount.init) { return .size(size.bytes) }
      throw PolicyFileError(origin, node.position, "\(key) is a size, such as 10 MB")
    case .count:
      if case .integer(let integer) = node.value, let count = integer.int, count >= 0 { return .count(count) }
      throw PolicyFileError(origin, node.position, "\(key) is a whole number")
    case .paths: return .paths(try list(node, "\(key) is a list of paths"))
    case .words: return .words(try list(node, "\(key) is a list of words"))
    case .choice(_, let known):
      guard let word = node.text, known.contains(word) else {
        let list = known.map(\.string).joined(separator: ", ")
        throw PolicyFileError(origin, node.position, "\(key) is one of \(list)")
      }
      return .choice(word, of: known)
    }
  }

  /// A list of texts; one text alone is a list as well.
  private func list(_ node: Node, _ what: String) throws(PolicyFileError) -> [Text] {
    let nodes = node.list ?? [node]
    let texts = nodes.compactMap(\.text)
    guard texts.count == nodes.count else { throw PolicyFileError(origin, node.position, what) }
    return texts
  }
}

extension PolicyKey {
  /// How a rule counts, where it has options beside.
  static let severity = PolicyKey(
    "severity", .level, told: "the rule's own", "how the rule counts",
    in: [.file, .extended, .branches, .paths])
}
