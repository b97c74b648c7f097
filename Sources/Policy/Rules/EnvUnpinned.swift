import DVC
import Trees
import Values

extension Rule {
  static let envUnpinned = Rule(
    "env/unpinned", nil,
    summary: "a requirement without a version",
    explanation: """
      `numpy` in a requirements file is another one next month. With its version the environment can be made again, and \
      the results with it.

      These are read: `requirements*.txt`, `environment.yml` and `conda.yaml` with what pip installs there, `pyproject.toml` \
      (also Poetry's) and the images that a `Dockerfile` begins with, which are to have a tag other than `latest`, or a \
      digest; what an `ARG` at its start gives them counts. A `pyproject.toml` or an environment file with a lock file beside it (`uv.lock`, `poetry.lock`, `pdm.lock`, \
      `conda-lock.yml`, `pixi.lock`) is left alone. With `versions: any` limits such as `>=1.2` are enough.

      The rule is off unless policy turns it on.
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {env/unpinned: warn}\n' > .guard.yml
        $ echo 'pandas>=2' >> requirements.txt
        $ printf 'FROM python\nCOPY . /work\n' > Dockerfile
        $ git add -A
        $ guard check --staged
        Dockerfile:1: warning: the image 'python' has no version [env/unpinned]
            do:  give it a tag or a digest (docker inspect --format '{{index .RepoDigests 0}}' IMAGE)
        requirements.txt:2: warning: 'pandas' is not held at one version [env/unpinned]
            current:  pandas>=2
            do:  give it the version that is installed, which pip freeze tells
        guard: 0 errors, 2 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ sed -i 's/pandas>=2/pandas==2.2.3/' requirements.txt
        $ sed -i 's/FROM python/FROM python:3.11-slim/' Dockerfile
        $ git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [
      Option("versions", .choice("exact", of: ["exact", "any"]), "how exactly packages are to be asked for"),
      Option("except", .paths([]), "files that are not looked at, with `*` and `**`"),
    ],
    together: { findings in
      let names = findings.compactMap(\.key).map { "'\($0)'" }
      let more = names.count > 4 ? " and \(names.count - 3) more" : ""
      return "\(names.count) requirements without a version: "
        + names.prefix(names.count > 4 ? 3 : 4).joined(separator: ", ") + more
    }
  ) { (subject) throws(JudgementError) in
    guard try !subject.projects().isEmpty else { return [] }
    let least: Requirement.Precision =
      subject.policy.choice("versions", of: "env/unpinned") == "any" ? .range : .exact
    let exceptions = subject.policy.paths("except", of: "env/unpinned").map(Glob.init)
    var findings: [Finding] = []
    for file in try subject.requirementFiles() where !exceptions.contains(where: { $0.matches(file) }) {
      for requirement in try subject.requirements(of: file) ?? [] where requirement.precision < least {
        let isImage = RequirementReader.isDockerfile(file.name)
        let advice =
          isImage
          ? "give it a tag or a digest (docker inspect --format '{{index .RepoDigests 0}}' IMAGE)"
          : "give it the version that is installed, which pip freeze tells"
        let name = requirement.name.cut
        findings.append(
          Finding(
            "env/unpinned", at: Place(file, Position(line: max(requirement.line, 1), column: 1)),
            key: name,
            current: requirement.spelling == requirement.name ? nil : requirement.spelling.cut,
            message: isImage
              ? "the image '\(name)' has no version"
              : requirement.precision == .range
                ? "'\(name)' is not held at one version" : "'\(name)' is required without a version",
            advice: advice))
      }
    }
    return findings
  }
}

extension Subject {
  /// The files in Git that ask for packages, but those beside which a lock file stands.
  fileprivate func requirementFiles() throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in
      var found: [RepositoryPath] = []
      var pending: [RepositoryPath] = [.root]
      while let directory = pending.popLast() {
        guard try tracked.mayHold(RequirementFiles.endings, below: directory) else { continue }
        let children = try tracked.children(of: directory)
        let isLocked = children.contains { RequirementFiles.locks.contains(Text(utf8: $0.name)) }
        for child in children {
          let path = directory.appending(child.name)
          if child.entry == .directory {
            pending.append(path)
          } else if case .file = child.entry, RequirementFiles.isOne(child.name, besideLock: isLocked) {
            found.append(path)
          }
        }
      }
      return found.sorted()
    }
  }

  /// What a file asks for; `nil` where it cannot be read.
  fileprivate func requirements(of file: RepositoryPath) throws(JudgementError) -> [Requirement]? {
    guard try reading({ () throws(TreeError) in try tree.target(of: file) }) != nil,
      let bytes = try available(file)
    else { return nil }
    return RequirementReader.read(file, bytes)
  }
}

extension Text {
  /// The text, cut where no name or address is so long.
  fileprivate var cut: Text {
    // Of a line of megabytes nobody counts the letters.
    let shown = Text(utf8: utf8.prefix(1000)).scalars
    return shown.count > 200 ? Text(String(shown.prefix(199)) + "…") : self
  }
}

/// The files that ask for packages, by their names.
private enum RequirementFiles {
  static let endings = NameEndings([
    ".txt", "conda.yaml", "conda.yml", "environment.yml", "environment.yaml", "pyproject.toml", "Dockerfile",
  ])
  static let locks: Set<Text> = [
    "uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock", "conda-lock.yml", "conda-lock.yaml", "pixi.lock",
  ]

  static func isOne(_ name: [UInt8], besideLock isLocked: Bool) -> Bool {
    let isText = name.suffix(4).elementsEqual(".txt".utf8)
    let isDocker = name.suffix(10).elementsEqual("Dockerfile".utf8)
    return RequirementReader.isList(name) || isDocker || (!isLocked && !isText && endings.match(name))
  }
}
