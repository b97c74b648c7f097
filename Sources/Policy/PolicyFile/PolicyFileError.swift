import Values

/// Why a policy file, a waiver file or a setting cannot be understood: mend the line.
public struct PolicyFileError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file, or the variable or the flag.
  public let origin: String
  /// Where in the file.
  public let position: Position?
  /// What is wrong, in a sentence without a full stop.
  public let message: String

  init(_ origin: String, _ position: Position?, _ message: String) {
    self.origin = origin
    self.position = position
    self.message = message
  }

  /// What is wrong with what is set somewhere.
  public init(_ origin: SettingOrigin, _ message: String) {
    self.init(origin.name, origin.line.map { Position(line: $0, column: 1) }, message)
  }

  /// `file:line`.
  public var place: String { "\(origin)\(position.map { ":\($0.line)" } ?? "")" }

  /// `file:line: message`.
  public var description: String { "\(place): \(message)" }
}
