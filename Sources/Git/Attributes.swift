import Trees

/// What `.gitattributes` files say of paths (gitattributes(5)).
///
/// Git 2.39's order: `info/attributes`, then the file's directory up to the root, then
/// `core.attributesFile`, then the system's file; of several lines in a file the last one counts.
final class Attributes {
  /// What is said of one attribute.
  enum State: Hashable, Sendable {
    case set
    case unset
    /// `!name`: as if nothing had been said.
    case unspecified
    case value([UInt8])
  }

  private let first: Lines?
  private let last: [Lines]
  private let read: (RepositoryPath) throws(TreeError) -> [UInt8]?
  private let ignoresCase: Bool
  private var known: [RepositoryPath: Frame?] = [:]

  /// Attributes of one tree.
  /// - Parameters:
  ///   - info: the content of `info/attributes`.
  ///   - outside: the contents of `core.attributesFile` and of the system's file, in this order.
  ///   - ignoresCase: `core.ignoreCase`.
  ///   - read: the content of a directory's `.gitattributes` in the tree; `nil` when there is none.
  init(
    info: [UInt8]?, outside: [[UInt8]], ignoresCase: Bool,
    read: @escaping (RepositoryPath) throws(TreeError) -> [UInt8]?
  ) {
    let lines = { (content: [UInt8]) in
      Lines(
        content.starts(with: Self.mark) ? Array(content.dropFirst(Self.mark.count)) : content, of: .root,
        definesMacros: true, ignoresCase: ignoresCase)
    }
    first = info.map(lines)
    last = outside.map(lines)
    self.read = read
    self.ignoresCase = ignoresCase
  }

  /// What is said of a file; attributes of which nothing is said are absent.
  func states(of path: RepositoryPath) throws(TreeError) -> [[UInt8]: State] {
    var files: [Lines] = []
    if let first { files.append(first) }
    var frame = try frame(of: path.parent)
    while let here = frame {
      files.append(here.lines)
      frame = here.outer
    }
    files += last
    guard !files.isEmpty else { return [:] }
    var macros: [[UInt8]: [Assignment]] = [:]
    for file in files.reversed() { macros.merge(file.macros) { $1 } }
    var states: [[UInt8]: State] = [:]
    for file in files {
      let relative = path.bytes.dropFirst(file.directory.isRoot ? 0 : file.directory.bytes.count + 1)
      for line in file.rules.reversed() where line.pattern.matches(relative) {
        Self.take(line.assignments, macros, &states)
      }
    }
    return states
  }

  /// Takes what has not been said yet; a macro that is set says what it stands for.
  private static func take(
    _ assignments: [Assignment], _ macros: [[UInt8]: [Assignment]], _ states: inout [[UInt8]: State]
  ) {
    var pending = assignments
    while let assignment = pending.popLast() {
      guard states[assignment.name] == nil else { continue }
      states[assignment.name] = assignment.state
      if assignment.state == .set { pending += macros[assignment.name] ?? binary[assignment.name] ?? [] }
    }
  }

  /// The files that count in a directory, its own first; `nil` when there is none up to the root.
  private func frame(of directory: RepositoryPath) throws(TreeError) -> Frame? {
    var unknown: [RepositoryPath] = []
    var here = directory
    var found: Frame?
    while true {
      if let frame = known[here] {
        found = frame
        break
      }
      unknown.append(here)
      if here.isRoot { break }
      here = here.parent
    }
    for directory in unknown.reversed() {
      if let content = try read(directory) {
        let lines = Lines(
          content, of: directory, definesMacros: directory.isRoot, ignoresCase: ignoresCase)
        found = Frame(lines: lines, outer: found)
      }
      known[directory] = .some(found)
    }
    return found
  }

  private final class Frame {
    let lines: Lines
    let outer: Frame?

    init(lines: Lines, outer: Frame?) {
      self.lines = lines
      self.outer = outer
    }
  }

  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// The macro that Git has built in.
  private static let binary: [[UInt8]: [Assignment]] = [
    Array("binary".utf8): ["diff", "merge", "text"].map {
      Assignment(name: Array($0.utf8), state: .unset)
    }
  ]

  /// One `name`, `-name`, `!name` or `name=value`.
  private struct Assignment {
    let name: [UInt8]
    let state: State

    init(name: [UInt8], state: State) {
      self.name = name
      self.state = state
    }

    /// `nil` when the name is not one that Git takes.
    init?(_ text: ArraySlice<UInt8>) {
      var name = text
      if text.first == UInt8(ascii: "-") || text.first == UInt8(ascii: "!") {
        state = text.first == UInt8(ascii: "-") ? .unset : .unspecified
        name = text.dropFirst()
      } else if let equals = text.firstIndex(of: UInt8(ascii: "=")) {
        state = .value(Array(text[(equals + 1)...]))
        name = text[..<equals]
      } else {
        state = .set
      }
      guard Self.isValid(name) else { return nil }
      self.name = Array(name)
    }

    static func isValid(_ name: ArraySlice<UInt8>) -> Bool {
      guard let first = name.first, first != UInt8(ascii: "-") else { return false }
      return name.allSatisfy { byte in
        "-._".utf8.contains(byte) || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
          || (0x61...0x7A).contains(byte)
      }
    }
  }

  /// One file's lines.
  private struct Lines {
    let directory: RepositoryPath
    var rules: [(pattern: AttributePattern, assignments: [Assignment])] = []
    var macros: [[UInt8]: [Assignment]] = [:]

    init(_ content: [UInt8], of directory: RepositoryPath, definesMacros: Bool, ignoresCase: Bool) {
      self.directory = directory
      // Git's own bounds on a file and on a line (attr.h, ATTR_MAX_FILE_SIZE, ATTR_MAX_LINE_LENGTH).
      guard content.count <= 100 << 20 else { return }
      // A checkout reads them from objects, where Git takes a byte order mark for a part of the first line,
      // and stops at a NUL.
      let content = content.prefix { $0 != 0 }
      for line in content.split(separator: 0x0A) where line.count < 2048 {
        read(line, definesMacros: definesMacros, ignoresCase: ignoresCase)
      }
    }

    private mutating func read(_ line: ArraySlice<UInt8>, definesMacros: Bool, ignoresCase: Bool) {
      let line = line.drop(while: Self.isBlank)
      guard let first = line.first, first != UInt8(ascii: "#") else { return }
      var pattern = Array(line.prefix { !Self.isBlank($0) })
      var rest = line.dropFirst(pattern.count)
      if first == UInt8(ascii: "\""), let (text, end) = CQuoting.unquote(line) {
        pattern = text
        rest = line[end...]
      }
      var assignments: [Assignment] = []
      for word in rest.split(whereSeparator: Self.isBlank) {
        guard let assignment = Assignment(word) else { return }
        assignments.append(assignment)
      }
      if pattern.count > 6, pattern.starts(with: Array("[attr]".utf8)) {
        let name = pattern.dropFirst(6)
        if definesMacros, Assignment.isValid(name) { macros[Array(name)] = assignments }
        return
      }
      // Patterns that take back what others say are not allowed here.
      guard pattern.first != UInt8(ascii: "!"),
        let pattern = AttributePattern(pattern, ignoresCase: ignoresCase)
      else { return }
      rules.append((pattern, assignments))
    }

    private static func isBlank(_ byte: UInt8) -> Bool { " \t\r\n".utf8.contains(byte) }
  }
}
