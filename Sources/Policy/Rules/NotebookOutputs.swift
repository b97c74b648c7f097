import DVC
import Trees
import Values

extension Rule {
  static let notebookOutputs = Rule(
    "notebook/outputs", nil, .change,
    summary: "a notebook in Git with what its cells printed",
    explanation: """
      The outputs of a notebook are results that no pipeline knows of: tables and pictures of data, of whatever day. They \
      make every look at the notebook a change, and may show data that does not belong in Git.

      The notebooks that a commit adds or changes are looked at, but those that `except` names. The rule is off unless policy \
      turns it on; who reads a forge's pages may want the pictures there. A notebook that does not parse is "not checked".
      """,
    example: Example(
      fails: #"""
        $ printf 'rules: {notebook/outputs: warn}\n' > .guard.yml
        $ mkdir notebooks && cat > notebooks/look.ipynb <<'END'
        > {"cells": [{"cell_type": "code", "execution_count": 3, "metadata": {}, "source": ["1 + 1"],
        >   "outputs": [{"output_type": "execute_result", "data": {"text/plain": ["2"]}}]}],
        >  "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
        > END
        $ git add -A
        $ guard check --staged
        notebooks/look.ipynb: warning: a cell has its output in it [notebook/outputs]
            fix: jupyter nbconvert --clear-output --inplace notebooks/look.ipynb && git add notebooks/look.ipynb
        guard: 0 errors, 1 warning in what is staged (12 ms)
        """#,
      mended: #"""
        $ python - notebooks/look.ipynb <<'END'
        > import json, sys
        > notebook = json.load(open(sys.argv[1]))
        > for cell in notebook["cells"]:
        >     cell.update(outputs=[], execution_count=None)
        > json.dump(notebook, open(sys.argv[1], "w"))
        > END
        $ git add -A
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#),
    options: [Option("except", .paths([]), "notebooks that may have outputs, with `*` and `**`")]
  ) { (subject) throws(JudgementError) in
    guard try !subject.projects().isEmpty else { return [] }
    let exceptions = subject.policy.paths("except", of: "notebook/outputs").map(Glob.init)
    var findings: [Finding] = []
    for change in try subject.changes() where change.kind != .deleted && !change.isMerged {
      let path = change.path
      guard path.name.suffix(6).elementsEqual(".ipynb".utf8),
        !exceptions.contains(where: { $0.matches(path) }),
        case .file? = try reading({ () throws(TreeError) in try subject.tree.entry(at: path) }),
        let notebook = try subject.notebook(at: path)
      else { continue }
      let count = notebook.cellsWithOutput
      guard count > 0 else { continue }
      findings.append(
        Finding(
          "notebook/outputs", at: Place(path),
          message: count == 1 ? "a cell has its output in it" : "\(count) cells have their outputs in them",
          fix:
            "\(ShellCommand("jupyter nbconvert --clear-output --inplace", [path])) && \(ShellCommand(gitAdd: [path]))"
        ))
    }
    return findings
  }
}
