import DVC
import Trees
import Values

extension Rule {
  static let lockDependencies = Rule(
    "lock/deps",
    summary: "a dependency whose content is not the one in dvc.lock",
    explanation: """
      A stage's results were made from the dependencies whose hashes `dvc.lock` holds. A dependency is code or data in \
      Git, data behind a `.dvc` file, or the output of another stage; its content is what a fresh clone would have.

      Run the stage (`dvc repro train`) and commit `dvc.lock` with the code. When that has been done already and a \
      file was only not staged, the fix is the `git add` line. A dependency that Git ignores is in no clone: either Git \
      or DVC has to keep it, or the stage does not depend on it.

      Two reasons make the finding a warning. `line-ends`: the recorded hash is that of the same text with other ends \
      of lines, as a checkout on Windows has it; set `* text=auto eol=lf` in `.gitattributes` and run \
      `dvc commit train -f` once. DVC records what lies in the work tree, so where a file has the other ends itself the \
      fix is a line that lets Git write it anew first; edits that are not staged are kept. `untracked-files`: the \
      record of a directory counted files that Git does not have, such as `__pycache__`; name them in `.dvcignore` \
      and run `dvc commit train -f` once. Before a commit the work tree has to bear that out: when the files that lie \
      around do not give the recorded hash, the content changed after the run, and the finding is an error. A commit \
      that exists has only the number of files to go by: where it changes the directory under the record that was there \
      before, the finding is an error there, and so it is before the commit. What tools leave behind is never proposed \
      for Git. What Git ignores otherwise, the run may have read: `dvc commit` would record results that no clone can \
      make, so that the file goes into Git (`git add -f`) or out of the directory, and the stage runs. Where `.dvcignore` \
      takes out what would bear it out, and that still lies there, only `dvc commit` is left to do; where it is gone, the \
      stage has to run. Where something else of the stage changed as well, the fix ends with `dvc repro train`: \
      `dvc commit` would record that as if it had run.

      What was moved (`git mv`, `dvc move`: the same content at another path of the commit) is told with its new path. \
      Either `dvc.yaml` names that, or the move is taken back: nobody knows which is meant.

      The rule also finds an import (a `.dvc` file) whose source changed, or which was edited after DVC wrote its \
      checksum: `dvc update` makes it anew.
      """,
    example: Example(
      fails: #"""
        $ sed -i 's/upper/lower/' src/prepare.py
        $ git add src/prepare.py
        $ guard check --staged
        dvc.yaml:6: error: dependency 'src/prepare.py' of stage 'prepare' is not the one in dvc.lock [lock/deps]
            recorded: 93045add673a8bb600162ab4f126bef8 (dvc.lock:12)
            current:  e07fc4c161b7e263e98920f87f2d7601
            fix: dvc repro --downstream prepare
        to commit all the same: GUARD_SKIP=lock/deps git commit …
        guard: 1 error, 0 warnings in what is staged (12 ms)
        """#,
      mended: #"""
        $ dvc repro -q
        $ git add dvc.lock
        $ guard check --staged
        guard: 0 errors, 0 warnings in what is staged (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    var findings: [Finding] = []
    for stage in try subject.stages() where !stage.isUnrecorded {
      for dependency in stage.status.dependencies {
        if let finding = try stage.dependencyFinding(dependency, in: subject) { findings.append(finding) }
      }
      if stage.status.hasChangedChecksum { findings.append(stage.checksumFinding) }
    }
    return findings
  }
}

extension JudgedStage {
  fileprivate func dependencyFinding(_ status: DependencyStatus, in subject: Subject) throws(JudgementError)
    -> Finding?
  {
    guard status.dependency.isRecorded, case .path(let change, let current) = status.change else {
      return nil
    }
    let dependency = status.dependency
    let what = "dependency '\(dependency.reference.definition)' of \(phrase)"
    let place = Place(stage.file, dependency.position)
    guard case .data(let recorded) = dependency.kind else {
      if case .parameters = dependency.kind { return nil }
      var finding = Finding(
        "lock/deps", at: place, of: self, key: dependency.reference.definition, reason: .content,
        message: "\(what) is not the one in dvc.lock", fix: mend)
      finding.compared = dependency.kind.compared(with: current)
      return finding
    }
    let answer = change == .modified ? answer(dependency, recorded, current, in: subject) : nil
    let difference: String
    var fix: String? = mend
    var advice: String?
    var recount: Recount?
    var cause: String?
    switch answer?.reason {
    case .lineEnds?:
      difference = "differs from \(lockName) only in line ends"
      fix = try LineEndsMend(subject).fix(self, answer?.files ?? [], of: dependency.reference.path, recorded)
    case .untrackedFiles?:
      difference = answer?.untrackedPhrase(recorded) ?? ""
      let mend = untrackedMend(answer, in: subject)
      (fix, advice, recount) = (mend.command, mend.advice, mend.recount)
    default:
      difference = change == .deleted ? "is missing" : "is not the one in \(lockName)"
      if change == .deleted {
        let mend = try mendOfMissing(dependency.reference, in: subject)
        (fix, advice, cause) = (mend.command, mend.advice, mend.cause)
      }
    }
    var finding = Finding(
      "lock/deps", at: place, of: self, key: dependency.reference.definition, recorded: recorded.value,
      recordedAt: Place(lock, recorded.position), current: current, reason: answer?.reason ?? .content,
      message: "\(what) \(difference)" + (cause.map { ": \($0)" } ?? ""), fix: fix, advice: advice)
    finding.source = dependency.reference.path
    finding.recount = recount
    finding.asContent = asContent(
      finding, answer, otherwise: "\(what) is not the one in \(lockName)", in: subject)
    return finding
  }

  /// Why a dependency that changed does not have the recorded hash; `nil` where Git has nothing to tell it by.
  func answer(
    _ dependency: Dependency, _ recorded: RecordedHash, _ current: Text?, in subject: Subject
  ) -> ContentReason.Answer? {
    guard let path = dependency.reference.path, current != nil else { return nil }
    return reason(of: path, recorded, in: subject)
  }

  fileprivate var checksumFinding: Finding {
    var finding = Finding(
      "lock/deps", at: Place(stage.file, stage.position), of: self, key: "md5", reason: .content,
      message: "\(phrase) was edited after DVC wrote the checksum in it", fix: mend)
    if case .checksum(let recorded, let computed) = stage.record {
      finding.compared = Compared(recorded: recorded, current: computed.map(Value.string))
    }
    return finding
  }

  /// The lock in a sentence.
  var lockName: String { stage.record.isOfPipeline ? "dvc.lock" : "the .dvc file" }
}

extension Dependency.Kind {
  /// What is compared of a dependency that is no file.
  fileprivate func compared(with current: Text?) -> Compared {
    let recorded: Value? =
      switch self {
      case .dataset(let recorded): .map(recorded)
      case .repository(_, _, let locked): locked.map(Value.string)
      case .data, .parameters, .database: nil
      }
    return Compared(recorded: recorded, current: current.map(Value.string))
  }
}

extension Dependency {
  /// Whether `dvc.lock` has something of it.
  var isRecorded: Bool {
    switch kind {
    case .data(let recorded): recorded.value != nil
    case .parameters(_, let recorded): recorded != nil
    case .dataset(let recorded): !recorded.isEmpty
    case .repository, .database: true
    }
  }
}
