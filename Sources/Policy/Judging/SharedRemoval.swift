import Trees

/// One command for files in a folder that Git is to leave to DVC: nobody pastes ten for ten files that one `git add`
/// took in.
struct SharedRemoval {
  private let subject: Subject

  init(in subject: Subject) { self.subject = subject }

  /// The findings, those of one folder with their common command.
  func mending(_ findings: [Finding]) throws(JudgementError) -> [Finding] {
    let places = findings.indices.filter { findings[$0].removal != nil && !findings[$0].isInherited }
    let folders = Dictionary(grouping: places) { findings[$0].removal?.path.parent }
    var findings = findings
    for (folder, members) in folders where members.count > 1 {
      guard let folder else { continue }
      let removals = members.compactMap { findings[$0].removal }
      let command = try command(removals, in: folder)
      for member in members { findings[member].fix = command }
    }
    return findings
  }

  private func command(_ removals: [Removal], in folder: RepositoryPath) throws(JudgementError) -> String {
    let paths = removals.map(\.path).sorted()
    let isWhole = folder.isRoot ? false : try holdsOnly(Set(paths), folder)
    let removal = ShellCommand("git rm -r --cached", isWhole ? [folder] : paths)
    var steps = [removal.description]
    let covers = removals.compactMap(\.cover)
    let lines = covers.compactMap { if case .ignore(let line, _) = $0 { line } else { nil } }
    if !lines.isEmpty { steps.append(try subject.appending(lines, toIgnoreFileIn: folder)) }
    if !covers.isEmpty {
      steps.append(ShellCommand(gitAdd: [folder.appending(Array(".gitignore".utf8))]).description)
    }
    return steps.joined(separator: " && ")
  }

  /// Whether Git has nothing else in a folder.
  private func holdsOnly(_ paths: Set<RepositoryPath>, _ folder: RepositoryPath) throws(JudgementError)
    -> Bool
  {
    try reading { () throws(TreeError) in
      try subject.tracked.children(of: folder).allSatisfy { paths.contains(folder.appending($0.name)) }
    }
  }
}

/// What is taken out of Git.
struct Removal {
  let path: RepositoryPath
  /// What makes a `.gitignore` cover it, where none does.
  let cover: SafeMend?
}

extension Subject {
  /// The command that appends lines to a folder's `.gitignore`.
  func appending(_ lines: [[UInt8]], toIgnoreFileIn folder: RepositoryPath) throws(JudgementError) -> String {
    let file = folder.appending(Array(".gitignore".utf8))
    let endsOpen = try reading { () throws(TreeError) in try (workTree?.tree ?? tree).endsOpen(file) }
    return IgnoreLine.append(lines, to: file, endingTheLast: endsOpen)
  }
}
