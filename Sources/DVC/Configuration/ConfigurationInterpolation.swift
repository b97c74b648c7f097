import Values

/// Puts the values of other keys in the place of `%(key)s`, as ConfigObj's default engine does.
struct ConfigurationInterpolation {
  /// Why a value cannot be completed.
  struct Failure: Error {
    let why: String
  }

  /// How often values of a file may refer to others, and how long one may grow, in bytes. DVC has no limit.
  private static let referenceLimit = 10_000
  private static let limit = 1 << 20
  /// About as deep as Python recurses.
  private static let depthLimit = 900
  private var references = 0

  /// A key on the way, so that loops are found. ConfigObj takes sections of one name for one.
  private struct Step: Hashable {
    let key: Text
    let section: Text?
  }

  /// The text that a value of a key becomes.
  mutating func complete(
    _ text: Text, of key: Text, in section: ConfigurationSection
  ) throws(Failure) -> Text {
    guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
    var trail: Set<Step> = []
    return try complete(text, Step(key: key, section: section.name), in: section, &trail)
  }

  private mutating func complete(
    _ text: Text, _ step: Step, in section: ConfigurationSection, _ trail: inout Set<Step>
  ) throws(Failure) -> Text {
    guard trail.insert(step).inserted else {
      throw Failure(why: "'%(\(step.key))s' is part of its own value")
    }
    guard trail.count <= Self.depthLimit else { throw Failure(why: "values refer to values too deeply") }
    var result = Text(utf8: [])
    var references = References(text.utf8)
    while let (before, key) = references.next() {
      let (value, owner) = try fetch(key, in: section)
      result += Text(utf8: before)
      result += try complete(value, Step(key: key, section: owner), in: section, &trail)
      self.references += 1
      guard result.utf8.count <= Self.limit, self.references <= Self.referenceLimit else {
        throw Failure(why: "its value grows too long")
      }
    }
    trail.remove(step)
    return result + Text(utf8: references.rest)
  }

  /// The value of a key in a section, in the `DEFAULT` section in it, or in those around it.
  private func fetch(
    _ key: Text, in section: ConfigurationSection
  ) throws(Failure) -> (value: Text, owner: Text?) {
    var next: ConfigurationSection? = section
    while let here = next {
      if here.scalar("DEFAULT") != nil, here.scalar(key) == nil {
        throw Failure(why: "'DEFAULT' must be a section when '%(\(key))s' is looked for")
      }
      if let value = here.scalar(key) ?? here.section("DEFAULT")?.scalar(key) {
        guard case .text(let text) = value else { throw Failure(why: "'%(\(key))s' is a list") }
        return (text, here.name)
      }
      next = here.parent
    }
    throw Failure(why: "there is no value for '%(\(key))s'")
  }

  /// The places `%(key)s` of a text.
  private struct References {
    private(set) var rest: ArraySlice<UInt8>
    private var close: Int?

    init(_ bytes: [UInt8]) {
      rest = bytes[...]
      close = rest.firstIndex(of: UInt8(ascii: ")"))
    }

    /// The text up to the next place, and its key.
    mutating func next() -> (before: ArraySlice<UInt8>, key: Text)? {
      var start = rest.startIndex
      while let percent = rest[start...].firstIndex(of: UInt8(ascii: "%")) {
        start = percent + 1
        guard start < rest.endIndex, rest[start] == UInt8(ascii: "(") else { continue }
        if let found = close, found < start { close = rest[start...].firstIndex(of: UInt8(ascii: ")")) }
        guard let close else { return nil }
        guard close + 1 < rest.endIndex, rest[close + 1] == UInt8(ascii: "s") else { continue }
        defer { rest = rest[(close + 2)...] }
        return (rest[..<percent], Text(utf8: rest[(start + 1)..<close]))
      }
      return nil
    }
  }
}
