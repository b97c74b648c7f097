import Trees
import Values

/// Documents that were read, for trees that are read one after the other: the commits of a range have most of their
/// files alike. Of each file the last bytes are kept, and what they were read as; the same bytes are not read again.
public final class DocumentMemory {
  /// As what bytes are read.
  enum Reading: Hashable {
    /// One of DVC's own files, whose name says which schema it fits.
    case document
    /// A parameters file.
    case parameters
  }

  private struct Place: Hashable {
    let file: RepositoryPath
    let reading: Reading
  }

  private var known: [Place: (bytes: [UInt8], node: Node)] = [:]

  /// Whether the time for reading is over.
  private let isOver: () -> Bool

  /// A memory of nothing.
  /// - Parameter isOver: asked before each file that is read: then none is read any more.
  public init(isOver: @escaping () -> Bool = { false }) { self.isOver = isOver }

  /// What bytes hold; what cannot be read is not kept.
  func node(
    of file: RepositoryPath, _ bytes: [UInt8], as reading: Reading, _ read: () throws(DVCError) -> Node
  ) throws(DVCError) -> Node {
    let place = Place(file: file, reading: reading)
    if let known = known[place], known.bytes == bytes { return known.node }
    guard !isOver() else { throw DVCError(file, .unreadable, "the time for reading is over") }
    let node = try read()
    known[place] = (bytes, node)
    return node
  }
}
