import CPlatform
import Glibc

/// Environment variables: a value, taken once, changed without touching the process's own.
public struct ProcessEnvironment: Hashable, Sendable {
  private var values: [[UInt8]: [UInt8]] = [:]

  /// An environment of these variables.
  public init(_ values: [String: String] = [:]) {
    for (name, value) in values { self[name] = value }
  }

  /// The environment of this process, as it is now.
  public static func current() -> ProcessEnvironment {
    var environment = ProcessEnvironment()
    guard var entry = guard_environment() else { return environment }
    while let text = entry.pointee {
      let line = bytes(of: text)
      // As getenv(3): the first of two entries of one name counts; one without `=` is none.
      if let cut = line.firstIndex(of: equals), environment.values[Array(line[..<cut])] == nil {
        environment.values[Array(line[..<cut])] = Array(line[(cut + 1)...])
      }
      entry += 1
    }
    return environment
  }

  /// A variable's value; bytes that are not UTF-8 become U+FFFD. Set to `nil` to take it away.
  public subscript(_ name: String) -> String? {
    get { values[Array(name.utf8)].map { String(decoding: $0, as: UTF8.self) } }
    set { values[Array(name.utf8)] = newValue.map { Array($0.utf8) } }
  }

  /// A variable's value as it is: what to use for paths. Set to `nil` to take it away.
  public subscript(bytes name: String) -> [UInt8]? {
    get { values[Array(name.utf8)] }
    set { values[Array(name.utf8)] = newValue }
  }

  /// The names of all variables, in no order.
  public var names: [String] { values.keys.map { String(decoding: $0, as: UTF8.self) } }

  /// The user's home directory: `HOME` when it is set and not empty. The user database is not asked:
  /// a static binary cannot, and Git does not either.
  public var home: [UInt8]? { self[bytes: "HOME"].flatMap { $0.isEmpty ? nil : $0 } }

  /// Where the executable of a name stands in `PATH`. Look it up once: every trial of a wrong place costs.
  /// A name with a `/` is taken as it is. Empty and relative entries of `PATH` are skipped: they would run
  /// what the repository holds.
  /// - Returns: `nil` when there is none that may be executed.
  public func executable(named name: [UInt8]) -> [UInt8]? {
    let slash = UInt8(ascii: "/")
    if name.contains(slash) { return Self.isExecutable(name) ? name : nil }
    guard !name.isEmpty else { return nil }
    return (self[bytes: "PATH"] ?? Array("/usr/local/bin:/usr/bin:/bin".utf8))
      .split(separator: UInt8(ascii: ":"))
      .lazy.filter { $0.first == slash }.map { FileSystem.join(Array($0), name) }
      .first(where: Self.isExecutable)
  }

  /// Where the executable of a name stands in `PATH`.
  public func executable(named name: String) -> [UInt8]? { executable(named: Array(name.utf8)) }

  /// `name=value` lines in the order of their bytes, for a child process.
  var lines: [[UInt8]] {
    values.map { $0.key + [Self.equals] + $0.value }.sorted { $0.lexicographicallyPrecedes($1) }
  }

  private static func isExecutable(_ path: [UInt8]) -> Bool {
    do throws(SystemError) {
      guard try FileSystem.status(of: path).kind == .file else { return false }
      try system("access", path) { access($0, X_OK) }
      return true
    } catch {
      return false
    }
  }

  private static let equals = UInt8(ascii: "=")
}
