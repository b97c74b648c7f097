import DVC
import Trees
import Values

extension Rule {
  static let layoutNotebookStage = Rule(
    "layout/notebook-stage", .warning,
    summary: "a stage that runs a notebook, or code kept among the notebooks",
    explanation: """
      A notebook holds its code together with what it printed last and in which order its cells were run. It changes \
      whenever somebody looks at it, and each time DVC takes the stage for one with other code. What a stage runs is \
      best a script, and notebooks stay apart from it, for looking at results.

      A notebook counts as run where the command has papermill, `--execute` or the like in it; converting one does not. \
      Code counts as kept among the notebooks where a stage runs a file in a directory that `directories` names.
      """,
    example: Example(
      fails: #"""
        $ mkdir notebooks && git mv src/train.py notebooks/train.py
        $ sed -i 's|src/train.py|notebooks/train.py|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        dvc.yaml:9: warning: stage 'train' runs 'notebooks/train.py', which is kept among the notebooks [layout/notebook-stage]
            fix: move it to where the code is, such as src/ (git mv), and change dvc.yaml
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ git mv notebooks/train.py src/train.py
        $ sed -i 's|notebooks/train.py|src/train.py|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [
      Option(
        "directories", .paths(["**/notebooks", "**/notebook"]), "where notebooks are kept, with `*` and `**`")
    ]
  ) { (subject) throws(JudgementError) in
    let directories = subject.policy.paths("directories", of: "layout/notebook-stage").map(Glob.init)
    return try subject.stages().compactMap { stage in
      if let notebook = stage.notebook {
        return Finding(
          "layout/notebook-stage", at: Place(stage.stage.file, stage.stage.position), of: stage,
          key: Text(utf8: notebook),
          message: "\(stage.phrase) runs the notebook '\(String(decoding: notebook, as: UTF8.self))'",
          advice:
            "\(ShellCommand("jupyter nbconvert --to script", [RepositoryPath(normalized: notebook)])) makes "
            + "a script of it; let the stage run that")
      }
      let code = stage.namedDependencies.first { path in
        path.isCode && directories.contains { $0.matches(path.parent) && !path.parent.isRoot }
      }
      return code.map { path in
        Finding(
          "layout/notebook-stage", at: Place(stage.stage.file, stage.stage.position), of: stage,
          key: path.text,
          message: "\(stage.phrase) runs '\(path)', which is kept among the notebooks",
          advice: "move it to where the code is, such as src/ (git mv), and change \(stage.stage.file)")
      }
    }
  }
}

extension JudgedStage {
  /// The notebook that the command runs, as it is written there.
  fileprivate var notebook: [UInt8]? {
    let runners: [Text] = [
      "papermill", "--execute", "execute", "jupyter-execute", "jupyter-run", "runipy", "runnb", "treon",
    ]
    for line in StageCommand(stage).lines {
      guard let notebook = line.first(where: { $0.suffix(6).elementsEqual(".ipynb".utf8) }) else { continue }
      let isRun = line.contains { word in
        runners.contains(Text(utf8: word.split(separator: UInt8(ascii: "/")).last ?? []))
      }
      if isRun { return notebook }
    }
    return nil
  }
}

extension RepositoryPath {
  /// Whether its name is that of a program's source.
  fileprivate var isCode: Bool { Self.sources.match(name) }

  private static let sources = NameEndings([".py", ".R", ".r", ".sh", ".jl"])
}
