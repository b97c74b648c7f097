import Values

extension Rule {
  static let cacheLost = Rule(
    "cache/lost", .error, .remote,
    summary: "data that a commit being pushed needs and that neither the DVC remote nor this machine has",
    explanation: """
      A commit names data by its hash, and nobody has it: not the DVC remote, not the cache of this machine. Whoever \
      checks the commit out cannot restore it.

      The output of a stage can be made again. What the work tree still has `dvc commit` brings into the cache, and \
      `guard push` from there. Other data behind a `.dvc` file must be brought from where it is: another \
      clone's cache (`dvc push` there; `dvc push --all-commits` for what only older commits name), a backup. When it is gone \
      for good and the commit is only history, waive it.

      A file of the cache whose content has not the hash of its name is damaged, and nobody's data. `guard push` finds it \
      when it reads the file, and from then on it is told. It is to be deleted first, as the fix does: dvc trusts a \
      read-only file of the cache, and neither `dvc commit` nor `dvc pull` replaces it.
      """,
    example: Example(
      fails: #"""
        $ dvc remote add -q -d storage ../storage && dvc push -q
        $ git add -A && git commit -qm 'A remote'
        $ rm -r ../storage/files .dvc/cache/files
        $ guard check --remote --rev HEAD
        data/raw/reviews.csv.dvc:2: error: 'reviews.csv' (13 bytes) is neither on the remote 'storage' nor in a cache; the work tree has it [cache/lost]
            fix: dvc commit -f data/raw/reviews.csv.dvc
        dvc.lock:17: error: 'data/prepared.csv' (13 bytes) is neither on the remote 'storage' nor here [cache/lost]
            fix: dvc repro prepare
        dvc.lock:40: error: 'model.pkl' (17 bytes) is neither on the remote 'storage' nor here [cache/lost]
            fix: dvc repro train
        to let it pass: a line 'Guard-Skip: RULE reason' at the end of the commit's message
        guard: 3 errors, 0 warnings in 1 commit (12 ms)
        """#,
      mended: #"""
        $ dvc commit -q -f && dvc push -q
        $ guard check --remote --rev HEAD
        guard: 0 errors, 0 warnings in 1 commit (12 ms)
        """#)
  ) { (subject) throws(JudgementError) in
    try subject.unpushed().compactMap { output in
      guard case .missing(_, let nowhere) = output.cause, nowhere.count > 0 else { return nil }
      return output.finding(
        "cache/lost",
        message: "\(output.described(nowhere)) is neither \(nowhere.damaged > 0 ? "whole " : "")"
          + "on the remote '\(output.remote)' nor "
          + (nowhere.damagedCopies.isEmpty ? "" : "whole ")
          + (output.isInWorkTree && output.isCurrent ? "in a cache; the work tree has it" : "here"),
        output.restoration(of: nowhere))
    }
  }
}

extension UnpushedOutput {
  /// So many files are named in a command.
  private static let mostNamed = 8

  /// How data that nobody has comes back. What is damaged in a cache must go first: a file there that is read-only dvc
  /// takes for whole, and neither `dvc commit` nor `dvc pull` replaces it (dvc-data 3.18, `check` in `hashfile/db`).
  fileprivate func restoration(of objects: Objects) -> Mend {
    let mend = restoration
    let copies = objects.damagedCopies
    guard let first = copies.first else { return mend }
    guard copies.count <= Self.mostNamed else {
      let next = mend.command ?? mend.advice ?? ""
      return Mend(
        advice:
          "delete what is damaged in the cache, \(ShellCommand.quoted(first)) and \(copies.count - 1) more, then: "
          + next)
    }
    let removal = "rm -f " + copies.map { ShellCommand.quoted($0) }.joined(separator: " ")
    if let command = mend.command { return Mend(command: "\(removal) && \(command)") }
    return Mend(advice: "\(removal), then \(mend.advice ?? "")")
  }

  /// How data comes back that no cache has.
  private var restoration: Mend {
    let file = stage.file.relative(to: root) ?? stage.file.bytes
    guard isMade else {
      guard isCurrent else {
        let command = ShellCommand(dvc: "push --all-commits", in: root, []).description
        return Mend(advice: "only older commits name it; on the machine that has it: \(command)")
      }
      // Without an answer from a person it does nothing but with -f.
      if isInWorkTree { return Mend(command: ShellCommand(dvc: "commit -f", in: root, [file]).description) }
      return Mend(
        advice: "on the machine that has it: \(ShellCommand(dvc: "push", in: root, [file]).description)")
    }
    let target =
      file.elementsEqual("dvc.yaml".utf8) ? stage.name.utf8 : file + [UInt8(ascii: ":")] + stage.name.utf8
    return Mend(command: ShellCommand(dvc: "repro", in: root, [target]).description)
  }
}
