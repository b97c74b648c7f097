import ArgumentParser
import DVC
import Platform
import Reports
import Trees
import Values

/// `guard merge-driver`: what Git calls to merge a `dvc.lock` or a `.dvc` file (gitattributes(5), "Defining a custom merge
/// driver").
struct MergeDriverCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "merge-driver",
    abstract: "Merge a dvc.lock by its stages, or a .dvc file by its outputs; Git calls it.",
    discussion: """
      What one side changed is taken. A stage or an output that both sides changed, and not to the same, is a \
      conflict: it stands between Git's markers, standard error says what differs, and the exit code is 1. Only OURS \
      is written. guard install --merge-driver puts it in.
      """,
    examples: [
      "What Git runs, after guard install --merge-driver, with files of its own:":
        "guard merge-driver base.lock ours.lock theirs.lock dvc.lock"
    ])

  @OptionGroup var global: GlobalOptions
  @Option(help: ArgumentHelp("How long conflict markers are (%L).", valueName: "letters"))
  var markerSize = 7
  @Argument(help: "The file that both sides started from (%O).", completion: .file())
  var base: String
  @Argument(
    help: "The file of the branch that is merged into (%A); the result goes there.", completion: .file())
  var ours: String
  @Argument(help: "The file of the branch that is merged (%B).", completion: .file())
  var theirs: String
  @Argument(help: "The path of the file in the work tree (%P).", completion: .file())
  var path: String

  func validate() throws {
    guard (1...1000).contains(markerSize) else {
      throw ValidationError("--marker-size is a number from 1 to 1000")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let file = RepositoryPath(normalized: path.utf8)
      let names = [base, ours, theirs].map { FileSystem.join(surroundings.directory, Array($0.utf8)) }
      var texts: [[UInt8]] = []
      do throws(SystemError) {
        for name in names { texts.append(try FileSystem.read(name, limit: 1 << 30)) }
      } catch {
        throw Failure(error)
      }
      let merge: ThreeWayMerge
      do throws(MergeRefusal) { merge = try merged(texts, file) } catch {
        return try mergeByLines(names, file, error.reason, surroundings)
      }
      try write(merge.bytes, to: names[1])
      try tell("\(MergeReport(file, merge))")
      return merge.conflicts.isEmpty ? .pass : .violated
    }
  }

  private func merged(_ texts: [[UInt8]], _ file: RepositoryPath) throws(MergeRefusal) -> ThreeWayMerge {
    let kind = try ThreeWayMerge.Kind(fileName: Array(file.name))
    return try ThreeWayMerge(
      kind, base: texts[0], ours: texts[1], theirs: texts[2], markerSize: markerSize)
  }

  /// Does what Git does without a driver, and says so.
  private func mergeByLines(
    _ names: [[UInt8]], _ file: RepositoryPath, _ reason: String, _ surroundings: Surroundings
  ) throws(Failure) -> ExitStatus {
    guard let git = surroundings.environment.executable(named: "git") else {
      throw Failure("\(reason), and there is no git in PATH to merge \(file) line by line")
    }
    let options = [
      "merge-file", "-p", "--marker-size=\(markerSize)", "-L", "ours", "-L", "base", "-L", "theirs", "--",
    ]
    let command = Command(
      git, options.map { Array($0.utf8) } + [names[1], names[0], names[2]],
      environment: surroundings.environment, directory: surroundings.directory)
    let outcome: Outcome
    do throws(ProcessError) { outcome = try command.run() } catch { throw Failure(error.description) }
    // The exit code is the number of conflicts, at most 127 (git-merge-file(1)); more is a failure.
    guard case .exited(let conflicts) = outcome.ending, conflicts <= 127 else {
      throw Failure("\(reason), and git merge-file failed: \(String(decoding: outcome.error, as: UTF8.self))")
    }
    try write(outcome.output, to: names[1])
    try tell(MergeReport.text(file, refused: reason, conflicts: conflicts > 0))
    return conflicts == 0 ? .pass : .violated
  }

  private func write(_ bytes: [UInt8], to place: [UInt8]) throws(Failure) {
    do { try FileSystem.write(bytes, to: place) } catch { throw Failure(error) }
  }

  private func tell(_ text: String) throws(Failure) {
    guard !text.isEmpty else { return }
    do { try StandardStream.error.write(text) } catch {
      // With nobody left to tell, the merge stands: Git takes the exit code.
      guard error.isBrokenPipe else { throw Failure(error) }
    }
  }
}
