/// A change of one path of a tree.
struct TreeEdit {
  /// What is to stand at the path.
  enum Content {
    /// A regular file of these bytes.
    case bytes([UInt8])
    /// An object that exists.
    case object(ObjectID, FileMode)
    /// Nothing.
    case nothing
  }

  /// The names on the way to it, its own last.
  let path: [[UInt8]]
  /// What is to stand there.
  let content: Content
}

/// Makes tree objects of others, each directory once.
struct TreeEditor {
  let trees: TreeObjects
  /// Writes an object.
  let write: (ObjectKind, [UInt8]) throws(GitError) -> ObjectID

  /// The tree that edits make of another; directories that are left empty go.
  /// - Parameter root: the tree before; `nil` for one without entries.
  func tree(_ root: ObjectID?, with edits: [TreeEdit]) throws(GitError) -> ObjectID {
    if let tree = try directory(root, edits[...], depth: 0) { return tree }
    return try write(.tree, [])
  }

  private func directory(
    _ id: ObjectID?, _ edits: ArraySlice<TreeEdit>, depth: Int
  ) throws(GitError) -> ObjectID? {
    var entries: [[UInt8]: TreeEntry] = [:]
    for entry in try id.map({ id throws(GitError) in try trees.entries(of: id) }) ?? [] {
      entries[entry.name] = entry
    }
    for (name, edits) in Dictionary(grouping: edits, by: { $0.path[depth] }) {
      let below = edits.filter { $0.path.count > depth + 1 }
      for edit in edits where edit.path.count == depth + 1 {
        entries[name] = try entry(name, edit.content)
      }
      guard !below.isEmpty else { continue }
      let old = entries[name].flatMap { $0.mode == .directory ? $0.id : nil }
      let new = try directory(old, below[...], depth: depth + 1)
      entries[name] = new.map { TreeEntry(name: name, mode: .directory, id: $0) }
    }
    return entries.isEmpty ? nil : try write(.tree, Self.bytes(of: Array(entries.values)))
  }

  private func entry(_ name: [UInt8], _ content: TreeEdit.Content) throws(GitError) -> TreeEntry? {
    switch content {
    case .bytes(let bytes): TreeEntry(name: name, mode: .file, id: try write(.blob, bytes))
    case .object(let id, let mode): TreeEntry(name: name, mode: mode, id: id)
    case .nothing: nil
    }
  }

  /// `MODE NAME\0ID` one after the other, directories sorted as if their names ended with a slash.
  private static func bytes(of entries: [TreeEntry]) -> [UInt8] {
    let sorted = entries.map {
      (key: $0.mode == .directory ? $0.name + [UInt8(ascii: "/")] : $0.name, entry: $0)
    }
    .sorted { $0.key.lexicographicallyPrecedes($1.key) }
    var bytes: [UInt8] = []
    for (_, entry) in sorted {
      guard let id = entry.id else { continue }
      bytes += Array("\(entry.mode.octal) ".utf8) + entry.name + [0] + id.bytes
    }
    return bytes
  }
}

extension FileMode {
  /// The digits that Git writes into a tree.
  var octal: String {
    switch self {
    case .file: "100644"
    case .executable: "100755"
    case .symbolicLink: "120000"
    case .directory: "40000"
    case .submodule: "160000"
    }
  }
}
