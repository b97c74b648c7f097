import Disk
import Git
import Ignore
import Layout
import Platform
import Policy
import Trees

/// What keeps `guard init` from writing, although there is room for each file. Then it writes nothing: half a skeleton runs
/// nowhere, and what Git ignores is in nobody's clone.
struct StartingObstacles {
  private let plan: StartingPlan
  private let surroundings: Surroundings
  private var isLayout: Bool { plan.files.contains { $0.part != nil } }

  init(_ plan: StartingPlan, _ surroundings: Surroundings) {
    self.plan = plan
    self.surroundings = surroundings
  }

  /// - Parameter tree: the files of the work tree.
  /// - Throws: what stands in the way, and what to do.
  func check(_ tree: WorkTree) throws(Failure) {
    var reason = strangers()
    if reason == nil { reason = try hidden(in: tree) }
    if reason == nil { reason = try ignored() }
    guard let reason else { return }
    throw Failure("\(reason.what): no file was written\n    do: \(reason.mend)")
  }

  private typealias Reason = (what: String, mend: String)

  /// Files of somebody's own where the pipeline or its results are to be.
  private func strangers() -> Reason? {
    let parts = plan.files.filter { $0.part?.isOfPipeline ?? false }
    // A whole pipeline is somebody's work by now, and nothing is added to it.
    guard parts.contains(where: { !$0.exists }) else { return nil }
    var names = parts.filter { $0.state == .other }.map(\.name)
    if parts.contains(where: { $0.name == "dvc.yaml" && !$0.exists }) {
      names += (LayoutFile.resultsForGit + LayoutFile.resultsForDVC).filter {
        FileSystem.exists(FileSystem.join(plan.root, Array($0.utf8)))
      }
    }
    guard !names.isEmpty else { return nil }
    return (
      "\(Self.list(names)) \(names.count == 1 ? "stands" : "stand") where the skeleton has files of its own, which fit "
        + "only each other",
      "move that away and begin again, or write dvc.yaml for what is there; guard init alone writes the policy"
    )
  }

  /// What `.dvcignore` hides, and `dvc repro` does not run without.
  private func hidden(in tree: WorkTree) throws(Failure) -> Reason? {
    guard isLayout else { return nil }
    let data = plan.files.filter { $0.part.map { !$0.isForGit && $0.isOfPipeline } ?? false }.map(\.name)
    let needed =
      ["dvc.yaml"] + data + data.map { $0 + ".dvc" } + LayoutFile.resultsForGit + LayoutFile.resultsForDVC
    let ignore = DVCIgnore(tree: tree, root: .root)
    do {
      let names = try needed.filter { name throws(IgnoreError) in
        try ignore.isIgnored(RepositoryPath(normalized: name.utf8), isDirectory: false)
      }
      guard !names.isEmpty else { return nil }
      return (
        ".dvcignore hides \(Self.list(names)), which DVC has to see",
        "take the line out that does, and begin again"
      )
    } catch {
      throw Failure("\(error)")
    }
  }

  /// What Git would not take.
  private func ignored() throws(Failure) -> Reason? {
    var names = plan.files.filter { $0.state != .other && $0.part?.isForGit ?? true }.map(\.name)
    if isLayout { names += LayoutFile.resultsForGit + [".dvc/config"] }
    let paths = names.map { RepositoryPath(normalized: $0.utf8) }
    let found = try surroundings.asking { repository throws(GitError) in try repository.ignored(among: paths)
    }
    guard let first = found.first else { return nil }
    let others = found.filter { ($0.file, $0.line) == (first.file, first.line) }.map { "\($0.path)" }
    return (
      "Git ignores \(Self.list(others)) by \(String(decoding: first.file, as: UTF8.self)):\(first.line), "
        + ShellCommand.quoted(first.pattern),
      isLayout
        ? "take that line out, and begin again: the skeleton's own .gitignore files name the data"
        : "take that line out; what is for this machine alone stands in guard.local.yml"
    )
  }

  private static func list(_ names: [String]) -> String {
    let rest = names.count > 3 ? " and \(names.count - 3) more" : ""
    return names.prefix(3).map { "'\($0)'" }.joined(separator: ", ") + rest
  }
}
