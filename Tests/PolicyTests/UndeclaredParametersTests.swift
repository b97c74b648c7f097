import Testing
import Trees

@testable import Policy

/// Stages that read a parameters file and do not say so.
@Suite struct UndeclaredParametersTests {
  private func said(_ repository: Repository) throws -> String {
    try repository.staged().report(only: ["params/undeclared"]).split(separator: "\n").filter {
      !$0.hasPrefix("guard: ")
    }
    .joined(separator: "\n")
  }

  private func reading(_ code: String, command: String = "python train.py", params: String = "") -> Repository
  {
    var repository = Repository.training()
    for file in ["dvc.yaml", "dvc.lock"] as [RepositoryPath] {
      repository[file] = repository[file]?.replacingText("cmd: python train.py", with: "cmd: \(command)")
    }
    repository["train.py"] = code
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "    params:\n      - lr\n      - epochs\n", with: params)
    return repository
  }

  @Test(
    arguments: [
      #"p = yaml.safe_load(open("params.yaml"))"#, #"p = load('./params.yaml')"#,
      "p = dvc.api.params_show()", "p = params_show('params.yaml')",
      "p = open(r'params.yaml', \"rt\")", "p = open('params.yaml', encoding='utf-8')",
      "p = pathlib.Path('params.yaml').read_text()", "p = Path('src/../params.yaml').open('r+')",
      "P = 'params.yaml'; p = open(P)", "P = Path('params.yaml'); p = yaml.load(P.open())",
    ])
  func `a script that reads the parameters of a stage that declares none`(code: String) throws {
    #expect(
      try said(reading("import yaml\n\(code)\n")) == """
        dvc.yaml:2: warning: stage 'train' reads params.yaml (train.py:2) and declares no parameter of it \
        [params/undeclared]
            do:  name the keys that it reads under 'params:' in dvc.yaml, then: dvc repro train
        """)
    #expect(try said(reading(code, params: "    params:\n      - lr\n")) == "")
    #expect(try said(reading(code, params: "    params:\n      - params.yaml:\n")) == "")
  }

  @Test func `a call over several lines is one`() throws {
    let code = "with open(\n    # as it is staged\n    \"params.yaml\",\n) as file:\n    pass\n"
    #expect(try said(reading(code)).contains("(train.py:3)"))
  }

  @Test func `a script in a directory that the stage depends on`() throws {
    var repository = reading("", command: "python src/train.py")
    repository["src/train.py"] = "open('params.yaml')\n"
    #expect(try said(repository) == "")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("- train.py", with: "- src")
    #expect(try said(repository).contains("reads params.yaml (src/train.py:1)"))
  }

  @Test(arguments: [
    ("yq .lr params.yaml", true), ("lr=$(jq .lr < 'params.yaml')", true), ("cat a > params.yaml", false),
  ])
  func `a script of the shell`(line: String, isTold: Bool) throws {
    var repository = reading("", command: "sh run.sh")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText("- train.py", with: "- run.sh")
    repository["run.sh"] = "# cat params.yaml\n\(line)\n"
    #expect(try said(repository).contains("reads params.yaml (run.sh:2)") == isTold)
    repository["run.sh"] = "cd a\n\(line)\n"
    #expect(try said(repository) == "")
  }

  /// Two pipelines, each with a file of the same name; that of `a` declares nothing.
  private func neighbours(_ file: String, deps: String, code: String) -> Repository {
    var repository = Repository()
    repository["a/dvc.yaml"] = "stages:\n  train:\n    cmd: python t.py\n    deps: \(deps)\n    outs: [m]\n"
    repository["b/dvc.yaml"] =
      "stages:\n  count:\n    cmd: echo\n    params: [{\(file): [k]}]\n    outs: [n]\n"
    for directory in ["a", "b"] {
      repository[RepositoryPath(normalized: "\(directory)/\(file)".utf8)] = "k: 1\n"
    }
    repository["a/t.py"] = code
    return repository
  }

  @Test func `a file of the same name elsewhere is another file`() throws {
    let declared = neighbours("config.yaml", deps: "[t.py, config.yaml]", code: "open('config.yaml')\n")
    #expect(try said(declared) == "")
    let own = neighbours("params.yaml", deps: "[t.py]", code: "open('params.yaml')\n")
    #expect(
      try said(own).contains(
        """
        stage 'train' reads a/params.yaml (a/t.py:1) and declares no parameter of it [params/undeclared]
            do:  name the keys that it reads under 'params:' in a/dvc.yaml, then: dvc repro a/dvc.yaml:train
        """))
    let other = neighbours("config.yaml", deps: "[t.py]", code: "open('../b/config.yaml')\n")
    #expect(
      try said(other).contains(
        "reads b/config.yaml (a/t.py:1) and declares no parameter of it"))
    #expect(try said(other).contains("below '- ../b/config.yaml:' under"))
  }

  @Test func `params_show gives the keys of params yaml`() throws {
    var repository = reading("params_show()\n")
    repository["conf/p.json"] = "{\"k\": 1}"
    repository["dvc.yaml"]? += "  other:\n    cmd: echo\n    params: [{conf/p.json: [k]}]\n    outs: [n]\n"
    #expect(try said(repository).contains("reads params.yaml (train.py:1)"))
    repository["params.yaml"] = nil
    #expect(try said(repository) == "")
  }

  @Test(
    arguments: [
      "python train.py ../params.yaml", "python train.py conf/params.yaml",
      "cd conf && python train.py params.yaml",
      "python train.py > params.yaml", "python train.py /params.yaml", "python train.py params.yaml.bak",
    ])
  func `a command that names another file`(command: String) throws {
    #expect(try said(reading("", command: command)) == "")
  }

  @Test(arguments: ["python train.py params.yaml", "python train.py --config=./params.yaml"])
  func `a command that names the parameters file`(command: String) throws {
    #expect(
      try said(reading("", command: command)).contains(
        "stage 'train' reads params.yaml and declares no parameter of it"))
  }

  @Test(
    arguments: [
      "mlflow.log_artifact(\"params.yaml\")", "shutil.copy('params.yaml', 'out/')",
      "parser.add_argument('--config', default=\"params.yaml\")",
      "# see \"params.yaml\"", "'''Takes what params.yaml says.'''", "open('myparams.yaml')",
      "open('params.yaml.bak')",
      "open(\"other.yaml\")", "open('other/params.yaml')", "open('/etc/app/params.yaml')",
      "open('../params.yaml')", "open('https://x/params.yaml')", "ROOT / 'params.yaml'",
      "open('params.yaml', 'w')", "open('params.yaml', mode=\"a\")", "open('params.yaml', mode)",
      "open('params.yaml', encoding='utf-8', mode='x')", "Path('params.yaml').write_text('')",
      "Path('params.yaml').open('w')", "P = Path('params.yaml'); P.write_text('')",
      "P = 'params.yaml'; P = sys.argv[1]; open(P)", "save(open=\"params.yaml\")",
      "\"\"\"Opens params.yaml:\n    open('params.yaml')\n\"\"\"", "upload('params.yaml')",
      "open('params.yaml' + suffix)", "open('params.yaml'.format(a))",
      "os.chdir('conf'); open('params.yaml')",
      "def params_show(): pass", "params_show(stages='train')", "  # open('params.yaml')",
      "x = 'it\\'s' # open('params.yaml')",
    ])
  func `what only speaks of the file does not read it`(code: String) throws {
    #expect(try said(reading(code)) == "")
  }

  @Test func `a file that is a dependency as a whole is declared`() throws {
    var repository = reading("open('params.yaml')")
    repository["dvc.yaml"] = repository["dvc.yaml"]?.replacingText(
      "- train.py", with: "- train.py\n      - params.yaml")
    #expect(try said(repository) == "")
  }
}
