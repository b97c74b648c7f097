import ArgumentParser
import Platform
import Policy
import Reports

extension ReportFormat: ExpressibleByArgument {}

/// How a report is written, and where to.
struct OutputOptions: ParsableArguments {
  /// When there are colours.
  enum Colour: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  /// One more report: `sarif=guard.sarif`.
  struct Target: ExpressibleByArgument {
    let format: ReportFormat
    /// The file; `nil` for standard output.
    let file: String?

    init?(argument: String) {
      let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard parts.count == 2, !parts[1].isEmpty, let format = ReportFormat(rawValue: String(parts[0])) else {
        return nil
      }
      self.init(format, parts[1] == "-" ? nil : String(parts[1]))
    }

    init(_ format: ReportFormat, _ file: String?) {
      self.format = format
      self.file = file
    }
  }

  @Option(
    help: ArgumentHelp(
      "The format of the report (default: text, or none when --report writes to standard output).",
      valueName: "format"))
  var format: ReportFormat?
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Write the report to a file in place of standard output.", valueName: "file"),
    completion: .file())
  var output: String?
  @Option(
    help: ArgumentHelp(
      """
      Write one more report: a format and a file, such as sarif=guard.sarif; - is standard output. May be given \
      several times.
      """, valueName: "format=file"))
  var report: [Target] = []
  @Option(name: .customLong("color"), help: "When there are colours.")
  var colour = Colour.auto
  @Flag(help: "List what the commits inherited, too.")
  var inherited = false
  @Flag(help: "Say how long each rule took.")
  var timings = false
  @Flag(name: .shortAndLong, help: "Print nothing when the policy is kept; files are written all the same.")
  var quiet = false

  func validate() throws {
    // What is for people or for one program cannot stand beside another; commands are taken out by their lines.
    let documents = targets.filter { $0.file == nil && !$0.format.isMadeOfCommands }
    guard documents.count <= 1 else {
      let names = documents.map(\.format.rawValue).joined(separator: " and ")
      throw ValidationError("only one of \(names) can go to standard output: name a file")
    }
  }

  /// All reports that are to be written, in the order in which they were asked for.
  private var targets: [Target] {
    let isTaken = report.contains { $0.file == nil }
    guard format == nil, output == nil, isTaken else {
      return [Target(format ?? .text, file(output))] + report
    }
    return report
  }

  private func file(_ name: String?) -> String? { name == "-" ? nil : name }

  /// Whether one of the reports has a format.
  func writes(_ format: ReportFormat) -> Bool { targets.contains { $0.format == format } }

  /// Judges, and where that fails writes reports that say so: a program that reads one must not find that of an earlier
  /// run, or none. The failure itself is told on standard error, and so not in text on standard output.
  func telling(
    _ kind: Report.Scope.Kind, _ surroundings: Surroundings, judge: () throws(Failure) -> ExitStatus
  ) throws(Failure) -> ExitStatus {
    do throws(Failure) { return try judge() } catch {
      guard error.status == .notJudged else { throw error }
      let unjudged = Unjudged(what: "what was to be judged", why: error.line, isFatal: true)
      let report = Report(
        Report.Scope(kind), [], commits: 0, notChecked: [unjudged], version: GuardCommand.version)
      let unseen = targets.filter { $0.file != nil || $0.format != .text }
      do throws(Failure) { try write(report, to: unseen, surroundings) } catch let other {
        // What could not be written the first time is told once.
        if other.message != error.message { surroundings.warn("error: \(other.message)") }
      }
      throw error
    }
  }

  /// Writes a report in all its formats.
  func write(_ report: Report, _ surroundings: Surroundings, tellsWaiving: Bool = true) throws(Failure) {
    try write(report, to: targets, surroundings, tellsWaiving: tellsWaiving)
  }

  /// What cannot be written does not keep the others from being written.
  private func write(
    _ report: Report, to targets: [Target], _ surroundings: Surroundings, tellsWaiving: Bool = false
  ) throws(Failure) {
    var failures: [Failure] = []
    for target in targets {
      do throws(Failure) {
        var options = options(of: target, surroundings)
        options.tellsWaiving = tellsWaiving
        let bytes = target.format.bytes(of: report, options)
        try write(bytes, to: target, isPass: report.conclusion == .pass, surroundings)
      } catch {
        failures.append(error)
      }
    }
    if let failure = failures.first { throw failure }
  }

  private func write(
    _ bytes: [UInt8], to target: Target, isPass: Bool, _ surroundings: Surroundings
  ) throws(Failure) {
    guard let file = target.file else {
      guard !(quiet && isPass) else { return }
      return try Answer.write(bytes)
    }
    do {
      try FileSystem.overwrite(FileSystem.join(surroundings.directory, Array(file.utf8)), with: bytes)
    } catch {
      throw Failure(error)
    }
  }

  private func options(of target: Target, _ surroundings: Surroundings) -> TextReport.Options {
    var options = TextReport.Options()
    options.hasColour = hasColour(target, surroundings.environment)
    options.listsInherited = inherited
    options.hasTimings = timings
    options.wayToRoot = surroundings.wayToRoot
    options.takesNamedFilesOnly = surroundings.takesNamedFilesOnly
    return options
  }

  /// `NO_COLOR` off, `FORCE_COLOR` and `CLICOLOR_FORCE` on, else on a terminal (no-color.org, force-color.org).
  private func hasColour(_ target: Target, _ environment: ProcessEnvironment) -> Bool {
    switch colour {
    case .always: return true
    case .never: return false
    case .auto:
      guard target.file == nil else { return false }
      if let no = environment["NO_COLOR"], !no.isEmpty { return false }
      for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
        if let force = environment[name], !force.isEmpty, force != "0" { return true }
      }
      return StandardStream.output.isTerminal && environment["TERM"] != "dumb"
    }
  }
}
