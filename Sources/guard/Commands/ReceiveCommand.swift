import ArgumentParser
import Hooks
import Platform
import Policy
import Reports
import Values

/// `guard receive`: the gate on a Git server.
struct ReceiveCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "receive",
    abstract: "Judge a push on a Git server, as its hook pre-receive or update.",
    discussion: """
      As pre-receive it reads from standard input which refs are pushed, as update it is given the three arguments \
      that Git gives that hook. A branch is judged by the policy, the waivers and the remotes that it had before, a \
      new one by those of the default branch. Records in refs/notes/guard/ must be such.
      """,
    examples: [
      "What the hook update would say of a branch's last commit:":
        "guard receive refs/heads/main $(git rev-parse main~1 main)"
    ])

  @OptionGroup var global: GlobalOptions
  @OptionGroup var rules: RuleOptions
  @Argument(
    help: ArgumentHelp("For update: the ref, what it was and what it is to be.", valueName: "ref old new"))
  var update: [String] = []
  @Flag(help: "Let nothing be waived.")
  var noWaivers = false
  @Flag(help: "Ask DVC's remotes for the data of the commits, too.")
  var remote = false
  @Option(
    help: ArgumentHelp("How many commits of a ref are judged one by one, the newest.", valueName: "count"))
  var most = 1000
  @Option(
    help: ArgumentHelp("How long a push may take; one that takes longer is refused.", valueName: "seconds"))
  var seconds = 60

  func validate() throws {
    guard update.isEmpty || update.count == 3 else {
      throw ValidationError("Git tells an update hook a ref, its old and its new object: pass all three on")
    }
    guard most > 0 else { throw ValidationError("--most is at least 1") }
    guard (0...86_400).contains(seconds) else { throw ValidationError("--seconds is at most a day") }
  }

  func run() throws {
    try Surroundings.running(global, isGate: true) { surroundings throws(Failure) in
      var check = CheckRun(surroundings)
      guard !check.isOff else {
        surroundings.warn("nothing was checked: GUARD=0")
        return .pass
      }
      try rules.set(&check)
      check.allowsWaivers = !noWaivers
      var run = ReceiveRun(check)
      run.asksRemotes = remote
      run.most = most
      run.end = SystemClock.monotonicMilliseconds + Int64(seconds) * 1000
      let answers = try run.answers(references())
      for answer in answers { try tell(answer) }
      if answers.allSatisfy(\.isLetIn) { return .pass }
      let isViolated = answers.contains { !$0.refusals.isEmpty || $0.report?.conclusion == .violated }
      return isViolated ? .violated : .notJudged
    }
  }

  private func references() throws(Failure) -> [ReceivedReference] {
    if update.count == 3 {
      let words = update.map { Array($0.utf8) }
      guard let reference = ReceivedReference(name: words[0], old: words[1], new: words[2]) else {
        throw Failure("these are not the arguments that Git gives an update hook", status: .usage)
      }
      return [reference]
    }
    do {
      return try ReceivedReference.all(in: StandardStream.input.readAll(limit: 1 << 26))
    } catch {
      throw Failure("\(error)")
    }
  }

  /// What who pushes reads behind `remote:`.
  private func tell(_ answer: ReceiveRun.Answer) throws(Failure) {
    let name = RecordWords.shown(String(decoding: answer.reference.name, as: UTF8.self))
    var text = answer.remarks.map { "guard: \(name): \($0)\n" }.joined()
    text += answer.refusals.map { "guard: \(name): refused: \($0)\n" }.joined()
    if let report = answer.report, report.hasMoreThanAPass {
      var options = TextReport.Options()
      options.tellsWaiving = !noWaivers
      text += "\(name):\n" + String(decoding: TextReport(report, options).bytes, as: UTF8.self)
    }
    guard !text.isEmpty else { return }
    do { try StandardStream.error.write(text) } catch { throw Failure(error) }
  }
}
