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
      for it; and the metrics and plots that its `dvc.yaml` names beside the stages. When the commit is whole without \
      them and would not be with them, they are the next piece of work, and nothing is said.

      The `.dvc` directory that `dvc init` made belongs with the first pipeline or pointer: a clone without it is no \
      DVC repository.

      Only what is about to be committed is looked at: a commit that exists has no work tree beside it.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's/lr: 0.1/lr: 0.2/' params.yaml
        $ dvc repro -q
        $ git add params.yaml
        $ guard check --staged
        dvc.lock: error: changed here and not staged: it belongs with stage 'train' [data/left-behind]
            also metrics.json: error: changed here and not staged: it belongs with stage 'train' [data/left-behind]
            also params.yaml:1: error: parameter 'lr' of stage 'train' is not the one in dvc.lock (recorded 0.1, here 0.2) [lock/params]
            fix: git add dvc.lock metrics.json
        to commit all the same: GUARD_SKIP=data/left-behind,lock/params git commit …
        guard: 3 errors, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ git add dvc.lock metrics.json
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    guard let leftBehind = LeftBehind(subject) else { return [] }
    let files = try leftBehind.files()
    let together = Set(files.map(\.path))
    var findings: [Finding] = []
    for file in files { findings.append(try Finding(leftBehind: file, subject)) }
    findings.mend(findings.indices, byStaging: together)
    for missing in try subject.missingRoots() {
      guard case .notStaged(let files) = missing.trace, try missing.isTouched(by: subject) else { continue }
      var finding = Finding(
        "data/left-behind", at: Place(missing.directory),
        message: "here and not staged: without it dvc finds no repository around \(missing.phrase)")
      finding.mend(byStaging: Set(files))
      findings.append(finding)
    }
    return findings
  }
}

extension Finding {
  fileprivate init(leftBehind file: LeftBehind.File, _ subject: Subject) throws(JudgementError) {
    let path = file.path
    let (isStaged, isHere) = try reading { () throws(TreeError) in
      (try subject.tree.entry(at: path) != nil, try subject.workTree?.tree.entry(at: path) != nil)
    }
    let left = "\(isHere ? (isStaged ? "changed" : "new") : "deleted") here and not staged: it belongs with"
    switch file.owner {
    case .stage(let stage):
      let owner = stage.stage.file == path ? "what is staged" : stage.phrase
      self.init("data/left-behind", at: Place(path), of: stage, message: "\(left) \(owner)")
    case .results(let pipeline):
      self.init("data/left-behind", at: Place(path), message: "\(left) the results of \(pipeline)")
    case .parameters(let pipeline):
      self.init("data/left-behind", at: Place(path), message: "\(left) the parameters of \(pipeline)")
    }
  }
}
