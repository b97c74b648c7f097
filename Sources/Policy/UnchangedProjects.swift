import DVC
import Trees

/// The DVC repositories of a commit that are as its first parent has them: nothing that their status depends on is
/// changed, so that what was found out for the parent holds for the commit, too.
extension Subject {
  /// Those of the parent; `nil` where something may be different.
  func unchangedProjects() throws(JudgementError) -> [JudgedProject]? {
    guard isCommit, let projects = predecessor?()?.knownProjects else { return nil }
    let changes = try changes()
    guard !changes.contains(where: { $0.kind == .deleted || $0.path.mayChangeEverything }) else { return nil }
    for project in projects {
      guard case .these(let sources) = try project.sources() else { return nil }
      if changes.contains(where: { sources.meets($0.path) }) { return nil }
    }
    return projects
  }
}

extension JudgedProject {
  /// What the status of a DVC repository depends on.
  enum Sources {
    /// These paths, directories with all below.
    case these(PathIndex)
    /// Nobody can say: something is unreadable, or a link leads elsewhere.
    case unknown
  }

  fileprivate func sources() throws(JudgementError) -> Sources {
    if let knownSources { return knownSources }
    let found = try findSources()
    knownSources = found
    return found
  }

  private func findSources() throws(JudgementError) -> Sources {
    guard case .success(let project) = project, let paths = project.sources else { return .unknown }
    // Now, while the other repositories of its tree are at hand.
    _ = evaluation
    for path in paths {
      if try reading({ () throws(TreeError) in try tree.mayHoldLinks(at: path) }) { return .unknown }
    }
    return .these(PathIndex(paths))
  }
}

extension PathIndex {
  /// Whether a path is one of these, or below or above one: a change there may change what stands here.
  func meets(_ path: RepositoryPath) -> Bool {
    hasAny(inside: path) || path.directoriesUpward.contains { contains($0) }
  }
}

extension RepositoryPath {
  /// Whether DVC, Git or guard reads from the file what all others are.
  fileprivate var mayChangeEverything: Bool { isAboutAllStages || Self.stages.match(name) }

  /// Whether DVC, Git or guard reads from the file how all stages are read.
  var isAboutAllStages: Bool {
    Self.general.match(name) || components.contains { $0.elementsEqual(".dvc".utf8) }
  }

  private static let stages = NameEndings([".dvc", "dvc.yaml", "dvc.lock"])
  private static let general = NameEndings([
    ".dvcignore", ".gitignore", ".gitattributes", ".gitmodules", ".guard.yml", ".guard-waivers.yml",
  ])
}
