import DVC
import Platform
import Transfer
import Values

extension StatusCommand {
  /// What `guard status --cloud` does.
  func compareWithRemote(_ surroundings: Surroundings) throws(Failure) -> ExitStatus {
    var options = CloudComparison.Options()
    options.remoteName = cloud.remote.flatMap { $0.isEmpty ? nil : Text($0) }
    options.allBranches = cloud.allBranches
    options.allTags = cloud.allTags
    options.allCommits = cloud.allCommits
    options.jobs = cloud.jobs
    options.targets = targets.map { Text($0) }
    options.isRecursive = recursive
    options.includesUpstream = withDeps
    let answer = try CloudComparison(surroundings, options).answer()
    do throws(SystemError) {
      for line in lines(of: answer) {
        try StandardStream.output.write(line.utf8 + [UInt8(ascii: "\n")])
      }
    } catch {
      throw Failure(error)
    }
    return quiet && !json && !answer.status.isEmpty ? .violated : .pass
  }

  /// What DVC prints (DVC 3.67, `CmdDataStatus` in `dvc/commands/status.py`).
  private func lines(of answer: CloudComparison.Answer) -> [Text] {
    if quiet, !json { return [] }
    if json { return [answer.status.json] }
    guard answer.status.isEmpty else { return answer.status.lines(indent: cloud.cloud ? "\t" : "") }
    guard answer.hasStages else { return Self.nothingTracked }
    return ["Cache and remote '" + (answer.remote ?? "None") + "' are in sync."]
  }
}

extension CloudStatus {
  /// The document in one line of JSON, ASCII only.
  fileprivate var json: Text {
    let items = entries.map { $0.name.pythonJSON + ": " + Text($0.state.rawValue).pythonJSON }
    return "{" + items.joined(separator: ", ") + "}"
  }

  fileprivate func lines(indent: Text) -> [Text] {
    entries.map { entry in
      let word = entry.state.rawValue + ":"
      let space = String(repeating: " ", count: max(0, 20 - word.utf8.count))
      return indent + Text(word + space) + entry.name
    }
  }
}
