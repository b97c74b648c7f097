import DVC
import Disk
import Git
import Platform
import Policy
import Reports
import Trees

/// Mends what `guard check` finds, where that cannot lose work: what `guard fix` does.
///
/// It is the one verb that writes the index and the work tree, and a person's explicit order.
struct FixRun {
  private let surroundings: Surroundings
  private let repository: Repository
  private let workTree: [UInt8]
  private let check: CheckRun

  init(_ check: CheckRun) throws(Failure) {
    self.check = check
    surroundings = check.surroundings
    repository = try surroundings.repository()
    guard let root = repository.workTree else {
      throw Failure("this repository has no work tree: run it in a clone")
    }
    workTree = root
  }

  /// What there is to do, and the report that it is made of.
  func plan() throws(Failure) -> (plan: FixPlan, report: Report) {
    let report = try check.report(.automatic)
    let index = try surroundings.index()
    let committed: ObjectTree
    do throws(GitError) {
      committed =
        try repository.head().map { head throws(GitError) in try repository.tree(of: head) }
        ?? repository.emptyTree
    } catch {
      throw Failure(error)
    }
    let plan = try FixPlan(
      for: report.verdicts.flatMap(\.findings),
      isStagedInPart: { file throws(Failure) in try isStagedInPart(file, index, committed) },
      isStaged: isStaged, isBrokenOff: isBrokenOff)
    return (plan, report)
  }

  /// Whether DVC noted in a repository that something is written: by a run that goes on, or that was killed and left half
  /// of it (DVC 3.67, `dvc/rwlock.py`).
  private func isBrokenOff(_ root: RepositoryPath) -> Bool {
    let place = root.isRoot ? workTree : FileSystem.join(workTree, root.bytes)
    do throws(SystemError) {
      let file = FileSystem.join(place, Array(".dvc/tmp/rwlock".utf8))
      return try !RunningWrite.read(FileSystem.read(file, limit: 1 << 20), below: workTree).isEmpty
    } catch {
      // Nothing was noted.
      return false
    }
  }

  /// Whether the index has what neither the last commit nor the work tree has, of a file or below a directory.
  private func isStagedInPart(
    _ path: RepositoryPath, _ index: ObjectTree, _ committed: ObjectTree
  ) throws(Failure) -> Bool {
    var pending = [path]
    while let next = pending.popLast() {
      do throws(TreeError) {
        if case .directory? = try index.entry(at: next) {
          pending += try index.children(of: next).map { next.appending($0.name) }
          continue
        }
        guard let staged = try index.storedObject(of: next)?.id else { continue }
        if try committed.storedObject(of: next)?.id == staged { continue }
      } catch {
        throw Failure(error)
      }
      if try !isStaged(next) { return true }
    }
    return false
  }

  /// Whether the index has a file as the work tree has it.
  private func isStaged(_ file: RepositoryPath) throws(Failure) -> Bool {
    do throws(GitError) { return try repository.workTreeStates(of: [file]).first == .unchanged } catch {
      throw Failure(error)
    }
  }

  // MARK: - Doing it

  /// Does what a plan says.
  /// - Throws: at the first step that fails; those before it are done, and each of them stands by itself.
  func apply(_ plan: FixPlan) throws(Failure) {
    for recording in plan.recordings { try record(recording) }
    for (file, line) in plan.lines { try append(line, to: file) }
    if !plan.files.isEmpty { try stage(plan.files) }
  }

  private func record(_ recording: SafeMend.Recording) throws(Failure) {
    guard let dvc = surroundings.environment.executable(named: "dvc") else {
      throw Failure("there is no dvc in PATH, which has to record this: \(recording.command)")
    }
    let root = recording.root.isRoot ? workTree : FileSystem.join(workTree, recording.root.bytes)
    // A name that begins with a dash is none of dvc's options.
    let arguments = ["commit", "-f", "--"].map { Array($0.utf8) } + [recording.target]
    try run(dvc, arguments, in: root, as: recording.command)
  }

  private func stage(_ files: Set<RepositoryPath>) throws(Failure) {
    guard let git = surroundings.environment.executable(named: "git") else {
      throw Failure("there is no git in PATH")
    }
    let arguments = ["--literal-pathspecs", "add", "--"].map { Array($0.utf8) } + files.sorted().map(\.bytes)
    try run(git, arguments, in: workTree, as: ShellCommand("git add", files.sorted()).description)
  }

  private func run(
    _ program: [UInt8], _ arguments: [[UInt8]], in directory: [UInt8], as command: String
  ) throws(Failure) {
    let outcome: Outcome
    do throws(ProcessError) {
      outcome = try Command(
        program, arguments, environment: surroundings.environment, directory: directory
      ).run()
    } catch {
      throw Failure("\(command): \(error)")
    }
    guard outcome.succeeded else {
      throw Failure("\(command): \(Self.reason(of: outcome))")
    }
  }

  /// Why a command failed: the line that says so, of all that it said.
  private static func reason(of outcome: Outcome) -> String {
    let lines = String(decoding: outcome.error, as: UTF8.self).split(separator: "\n")
    let telling = lines.first { line in ["fatal: ", "error: ", "ERROR: "].contains { line.hasPrefix($0) } }
    return (telling ?? lines.last).map(String.init) ?? outcome.ending.words
  }

  /// Appends a line to a file, which keeps its mode; one that is a link is left to the person.
  private func append(_ line: [UInt8], to file: RepositoryPath) throws(Failure) {
    let place = FileSystem.join(workTree, file.bytes)
    let isThere: Bool
    do throws(SystemError) { isThere = try regularFile(place) } catch { throw Failure(error) }
    guard isThere || !FileSystem.exists(place) else {
      throw Failure("\(file) is no regular file: add the line yourself")
    }
    do throws(SystemError) {
      var bytes = isThere ? try FileSystem.read(place, limit: 1 << 24) : []
      if let last = bytes.last, last != UInt8(ascii: "\n") { bytes.append(UInt8(ascii: "\n")) }
      try FileSystem.write(bytes + line + [UInt8(ascii: "\n")], to: place)
    } catch {
      throw Failure(error)
    }
  }

  private func regularFile(_ place: [UInt8]) throws(SystemError) -> Bool {
    try FileSystem.existing(place)?.kind == .file
  }
}
