import Values

/// What `dvc status --cloud` says: the objects that only the cache has, that only the remote has, and that neither
/// has, by the names of the outputs and files that they are (DVC 3.67, `_cloud_status` in `dvc/repo/status.py`).
public struct CloudStatus: Equatable, Sendable {
  /// Where an object is not.
  public enum State: String, Comparable, Sendable {
    /// The remote has it, the cache has not.
    case deleted
    /// The cache has it, the remote has not.
    case new
    /// Neither has it.
    case missing

    /// The order in which DVC writes them: of two objects with one name the later counts.
    public static func < (left: State, right: State) -> Bool { left.rank < right.rank }

    private var rank: Int { [.deleted, .new, .missing].firstIndex(of: self) ?? 0 }
  }

  /// One line of it.
  public struct Entry: Equatable, Sendable {
    /// The output, or the file in a directory.
    public let name: Text
    /// Where its object is not.
    public internal(set) var state: State
  }

  /// The lines, in the order in which the outputs were met.
  public private(set) var entries: [Entry] = []
  private var places: [Text: Int] = [:]

  /// Nothing differs.
  public init() {}

  /// Whether cache and remote are in sync.
  public var isEmpty: Bool { entries.isEmpty }

  mutating func set(_ name: Text, _ state: State) {
    guard let place = places[name] else {
      places[name] = entries.count
      entries.append(Entry(name: name, state: state))
      return
    }
    entries[place].state = max(entries[place].state, state)
  }
}
