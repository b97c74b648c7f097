import Values

/// A section as ConfigObj reads it.
final class ConfigurationSection {
  /// What a key holds.
  enum Value {
    case text(Text)
    case list([Text])
  }

  /// A key's value and the line that it stands on.
  struct Scalar {
    let key: Text
    let value: Value
    let line: Int
  }

  /// The name; `nil` for the file.
  let name: Text?
  /// The line of its heading; 0 for the file.
  let line: Int
  /// The number of brackets around its name.
  let depth: Int
  private(set) var scalars: [Scalar] = []
  private(set) var sections: [ConfigurationSection] = []
  /// The section around it; `nil` for the file.
  private(set) weak var parent: ConfigurationSection?
  private var scalarIndex: [Text: Int] = [:]
  private var sectionIndex: [Text: Int] = [:]

  /// A section in another; the file without one.
  init(name: Text? = nil, line: Int = 0, in parent: ConfigurationSection? = nil) {
    self.name = name
    self.line = line
    self.parent = parent
    depth = parent.map { $0.depth + 1 } ?? 0
  }

  /// Whether there is a key or a section of this name.
  func contains(_ name: Text) -> Bool { scalarIndex[name] != nil || sectionIndex[name] != nil }

  /// The value of a key.
  func scalar(_ key: Text) -> Value? { scalarIndex[key].map { scalars[$0].value } }

  /// The section of a name.
  func section(_ name: Text) -> ConfigurationSection? { sectionIndex[name].map { sections[$0] } }

  /// Adds a key that is not there yet.
  func append(_ scalar: Scalar) {
    scalarIndex[scalar.key] = scalars.count
    scalars.append(scalar)
  }

  /// Adds a section that is not there yet.
  func append(_ section: ConfigurationSection) {
    if let name = section.name { sectionIndex[name] = sections.count }
    sections.append(section)
  }
}
