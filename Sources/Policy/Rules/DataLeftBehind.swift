import DVC
import Trees
import Values

extension Rule {
  static let dataLeftBehind = Rule(
    "data/left-behind", .error, .change,
    summary:
      "a changed or new .dvc, dvc.lock, dvc.yaml, parameters or metrics file that belongs with what is staged",
    explanation: """
      Somebody stages the code of a stage and forgets the `.dvc` file of its data, or its `dvc.lock`. Only files of the \
      same stage, of what it is made from and of what is made from it are named, and only when they change something \
      for it. When the commit is whole without them and would not be with them, they are the next piece of work, \
      and nothing is said.

      ```
      data.csv.dvc: error: changed here and not staged: it belongs with stage 'train' [data/left-behind]
          fix: git add data.csv.dvc dvc.lock
      ```

      Only what is about to be committed is looked at: a commit that exists has no work tree beside it.
      """
  ) { (subject) throws(JudgementError) in
    guard let leftBehind = LeftBehind(subject) else { return [] }
    let files = try leftBehind.files()
    let fix = ShellCommand(gitAdd: files.map(\.path)).description
    var findings: [Finding] = []
    for (path, stage) in files {
      let (isStaged, isHere) = try reading { () throws(TreeError) in
        (try subject.tree.entry(at: path) != nil, try subject.workTree?.tree.entry(at: path) != nil)
      }
      let state = isHere ? (isStaged ? "changed" : "new") : "deleted"
      let belongs = stage.stage.file == path ? "what is staged" : stage.phrase
      findings.append(
        Finding(
          "data/left-behind", at: Place(path), of: stage,
          message: "\(state) here and not staged: it belongs with \(belongs)", fix: fix))
    }
    return findings
  }
}
