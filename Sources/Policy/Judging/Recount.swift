import DVC
import Trees
import Values

/// Has DVC record stages anew whose directories counted what Git does not have: lines for the `.dvcignore` of the project
/// take it out, or `git add` puts it in.
struct Recount: Sendable {
  /// A stage, as `dvc` is told it, and the command that records it, or runs it.
  struct Entry: Hashable, Sendable {
    let target: [UInt8]
    let command: String
  }

  let root: RepositoryPath
  /// The lines for the `.dvcignore` at the root of the project.
  var lines: [[UInt8]]
  /// Whether the last line of that file has no end.
  let endsOpen: Bool
  /// The stages that are recorded, or run; none where the lock has counted nothing yet.
  var stages: [Entry]
  /// Whether the stage has to run, since more of it changed.
  var isRun = false
  /// What is staged besides that file.
  var added: Set<RepositoryPath>

  /// The command that does it.
  var command: String {
    let ignore = root.appending(Array(".dvcignore".utf8))
    var steps: [String] = []
    if !lines.isEmpty { steps.append(IgnoreLine.append(lines, to: ignore, endingTheLast: endsOpen)) }
    if stages.count > 1 {
      steps.append(ShellCommand(dvc: "commit -f", in: root, stages.map(\.target)).description)
    } else {
      steps += stages.map(\.command)
    }
    steps.append(ShellCommand(gitAdd: added.union(lines.isEmpty ? [] : [ignore])).description)
    return steps.joined(separator: " && ")
  }
}

extension JudgedStage {
  /// What records the stage anew, or runs it where more of it changed.
  func recount(
    lines: [[UInt8]], endsOpen: Bool, adding files: [RepositoryPath], in subject: Subject
  ) -> Recount {
    let command = softMend(in: subject)
    return Recount(
      root: project.root, lines: lines, endsOpen: endsOpen,
      stages: [Recount.Entry(target: target, command: command)], isRun: command != recordAnew,
      added: Set(files + [lock]))
  }
}

/// One command for all stages of a project that are recorded anew: most of them read the same directory, and nobody
/// writes the line that takes its caches out for each.
struct SharedRecount {
  /// As much as is named in one command.
  private static let most = 20

  /// The findings, those of one project with their common command.
  func mending(_ findings: [Finding]) -> [Finding] {
    let places = findings.indices.filter { place in
      // Another command may have taken its place, since more was found out.
      guard let recount = findings[place].recount else { return false }
      return !findings[place].isInherited && !recount.isRun && findings[place].fix == recount.command
    }
    var findings = findings
    for members in Dictionary(grouping: places, by: { findings[$0].recount?.root }).values {
      guard let all = Self.sum(members.compactMap { findings[$0].recount }) else { continue }
      for member in members { findings[member].fix = all.command }
    }
    return findings
  }

  private static func sum(_ recounts: [Recount]) -> Recount? {
    guard recounts.count > 1, var sum = recounts.first else { return nil }
    for next in recounts.dropFirst() {
      sum.lines += next.lines.filter { !sum.lines.contains($0) }
      sum.stages += next.stages.filter { !sum.stages.contains($0) }
      sum.added.formUnion(next.added)
    }
    return sum.lines.count + sum.stages.count + sum.added.count <= most ? sum : nil
  }
}
