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
      FROM \\
        # why
        --platform=linux/amd64 \\
        python:3.11-slim
      FROM example.org/${TEAM:-people}/python:$OTHER
      RUN <<EOF
      FROM users
      EOF
      ARG BASE=other
      FROM ${NAME:-debian} AS Mine
      FROM mine
      """
    #expect(
      read("docker/Dockerfile", text) == [
        "python anything 3", "example.org:5000/python:3.11 exact 4", "python:latest anything 5",
        "python:3 exact 8", "python@sha256:0123 exact 9", "python:3.11-slim exact 11", "debian anything 20",
      ])
    #expect(
      read("Dockerfile", "ARG A=xxxxxxxx\n" + String(repeating: "ARG A=$A$A$A$A\n", count: 99) + "FROM $A\n")
        == [])
    #expect(
      read("Dockerfile", "# escape=`\nARG V=\"latest\"\nARG W=python:$V\nFROM `\n ${W}\n")
        == ["python:latest anything 4"])
  }

  @Test func `a requirements file as PowerShell writes it`() {
    let text = "numpy\r\npandas==2.0\r\n"
    let units = text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    let swapped = text.utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] }
    for bytes in [[0xFF, 0xFE] + units, [0xFE, 0xFF] + swapped, [0xEF, 0xBB, 0xBF] + Array(text.utf8)] {
      let found = RequirementReader.read("requirements.txt", bytes) ?? []
      #expect(found.map { "\($0.name) \($0.precision)" } == ["numpy anything", "pandas exact"])
    }
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
    repository["docker/Dockerfile"] = "ARG V=latest\nFROM python:${V}\n"
    #expect(
      try said("env/unpinned", repository).contains(
        "docker/Dockerfile:2: warning: the image 'python:latest' has no version [env/unpinned]\n"
          + "    current:  python:${V}\n"))
    repository["docker/Dockerfile"] = nil
    // What has no version has nothing to show, and nobody reads a line of megabytes.
    repository["pyproject.toml"] = "[tool.poetry.dependencies]\ngitlib = {git = 'https://example.org/a'}\n"
    #expect(
      try said("env/unpinned", repository) == """
        pyproject.toml:2: warning: 'gitlib' is required without a version [env/unpinned]
            do:  give it the version that is installed, which pip freeze tells
        """)
    repository["requirements.txt"] = String(repeating: "long", count: 50_000) + ">=1\n"
    #expect(try said("env/unpinned", repository).utf8.count < 1500)
    repository["requirements.txt"] = ""
    repository["pyproject.toml"] = "[project]\ndependencies = ['numpy']\n"
    #expect(try said("env/unpinned", repository).contains("pyproject.toml:2: warning: 'numpy'"))
    repository["uv.lock"] = ""
    #expect(try said("env/unpinned", repository) == "")
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
