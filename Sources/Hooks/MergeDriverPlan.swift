/// What makes Git ask guard to merge DVC's files, or no longer: variables of the repository's configuration
/// (gitattributes(5), "Defining a custom merge driver"). Which files it asks for is said in `.gitattributes`, which is the
/// work tree's: guard tells the lines, and does not write them.
public struct MergeDriverPlan: Hashable, Sendable {
  /// A variable to set.
  public struct Setting: Hashable, Sendable {
    /// Its name.
    public let key: String
    /// Its value.
    public let value: [UInt8]
  }

  /// The section that guard writes.
  public static let section = "merge.guard"

  /// What to set.
  public let settings: [Setting]
  /// Whether the section is to be removed.
  public let removes: Bool
  /// What a person should know; lines with their ends.
  public let remarks: String

  /// Whether there is nothing to do.
  public var isEmpty: Bool { settings.isEmpty && !removes }

  /// What puts the driver in.
  public static func installing(_ site: HookSite) -> MergeDriverPlan {
    let call = Shown.word(site.guardExecutable).split(separator: "%", omittingEmptySubsequences: false)
      .joined(separator: "%%")
    let driver = Array("\(call) merge-driver --marker-size %L -- %O %A %B %P".utf8)
    let settings = [
      Setting(key: "\(section).name", value: Array("guard: stages of dvc.lock, outputs of .dvc files".utf8)),
      Setting(key: "\(section).driver", value: driver),
    ]
    var remarks = ""
    if site.mergeDriver == driver { remarks += "The merge driver is there already.\n" }
    let lines = MergedFiles.allCases.filter { site.mergeAttributes[$0] != Array("guard".utf8) }
    if !lines.isEmpty {
      remarks +=
        "Git asks the merge driver for the files that .gitattributes names. Add to it, and commit it:\n"
      remarks += lines.map { "    \($0.rawValue) merge=guard\n" }.joined()
    }
    if site.mergeAttributes[.pointers] == Array("dvc".utf8) {
      remarks +=
        "*.dvc has merge=dvc now. DVC's own driver puts two directories of `dvc add` together file by file, "
        + "and fails for all else. Of two lines the last one counts.\n"
    }
    return MergeDriverPlan(
      settings: site.mergeDriver == driver ? [] : settings, removes: false, remarks: remarks)
  }

  /// What takes it out.
  public static func uninstalling(_ site: HookSite) -> MergeDriverPlan {
    let isNamed = site.mergeAttributes.values.contains(Array("guard".utf8))
    return MergeDriverPlan(
      settings: [], removes: site.mergeDriver != nil,
      remarks: site.mergeDriver != nil && isNamed
        ? "`merge=guard` in .gitattributes may stay: without the driver Git merges line by line.\n" : "")
  }
}

/// The files that guard merges, as `.gitattributes` names them.
public enum MergedFiles: String, CaseIterable, Hashable, Sendable {
  /// What is recorded of pipelines.
  case locks = "dvc.lock"
  /// What is recorded of data.
  case pointers = "*.dvc"

  /// The name of such a file.
  public var sample: String {
    switch self {
    case .locks: "dvc.lock"
    case .pointers: "sample.dvc"
    }
  }
}

extension MergeDriverPlan: CustomStringConvertible {
  /// The steps, one a line; an empty text when there are none.
  public var description: String {
    settings.map { "  set    \($0.key) to \(Shown.path($0.value))\n" }.joined()
      + (removes ? "  unset  \(Self.section)\n" : "")
  }
}
