import ArgumentParser
import Platform
import Policy
import Reports

/// How a report is written, and where to.
struct OutputOptions: ParsableArguments {
  /// The formats of a report.
  enum Format: String, ExpressibleByArgument, CaseIterable { case text, json }
  /// When there are colours.
  enum Colour: String, ExpressibleByArgument, CaseIterable { case auto, always, never }

  @Option(help: "The format of the report.")
  var format = Format.text
  @Option(
    name: [.customShort("o"), .long], help: ArgumentHelp("Write the report to a file.", valueName: "file"))
  var output: String?
  @Option(name: .customLong("color"), help: "When there are colours.")
  var colour = Colour.auto
  @Flag(help: "List what the commits inherited, too.")
  var inherited = false
  @Flag(help: "Say how long each rule took.")
  var timings = false
  @Flag(name: .shortAndLong, help: "Print nothing when the policy is kept.")
  var quiet = false

  /// Writes a report.
  func write(_ report: Report, _ surroundings: Surroundings) throws(Failure) {
    if quiet, case .pass = report.conclusion { return }
    let bytes: [UInt8]
    switch format {
    case .json: bytes = JSONReport(report, listsInherited: inherited).bytes
    case .text:
      var options = TextReport.Options()
      options.hasColour = hasColour(surroundings.environment)
      options.listsInherited = inherited
      options.hasTimings = timings
      options.wayToRoot = surroundings.wayToRoot
      options.takesNamedFilesOnly = surroundings.takesNamedFilesOnly
      options.tellsWaiving = true
      bytes = TextReport(report, options).bytes
    }
    guard let output else { return try Answer.write(bytes) }
    do {
      try FileSystem.write(bytes, to: FileSystem.join(surroundings.directory, Array(output.utf8)))
    } catch {
      throw Failure(error)
    }
  }

  /// `NO_COLOR` off, `FORCE_COLOR` and `CLICOLOR_FORCE` on, else on a terminal (no-color.org, force-color.org).
  private func hasColour(_ environment: ProcessEnvironment) -> Bool {
    switch colour {
    case .always: return true
    case .never: return false
    case .auto:
      guard output == nil else { return false }
      if let no = environment["NO_COLOR"], !no.isEmpty { return false }
      for name in ["FORCE_COLOR", "CLICOLOR_FORCE"] {
        if let force = environment[name], !force.isEmpty, force != "0" { return true }
      }
      return StandardStream.output.isTerminal && environment["TERM"] != "dumb"
    }
  }
}
