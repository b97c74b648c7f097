/// What `guard install` and `guard uninstall` print.
public struct HookReport: Hashable, Sendable, CustomStringConvertible {
  /// What was asked for.
  public enum Action: Hashable, Sendable { case install, uninstall }

  /// What was asked for.
  public let action: Action
  /// What is done, or would be.
  public let plan: Plan
  /// What becomes of the merge driver; `nil` when that was not asked.
  public var mergeDriver: MergeDriverPlan?
  /// Whether nothing was to be changed.
  public let isDryRun: Bool
  /// The folders that are DVC's roots, as a person names them; `nil` when nobody has looked.
  public var pipelines: [String]?
  /// The programs that the work tree is set up for.
  public var managers: [HookManager] = []
  /// What stands in the way of what the hooks do, each with its mend.
  public var warnings: [String] = []
  /// How long one check took, in milliseconds; `nil` when none was made.
  public var checkMilliseconds: Int?

  /// A report on a plan.
  public init(_ action: Action, _ plan: Plan, isDryRun: Bool) {
    self.action = action
    self.plan = plan
    self.isDryRun = isDryRun
  }

  /// The text, with a line end.
  public var description: String {
    var text = "Hooks folder: \(Shown.path(plan.folder))\n"
    if let pipelines, action == .install {
      text += "DVC: " + (pipelines.isEmpty ? "not used here yet" : pipelines.joined(separator: ", ")) + "\n"
    }
    if !managers.isEmpty && action == .install {
      text += "Other hook programs: " + managers.map(\.rawValue).joined(separator: ", ") + "\n"
    }
    let steps = plan.description + (mergeDriver?.description ?? "")
    text += steps.isEmpty ? "Nothing to do.\n" : (isDryRun ? "To do:\n" : "Done:\n") + steps
    text += plan.remarks.map { "\($0)\n" }.joined() + (mergeDriver?.remarks ?? "")
    if let checkMilliseconds { text += "One check took \(checkMilliseconds) ms.\n" }
    text += warnings.map { "warning: \(Shown.path(Array($0.utf8)))\n" }.joined()
    if isDryRun { text += "Nothing was changed: this was a dry run.\n" }
    if action == .install && !isDryRun { text += "To undo: guard uninstall\n" }
    return text
  }
}
