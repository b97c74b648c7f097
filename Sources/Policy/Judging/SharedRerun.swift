import Trees

/// One command for many stages that have to run again: DVC takes them in the order of the pipeline, and nobody
/// pastes a command a stage.
struct SharedRerun {
  /// The command that takes the place of another.
  private var commands: [String: String] = [:]

  /// As many stages as are told one by one.
  private static let few = 3
  /// As many as are named in one command.
  private static let many = 20

  /// Looks for the stages that the commands of these findings run.
  init(_ findings: [Finding], in subject: Subject) throws(JudgementError) {
    let fixes = Set(findings.compactMap(\.fix))
    guard fixes.count > Self.few else { return }
    let stages = try subject.stages().filter { $0.needsRerun && fixes.contains($0.mend) }
    for (root, stages) in Dictionary(grouping: stages, by: \.project.root) where stages.count > Self.few {
      let command = Self.command(stages, in: root)
      for stage in stages { commands[stage.mend] = command.description }
    }
  }

  private static func command(_ stages: [JudgedStage], in root: RepositoryPath) -> ShellCommand {
    guard stages.count > many else { return ShellCommand(dvc: "repro", in: root, stages.map(\.target)) }
    let isOneFile = stages.allSatisfy { $0.stage.file.parent == root }
    return ShellCommand(dvc: isOneFile ? "repro" : "repro --all-pipelines", in: root, [])
  }

  /// The findings, those of the stages with their common command.
  func mending(_ findings: [Finding]) -> [Finding] {
    guard !commands.isEmpty else { return findings }
    return findings.map { finding in
      var finding = finding
      if let fix = finding.fix, !finding.isInherited { finding.fix = commands[fix] ?? fix }
      return finding
    }
  }
}
