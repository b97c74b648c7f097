import DVC
import Trees

/// Finds the command that records files whose record has other line ends than a checkout writes.
///
/// `dvc commit` records what lies in the work tree. A file that has the other line ends there would get the same
/// wrong record again, so that Git has to write it anew first.
struct LineEndsMend {
  private let subject: Subject

  init(_ subject: Subject) { self.subject = subject }

  /// The command for the files of a dependency or an output of a stage.
  /// - Parameter recorded: what the lock has of `path`, the dependency or output.
  func fix(
    _ stage: JudgedStage, _ files: [RepositoryPath], of path: RepositoryPath?, _ recorded: RecordedHash
  ) throws(JudgementError) -> String {
    let record = stage.softMend(in: subject)
    guard !subject.isCommit, let workTree = subject.workTree?.tree else { return record }
    let differing = try differing(files, workTree)
    guard !differing.isEmpty else { return record }
    let anew = ["\(ShellCommand("rm", differing))", "\(ShellCommand("git checkout --", differing))"]
    let edited = try edited(differing, workTree)
    let steps: [String]
    switch (subject.kind == .staged, edited.isEmpty) {
    case (true, false):
      // Git keeps the edits as an object, and gives them back after the lock has recorded what is staged.
      let back = ShellCommand("git restore --source=$edits", differing)
      return "edits=$(git stash create) && { \((anew + [record]).joined(separator: " && ")); \(back); }"
    case (true, true):
      // What is staged may be in an index of its own (`commit -a`): Git must not write an older file over this one.
      steps = ["\(ShellCommand("git add", differing))"] + anew + [record]
    case (false, false):
      // The work tree is judged as if it were committed, edits and all.
      steps = ["\(ShellCommand("git add", edited))"] + anew + [record]
    case (false, true):
      steps = anew + (try isRecorded(path, recorded, stage) ? [] : [record])
    }
    return steps.joined(separator: " && ")
  }

  /// Whether the lock has what a checkout writes: then only the files here are wrong.
  private func isRecorded(
    _ path: RepositoryPath?, _ recorded: RecordedHash, _ stage: JudgedStage
  ) throws(JudgementError) -> Bool {
    guard let path, let algorithm = recorded.algorithm, case .success(let project) = stage.project.project
    else { return false }
    do {
      let kept = CurrentContent(of: subject.tracked, for: project)
      return try kept.hash(at: path, algorithm)?.value == recorded.value
    } catch {
      throw .dvc(error)
    }
  }

  /// The files that are here and not byte for byte what a checkout would write.
  private func differing(
    _ files: [RepositoryPath], _ workTree: any FileTree
  ) throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in
      var both: [RepositoryPath] = []
      for file in files {
        // What is behind a link is not made anew with the link.
        guard case .file? = try subject.tracked.entry(at: file), case .file? = try workTree.entry(at: file)
        else { continue }
        both.append(file)
      }
      let staged = try subject.tracked.digests(of: both, .md5)
      let here = try workTree.digests(of: both, .md5)
      return zip(both, zip(staged, here)).filter { $0.1.0 != $0.1.1 }.map(\.0)
    }
  }

  /// The files that differ in more than their line ends from what is staged.
  private func edited(
    _ files: [RepositoryPath], _ workTree: any FileTree
  ) throws(JudgementError) -> [RepositoryPath] {
    try reading { () throws(TreeError) in
      var edited: [RepositoryPath] = []
      for file in files {
        let staged = LineEnds.unix.applied(to: try subject.tracked.contents(of: file))
        if LineEnds.unix.applied(to: try workTree.contents(of: file)) != staged { edited.append(file) }
      }
      return edited
    }
  }
}
