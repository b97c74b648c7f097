import Testing
import Trees
import Values

@testable import Policy

/// Rules on how a project is laid out: what they find, and what they leave alone.
@Suite struct PracticeRulesTests {
  // MARK: - env/untracked

  private func withoutEnvironment() -> Repository {
    var repository = Repository.training()
    repository["requirements.txt"] = nil
    return repository
  }

  @Test func `a pipeline without an environment file is told once`() throws {
    var repository = withoutEnvironment()
    #expect(
      try said("env/untracked", repository) == """
        dvc.yaml: warning: a pipeline, and no file in Git says which software it needs [env/untracked]
            do:  name the packages in requirements.txt (pip freeze > requirements.txt), then: git add requirements.txt
        """)
    repository.workTree["requirements.txt"] = "dvc\n"
    #expect(try said("env/untracked", repository).contains("fix: git add requirements.txt"))
  }

  @Test func `an environment file that Git ignores is named, and never written over`() throws {
    var repository = withoutEnvironment()
    repository.workTree["requirements.txt"] = "dvc\n"
    repository.ignoredInWorkTree = ["requirements.txt"]
    #expect(
      try said("env/untracked", repository) == """
        dvc.yaml: warning: a pipeline, and no file in Git says which software it needs [env/untracked]
            fix: git add -f requirements.txt
            or:  requirements.txt is here, and Git ignores it: take out the line that does \
        (git check-ignore -v --no-index -- requirements.txt names it)
        """)
    // One that needs no force goes before it.
    repository.workTree["Dockerfile"] = "FROM scratch\n"
    #expect(try said("env/untracked", repository).hasSuffix("fix: git add Dockerfile"))
    // A new one would be ignored as well; and of a commit nobody knows what is here.
    repository.workTree = [:]
    #expect(
      try said("env/untracked", repository).hasSuffix(
        "(pip freeze > requirements.txt), then: git add -f requirements.txt"))
    #expect(
      try said("env/untracked", repository.commit()).hasSuffix(
        "do:  name the packages in requirements.txt (pip freeze tells them), then: git add requirements.txt"))
    // One beside the pipeline of a DVC repository below the root.
    var below = Repository()
    below["requirements.txt"] = nil
    below["sub/.dvc/config"] = ""
    below["sub/dvc.yaml"] = "stages: {a: {cmd: run}}\n"
    below.workTree["sub/requirements.txt"] = "dvc\n"
    below.ignoredInWorkTree = ["sub/requirements.txt"]
    #expect(try said("env/untracked", below).contains("fix: git add -f sub/requirements.txt"))
  }

  @Test(
    arguments: [
      "requirements.txt", "requirements-gpu.txt", "env/environment.yml", "docker/Dockerfile",
      "env/uv.lock", "services/train/pyproject.toml",
      "Dockerfile.train", "flake.nix", "requirements/base.txt", "requirements/train-requirements.txt",
      "envs/gpu.conda.yml", "docker/train.Dockerfile", "renv.lock",
    ] as [RepositoryPath])
  func `any file that names software is enough`(file: RepositoryPath) throws {
    var repository = withoutEnvironment()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py", with: "- services/train/src/train.py")
    repository[file] = ""
    #expect(try said("env/untracked", repository) == "")
  }

  @Test(
    arguments: ["notes.txt", "sub/dvc.lock", "environment/readme.md", "far/away/from/requirements.txt"]
      as [RepositoryPath])
  func `other files say nothing of software`(file: RepositoryPath) throws {
    var repository = withoutEnvironment()
    repository[file] = "{}"
    #expect(try said("env/untracked", repository).contains("[env/untracked]"))
  }

  @Test func `data without a pipeline needs no environment`() throws {
    var repository = withoutEnvironment()
    repository["dvc.yaml"] = nil
    repository["dvc.lock"] = nil
    repository["data.csv.dvc"] = "outs:\n- md5: 0123456789abcdef0123456789abcdef\n  path: data.csv\n"
    repository.ignored = ["data.csv"]
    #expect(try said("env/untracked", repository) == "")
  }

  // MARK: - layout/params

  @Test func `a parameters file that Git does not have is told, with why`() throws {
    var repository = Repository.training()
    repository.workTree["params.yaml"] = repository["params.yaml"]
    repository["params.yaml"] = nil
    #expect(
      try said("layout/params", repository) == """
        dvc.yaml:7: warning: Git does not have 'params.yaml', from which stage 'train' reads its parameters \
        [layout/params]
            fix: git add params.yaml
        """)
    repository.ignoredInWorkTree = ["params.yaml"]
    #expect(
      try said("layout/params", repository) == """
        dvc.yaml:7: warning: Git ignores 'params.yaml', from which stage 'train' reads its parameters [layout/params]
            do:  take out the line that ignores it (git check-ignore -v --no-index -- params.yaml names it), then: \
        git add params.yaml
        """)
    repository.workTree = [:]
    repository.ignoredInWorkTree = []
    #expect(try said("layout/params", repository).contains("do:  bring it back, then: git add params.yaml"))
  }

  @Test func `a parameters file in Git, made by a stage or named beside the stages`() throws {
    var repository = Repository.training()
    #expect(try said("layout/params", repository) == "")
    repository["dvc.yaml"]? += "params:\n- other.yaml\n"
    #expect(
      try said("layout/params", repository) == """
        dvc.yaml: warning: Git does not have 'other.yaml', which dvc.yaml names among its parameters [layout/params]
            do:  bring it back, then: git add other.yaml
        """)
    repository["other.yaml"] = "a: 1\n"
    #expect(try said("layout/params", repository) == "")
    repository["other.yaml"] = nil
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("- model.pkl", with: "- other.yaml")
    #expect(try said("layout/params", repository) == "")
  }

  // MARK: - layout/metrics

  private func cachedMetrics(_ section: String, _ file: String, size: Int = 13) -> Repository {
    var repository = Repository.training()
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "metrics:\n      - metrics.json:\n          cache: false", with: "\(section):\n      - \(file)")
    repository["dvc.lock"] = repository["dvc.lock"]?.replacingText("metrics.json", with: file)
      .replacingText("size: 13", with: "size: \(size)")
    repository["metrics.json"] = nil
    repository.ignored = ["model.pkl", RepositoryPath(normalized: file.utf8)]
    repository[".gitignore"] = "/model.pkl\n/\(file)\n"
    return repository
  }

  @Test func `small metrics in the cache are told with the change of dvc yaml`() throws {
    #expect(
      try said("layout/metrics", cachedMetrics("metrics", "metrics.json")) == """
        dvc.yaml:12: warning: metrics 'metrics.json' of stage 'train' (13 bytes) are in DVC's cache, where no commit \
        shows what changed [layout/metrics]
            do:  write '- metrics.json: {cache: false}' in place of '- metrics.json' (dvc.yaml:12) and take its line \
        out of .gitignore, then: \
        git add .gitignore dvc.yaml metrics.json
        """)
    #expect(
      try said("layout/metrics", cachedMetrics("plots", "roc.csv")).contains("the plot 'roc.csv' of stage"))
  }

  @Test func `only a gitignore that is there is named`() throws {
    let file = "reports/m.json"
    let covering =
      "    do:  write '- \(file): {cache: false}' in place of '- \(file)' (dvc.yaml:12) and take the line that covers "
      + "it out of .gitignore, then: git add "
    var repository = cachedMetrics("metrics", file)
    #expect(
      try said("layout/metrics", repository).hasSuffix(covering + ".gitignore dvc.yaml reports/m.json"))
    repository[".gitignore"] = nil
    #expect(try said("layout/metrics", repository).hasSuffix(covering + "dvc.yaml reports/m.json"))
    repository["reports/.gitignore"] = "/m.json\n"
    #expect(
      try said("layout/metrics", repository).hasSuffix(
        "take its line out of .gitignore, then: git add dvc.yaml reports/.gitignore reports/m.json"))
  }

  @Test(
    arguments: [
      (
        "    metrics:\n      - m.json # new\n",
        "write '- m.json: {cache: false}' in place of '- m.json' (dvc.yaml:12)"
      ),
      (
        "    metrics:\n      - 'm.json'\n",
        "write '- 'm.json': {cache: false}' in place of '- 'm.json'' (dvc.yaml:12)"
      ),
      ("    metrics: [m.json]\n", "write 'm.json: {cache: false}' in place of 'm.json' (dvc.yaml:11)"),
      (
        "    metrics:\n      - m.json:\n          # its title\n          desc: a\n",
        "write the line '          cache: false' below 'm.json:' (dvc.yaml:12)"
      ),
      (
        "    metrics:\n      - m.json:\n          desc: a\n          cache: true\n",
        "write 'cache: false' in place of the 'cache:' that stands there (dvc.yaml:14)"
      ),
      (
        "    metrics:\n      - m.json: {desc: a}\n",
        "write 'cache: false, ' behind the '{' of 'm.json' (dvc.yaml:12)"
      ),
      (
        "    metrics:\n      - m.json: {desc: a, cache: true}\n",
        "give 'm.json' the option 'cache: false' (dvc.yaml:12)"
      ),
    ])
  func `the lines are shown as they are to stand`(section: String, expected: String) throws {
    var repository = cachedMetrics("metrics", "m.json")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "    metrics:\n      - m.json\n", with: section)
    #expect(
      try said("layout/metrics", repository).contains("do:  \(expected) and take its line out of .gitignore"))
  }

  @Test func `what is large, a picture, data or in Git already is left alone`() throws {
    #expect(try said("layout/metrics", Repository.training()) == "")
    #expect(try said("layout/metrics", cachedMetrics("metrics", "metrics.json", size: 2_000_000)) == "")
    #expect(try said("layout/metrics", cachedMetrics("plots", "roc.png")) == "")
    #expect(try said("layout/metrics", cachedMetrics("outs", "metrics.json")) == "")
    #expect(
      try said(
        "layout/metrics", cachedMetrics("metrics", "metrics.json", size: 2_000_000),
        policy: "rules: {layout/metrics: {limit: 3 MB}}"
      ).contains("(2 MB)"))
    var tracked = cachedMetrics("metrics", "metrics.json")
    tracked["metrics.json"] = "{}"
    #expect(try said("layout/metrics", tracked) == "")
  }

  // MARK: - layout/notebook-stage

  private func running(_ command: String, _ dependency: String = "train.py") -> Repository {
    var repository = Repository.training()
    for file in ["dvc.yaml", "dvc.lock"] as [RepositoryPath] {
      repository[file] = repository[file]?.replacingText("cmd: python train.py", with: "cmd: \(command)")
        .replacingText("- train.py", with: "- \(dependency)").replacingText(
          "path: train.py", with: "path: \(dependency)")
    }
    repository[RepositoryPath(normalized: dependency.utf8)] = "print('training')\n"
    return repository
  }

  @Test(
    arguments: [
      "papermill train.ipynb out.ipynb", "jupyter nbconvert --execute --to html train.ipynb",
      "python -m papermill 'train.ipynb' out.ipynb", "/usr/bin/jupyter-execute train.ipynb",
      "jupyter execute train.ipynb", "jupyter run train.ipynb", "ipython train.ipynb",
      "python -m jupyter run train.ipynb", "jupytext --to py --execute train.ipynb",
    ])
  func `a stage that runs a notebook is told`(command: String) throws {
    #expect(
      try said("layout/notebook-stage", running(command, "train.ipynb")) == """
        dvc.yaml:2: warning: stage 'train' runs the notebook 'train.ipynb' [layout/notebook-stage]
            do:  jupyter nbconvert --to script train.ipynb makes a script of it; let the stage run that
        """)
  }

  @Test(
    arguments: [
      #"papermill "my train.ipynb" out.ipynb"#, "papermill my\\ train.ipynb out.ipynb",
      "papermill --cwd='.' './my train.ipynb' out.ipynb", "bash -ec \"papermill 'my train.ipynb' out.ipynb\"",
      "jupyter nbconvert --to html other.ipynb && papermill 'my train.ipynb' out.ipynb",
    ])
  func `a notebook is named whole, as a shell reads the command`(command: String) throws {
    #expect(
      try said("layout/notebook-stage", running(command, "my train.ipynb")) == """
        dvc.yaml:2: warning: stage 'train' runs the notebook 'my train.ipynb' [layout/notebook-stage]
            do:  jupyter nbconvert --to script 'my train.ipynb' makes a script of it; let the stage run that
        """)
  }

  @Test func `a notebook that the stage sees from its own directory is named from the root`() throws {
    var repository = running("papermill train.ipynb out.ipynb", "train.ipynb")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "    deps:", with: "    wdir: lab\n    deps:")
    #expect(try said("layout/notebook-stage", repository).contains("runs the notebook 'lab/train.ipynb'"))
  }

  @Test func `code among the notebooks is told, and code beside a notebook is not`() throws {
    #expect(
      try said("layout/notebook-stage", running("python notebooks/train.py", "notebooks/train.py")) == """
        dvc.yaml:2: warning: stage 'train' runs 'notebooks/train.py', which is kept among the notebooks \
        [layout/notebook-stage]
            do:  move it to where the code is, such as src/ (git mv), and change dvc.yaml
        """)
    for command in [
      "python train.py", "jupyter nbconvert --to script train.ipynb && python train.py",
      "python train.py train.ipynb", "python train.py # papermill train.ipynb",
      "echo 'papermill train.ipynb'", "python train.py --execute train.ipynb",
      "python train.py --execute && jupyter nbconvert --to html train.ipynb",
      "python train.py run train.ipynb; jupyter nbconvert --to html train.ipynb",
    ] {
      #expect(try said("layout/notebook-stage", running(command)) == "", "\(command)")
    }
    #expect(
      try said(
        "layout/notebook-stage", running("python lab/train.py", "lab/train.py"),
        policy: "rules: {layout/notebook-stage: {directories: [lab]}}"
      ).contains("runs 'lab/train.py'"))
  }

  // MARK: - notebook/outputs

  @Test func `a notebook that does not parse is not checked`() throws {
    var repository = Repository.training()
    repository["a.ipynb"] = "{\"cells\": [\n"
    #expect(
      try said("notebook/outputs", repository, after: .training()).hasPrefix(
        "not checked: a.ipynb:2: it is no notebook that can be read: "))
    repository["a.ipynb"] = #"{"cells": [{"outputs": []}, {"outputs": [1]}, {}]}"#
    #expect(
      try said("notebook/outputs", repository, after: .training()).contains("a cell has its output in it"))
  }

  // MARK: - params

  @Test func `a key that nobody declares is told, a group of them once`() throws {
    var repository = Repository.training()
    #expect(try said("params/unused", repository) == "")
    repository["params.yaml"]? += "model:\n  depth: 3\n  width: 4\nsplit:\n  seed: 1\n"
    #expect(
      try said("params/unused", repository) == """
        params.yaml:3: warning: no stage declares the parameter 'model' [params/unused]
            also params.yaml:6: warning: no stage declares the parameter 'split' [params/unused]
            do:  name it under 'params:' of the stage that reads it, or take it out of params.yaml
        """)
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- epochs", with: "- epochs\n      - model.depth")
    #expect(
      try said("params/unused", repository).contains(
        "params.yaml:5: warning: no stage declares the parameter 'model.width'"))
    // A template, a pattern and a whole file use what they name.
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "python train.py", with: "python train.py ${model.width} ${ split.seed }")
    #expect(try said("params/unused", repository) == "")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      " ${model.width} ${ split.seed }", with: ""
    )
    .replacingText("- model.depth", with: "- 'model.w*'\n      - split")
    #expect(try said("params/unused", repository).contains("'model.depth'"))
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("- split", with: "- params.yaml:")
    #expect(try said("params/unused", repository) == "")
  }
}
