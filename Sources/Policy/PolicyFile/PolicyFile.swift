import Values
import YAML

extension PolicyLayer {
  /// Reads a policy file: `.guard.yml`, `guard.local.yml`.
  /// - Parameter isOwn: whether this machine's owner wrote it: anybody may have written what came with the repository.
  /// - Throws: ``PolicyFileError`` with file and line for what is not a policy; an unknown key names the
  ///   nearest one.
  public init(file origin: String, bytes: [UInt8], isOwn: Bool = false) throws(PolicyFileError) {
    self.init(origin: origin)
    let document: Node
    do { document = try YAMLDocument.parse(bytes) } catch {
      throw PolicyFileError(origin, error.position, error.message)
    }
    guard !document.isNull else { return }
    let reader = PolicyFileReader(origin: origin, isOwn: isOwn)
    for (key, node) in try reader.entries(
      of: document,
      knowing: [
        "version", "profile", "inherited", "every-commit", "rules", "reasons", "remote", "records", "mlflow",
        "receive",
      ])
    {
      switch key {
      case "version": try reader.checkVersion(node)
      case "profile": profile = try reader.choice(node, "profile")
      case "inherited": inherited = try reader.level(node, "inherited")
      case "every-commit": everyCommit = try reader.level(node, "every-commit")
      case "rules": try readRules(node, reader)
      case "remote": remote = try RemotePolicy(node, reader)
      case "mlflow": tracking = try TrackingPolicy(node, reader)
      case "receive": receive = try ReceivePolicy(node, reader)
      case "records": records = try RecordPolicy(node, reader)
      default: try readReasons(node, reader)
      }
    }
  }

  /// What the environment sets: `GUARD_PROFILE`, `GUARD_INHERITED`.
  public init(environment: (String) -> String?) throws(PolicyFileError) {
    self.init(origin: "the environment")
    if let value = environment("GUARD_PROFILE"), !value.isEmpty {
      profile = try PolicyFileReader(origin: "GUARD_PROFILE").choice(Node(.text(value)), "profile")
    }
    if let value = environment("GUARD_INHERITED"), !value.isEmpty {
      inherited = try PolicyFileReader(origin: "GUARD_INHERITED").level(Node(.text(value)), "inherited")
    }
  }

  private mutating func readRules(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    for (name, value) in try reader.entries(of: node, knowing: Rule.catalogue.map(\.id.text), "rule") {
      let id = RuleID(name)
      guard let rule = Rule.named(id) else { continue }
      guard value.map != nil else {
        levels[id] = try reader.level(value, "\(id)")
        continue
      }
      for (key, value) in try reader.entries(of: value, knowing: ["severity"] + rule.options.map(\.key)) {
        if key == "severity" {
          levels[id] = try reader.level(value, "severity")
        } else if let option = rule.options.first(where: { $0.key == key }) {
          options[id, default: [:]][key] = try reader.option(value, like: option)
        }
      }
    }
  }

  private mutating func readReasons(_ node: Node, _ reader: PolicyFileReader) throws(PolicyFileError) {
    let soft = Reason.allCases.filter(\.isSoft)
    for (name, value) in try reader.entries(of: node, knowing: soft.map { Text($0.rawValue) }, "reason") {
      if let reason = soft.first(where: { Text($0.rawValue) == name }) {
        reasons[reason] = try reader.level(value, reason.rawValue)
      }
    }
  }
}

/// Reads the parts of a policy or waiver file, with errors that name the line.
struct PolicyFileReader {
  let origin: String
  var isOwn = false

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
        "version \(node.value.pythonString) is not known to this guard, which reads version 1")
    }
  }

  /// One of an enum's cases, by its letters.
  func choice<Choice: RawRepresentable<String> & CaseIterable>(
    _ node: Node, _ what: String
  ) throws(PolicyFileError) -> Choice {
    let known = Choice.allCases.map { Text($0.rawValue) }
    if let text = node.text, let choice = Choice.allCases.first(where: { Text($0.rawValue) == text }) {
      return choice
    }
    let list = known.map(\.string).joined(separator: ", ")
    throw PolicyFileError(
      origin, node.position, "'\(node.value.pythonString)' is no value of \(what): it is one of \(list)")
  }

  /// `error`, `warn` or `off`, in YAML's other spellings too.
  func level(_ node: Node, _ what: String) throws(PolicyFileError) -> Level {
    if case .bool(false) = node.value { return .off }
    if node.text == "warning" { return .warn }
    return try choice(node, what)
  }

  func option(_ node: Node, like option: Rule.Option) throws(PolicyFileError) -> OptionValue {
    switch option.standard {
    case .size:
      if case .integer(let integer) = node.value, let bytes = integer.int, bytes >= 0 { return .size(bytes) }
      if let size = node.text.flatMap(ByteCount.init) { return .size(size.bytes) }
      throw PolicyFileError(origin, node.position, "\(option.key) is a size, such as 10 MB")
    case .count:
      if case .integer(let integer) = node.value, let count = integer.int, count >= 0 { return .count(count) }
      throw PolicyFileError(origin, node.position, "\(option.key) is a whole number")
    case .paths:
      let nodes = node.list ?? [node]
      let paths = nodes.compactMap(\.text)
      guard paths.count == nodes.count else {
        throw PolicyFileError(origin, node.position, "\(option.key) is a list of paths")
      }
      return .paths(paths)
    }
  }
}
