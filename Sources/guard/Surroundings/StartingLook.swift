import DVC
import Disk
import Git
import MLflow
import Platform
import Policy
import Trees
import Values

/// Looks at a repository for `guard init`.
struct StartingLook {
  private let surroundings: Surroundings
  private let repository: Repository

  init(_ surroundings: Surroundings) throws(Failure) {
    self.surroundings = surroundings
    repository = try surroundings.repository()
  }

  /// What is there.
  func facts() throws(Failure) -> StartingFacts {
    var facts = StartingFacts()
    try lookAtFiles(&facts)
    try lookAtSettings(&facts)
    lookAtHead(&facts)
    if let tracking = try surroundings.tracking(TrackingPolicy()), case .server = tracking.target {
      facts.server = tracking.target.name
    }
    return facts
  }

  // MARK: - Files

  private func lookAtFiles(_ facts: inout StartingFacts) throws(Failure) {
    guard let root = repository.workTree else { return }
    let disk = try surroundings.workTree(of: repository, at: root)
    do throws(TreeError) {
      for file in try Self.pipelines(of: disk) {
        guard case .file? = try disk.target(of: file) else { continue }
        facts.reproduction = StartingFacts.reproduction(in: file, try disk.contents(of: file))
        if facts.reproduction != nil { break }
      }
      let index = tree
      let limit = Policy().sizeLimit
      for path in try index.files(endingWith: [[]]) {
        guard let size = try index.storedSize(of: path), size > limit else { continue }
        facts.largeFiles.append(path)
      }
    } catch {
      throw Failure(error)
    }
  }

  /// What is staged, or nothing where that cannot be said: a merge that is not finished.
  private var tree: ObjectTree {
    do throws(Failure) { return try surroundings.index() } catch { return repository.emptyTree }
  }

  /// The files that tell CI systems what to do.
  private static func pipelines(of tree: WorkTree) throws(TreeError) -> [RepositoryPath] {
    var files: [RepositoryPath] = [
      ".gitlab-ci.yml", "azure-pipelines.yml", "bitbucket-pipelines.yml", "Jenkinsfile",
      ".circleci/config.yml",
    ]
    for folder: RepositoryPath in [".github/workflows", ".buildkite"] {
      guard try tree.target(of: folder) == .directory else { continue }
      files += try tree.children(of: folder).map { folder.appending($0.name) }.filter {
        $0.bytes.suffix(4).elementsEqual(".yml".utf8) || $0.bytes.suffix(5).elementsEqual(".yaml".utf8)
      }
    }
    return files
  }

  // MARK: - DVC

  private func lookAtSettings(_ facts: inout StartingFacts) throws(Failure) {
    guard let workTree = repository.workTree else { return }
    let here = try surroundings.projectRoot(in: repository).map { [$0] } ?? []
    let staged = try surroundings.projectRoots(in: tree)
    for root in here + staged.filter({ !here.contains($0) }) {
      let directory = root.isRoot ? workTree : FileSystem.join(workTree, root.bytes)
      guard FileSystem.isDirectory(FileSystem.join(directory, Array(".dvc".utf8))) else { continue }
      facts.hasProjects = true
      let settings = try surroundings.settings(ofWorkTreeProject: directory)
      let preferred = settings.configuration.coreRemote
      let remotes = settings.configuration.remotes.map(\.name)
      for name in remotes.filter({ $0 == preferred }) + remotes.filter({ $0 != preferred }) {
        let place = TrackingTarget.withoutLogin(settings.remoteURLs[name]?.string ?? "")
        let remote = StartingFacts.Remote(name, at: place)
        if !facts.remotes.contains(remote) { facts.remotes.append(remote) }
      }
    }
  }

  /// What the last commit has already, by guard's defaults.
  private func lookAtHead(_ facts: inout StartingFacts) {
    do throws(Failure) {
      let head: CommitID?
      do throws(GitError) { head = try repository.head() } catch { throw Failure(error) }
      guard let head else { return }
      let subject = try Subjects(surroundings).commit(head)
      let verdict: Verdict
      do throws(JudgementError) {
        let states = Set(Rule.catalogue.filter { $0.scope == .state }.map(\.id))
        verdict = try Judgement(Policy(), only: states, today: "").judge(subject)
      } catch {
        throw Failure("\(error)")
      }
      for finding in verdict.findings + verdict.inherited {
        if finding.reason == .lineEnds {
          facts.otherLineEnds += 1
        } else if finding.severity == .error {
          facts.findings[finding.rule, default: 0] += 1
        }
      }
    } catch {
      // A repository that cannot be judged yet can have a policy all the same.
      facts.unjudged = error.message
    }
  }
}
