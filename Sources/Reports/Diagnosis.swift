import Values

/// What `guard doctor` found: lines, each of them well, a warning or a problem, with what mends it.
public struct Diagnosis: Sendable {
  /// How something is.
  public enum State: String, Hashable, Sendable, CaseIterable {
    /// As it should be.
    case ok
    /// It works, and something is likely to go wrong, or was not looked at.
    case warning
    /// Something does not work.
    case problem
  }

  /// One thing that was looked at.
  public struct Line: Hashable, Sendable {
    /// What it belongs to: `git`, `hooks`.
    public let area: String
    /// How it is.
    public let state: State
    /// What was seen, in a line without a full stop and without a secret.
    public let text: String
    /// The command that mends it, to be pasted.
    public let fix: String?
    /// What to do in words: where no command mends it, or in place of the command.
    public let advice: String?

    /// Something that was looked at.
    public init(
      _ area: String, _ state: State, _ text: String, fix: String? = nil, advice: String? = nil
    ) {
      self.area = area
      self.state = state
      self.text = text
      self.fix = fix
      self.advice = advice
    }
  }

  /// What was looked at, in the order in which it is told.
  public let lines: [Line]
  /// What was mended, in lines.
  public var mended: [String] = []

  /// A diagnosis.
  public init(_ lines: [Line]) { self.lines = lines }

  /// Whether anything does not work.
  public var hasProblems: Bool { count(.problem) > 0 }

  private func count(_ state: State) -> Int { lines.count { $0.state == state } }

  /// A line for each, the mends below, and how many there are of each kind.
  public var text: String {
    let width = State.allCases.map(\.rawValue.count).max() ?? 0
    var text = ""
    for line in lines {
      let state = line.state.rawValue + String(repeating: " ", count: width - line.state.rawValue.count)
      text += "\(state)  \(line.area): \(RecordWords.shown(line.text))\n"
      for mend in MendLines(fix: line.fix, advice: line.advice).lines {
        text += String(repeating: " ", count: width + 6) + "\(RecordWords.shown(mend))\n"
      }
    }
    text += mended.map { "mended: \(RecordWords.shown($0))\n" }.joined()
    let (problems, warnings) = (count(.problem), count(.warning))
    text += "guard: \(problems) \(problems == 1 ? "problem" : "problems"), "
    return text + "\(warnings) \(warnings == 1 ? "warning" : "warnings")\n"
  }

  /// A document for a program.
  public var json: [UInt8] {
    let lines = lines.map { line in
      JSON.object([
        ("area", .string(line.area)), ("state", .string(line.state.rawValue)), ("text", .string(line.text)),
        ("fix", .optional(line.fix)), ("advice", .optional(line.advice)),
      ])
    }
    return JSON.object([
      ("schema", .number(JSONReport.schema)), ("lines", .array(lines)),
      ("mended", .array(mended.map { .string($0) })),
      (
        "summary",
        .object([("problems", .number(count(.problem))), ("warnings", .number(count(.warning)))])
      ),
    ]).indented
  }
}
