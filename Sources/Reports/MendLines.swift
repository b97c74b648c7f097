/// What mends something, in lines: `fix:` is only before a command that can be pasted, `do:` before words, and `or:`
/// before words that stand beside a command.
public struct MendLines {
  /// The lines by what stands before them.
  let mends: [(name: String, value: String)]

  /// The lines of a command, of words, or of both.
  public init(fix: String?, advice: String?) {
    mends = [("fix", fix), (fix == nil ? "do" : "or", advice)].compactMap { name, value in
      value.map { (name, $0) }
    }
  }

  /// Each in a line.
  public var lines: [String] { mends.map { Self.line($0.name, $0.value) } }

  /// Each in words that may stand behind others in a line.
  public var words: [String] { mends.map { "\($0.name): \($0.value)" } }

  /// A name and what it says, so that what several say stands below each other.
  static func line(_ name: String, _ value: String) -> String {
    "\(name):\(String(repeating: " ", count: 4 - name.count))\(value)"
  }
}
