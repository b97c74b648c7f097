import Testing
import Trees
import Values

@testable import Policy

/// Results that were made in another environment.
@Suite struct EnvironmentDriftTests {
  @Test func `an environment that changes under results is told`() throws {
    var before = Repository.training()
    before["requirements.txt"] = "numpy==1\n"
    var after = before
    after["requirements.txt"] = "numpy==2\n"
    #expect(
      try said("env/drift", after, after: before) == """
        requirements.txt: warning: the environment changed since commit fedcba098765 brought the results of stage 'train' \
        [env/drift]
            fix: dvc repro --force train
            or:  where dvc.lock stays the same, end the commit's message with 'Guard-Skip: env/drift same results'; or \
        name the file under 'deps:'
        """)
    // Before a commit that has no part in it nobody looks back; a commit that exists is looked at.
    var other = after
    other["README.md"] = "text\n"
    let on = try Policy(reading: "rules: {env/drift: warn}")
    #expect(try after.commit(after: [before]).report(on, only: ["env/drift"]).contains("1 warning"))
    let pending = other.staged(after: after)
    pending.originSource = { (_, _) throws(JudgementError) in throw .source("history was read") }
    #expect(try pending.report(on, only: ["env/drift"]).contains("0 warnings"))
    // Results that are made anew, or claim nothing of the file.
    var again = after
    again["train.py"] = "print('better')\n"
    again.lock(train: "train.py", lr: "0.01")
    #expect(try said("env/drift", again, after: before) == "")
    var comment = before
    comment["requirements.txt"] = "# why\nnumpy==1\n"
    #expect(try said("env/drift", comment, after: before) == "")
    var named = before
    named["dvc.yaml"] = before["dvc.yaml"]?.replacingText(
      "- train.py", with: "- train.py\n      - requirements.txt")
    var changed = named
    changed["requirements.txt"] = "numpy==2\n"
    #expect(try said("env/drift", changed, after: named) == "")
    // A new file changes nothing that was known.
    var new = before
    new["environment.yml"] = "dependencies: [numpy]\n"
    #expect(try said("env/drift", new, after: before) == "")
  }

  /// Whether something is told when one file goes from one text to another.
  private func drifts(_ file: RepositoryPath, _ old: String, _ new: String?) throws -> Bool {
    var before = Repository.training()
    before["requirements.txt"] = nil
    before[file] = old
    var after = before
    after[file] = new
    return try said("env/drift", after, after: before).contains("[env/drift]")
  }

  @Test(
    arguments: [
      ("requirements.txt", "numpy==1\n", "# why\n\nNumPy == 1   # so\r\n"),
      ("requirements.txt", "a_b==1\nc\n", "c\na.b==1 \\\n  --hash=sha256:00\n"),
      (
        "pyproject.toml", "[project]\nversion='1'\ndependencies=['numpy']\n",
        "[tool.ruff]\nx=1\n[project]\nversion='2'\ndependencies=['Numpy']\n"
      ),
      (
        "setup.cfg", "[options]\ninstall_requires =\n  numpy\n",
        "[flake8]\nx = 1\n[options]\ninstall_requires =\n  # why\n  numpy\n"
      ),
      (
        "environment.yml", "name: a\ndependencies: [numpy=1, pip: [x]]\n",
        "name: b\r\ndependencies:\r\n# why\r\n- numpy=1\r\n- pip: [x]\r\n"
      ),
      (
        "Dockerfile", "FROM python:3\nRUN pip install \\\n  numpy\n",
        "# why\nFROM python:3\nLABEL a=b\nRUN pip install \\\n# so\n  numpy\nCMD x\n"
      ),
      (
        "uv.lock", "version = 1\n[[package]]\nname = 'x'\nversion = '1'\nsource = { editable = '.' }\n",
        "version = 1\r\nrevision = 2\r\n[[package]]\r\nname = 'x'\r\nversion = '2'\r\n"
          + "source = { editable = '.' }\r\n"
      ),
      (
        "Pipfile.lock", #"{"_meta": {"hash": 1}, "default": {"a": {"version": "==1", "hashes": []}}}"#,
        #"{"default": {"a": {"hashes": [1], "version": "==1"}}}"#
      ),
      (
        "pixi.toml", "[workspace]\nname='a'\nchannels=['x']\n[dependencies]\na='1'\n",
        "[workspace]\nname='b'\nchannels=['x']\n[dependencies]\na='1'\n[tasks]\nt='x'\n"
      ),
      (
        "poetry.lock", "# by Poetry 1\n[[package]]\nname='a'\nversion='1'\n",
        "# by Poetry 2\n[[package]]\nname='a'\nversion='1'\n[metadata]\nx='1'\n"
      ),
      ("docs/requirements.txt", "a==1\n", "a==2\n"), (".devcontainer/Dockerfile", "FROM a:1\n", "FROM a:2\n"),
      ("deep/env/requirements.txt", "a==1\n", "a==2\n"), ("requirements.txt", "# none\n", nil),
    ] as [(RepositoryPath, String, String?)])
  func `what installs nothing else is no other environment`(
    file: RepositoryPath, old: String, new: String?
  ) throws { #expect(try !drifts(file, old, new)) }

  @Test(
    arguments: [
      ("requirements.txt", "numpy==1\n", "numpy==2\n"), ("requirements.txt", "a\n", "a\n-r b.txt\n"),
      ("requirements.txt", "a\n", "a; python_version < '3'\n"), ("requirements.txt", "numpy\n", nil),
      ("pyproject.toml", "[project]\ndependencies=['numpy']\n", "[project]\ndependencies=['numpy<2']\n"),
      ("pyproject.toml", "[tool.poetry.dependencies]\na='1'\n", "[tool.poetry.dependencies]\na='2'\n"),
      ("setup.cfg", "[options]\ninstall_requires = a\n", "[options]\ninstall_requires =\n  a\n  b\n"),
      ("environment.yml", "channels: [a, b]\n", "channels: [b, a]\n"),
      ("environment.yml", "dependencies: [{pip: [a]}]\n", "dependencies: [{pip: [a==1]}]\n"),
      ("environment.yml", "dependencies: [a\n", "dependencies: [b\n"),
      ("Dockerfile", "FROM a:1\nRUN x\nRUN y\n", "FROM a:1\nRUN y\nRUN x\n"),
      (
        "uv.lock", "[[package]]\nname='a'\nversion='1'\nsource={registry='x'}\n",
        "[[package]]\nname='a'\nversion='2'\nsource={registry='x'}\n"
      ),
      (
        "Pipfile.lock", #"{"default": {"a": {"version": "==1"}}}"#, #"{"default": {"a": {"version": "==2"}}}"#
      ),
      ("docker/Dockerfile", "FROM a:1\n", "FROM a:2\n"), ("env/environment.yml", "dependencies: [a]\n", nil),
      ("setup.py", "setup(install_requires=['a'])\n", "setup(install_requires=['b'])\n"),
    ] as [(RepositoryPath, String, String?)])
  func `what installs something else is another environment`(
    file: RepositoryPath, old: String, new: String?
  ) throws { #expect(try drifts(file, old, new)) }

  @Test func `what a lock beside it settles does not count`() throws {
    var before = Repository.training()
    before["pyproject.toml"] = "[project]\ndependencies = ['numpy']\n"
    var after = before
    after["pyproject.toml"] = "[project]\ndependencies = ['numpy>=2']\n"
    #expect(try said("env/drift", after, after: before).contains("pyproject.toml"))
    for lock in ["uv.lock", "poetry.lock"] as [RepositoryPath] {
      (before[lock], after[lock]) = ("[[package]]\nname='a'\n", "[[package]]\nname='a'\n")
      #expect(try said("env/drift", after, after: before) == "")
      (before[lock], after[lock]) = (nil, nil)
    }
    (before["Pipfile.lock"], after["Pipfile.lock"]) = ("{}", "{}")
    #expect(try said("env/drift", after, after: before).contains("pyproject.toml"))
  }

  /// Two teams in one DVC repository, each with a pipeline and an environment of its own.
  private func teams() -> Repository {
    var repository = Repository.training()
    for file in ["dvc.yaml", "dvc.lock", "requirements.txt"] as [RepositoryPath] { repository[file] = nil }
    for (team, stages) in [("teamA", ["a"]), ("team B", ["b", "c"])] {
      let place: (String) -> RepositoryPath = { RepositoryPath(normalized: Array("\(team)/\($0)".utf8)) }
      repository[place("requirements.txt")] = "\(team)\n"
      repository[place("dvc.yaml")] = "stages:\n" + stages.map { "  \($0):\n    cmd: run\n" }.joined()
      repository[place("dvc.lock")] =
        "schema: '2.0'\nstages:\n" + stages.map { "  \($0):\n    cmd: run\n" }.joined()
    }
    return repository
  }

  @Test func `an environment file is that of the stages that stand below it, unless another is nearer`()
    throws
  {
    let before = teams()
    func told(_ changes: [RepositoryPath: String?]) throws -> [String] {
      var (before, after) = (before, before)
      for (file, text) in changes {
        if before[file] == nil, text == "new\n" { before[file] = "old\n" }
        after[file] = text
      }
      return try said("env/drift", after, after: before).split(separator: "\n").filter {
        !$0.hasPrefix("    or:")
      }.map { String($0).replacing(" since commit fedcba098765 brought the results of", with: "") }
    }
    #expect(
      try told(["teamA/requirements.txt": "new\n"]) == [
        "teamA/requirements.txt: warning: the environment changed stage 'a' [env/drift]",
        "    fix: dvc repro --force teamA/dvc.yaml:a",
      ])
    #expect(
      try told(["team B/requirements.txt": nil]) == [
        "team B/requirements.txt: warning: the environment file has gone 'b', 'c' [env/drift]",
        "    fix: dvc repro --force 'team B/dvc.yaml'",
      ])
    // What is nearer takes the place of what stands at the root.
    #expect(try told(["requirements.txt": "new\n"]) == [])
    // One that has only moved is no other environment.
    #expect(try told(["teamA/requirements.txt": nil, "teamA/env/requirements-all.txt": "TeamA\n"]) == [])
  }

  @Test func `a commit whose message vouches for the environment ends it`() throws {
    var before = Repository.training()
    before["requirements.txt"] = "numpy==1\n"
    var vouching = before
    vouching["requirements.txt"] = "numpy==2\n"
    let on = try Policy(reading: "rules: {env/drift: warn}")
    func told(_ after: Repository, vouching trees: [Repository], allowsWaivers: Bool = true) throws -> Int {
      let subject = after.staged(after: before)
      subject.passSource = { (rule, origin) throws(JudgementError) in
        rule == "env/drift" && origin == "fedcba0987654321" ? trees.map { $0.commit().tree } : []
      }
      let judgement = Judgement(on, only: ["env/drift"], today: "2026-06-15", allowsWaivers: allowsWaivers)
      return try judgement.judge(subject).findings.count
    }
    #expect(try told(vouching, vouching: []) == 1)
    #expect(try told(vouching, vouching: [vouching]) == 0)
    // A gate may want to hear nothing of it.
    #expect(try told(vouching, vouching: [vouching], allowsWaivers: false) == 1)
    // Another environment, other results, or none of the file at all.
    var newer = vouching
    newer["requirements.txt"] = "numpy==3\n"
    #expect(try told(newer, vouching: [vouching]) == 1)
    #expect(try told(newer, vouching: [vouching, newer]) == 0)
    var others = vouching
    others.lock(train: "train.py", lr: "0.5")
    #expect(try told(vouching, vouching: [others]) == 1)
    var without = vouching
    without["requirements.txt"] = nil
    #expect(try told(vouching, vouching: [without]) == 1)
    #expect(try told(without, vouching: [vouching]) == 1)
    #expect(try told(without, vouching: [without]) == 0)
  }
}
