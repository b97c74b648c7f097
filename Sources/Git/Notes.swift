/// The notes of a notes ref as it was at one moment, in any layout of Git's: flat, below directories of two
/// hexadecimal digits at any depth, or mixed (git-notes(1); `notes.c` of Git 2.39).
public final class Notes {
  /// One note.
  public struct Note: Hashable, Sendable {
    /// The object that it is about; it need not exist here.
    public let object: ObjectID
    /// The blob that holds it.
    public let blob: ObjectID
  }

  /// The commit that the ref led to; `nil` when there was no such ref.
  public let tip: CommitID?
  private let tree: NotesTree
  private let backend: any Backend

  init(tip: CommitID?, root: ObjectID?, trees: TreeObjects, backend: any Backend) {
    self.tip = tip
    self.backend = backend
    tree = NotesTree(root: root, trees: trees)
  }

  /// The bytes of an object's note; `nil` when it has none. Where a note stands in two places of the tree both are
  /// given, with an empty line between.
  public func note(of object: ObjectID) throws(GitError) -> [UInt8]? {
    try tree.places(of: object).content(in: backend)
  }

  /// The bytes of a commit's note; `nil` when it has none.
  public func note(of commit: CommitID) throws(GitError) -> [UInt8]? { try note(of: commit.object) }

  /// All notes, in no order; of an object with two, both.
  public func all() throws(GitError) -> [Note] { try tree.all().notes }

  /// All notes, and how many entries of the tree are none.
  public func listing() throws(GitError) -> (notes: [Note], others: Int) { try tree.all() }

  /// The bytes of a blob that a note names.
  public func content(of note: Note) throws(GitError) -> [UInt8] { try backend.object(note.blob).bytes }
}

extension Repository {
  /// The notes of a ref as it is now.
  public func notes(in reference: NotesReference) throws(GitError) -> Notes {
    try notes(at: backend.reference(named: reference.name).map(CommitID.init))
  }

  /// The notes that a commit of notes holds; none without one.
  public func notes(at tip: CommitID?) throws(GitError) -> Notes {
    let root = try tip.map { tip throws(GitError) in try commit(tip).tree }
    return Notes(tip: tip, root: root, trees: context.trees, backend: backend)
  }
}

/// Where notes stand in a tree.
struct NotesTree {
  /// A place of a note: the names on the way, and the blob.
  struct Place {
    let path: [[UInt8]]
    let blob: ObjectID
  }

  let root: ObjectID?
  let trees: TreeObjects

  /// Where the note of an object stands; more than one place is legal.
  func places(of object: ObjectID) throws(GitError) -> [Place] {
    var places: [Place] = []
    var (rest, path, directory) = (object.hexadecimal[...], [[UInt8]](), root)
    while let id = directory {
      let entries = try trees.entries(of: id)
      if let entry = entries.entry(named: rest), entry.mode.isFile, let blob = entry.id {
        places.append(Place(path: path + [Array(rest)], blob: blob))
      }
      guard rest.count > 2, let next = entries.entry(named: rest.prefix(2)), next.mode == .directory else {
        break
      }
      path.append(next.name)
      rest = rest.dropFirst(2)
      directory = next.id
    }
    return places
  }

  /// Where the note of an object is to stand: as deep as there are directories for it, and below one at least, since
  /// every commit of notes writes the directories on the way anew.
  func target(of object: ObjectID) throws(GitError) -> [[UInt8]] {
    var (rest, path, directory) = (object.hexadecimal[...], [[UInt8]](), root)
    while rest.count > 2 {
      let next = try directory.flatMap { id throws(GitError) in
        try trees.entries(of: id).entry(named: rest.prefix(2))
      }
      if let next, next.mode != .directory { break }
      if next == nil, !path.isEmpty { break }
      path.append(Array(rest.prefix(2)))
      rest = rest.dropFirst(2)
      directory = next?.id
    }
    return path + [Array(rest)]
  }

  /// All notes, and how many entries are none.
  func all() throws(GitError) -> (notes: [Notes.Note], others: Int) {
    var notes: [Notes.Note] = []
    var others = 0
    var pending: [(digits: [UInt8], tree: ObjectID)] = root.map { [([], $0)] } ?? []
    while let (digits, tree) = pending.popLast() {
      for entry in try trees.entries(of: tree) {
        guard let id = entry.id else {
          others += 1
          continue
        }
        switch Self.kind(of: entry, below: digits) {
        case .note(let object): notes.append(Notes.Note(object: object, blob: id))
        case .directory(let digits): pending.append((digits, id))
        case .other: others += 1
        }
      }
    }
    return (notes, others)
  }

  /// What an entry of a notes tree is.
  enum Kind {
    case note(ObjectID)
    case directory(digits: [UInt8])
    case other
  }

  /// What an entry is below directories whose names are these digits.
  static func kind(of entry: TreeEntry, below digits: [UInt8]) -> Kind {
    let all = digits + entry.name
    if entry.mode.isFile, let object = ObjectID(hexadecimal: all) { return .note(object) }
    guard entry.mode == .directory, entry.name.count == 2, all.count < 64,
      entry.name.allSatisfy({ $0.isLowercaseHexadecimal })
    else { return .other }
    return .directory(digits: all)
  }
}

extension [NotesTree.Place] {
  /// The bytes that stand in these places together; `nil` when there is none.
  func content(in backend: any Backend) throws(GitError) -> [UInt8]? {
    guard !isEmpty else { return nil }
    var content: [[UInt8]] = []
    for place in self { content.append(try backend.object(place.blob).bytes) }
    return Array<UInt8>(content.joined(separator: [0x0A]))
  }
}

extension UInt8 {
  fileprivate var isLowercaseHexadecimal: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
  }
}
