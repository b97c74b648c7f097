import DVC
import Trees
import Values

extension Rule {
  static let envUntracked = Rule(
    "env/untracked", .warning,
    summary: "a pipeline and no file in Git that says which software it needs",
    explanation: """
      The results of a commit are made by its code, with its data, and by the libraries that happened to be installed. \
      Code and data are in the commit; the libraries are only where a file names them: `requirements.txt`, \
      `environment.yml`, `pyproject.toml`, `uv.lock`, a `Dockerfile`, or what another language has in their place \
      (`renv.lock`, `Project.toml`, `flake.nix`, …). One such file is enough: at the root, in a directory there, or in one above \
      what a stage reads. One that is here and that Git ignores, as under `*.txt`, is named: it only has to come into Git.
      """,
    example: Example(
      fails: #"""
        $ git rm -q --cached requirements.txt
        $ guard check --staged
        dvc.yaml: warning: a pipeline, and no file in Git says which software it needs [env/untracked]
            fix: git add requirements.txt
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ git add requirements.txt
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    let projects = try subject.projects().filter(\.hasPipeline)
    guard !projects.isEmpty, try !subject.tracked.tellsEnvironment(of: projects) else { return [] }
    var findings: [Finding] = []
    for project in projects {
      let mend = try subject.environmentMend(of: project)
      findings.append(
        Finding(
          "env/untracked", at: Place(project.firstPipeline ?? project.root),
          message: "a pipeline, and no file in Git says which software it needs", fix: mend.command,
          advice: mend.advice
        ).proposing(mend.safe))
    }
    return findings
  }
}

extension JudgedProject {
  fileprivate var firstPipeline: RepositoryPath? {
    evaluation.statuses.first { $0.stage.name != nil }?.stage.file
  }

  fileprivate var hasPipeline: Bool { firstPipeline != nil }
}

extension Subject {
  /// What brings an environment file into Git: the best one that is in the work tree, at the root or beside the pipeline,
  /// and only has to be staged; else one that Git ignores; else a new one. A file that is there is never written over.
  fileprivate func environmentMend(of project: JudgedProject) throws(JudgementError) -> Mend {
    var ignored: [RepositoryPath] = []
    for directory in project.root.isRoot ? [.root] : [.root, project.root] {
      let (staged, left) = try environmentFilesHere(in: directory)
      if let best = EnvironmentFiles.best(of: staged) { return Mend(staging: best.file) }
      ignored += left
    }
    if let best = EnvironmentFiles.best(of: ignored) {
      // Whoever ignores it may have a reason: `guard fix` leaves it alone.
      let find = ShellCommand(whyIgnored: best.file)
      return Mend(
        command: ShellCommand("git add -f", [best.file]).description,
        advice: "\(best.file) is here, and Git ignores it: take out the line that does (\(find) names it)")
    }
    let new = RepositoryPath.root.appending(Array("requirements.txt".utf8))
    // Of a commit nobody knows what the work tree has there.
    let how = workTree == nil ? "pip freeze tells them" : "pip freeze > requirements.txt"
    let add = try ignores(new) ? ShellCommand("git add -f", [new]) : ShellCommand(gitAdd: [new])
    return Mend(advice: "name the packages in requirements.txt (\(how)), then: \(add)")
  }

  /// The environment files in a directory of the work tree: those that Git would take, and those that it ignores.
  private func environmentFilesHere(
    in directory: RepositoryPath
  ) throws(JudgementError) -> (staged: [RepositoryPath], ignored: [RepositoryPath]) {
    guard let here = workTree?.tree else { return ([], []) }
    return try reading { () throws(TreeError) in
      guard case .directory? = try here.target(of: directory) else { return ([], []) }
      var (staged, ignored): ([RepositoryPath], [RepositoryPath]) = ([], [])
      for child in try here.children(of: directory)
      where child.entry != .directory && EnvironmentFiles.rank(of: child.name) != nil {
        let file = directory.appending(child.name)
        if try here.isIgnoredByGit(file, isDirectory: false) {
          ignored.append(file)
        } else {
          staged.append(file)
        }
      }
      return (staged, ignored)
    }
  }
}

extension FileTree {
  /// Whether a file says which software is needed. Nearly always one stands at the root; for others no more than a few
  /// places are looked at, by their names: a walk would take longer than all other rules together.
  fileprivate func tellsEnvironment(of projects: [JudgedProject]) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      let top = try children(of: .root)
      if top.contains(where: { $0.entry != .directory && EnvironmentNames.tell($0.name) }) { return true }
      let directories = environmentDirectories(of: projects, below: top)
      for directory in directories where EnvironmentNames.isLikely(directory) {
        for child in try children(of: directory)
        where child.entry != .directory && EnvironmentNames.tell(child.name) {
          return true
        }
      }
      for directory in directories {
        for name in EnvironmentNames.usual where try entry(at: directory.appending(name.utf8)) != nil {
          return true
        }
      }
      return false
    }
  }
}

extension FileTree {
  /// The few directories in which environment files are looked for: those at the root, and those above what stages read.
  private func environmentDirectories(of projects: [JudgedProject], below top: [Child]) -> Set<RepositoryPath>
  {
    var directories = Set(
      top.filter { $0.entry == .directory }.prefix(EnvironmentNames.mostDirectories)
        .map { RepositoryPath.root.appending($0.name) })
    for stage in projects.flatMap(\.evaluation.statuses).map(\.stage) where stage.name != nil {
      for path in [stage.file] + stage.dataDependencies { directories.formUnion(path.directoriesUpward) }
    }
    return directories
  }
}

/// Names of files that say which software is needed, whatever the language. More than what a run record can name
/// (``EnvironmentFiles``): whoever has one of these has thought of it.
private enum EnvironmentNames {
  static let mostDirectories = 200

  static let usual: [Text] = [
    "requirements.txt", "requirements.in", "environment.yml", "environment.yaml", "env.yml", "env.yaml",
    "conda.yml",
    "conda.yaml", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "pixi.toml", "uv.lock", "poetry.lock",
    "Dockerfile", "Containerfile", "devcontainer.json", "base.txt", "Project.toml", "DESCRIPTION",
    "renv.lock",
    "flake.nix", "shell.nix", "default.nix", "package.json", "Cargo.toml", "go.mod", "pom.xml",
    "build.gradle",
    "build.sbt",
  ]

  private static let endings = NameEndings([
    "requirements.txt", "requirements.in", ".lock", ".Dockerfile", ".nix", ".def", "environment.yml",
    "environment.yaml", "conda.yml", "conda.yaml",
  ])

  /// Whether a directory has the name of one for such files, in which they may have any name.
  static func isLikely(_ directory: RepositoryPath) -> Bool {
    let name = Text(utf8: directory.name.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 })
    return ["require", "env", "docker", "conda", "container", "deploy", "depend", "install", "setup"].contains
    {
      name.firstIndex(of: $0) != nil
    }
  }

  /// DVC's own lock says nothing of software.
  static func tell(_ name: [UInt8]) -> Bool {
    if name.elementsEqual("dvc.lock".utf8) { return false }
    return usual.contains { $0.utf8 == name } || EnvironmentFiles.rank(of: name) != nil || endings.match(name)
      || name.starts(with: "Dockerfile.".utf8) || name.starts(with: "environment-".utf8)
  }
}
