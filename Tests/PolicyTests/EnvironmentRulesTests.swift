import Testing
import Trees
import Values

@testable import Policy

@Suite struct EnvironmentRulesTests {
  /// What is asked for, one a line: `name precision line`.
  private func read(_ file: RepositoryPath, _ text: String) -> [String] {
    (RequirementReader.read(file, Array(text.utf8)) ?? []).map { "\($0.name) \($0.precision) \($0.line)" }
  }

  @Test func `the lines of a requirements file`() {
    let text = """
      # a comment
      numpy
      pandas>=2,<3   # another
      scipy == 1.2.3 ; python_version > "3.8"
      torch[cuda]==2.*
      requests [security,tests] >= 2.8.1
      -r other.txt
      --index-url https://example.org
      -e ./here
      ./there
      /abs/package.whl
      https://example.org/pkg-1.0.whl
      git+https://example.org/repo.git
      git+ssh://git@example.org/repo.git@v1.2
      pip @ https://example.org/pip-22.0.zip
      tool @ git+https://example.org/tool
      exact===1.0+local
      hashed \\
          --hash=sha256:aaaa \\
          --hash=sha256:bbbb
      last~=1.4

      """
    #expect(
      read("requirements-dev.txt", text) == [
        "numpy anything 2", "pandas range 3", "scipy exact 4", "torch range 5", "requests range 6",
        "https://example.org/pkg-1.0.whl exact 12", "git+https://example.org/repo.git anything 13",
        "git+ssh://git@example.org/repo.git@v1.2 exact 14", "pip exact 15", "tool anything 16",
        "exact exact 17",
        "hashed exact 18", "last range 21",
      ])
  }

  @Test func `conda, with what pip installs there`() {
    let text = """
      name: x
      dependencies:
      - python=3.11
      - numpy
      - conda-forge::scipy>=1.2
      - pandas 2.0.*
      - pip
      - pip:
        - torch
        - jax==0.4
      """
    #expect(
      read("env/environment.yml", text) == [
        "python exact 3", "numpy anything 4", "scipy range 5", "pandas exact 6", "pip exact 7",
        "torch anything 9",
        "jax exact 10",
      ])
    #expect(read("environment.yml", "dependencies: [") == [])
    #expect(read("environment.yml", "dependencies: 3") == [])
  }

  @Test func `pyproject, as Python and as Poetry have it`() {
    let text = """
      [project]
      dependencies = [
        "numpy",
        "pandas==2.0",
      ]
      [tool.poetry.dependencies]
      python = "^3.9"
      torch = "^2.0"
      jax = "0.4.1"
      any = "*"
      mine = {path = "../mine"}
      git = {git = "https://example.org", rev = "abc"}
      """
    #expect(
      read("pyproject.toml", text) == [
        "numpy anything 3", "pandas exact 4", "torch range 8", "jax exact 9", "any anything 10",
        "mine exact 11",
        "git exact 12",
      ])
  }

  @Test func `the images of a Dockerfile`() {
    let text = """
      # FROM comment
      ARG BASE=python:3
      FROM python AS build
      FROM --platform=linux/amd64 example.org:5000/python:3.11
      from python:latest
      FROM build
      FROM scratch
      FROM $BASE
      FROM python@sha256:0123 as last
      RUN echo FROM python
      """
    #expect(
      read("docker/Dockerfile", text) == [
        "python anything 3", "example.org:5000/python:3.11 exact 4", "python:latest anything 5",
        "python@sha256:0123 exact 9",
      ])
  }

  private func said(
    _ rule: RuleID, _ repository: Repository, after parent: Repository? = nil, options: String = ""
  ) throws -> String {
    let file = "rules: {\(rule): {severity: warn\(options)}}"
    let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(file.utf8))])
    return try repository.staged(after: parent).report(policy, only: [rule]).split(separator: "\n")
      .filter { !$0.hasPrefix("guard: ") }.joined(separator: "\n")
  }

  @Test func `requirements without a version are told, many in one line`() throws {
    var repository = Repository.training()
    #expect(try said("env/unpinned", repository) == "")
    repository["requirements.txt"] = "numpy\npandas==2.0\n"
    #expect(
      try said("env/unpinned", repository) == """
        requirements.txt:1: warning: 'numpy' is required without a version [env/unpinned]
            do:  give it the version that is installed, which pip freeze tells
        """)
    repository["requirements.txt"] = "a\nb\nc\nd\ne>1\n"
    #expect(
      try said("env/unpinned", repository).contains(
        "5 requirements without a version: 'a', 'b', 'c' and 2 more"))
    #expect(try !said("env/unpinned", repository, options: ", versions: any").contains("'e'"))
    #expect(try said("env/unpinned", repository, options: ", except: [requirements.txt]") == "")
    repository["requirements.txt"] = ""
    repository["docker/Dockerfile"] = "FROM python\n"
    #expect(
      try said("env/unpinned", repository) == """
        docker/Dockerfile:1: warning: the image 'python' has no version [env/unpinned]
            do:  give it a tag or a digest (docker inspect --format '{{index .RepoDigests 0}}' IMAGE)
        """)
    repository["docker/Dockerfile"] = nil
    repository["pyproject.toml"] = "[project]\ndependencies = ['numpy']\n"
    #expect(try said("env/unpinned", repository).contains("pyproject.toml:2: warning: 'numpy'"))
    repository["uv.lock"] = ""
    #expect(try said("env/unpinned", repository) == "")
  }

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
  }

  @Test func `a notebook with outputs is told, whatever its form`() throws {
    let before = Repository.training()
    func told(_ text: String, options: String = "") throws -> String {
      var after = before
      after["notebooks/look.ipynb"] = text
      return try said("notebook/outputs", after, after: before, options: options)
    }
    let cell = #"{"cell_type": "code", "outputs": [{"output_type": "stream"}]}"#
    #expect(
      try told(#"{"cells": [\#(cell)]}"#) == """
        notebooks/look.ipynb: warning: a cell has its output in it [notebook/outputs]
            fix: jupyter nbconvert --clear-output --inplace notebooks/look.ipynb && git add notebooks/look.ipynb
        """)
    #expect(
      try told(#"{"worksheets": [{"cells": [\#(cell), \#(cell)]}]}"#).contains("2 cells have their outputs"))
    for text in [
      #"{"cells": [{"outputs": []}, {"cell_type": "markdown"}]}"#, "{}", "", #"{"cells": 3}"#,
      "[]",
    ] {
      #expect(try told(text) == "", "\(text)")
    }
    #expect(try told(#"{"cells": [\#(cell)]}"#, options: ", except: [notebooks]") == "")
  }

  @Test func `a directory of modules without a line in dvcignore is told`() throws {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("- train.py", with: "- src")
    repository["src/a.py"] = ""
    #expect(try said("layout/dvcignore", repository) == "")
    repository["src/deep/b.py"] = ""
    #expect(
      try said("layout/dvcignore", repository) == """
        dvc.yaml:5: warning: 'src' of stage 'train' is hashed with __pycache__/, which no .dvcignore takes out \
        [layout/dvcignore]
            fix: echo __pycache__/ >> .dvcignore && git add .dvcignore
        """)
    repository["src/deep/b.py"] = nil
    repository["src/look.ipynb"] = ""
    #expect(try said("layout/dvcignore", repository).contains(".ipynb_checkpoints/"))
    for line in [
      "__pycache__/\n.ipynb_checkpoints\n", "src/__pycache__\nsrc/.ipynb_checkpoints/\n", "**/.*\n",
      "*.pyc\n*-checkpoint.ipynb\n",
    ] {
      repository[".dvcignore"] = line
      #expect(try said("layout/dvcignore", repository) == "", "\(line)")
    }
  }
}
