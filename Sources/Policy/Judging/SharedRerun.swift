import DVC
import Trees

/// What makes stages whole that have to run again, and those that need what they make: whoever runs a stage alone is
/// stopped at the next one. What belongs together is one command, and nobody pastes one for each of many stages.
struct SharedRerun {
  /// The command that takes the place of another.
  private var commands: [String: String] = [:]

  /// As many commands as are told one by one.
  private static let few = 3
  /// As many stages as are named in one command.
  private static let many = 20

  /// Looks for the stages that the commands of these findings run.
  init(_ findings: [Finding], in subject: Subject) throws(JudgementError) {
    let fixes = Set(findings.compactMap(\.fix))
    guard !fixes.isEmpty else { return }
    for project in try subject.projects() {
      let stages = project.judgedStages
      let stale = stages.indices.filter { stages[$0].needsRerun && fixes.contains(stages[$0].mend) }
      guard !stale.isEmpty else { continue }
      for (command, members) in Self.commands(for: Set(stale), of: stages, in: project.root) {
        for member in members { commands[stages[member].mend] = command.description }
      }
    }
  }

  private static func commands(
    for stale: Set<Int>, of stages: [JudgedStage], in root: RepositoryPath
  ) -> [(ShellCommand, members: Set<Int>)] {
    let graph = StageGraph(stages.map(\.stage))
    // A run of the first ones comes to the others.
    let firsts = stale.subtracting(graph.withDownstream(graph.users(of: stale))).sorted()
    guard !firsts.isEmpty else { return [] }
    guard firsts.count <= many else {
      let isOneFile = stale.allSatisfy { stages[$0].stage.file.parent == root }
      return [(ShellCommand(dvc: isOneFile ? "repro" : "repro --all-pipelines", in: root, []), stale)]
    }
    var lines = firsts.map { (firsts: [$0], members: graph.withDownstream([$0])) }
    // Lines that meet are one run, in DVC's order.
    for place in lines.indices.reversed() {
      guard
        let other = lines[..<place].lastIndex(where: { !$0.members.isDisjoint(with: lines[place].members) })
      else { continue }
      let line = lines.remove(at: place)
      lines[other].firsts += line.firsts
      lines[other].members.formUnion(line.members)
    }
    if lines.count > few { lines = [(firsts, graph.withDownstream(stale))] }
    return lines.map { line in
      let isWhole = line.members.count == line.firsts.count
      // What the first ones need has to be whole: such a run does not look at it.
      let needed = line.firsts.reduce(into: Set<Int>()) { $0.formUnion(graph.withUpstream($1)) }
      let isReady = needed.allSatisfy { line.members.contains($0) || !stages[$0].needsRerun }
      // Otherwise what comes last brings all that it needs with it.
      let lasts = line.members.filter { graph.users(of: [$0]).isEmpty }
      let verb = isWhole || !isReady ? "repro" : "repro --downstream"
      let named = isReady || lasts.isEmpty || lasts.count > many ? line.firsts : Array(lasts)
      return (ShellCommand(dvc: verb, in: root, named.sorted().map { stages[$0].target }), line.members)
    }
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
