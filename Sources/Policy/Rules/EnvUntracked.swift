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
      (`renv.lock`, `Project.toml`, `flake.nix`, …). One such file, anywhere in Git, is enough.
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
    var pipelines: [(project: JudgedProject, file: RepositoryPath)] = []
    for project in try subject.projects() {
      guard let stage = project.judgedStages.first(where: { $0.stage.name != nil }) else { continue }
      pipelines.append((project, stage.stage.file))
    }
    guard !pipelines.isEmpty, try !subject.tracked.tellsEnvironment() else { return [] }
    let mend = try subject.environmentMend()
    return pipelines.map { pipeline in
      Finding(
        "env/untracked", at: Place(pipeline.file),
        message: "a pipeline, and no file in Git says which software it needs", fix: mend.command,
        advice: mend.advice
      ).proposing(mend.safe)
    }
  }
}

extension Subject {
  /// The file that only needs to be staged, where there is one at the root of the work tree.
  fileprivate func environmentMend() throws(JudgementError) -> Mend {
    if let here = workTree?.tree {
      for child in try reading({ () throws(TreeError) in try here.children(of: .root) }) {
        let path = RepositoryPath.root.appending(child.name)
        guard child.entry != .directory, EnvironmentFiles.rank(of: child.name) != nil,
          try reading({ () throws(TreeError) in try !here.isIgnoredByGit(path, isDirectory: false) })
        else { continue }
        return Mend(staging: path)
      }
    }
    return Mend(
      advice:
        "name the packages in requirements.txt (pip freeze > requirements.txt), then: git add requirements.txt"
    )
  }
}

extension FileTree {
  /// Whether a file anywhere says which software is needed. Nearly always one stands at the root, so that is where
  /// it is looked for first.
  fileprivate func tellsEnvironment() throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in
      var pending: [RepositoryPath] = []
      for child in try children(of: .root) {
        if child.entry == .directory {
          pending.append(RepositoryPath.root.appending(child.name))
        } else if EnvironmentNames.tells(child.name) {
          return true
        }
      }
      while let directory = pending.popLast() {
        guard try mayHold(EnvironmentNames.endings, below: directory) else { continue }
        for child in try children(of: directory) {
          if child.entry == .directory {
            pending.append(directory.appending(child.name))
          } else if EnvironmentNames.tells(child.name) {
            return true
          }
        }
      }
      return false
    }
  }
}

/// Names of files that say which software is needed, whatever the language. More than what a run record can name
/// (``EnvironmentFiles``): whoever has one of these has thought of it.
private enum EnvironmentNames {
  static let endings = NameEndings([
    "requirements.txt", "requirements.in", "environment.yml", "environment.yaml", "env.yml", "env.yaml",
    "conda.yml", "conda.yaml", "pyproject.toml", "setup.py", "setup.cfg", "Pipfile", "pixi.toml", ".lock",
    "Dockerfile", ".Dockerfile", "Containerfile", "Project.toml", "DESCRIPTION", ".nix", "Cargo.toml",
    "go.mod",
    "package.json", "Gemfile", "pom.xml", "build.gradle", "build.sbt", "devcontainer.json", ".def",
  ])

  /// DVC's own lock says nothing of software.
  static func tells(_ name: [UInt8]) -> Bool {
    if name.elementsEqual("dvc.lock".utf8) { return false }
    return EnvironmentFiles.rank(of: name) != nil || endings.match(name)
      || name.starts(with: "Dockerfile.".utf8) || name.starts(with: "environment-".utf8)
  }
}
