import Trees

/// A mend that cannot lose work, so that `guard fix` may do it for a person who says so.
public enum SafeMend: Hashable, Sendable {
  /// Stage files as they are in the work tree, which is all that was forgotten.
  case stage(Set<RepositoryPath>)
  /// Append a line to a `.gitignore`, and stage the file.
  case ignore(line: [UInt8], file: RepositoryPath)
  /// Have DVC record the outputs of a stage whose inputs are the recorded ones, and stage where it does so, with the
  /// outputs that Git keeps.
  case record(Recording)

  /// A `dvc commit`.
  public struct Recording: Hashable, Sendable {
    /// The DVC repository.
    public let root: RepositoryPath
    /// The stage, as `dvc` is told it from there.
    public let target: [UInt8]
    /// The file that DVC writes.
    public let lock: RepositoryPath
    /// The outputs of the stage that Git keeps: what is recorded is of these.
    public let kept: Set<RepositoryPath>
    /// The command, to be shown.
    public let command: String
  }
}

extension Finding {
  /// What mends it without losing work; `nil` where nothing of the kind does.
  public var safeMend: SafeMend? {
    if !unstaged.isEmpty { return .stage(unstaged) }
    // Another command has taken its place, since more was found out.
    guard let proposal, proposal.command == fix else { return nil }
    return proposal.mend
  }

  /// The finding with what the command that is its fix does, where that cannot lose work.
  func proposing(_ mend: SafeMend?) -> Finding {
    guard let mend, let fix else { return self }
    var finding = self
    finding.proposal = (mend, fix)
    return finding
  }
}

extension JudgedStage {
  /// What a command does that is to mend the stage, when it only records what is there.
  func recording(by command: String?) throws(JudgementError) -> SafeMend? {
    guard stage.name != nil, command == recordAnew, !needsRerun else { return nil }
    var kept: Set<RepositoryPath> = []
    // What a line of a `.gitignore` covers, `git add` refuses.
    for output in stage.gitOutputs
    where try !reading({ () throws(TreeError) in try project.tree.isIgnoredByGit(output, isDirectory: false) }
    ) {
      kept.insert(output)
    }
    return .record(
      SafeMend.Recording(root: project.root, target: target, lock: lock, kept: kept, command: recordAnew))
  }
}
