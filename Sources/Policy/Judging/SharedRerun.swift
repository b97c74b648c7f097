import DVC
import Trees

/// What makes stages whole that have to run again, and those that need what they make: whoever runs a stage alone is
/// stopped at the next one. What belongs together is one command, and nobody pastes one for each of many stages.
struct SharedRerun {
  /// The command that takes the place of another.
  private var commands: [String: String] = [:]
  /// The files beside what is judged, where there are any.
  private let workTree: (any FileTree)?

  /// As many commands as are told one by one.
  private static let few = 3
  /// As many stages as are named in one command.
  private static let many = 20

  /// Looks for the stages that the commands of these findings run.
  init(_ findings: [Finding], in subject: Subject) throws(JudgementError) {
    workTree = subject.workTree?.tree
    let fixes = Set(findings.compactMap(\.fix))
    guard !fixes.isEmpty else { return }
    for project in try subject.projects() {
      let stages = project.judgedStages
      let stale = stages.indices.filter { stages[$0].needsRerun && fixes.contains(stages[$0].mend) }
      guard !stale.isEmpty else { continue }
      for (command, members) in try commands(for: Set(stale), of: stages, in: project.root) {
        for member in members { commands[stages[member].mend] = command.description }
      }
    }
  }

  private func commands(
    for stale: Set<Int>, of stages: [JudgedStage], in root: RepositoryPath
  ) throws(JudgementError) -> [(ShellCommand, members: Set<Int>)] {
    let graph = StageGraph(stages.map(\.stage))
    // A run of the first ones comes to the others.
    let firsts = stale.subtracting(graph.withDownstream(graph.users(of: stale))).sorted()
    guard !firsts.isEmpty else { return [] }
    guard firsts.count <= Self.many else {
      let isOneFile = stale.allSatisfy { stages[$0].stage.file.parent == root }
      let verb = try repro(stale, of: stages, graph) + (isOneFile ? "" : " --all-pipelines")
      let running = stale.sorted().map { stages[$0] }
      return [(ShellCommand(dvc: verb, in: root, [], running: running), stale)]
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
    if lines.count > Self.few { lines = [(firsts, graph.withDownstream(stale))] }
    var commands: [(ShellCommand, members: Set<Int>)] = []
    for line in lines {
      let isWhole = line.members.count == line.firsts.count
      // What the first ones need has to be whole: such a run does not look at it.
      let needed = graph.withUpstream(Set(line.firsts))
      let isReady = needed.allSatisfy { line.members.contains($0) || !stages[$0].needsRerun }
      // Otherwise what comes last brings all that it needs with it.
      let lasts = line.members.filter { graph.users(of: [$0]).isEmpty }
      let verb = try repro(line.members, of: stages, graph) + (isWhole || !isReady ? "" : " --downstream")
      let named = isReady || lasts.isEmpty || lasts.count > Self.many ? line.firsts : Array(lasts)
      let targets = named.sorted().map { stages[$0].target }
      let running = line.members.sorted().map { stages[$0] }.filter(\.needsRerun)
      commands.append((ShellCommand(dvc: verb, in: root, targets, running: running), line.members))
    }
    return commands
  }

  /// The verb for a run of these stages. Where data that they are made from is not here, as in a clone without its data,
  /// DVC has to be told to bring it (DVC 3.67: else "missing data 'source'"): from a remote, or all of it from the cache.
  /// Where neither has it, DVC would only take away what is here, and may stop there.
  private func repro(
    _ members: Set<Int>, of stages: [JudgedStage], _ graph: StageGraph
  ) throws(JudgementError) -> String {
    guard let workTree else { return "repro" }
    var lacksData = false
    var outputs: [(stage: JudgedStage, output: Output)] = []
    for index in graph.withUpstream(members).subtracting(members).sorted() {
      for output in stages[index].stage.outs where output.isCached && output.recorded.value != nil {
        guard case .inside(let path) = output.reference.location else { continue }
        outputs.append((stages[index], output))
        if try reading({ () throws(TreeError) in try workTree.target(of: path) }) == nil { lacksData = true }
      }
    }
    let isBrought =
      lacksData && outputs.allSatisfy { $0.mayFetch($1) || $0.project.keeps($1.recorded) }
    return isBrought ? "repro --pull" : "repro"
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
