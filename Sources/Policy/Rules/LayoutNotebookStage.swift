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

      A notebook counts as run where a command of the stage gives it to papermill, `jupyter execute`, `jupyter run`, \
      `jupyter nbconvert --execute`, ipython or the like; converting one does not. \
      Code counts as kept among the notebooks where a stage runs a file in a directory that `directories` names.
      """,
    example: Example(
      fails: #"""
        $ mkdir notebooks && git mv src/train.py notebooks/train.py
        $ sed -i 's|src/train.py|notebooks/train.py|' dvc.yaml
        $ dvc repro -q && git add -A
        $ guard check --staged
        dvc.yaml:9: warning: stage 'train' runs 'notebooks/train.py', which is kept among the notebooks [layout/notebook-stage]
            do:  move it to where the code is, such as src/ (git mv), and change dvc.yaml
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
        "directories", .paths(["**/notebooks"]), "where notebooks are kept, with `*` and `**`")
    ]
  ) { (subject) throws(JudgementError) in
    let directories = subject.policy.paths("directories", of: "layout/notebook-stage").map(Glob.init)
    var findings: [Finding] = []
    for project in try subject.projects() {
      for run in project.layout.notebooks {
        let stage = JudgedStage(project: project, status: run.stage)
        let path = run.notebook
        findings.append(
          Finding(
            "layout/notebook-stage", at: Place(stage.stage.file, stage.stage.position), of: stage,
            key: path.text, message: "\(stage.phrase) runs the notebook '\(path)'",
            advice: "\(ShellCommand("jupyter nbconvert --to script", [path])) makes a script of it; "
              + "let the stage run that"))
      }
      let among = project.layout.programs.filter { directory, _ in
        !directory.isRoot && directories.contains { $0.matches(directory) }
      }
      for run in among.values.flatMap({ $0 }) {
        let path = run.program
        let stage = JudgedStage(project: project, status: run.stage)
        findings.append(
          Finding(
            "layout/notebook-stage", at: Place(stage.stage.file, stage.stage.position), of: stage,
            key: path.text, message: "\(stage.phrase) runs '\(path)', which is kept among the notebooks",
            advice: "move it to where the code is, such as src/ (git mv), and change \(stage.stage.file)"))
      }
    }
    return findings
  }
}
