import ArgumentParser
import Platform
import Reports

/// `guard doctor`: whether everything around a repository is as guard needs it.
struct DoctorCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor",
    abstract:
      "Look at Git, the hooks, the policy, DVC, its remotes, the cache and MLflow, and say what mends what.",
    discussion: """
      Each line is ok, a warning or a problem. The exit code is 0 when there is no problem, else 1. No secret is shown. \
      --fix does only what cannot lose work: it writes hooks of guard's that are old or that Git does not run, and \
      removes files below .git/guard that nobody reads.
      """,
    examples: [
      "Look at everything:":
        "guard doctor",
      "Without asking a remote or a server:":
        "guard doctor --offline",
      "Mend what is safe to mend:":
        "guard doctor --fix",
      "For a program to read:":
        "guard doctor --json",
    ])

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Do what is safe of what mends it, then look again.")
  var fix = false
  @Flag(help: "Ask neither DVC's remotes nor the tracking server.")
  var offline = false
  @Flag(help: "Print a document for a program.")
  var json = false

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      var doctor = Doctor(surroundings)
      doctor.asksNetwork = !offline
      var examined = doctor.examine()
      var mended: [String] = []
      if fix, !examined.mends.isEmpty {
        mended = try doctor.apply(examined.mends)
        examined = doctor.examine()
      }
      var diagnosis = Diagnosis(examined.lines)
      diagnosis.mended = mended
      try Answer.write(json ? diagnosis.json : Array(diagnosis.text.utf8))
      return diagnosis.hasProblems ? .violated : .pass
    }
  }
}
