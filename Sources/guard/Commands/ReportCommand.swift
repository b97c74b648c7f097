import ArgumentParser
import Git
import Platform
import Policy
import Reports
import Runs
import Values

/// `guard report`: a page about commits, their data and their results.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Write a page about commits: verdicts, results over time, changes, the pipeline.",
    discussion: """
      One file of HTML that opens anywhere and asks no server for anything. Without a range it is about the last 50 \
      commits of HEAD. The exit code says whether the page was written, not what it tells.
      """,
    examples: [
      "About the last 50 commits:":
        "guard report -o report.html",
      "About what is not in main yet:":
        "guard report origin/main..HEAD -o branch.html",
    ])

  @OptionGroup var global: GlobalOptions
  @Argument(
    help: ArgumentHelp("A range A..B, or a commit with all before it.", valueName: "range"),
    completion: .range)
  var range: String?
  @Option(
    name: [.customShort("o"), .long],
    help: ArgumentHelp("Where to write it; - is standard output.", valueName: "file"), completion: .file())
  var output: String
  @Option(name: [.customShort("n"), .long], help: ArgumentHelp("The most commits.", valueName: "number"))
  var maxCount: Int?

  func validate() throws {
    guard maxCount.map({ $0 > 0 }) ?? true else { throw ValidationError("--max-count is a number from 1") }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      let repository = try surroundings.repository()
      var commits: [CommitID]
      do throws(GitError) { commits = try repository.commits(in: range ?? "HEAD") } catch {
        throw Failure(error)
      }
      commits = commits.suffix(maxCount ?? (range == nil ? Self.standardCount : .max))
      let (report, entries) = try judged(commits, surroundings)
      let page = PageReport(report, entries, name: name(of: repository)).bytes
      if output == "-" {
        try Answer.write(page)
      } else {
        let file = FileSystem.join(surroundings.directory, Array(output.utf8))
        do throws(SystemError) { try FileSystem.overwrite(file, with: page) } catch { throw Failure(error) }
      }
      return .pass
    }
  }

  private static let standardCount = 50

  private func judged(
    _ commits: [CommitID], _ surroundings: Surroundings
  ) throws(Failure) -> (Report, [LogEntry]) {
    let log = try RecordLog(surroundings, judges: false)
    var entries = Array(try log.entries(of: commits.reversed()).reversed())
    let check = CheckRun(surroundings)
    let subjects = try Subjects(surroundings)
    var verdicts: [Verdict] = []
    for (index, id) in commits.enumerated() {
      let verdict = verdict(on: id, entries[index].subject, check, subjects)
      entries[index].verdict = verdict.isViolated ? .violated : verdict.isUnjudged ? .unknown : .pass
      verdicts.append(verdict)
    }
    let head = commits.last.map { Text(utf8: $0.object.hexadecimal) }
    return (Report(Report.Scope(.range, head: head), verdicts, version: GuardCommand.version), entries)
  }

  /// One commit that cannot be judged, as one whose policy file is broken, does not keep the others from being told.
  private func verdict(on id: CommitID, _ subject: Text, _ check: CheckRun, _ subjects: Subjects) -> Verdict {
    do throws(Failure) {
      return try check.verdict(subjects.commit(id))
    } catch {
      return Verdict(on: (Text(utf8: id.object.hexadecimal), subject), unjudged: error.message)
    }
  }

  /// What people call the repository: the last part of where it came from, or of where it is.
  private func name(of repository: Repository) -> String {
    let place =
      repository.configuration("remote.origin.url") ?? repository.workTree ?? repository.gitDirectory
    let parts = place.split { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: ":") }
    let last = Text(utf8: parts.last { !$0.elementsEqual(".git".utf8) } ?? [])
    return last.hasSuffix(".git") ? String(last.string.dropLast(4)) : last.string
  }
}
