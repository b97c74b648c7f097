/// A name that leads to an object: a branch, a tag, a note.
public struct Reference: Hashable, Sendable {
  /// The full name, such as `refs/heads/main`.
  public let name: [UInt8]
  /// What it leads to: a commit, or the object of an annotated tag.
  public let object: ObjectID

  /// A name and what it leads to.
  public init(name: [UInt8], object: ObjectID) {
    self.name = name
    self.object = object
  }
}
