import Values

/// What both sides of a merge changed, and not in the same way.
public struct MergeConflict: Sendable {
  /// What it is about.
  public enum Subject: Hashable, Sendable {
    /// A stage of a `dvc.lock`.
    case stage(Text)
    /// An output of a `.dvc` file, by its path.
    case output(Text)
    /// A dataset of a `dvc.lock`.
    case dataset(Text)
    /// Anything else, by its key at the top of the file.
    case key(Text)
    /// All of a `.dvc` file whose output depends on what else is in it, as of an import.
    case file
  }

  /// What the sides did.
  public enum Deed: Hashable, Sendable { case bothAdded, bothChanged, oursDeleted, theirsDeleted }

  /// One value that is not the same on both sides.
  public struct Difference: Hashable, Sendable {
    /// The keys, names and paths that lead to it.
    public let what: Text
    /// The values; `nil` where there is none.
    public let ours: Text?, theirs: Text?
  }

  /// What it is about.
  public let subject: Subject
  /// What the sides did.
  public let deed: Deed
  /// What is not the same, when both sides have it. Sizes are left out where something else tells the two apart.
  public let differences: [Difference]
  /// Whether base and sides are directories, whose lists DVC's own merge driver can merge file by file.
  public let isOfDirectories: Bool
  /// The line of the merged file at which its markers begin, from 1.
  public internal(set) var line = 1

  init(_ subject: Subject, base: Node?, ours: Node?, theirs: Node?) {
    self.subject = subject
    deed =
      ours == nil ? .oursDeleted : theirs == nil ? .theirsDeleted : base == nil ? .bothAdded : .bothChanged
    differences = Self.differences(ours, theirs)
    isOfDirectories = [base, ours, theirs].allSatisfy {
      $0?.map?["md5"]?.text?.hasSuffix(".dir") == true
    }
  }

  private static func differences(_ ours: Node?, _ theirs: Node?) -> [Difference] {
    guard let ours, let theirs else { return [] }
    var left: [(what: [Text], value: Text)] = []
    var right = left
    collect(ours, [], into: &left)
    collect(theirs, [], into: &right)
    let known = Dictionary(right.map { ($0.what, $0.value) }) { $1 }
    let own = Set(left.map(\.what))
    var found = left.compactMap { what, value in
      known[what] == value ? nil : (what, Difference(what: name(what), ours: value, theirs: known[what]))
    }
    found += right.filter { !own.contains($0.what) }.map { what, value in
      (what, Difference(what: name(what), ours: nil, theirs: value))
    }
    let telling = found.filter { what, _ in !["size", "nfiles"].contains(what.last) }
    return (telling.isEmpty ? found : telling).map { $0.1 }
  }

  private static func name(_ what: [Text]) -> Text { what.joined(separator: " ") }

  /// The values at the ends of a tree; entries of a list are told apart by their paths.
  private static func collect(_ node: Node, _ what: [Text], into leaves: inout [(what: [Text], value: Text)])
  {
    switch node.value {
    case .map(let map) where !map.isEmpty:
      for entry in map.entries where !(entry.key.text == "path" && what.last == entry.value.text) {
        collect(entry.value, what + [entry.key.value.pythonString], into: &leaves)
      }
    case .list(let list) where !list.isEmpty && list.allSatisfy({ $0.map?["path"]?.text != nil }):
      for item in list { collect(item, what + [item.map?["path"]?.text ?? ""], into: &leaves) }
    default: leaves.append((what, node.value.pythonString))
    }
  }
}
