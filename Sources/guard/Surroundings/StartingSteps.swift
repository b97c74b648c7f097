import Disk
import Git
import Layout
import Platform
import Policy
import Trees
import Values

/// What to do after `guard init`: lines to type, in their order.
struct StartingSteps {
  let plan: StartingPlan
  let facts: StartingFacts
  let isLayout: Bool

  /// The lines.
  /// - Parameter tree: the files of the work tree.
  func lines(_ surroundings: Surroundings, _ tree: WorkTree) throws(Failure) -> [String] {
    var steps: [String] = []
    let hasRoot = FileSystem.isDirectory(FileSystem.join(plan.root, Array(".dvc".utf8)))
    if isLayout {
      steps += try missingIgnores(surroundings, tree)
      steps += try missingRequirement(tree)
      if !hasRoot { steps.append("dvc init") }
      steps.append(Self.installing(surroundings.environment))
      steps.append("dvc repro")
    } else if !hasRoot, !facts.hasProjects {
      steps.append("dvc init")
    }
    steps.append(isLayout ? "git add -A" : "git add \(PolicyLayer.committedFile)")
    steps.append("guard install")
    steps.append("git commit -m '\(isLayout ? "A pipeline" : "The policy of guard")'")
    if facts.remotes.isEmpty { steps.append("dvc remote add -d NAME URL") }
    if !facts.findings.isEmpty { steps.append("guard check --rev HEAD --inherited") }
    return steps
  }

  /// What the stages need of Python. Debian's own Python takes no packages outside of a virtual environment.
  private static func installing(_ environment: ProcessEnvironment) -> String {
    let install = "pip install -r requirements.txt"
    let isInside = ["VIRTUAL_ENV", "CONDA_PREFIX"].contains { environment[$0] != nil }
    return isInside ? install : "python3 -m venv .venv && . .venv/bin/activate && \(install)"
  }

  /// Lines of the skeleton's `.gitignore` files that do not hold where files of somebody's own are kept in their place.
  private func missingIgnores(_ surroundings: Surroundings, _ tree: WorkTree) throws(Failure) -> [String] {
    var steps: [String] = []
    for file in plan.files where file.state == .other && file.part?.isGitIgnore ?? false {
      let path = RepositoryPath(normalized: file.path)
      let lines = file.contents.split(separator: 0x0A).filter { $0.first != UInt8(ascii: "#") }.map {
        Array($0)
      }
      let probes = lines.map { path.parent.appending(Self.example(of: $0)) }
      let held = try surroundings.asking { repository throws(GitError) in
        try repository.ignored(among: probes)
      }
      let missing = zip(lines, probes).filter { line in !held.contains { $0.path == line.1 } }.map(\.0)
      guard !missing.isEmpty else { continue }
      steps.append(IgnoreLine.append(missing, to: path, endingTheLast: try Self.endsOpen(path, tree)))
    }
    return steps
  }

  /// A path that a line of the skeleton's `.gitignore` files is there for: they have no wildcards.
  private static func example(of line: [UInt8]) -> [UInt8] {
    let name = line.first == UInt8(ascii: "/") ? Array(line.dropFirst()) : line
    return name.last == UInt8(ascii: "/") ? name + Array("file".utf8) : name
  }

  /// What the stages cannot run without, where the requirements are somebody's own.
  private func missingRequirement(_ tree: WorkTree) throws(Failure) -> [String] {
    let package = Text("ruamel.yaml")
    guard let file = plan.files.first(where: { $0.name == "requirements.txt" && $0.state == .other }),
      let line = file.contents.split(separator: 0x0A).first(where: { Text(utf8: $0).hasPrefix(package) })
    else { return [] }
    let path = RepositoryPath(normalized: file.path)
    do throws(TreeError) {
      guard case .file? = try tree.target(of: path) else { return [] }
      guard Text(utf8: try tree.contents(of: path)).firstIndex(of: package) == nil else { return [] }
    } catch {
      throw Failure(error)
    }
    return [IgnoreLine.append([Array(line)], to: path, endingTheLast: try Self.endsOpen(path, tree))]
  }

  private static func endsOpen(_ file: RepositoryPath, _ tree: WorkTree) throws(Failure) -> Bool {
    do { return try tree.endsOpen(file) } catch { throw Failure(error) }
  }
}
