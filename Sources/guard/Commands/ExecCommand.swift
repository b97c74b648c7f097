import ArgumentParser
import Git
import Platform
import Runs
import Trees
import Values

/// `guard exec -- COMMAND`: runs a training so that its MLflow runs can be told to be those of the commit to come.
struct ExecCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "exec",
    abstract: "Run a training command, so that the commit of its results knows its MLflow runs.",
    discussion: """
      guard exec -- dvc repro, or the command of a stage. Every MLflow run that begins below it carries a tag that \
      names this call; no code has to change. The commit that holds the results then names these runs. The exit code \
      is the command's own.
      """,
    examples: [
      "Run the pipeline:":
        "guard exec -- dvc repro",
      "One stage that has to run again:":
        "guard exec -- dvc repro --force train",
    ])

  @OptionGroup var global: GlobalOptions
  @Argument(parsing: .postTerminator, help: "The command and its arguments, behind two dashes.")
  var command: [String] = []

  func validate() throws {
    guard !command.isEmpty else { throw ValidationError("a command is missing: guard exec -- dvc repro") }
  }

  func run() throws {
    var code: Int32 = 0
    try Surroundings.running(global) { surroundings throws(Failure) in
      code = try execute(surroundings)
      return .pass
    }
    if code != 0 { throw ExitCode(code) }
  }

  private func execute(_ surroundings: Surroundings) throws(Failure) -> Int32 {
    let environment = surroundings.environment
    guard let name = command.first, let executable = environment.executable(named: name) else {
      throw Failure("\(command.first ?? ""): there is no such command, or it may not be run")
    }
    let repository = try surroundings.repository()
    let locks = try LockFiles(repository, surroundings)
    let before = locks.entries()
    var session = Session(
      base: try asking { () throws(GitError) in try repository.head() },
      stage: environment["DVC_STAGE"].map { Text($0) })
    var child = Command(
      executable, Array(command.dropFirst()), environment: environment, directory: surroundings.directory)
    child.environment["MLFLOW_RUN_CONTEXT"] = session.runContext(beside: environment["MLFLOW_RUN_CONTEXT"])
    (child.input, child.output, child.error) = (.inherit, .inherit, .inherit)
    // Ctrl-C is the child's: guard goes on to keep what it did until then.
    Signals.leaveInterruptsToChildren()
    child.takesTerminations = true
    let outcome: Outcome
    do throws(ProcessError) { outcome = try child.run() } catch { throw Failure(error.description) }
    session.entries = locks.entries().subtracting(before)
    if !session.entries.isEmpty || session.stage != nil {
      do throws(RunsError) { try Sessions(repository).keep(session) } catch { surroundings.warn("\(error)") }
    }
    return switch outcome.ending {
    case .exited(let code): code
    // As a shell tells it.
    case .signaled(let signal): 128 + signal
    }
  }
}

/// The `dvc.lock` files of a work tree, those that are not tracked yet among them.
private struct LockFiles {
  private let paths: [[UInt8]]

  init(_ repository: Repository, _ surroundings: Surroundings) throws(Failure) {
    guard let root = repository.workTree else { throw Failure("this repository has no work tree") }
    var directories: Set<[UInt8]> = [surroundings.directory, root]
    do {
      let pipelines = try repository.index().files(endingWith: [Array("dvc.yaml".utf8)])
      for file in pipelines where file.name.elementsEqual("dvc.yaml".utf8) {
        directories.insert(file.parent.isRoot ? root : FileSystem.join(root, file.parent.bytes))
      }
    } catch {
      // During a merge with conflicts the index cannot be read; what is here still counts.
      surroundings.note("\(error)")
    }
    paths = directories.map { FileSystem.join($0, Array("dvc.lock".utf8)) }
  }

  /// All entries as they are now. A file that is not there, or cannot be read, has none.
  func entries() -> Set<LockEntry> {
    var entries: Set<LockEntry> = []
    for path in paths {
      do throws(SystemError) {
        entries.formUnion(LockEntry.all(in: try FileSystem.read(path, limit: 1 << 26)))
      } catch {
        continue
      }
    }
    return entries
  }
}
