/// Whether a commit can be restored: what is known of the data that it names.
public struct Restoration: Sendable {
  /// Data that is not in one place.
  public struct Gap: Sendable {
    /// How many objects of the cache it is.
    public let objects: Int
    /// An output that it belongs to.
    public let example: String

    /// Some data.
    public init(objects: Int, example: String) {
      self.objects = objects
      self.example = example
    }
  }

  /// What the remotes said.
  public enum Remotes: Sendable {
    /// They were not asked.
    case notAsked
    /// This is missing there; `nil` when nothing is.
    case asked(Gap?)
    /// They could not tell, and why.
    case unknown(String)
  }

  /// How many objects the commit names.
  public var objects: Int
  /// What the cache of this machine lacks; `nil` when nothing.
  public var missingHere: Gap?
  /// What the remotes lack.
  public var remotes: Remotes
  /// What cannot be read of the commit, so that more data may be named than is known, and why.
  public var unreadable: String?
  /// How many errors the policy finds in the commit.
  public var errors: Int

  /// What is known.
  public init(objects: Int, missingHere: Gap?, remotes: Remotes, unreadable: String?, errors: Int) {
    self.objects = objects
    self.missingHere = missingHere
    self.remotes = remotes
    self.unreadable = unreadable
    self.errors = errors
  }

  /// Lines for a person.
  /// - Parameter name: the commit, as it is typed.
  func lines(_ name: String) -> [String] {
    var lines = ["restore: " + RecordWords.shown(answer(name))]
    if errors > 0 {
      let count = errors == 1 ? "1 error" : "\(errors) errors"
      lines.append("    its pipeline does not give these results (\(count)): guard check --rev \(name)")
    }
    return lines
  }

  private func answer(_ name: String) -> String {
    if let unreadable { return "not known: \(unreadable)" }
    guard objects > 0 else { return "yes, it names no data" }
    let isHere = missingHere == nil
    switch remotes {
    case .asked(nil):
      return "yes, all data is on the remote" + (isHere ? " and in the cache of this machine" : "")
    case .asked(let gap?):
      let whole = isHere ? "on this machine only: " : "no: "
      return whole + "\(words(gap)) not on the remote; guard check --rev \(name) --remote tells which"
    case .unknown(let why) where isHere: return "yes, from the cache of this machine; the remote: \(why)"
    case .unknown(let why): return "not known: \(why)"
    case .notAsked:
      guard let missingHere else { return "yes, from the cache of this machine" }
      return "not known: \(words(missingHere)) not in the cache of this machine; "
        + "guard show --remote \(name) asks the remote"
    }
  }

  private func words(_ gap: Gap) -> String {
    "\(gap.objects) of \(objects) \(objects == 1 ? "object" : "objects") (\(gap.example)) "
      + (gap.objects == 1 ? "is" : "are")
  }
}
