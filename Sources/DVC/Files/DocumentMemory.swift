import Trees
import Values

/// Documents that were read, and stages that were made of them, for trees that are read one after the other: the commits
/// of a range have most of their files alike. Of each file the last bytes are kept, and what they were read as; the same
/// bytes are not read again, and of the same entries the same stages are made.
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

  private struct StagePlace: Hashable {
    let file: RepositoryPath
    let name: Text?
  }

  private var known: [Place: (bytes: [UInt8], node: Node)] = [:]
  private var stages: [StagePlace: (source: StageSource, stage: Stage)] = [:]

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

  /// The stage of an entry; one that cannot be made is not kept.
  func stage(of source: StageSource, _ make: () throws(DVCError) -> Stage) throws(DVCError) -> Stage {
    let place = StagePlace(file: source.file, name: source.name)
    if let known = stages[place], known.source.isSame(as: source) { return known.stage }
    let stage = try make()
    stages[place] = source.isComplete ? (source, stage) : nil
    return stage
  }
}
