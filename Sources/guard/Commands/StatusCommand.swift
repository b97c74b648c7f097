import ArgumentParser
import DVC
import Git
import Platform
import Trees
import Values

/// `guard status`: the drop-in for `dvc status`.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Say what changed since dvc.lock and the .dvc files were written, as dvc status does.",
    discussion: """
      Without an option it judges the work tree, here and now. --staged judges the tree that git commit is \
      about to write, --rev any commit: both as dvc status would in a fresh clone after dvc checkout, with the \
      whole cache at hand. The exit code is 0 even when something changed; with -q it is then 1.

      --cloud compares DVC's cache with a remote: new is what only the cache has, deleted what only the remote \
      has, missing what neither has. As in DVC the files of a directory are taken to be there when its list is, \
      and outputs with a remote of their own are left out. A remote that cannot be asked is no empty one: the \
      exit code is then 2.
      """,
    examples: [
      "The work tree, here and now:":
        "guard status",
      "One stage, for a program to read:":
        "guard status --json train",
      "A fresh clone of another branch, without checking it out:":
        "guard status --rev origin/main",
      "Which data the DVC remote lacks:":
        "guard status --cloud",
    ])

  @OptionGroup var global: GlobalOptions

  @Flag(help: "Judge what git commit is about to write.")
  var staged = false
  @Option(help: ArgumentHelp("Judge a commit.", valueName: "rev"), completion: .revision)
  var rev: String?
  @Flag(help: "Print the document that dvc status --json prints.")
  var json = false
  @Flag(name: .shortAndLong, help: "Print nothing; exit with 1 when something changed.")
  var quiet = false
  @Flag(name: [.customShort("d"), .long], help: "Judge what the targets need, too.")
  var withDeps = false
  @Flag(name: [.customShort("R"), .long], help: "Judge the stages in the directories that are named.")
  var recursive = false
  @Flag(help: "Do not ask the repositories that data was imported from whether they have newer data.")
  var noUpdates = false
  @OptionGroup var cloud: CloudOptions
  @Argument(
    help: ArgumentHelp("Stages, dvc.yaml or .dvc files, outputs, directories.", valueName: "target"),
    completion: .target)
  var targets: [String] = []

  func validate() throws {
    guard !(staged && rev != nil) else { throw ValidationError("--staged and --rev exclude each other") }
    guard !(cloud.isMeant && (staged || rev != nil)) else {
      throw ValidationError("--cloud excludes --staged and --rev")
    }
  }

  func run() throws {
    try Surroundings.running(global) { surroundings throws(Failure) in
      if cloud.isMeant { return try compareWithRemote(surroundings) }
      let judged = try judge(surroundings)
      for item in judged.notChecked.distinct {
        let stage = item.stage.map { "stage '\($0)': " } ?? ""
        surroundings.warn("not checked: \(item.file): \(stage)'\(item.path)': \(item.why)")
      }
      try print(judged)
      if quiet, !json, !judged.document.isEmpty { return .violated }
      return .pass
    }
  }

  /// What there is to print.
  private struct Judged {
    var document = StatusDocument()
    var notChecked: [NotChecked] = []
    var hasStages = false
  }

  private func judge(_ surroundings: Surroundings) throws(Failure) -> Judged {
    var judged = Judged()
    if !staged, rev == nil {
      let opened = try surroundings.workTreeProject(looksForUpdates: !noUpdates)
      let names = Names(paths: opened.project.paths, directory: surroundings.directory)
      try add(opened, names, surroundings, to: &judged)
      return judged
    }
    let repository = try surroundings.repository()
    let tree = try tree(surroundings)
    let projects = try surroundings.projects(in: tree, of: repository)
    guard !projects.isEmpty else {
      throw Failure("there is no DVC repository in \(rev.map { "'\($0)'" } ?? "what is staged")")
    }
    for opened in projects {
      let paths = opened.project.paths
      let isOnly = projects.count == 1
      let names = Names(
        paths: paths, directory: isOnly ? paths.absolute(paths.projectRoot) : paths.treeRoot,
        namesEveryFile: !isOnly)
      try add(opened, names, surroundings, to: &judged)
    }
    return judged
  }

  private func tree(_ surroundings: Surroundings) throws(Failure) -> ObjectTree {
    guard let rev else { return try surroundings.index() }
    let repository = try surroundings.repository()
    do { return try repository.tree(named: rev) } catch { throw Failure(error) }
  }

  /// Adds the status of one DVC repository.
  private func add(
    _ opened: OpenedProject, _ names: Names, _ surroundings: Surroundings, to judged: inout Judged
  ) throws(Failure) {
    let statuses: [StageStatus]
    do throws(StatusTargetError) { statuses = try evaluate(opened, from: names.directory) } catch {
      throw error.cause.map { Failure($0) } ?? Failure(error.message)
    }
    for stage in statuses.map(\.stage) where stage.isFrozen && !stage.isRepositoryImport {
      surroundings.warn("\(names.address(of: stage)) is frozen: its dependencies are not shown")
    }
    judged.hasStages = judged.hasStages || !opened.project.readableStages.isEmpty
    judged.notChecked += statuses.flatMap(\.notChecked)
    judged.document.add(statuses, names)
  }

  /// The status of the stages that the targets name; of all when there is no target.
  private func evaluate(_ opened: OpenedProject, from directory: [UInt8]) throws(StatusTargetError)
    -> [StageStatus]
  {
    let status = opened.status()
    guard !targets.isEmpty else {
      do { return try status.evaluate(try opened.project.stages()) } catch { throw StatusTargetError(error) }
    }
    var statuses: [StageStatus] = []
    for target in targets {
      let selection = try StatusTarget(Text(target)).select(
        in: opened.project, from: directory, isRecursive: recursive, includesUpstream: withDeps,
        isDirectory: FileSystem.isDirectory)
      do { statuses += try status.evaluate(selection.stages, outputsAt: selection.output) } catch {
        throw StatusTargetError(error)
      }
    }
    return statuses
  }

  /// What DVC prints of a repository without stages (DVC 3.67, `CmdDataStatus.EMPTY_PROJECT_MSG`).
  static let nothingTracked: [Text] = [
    "There are no data or pipelines tracked in this project yet.",
    "See <https://dvc.org/doc/start> to get started!",
  ]

  private func print(_ judged: Judged) throws(Failure) {
    guard !quiet else { return }
    let document = judged.document
    if json {
      try Answer.write(document.json.utf8 + [UInt8(ascii: "\n")])
    } else if !judged.hasStages {
      for line in Self.nothingTracked { try Answer.write(line.utf8 + [UInt8(ascii: "\n")]) }
    } else if document.isEmpty {
      try Answer.write("Data and pipelines are up to date.\n")
    } else {
      for line in document.lines { try Answer.write(line.utf8 + [UInt8(ascii: "\n")]) }
    }
  }
}

extension [NotChecked] {
  /// Each once, in the order of the first.
  fileprivate var distinct: [NotChecked] {
    var seen: Set<NotChecked> = []
    return filter { seen.insert($0).inserted }
  }
}
