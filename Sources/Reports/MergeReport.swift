import DVC
import Policy
import Trees
import Values

/// What `guard merge-driver` says of a merge: nothing when it left nothing to do.
public struct MergeReport: CustomStringConvertible {
  private let file: RepositoryPath
  private let merge: ThreeWayMerge

  /// A report on a merge of the file that has this path in the work tree.
  public init(_ file: RepositoryPath, _ merge: ThreeWayMerge) {
    self.file = file
    self.merge = merge
  }

  /// The lines, each with its end.
  public var description: String {
    let lines = (merge.conflicts.map(text).joined() + staleStages).split(separator: "\n")
    return lines.map { TerminalText.line(String($0)) + "\n" }.joined()
  }

  /// What is told of a file that was merged by lines, as Git does without guard.
  public static func text(_ file: RepositoryPath, refused reason: String, conflicts: Bool) -> String {
    let place = TerminalText.printable("\(file)")
    let outcome = conflicts ? "there are conflicts" : "look whether it is what you want"
    let why = TerminalText.printable(reason)
    return TerminalText.line(
      "\(place): warning: merged line by line, as Git does it, because \(why); \(outcome)") + "\n"
  }

  private func text(of conflict: MergeConflict) -> String {
    let place = "\(TerminalText.printable("\(file)")):\(conflict.line)"
    var text = "\(place): error: \(sentence(conflict))\n"
    let shown = conflict.differences.prefix(Self.shownDifferences)
    for difference in shown {
      let what = difference.what.isEmpty ? "it" : TerminalText.printable("\(difference.what)")
      text += "    \(what): \(value(difference.ours)) in ours, \(value(difference.theirs)) in theirs\n"
    }
    let rest = conflict.differences.count - shown.count
    if rest > 0 { text += "    and \(TerminalText.count(rest, "other difference"))\n" }
    return text + "    keep one of the two in the file, then\n    fix: \(fix(conflict))\n"
      + directories(conflict)
  }

  private func sentence(_ conflict: MergeConflict) -> String {
    let subject: String =
      switch conflict.subject {
      case .stage(let name): "stage '\(TerminalText.printable("\(name)"))'"
      case .output(let path): "output '\(TerminalText.printable("\(path)"))'"
      case .dataset(let name): "dataset '\(TerminalText.printable("\(name)"))'"
      case .key(let key): "'\(TerminalText.printable("\(key)"))'"
      case .file: "what belongs together in this file"
      }
    return switch conflict.deed {
    case .bothAdded: "both sides added \(subject), not in the same way"
    case .bothChanged: "both sides changed \(subject), not in the same way"
    case .oursDeleted: "ours deleted \(subject), theirs changed it"
    case .theirsDeleted: "theirs deleted \(subject), ours changed it"
    }
  }

  private func value(_ text: Text?) -> String {
    guard let text else { return "nothing" }
    let line = TerminalText.printable("\(text)")
    return line.unicodeScalars.count <= 80 ? line : String(line.prefix(79)) + "…"
  }

  /// What makes the file true again once a side was chosen.
  private func fix(_ conflict: MergeConflict) -> String {
    let add = "\(ShellCommand("git add", [file]))"
    switch conflict.subject {
    case .stage(let name): return "\(repro(name)) && \(add)"
    case .output, .file: return "\(add) && \(ShellCommand("dvc checkout", [file]))"
    case .dataset, .key: return add
    }
  }

  private func repro(_ stage: Text) -> String {
    let dvc = file.parent.isRoot ? "dvc repro" : "\(ShellCommand("dvc --cd", [file.parent])) repro"
    // A name alone must not be taken for an option.
    let target = stage.hasPrefix("-") ? "dvc.yaml:" + stage : stage
    return "\(dvc) \(ShellCommand.quoted(target.utf8))"
  }

  /// DVC's own driver puts two directories together file by file (DVC 3.67, `dvc git-hook merge-driver`), for which
  /// it needs their lists in the cache. That is for a person to want: nobody has seen the directory that comes of it.
  private func directories(_ conflict: MergeConflict) -> String {
    guard case .output = conflict.subject, conflict.isOfDirectories else { return "" }
    return """
          or, to merge the two directories file by file (dvc needs their lists, and fails where both changed a file)
          fix: set -- $(\(ShellCommand("git checkout-index --stage=all --temp", [file]))) \
      && dvc git-hook merge-driver --ancestor "$1" --our "$2" --their "$3" \
      && mv "$2" \(ShellCommand.quoted(file.bytes)) && rm "$1" "$3"

      """
  }

  private var staleStages: String {
    merge.stale.map { stage in
      let (name, path, maker) = (stage.name, stage.path, stage.maker)
      return TerminalText.printable(
        "\(file): warning: stage '\(name)' was run on another '\(path)' than stage '\(maker)' has made")
        + "\n    fix: \(repro(stage.name))\n"
    }.joined()
  }

  private static let shownDifferences = 8
}
