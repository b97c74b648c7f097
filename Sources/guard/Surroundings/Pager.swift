import Platform

/// Shows a long answer on a terminal through the user's pager, as Git does.
struct Pager {
  private let surroundings: Surroundings
  private let isOn: Bool

  init(_ surroundings: Surroundings, isOn: Bool) {
    self.surroundings = surroundings
    self.isOn = isOn
  }

  /// Shows a text: through `GUARD_PAGER`, `PAGER` or `less` on a terminal, else as it is.
  func show(_ text: [UInt8]) throws(Failure) {
    guard isOn, StandardStream.output.isTerminal, let command else { return try Answer.write(text) }
    var pager = command
    pager.input = .bytes(text)
    (pager.output, pager.error) = (.inherit, .inherit)
    do throws(ProcessError) { _ = try pager.run() } catch {
      surroundings.note("\(error)")
      try Answer.write(text)
    }
  }

  /// The pager; `nil` when it is `cat`, or none is there. Its words are split at blanks: no shell sees them.
  private var command: Command? {
    var environment = surroundings.environment
    let wanted = [environment["GUARD_PAGER"], environment["PAGER"], "less"].compactMap { $0 }.first {
      !$0.isEmpty
    }
    let words = (wanted ?? "less").split(separator: " ").map(String.init)
    guard let name = words.first, name != "cat", let program = environment.executable(named: name) else {
      return nil
    }
    // Quit when it fits on a screen, show colours, leave the text on the screen: what Git sets for less.
    if environment["LESS"] == nil { environment["LESS"] = "FRX" }
    return Command(program, Array(words.dropFirst()), environment: environment)
  }
}
