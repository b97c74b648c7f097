import Values

extension Rule {
  static let cacheLost = Rule(
    "cache/lost", .error, .remote,
    summary: "data that a commit being pushed needs and that neither the DVC remote nor this machine has",
    explanation: """
      A commit names data by its hash, and nobody has it: not the DVC remote, not the cache of this machine. Whoever \
      checks the commit out cannot restore it.

      ```
      dvc.lock:12: error: 'model.pkl' (38 MB) is neither on the remote 'storage' nor here [cache/lost]
          fix: dvc repro train
      ```

      The output of a stage can be made again. What the work tree still has `dvc commit` brings into the cache, and \
      `guard push` from there. Other data behind a `.dvc` file must be brought from where it is: another \
      clone's cache (`dvc push` there), a backup. When it is gone for good and the commit is only history, waive it.
      """
  ) { (subject) throws(JudgementError) in
    try subject.unpushed().compactMap { output in
      guard case .missing(_, let nowhere) = output.cause, nowhere.count > 0 else { return nil }
      return output.finding(
        "cache/lost",
        message: "\(output.described(nowhere)) is neither \(nowhere.damaged > 0 ? "whole " : "")"
          + "on the remote '\(output.remote)' nor "
          + (output.isInWorkTree ? "in a cache; the work tree has it" : "here"),
        output.restoration)
    }
  }
}

extension UnpushedOutput {
  /// How data that nobody has comes back.
  fileprivate var restoration: Mend {
    let file = stage.file.relative(to: root) ?? stage.file.bytes
    guard isMade else {
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
