/// What of one tree of notes another lacks.
struct NotesMerge {
  let backend: any Backend
  let trees: TreeObjects
  /// Joins the bytes of two notes of one object.
  let joining: ([UInt8], [UInt8]) -> [UInt8]

  /// Notes of both sides by their objects, as far as the trees that hold them differ, and what is no note.
  private struct Difference {
    var ours: [ObjectID: [ObjectID]] = [:]
    var theirs: [ObjectID: [ObjectID]] = [:]
    /// What only the other side has and is no note: its path, and what it is.
    var others: [(path: [[UInt8]], entry: TreeEntry)] = []
  }

  /// The changes that bring what one tree has into another. What stands at a path and is no note stays as it is.
  func edits(of ours: ObjectID, taking theirs: ObjectID) throws(GitError) -> [TreeEdit] {
    var difference = Difference()
    try compare(ours, theirs, path: [], &difference)
    let tree = NotesTree(root: ours, trees: trees)
    var edits = difference.others.compactMap { path, entry in
      entry.id.map { TreeEdit(path: path, content: .object($0, entry.mode)) }
    }
    for (object, blobs) in difference.theirs.sorted(by: { $0.key.description < $1.key.description }) {
      let known = difference.ours[object] ?? []
      guard known != blobs else { continue }
      let places = try tree.places(of: object)
      let target = try tree.target(of: object)
      let new = try content(blobs)
      guard let old = try places.content(in: backend) else {
        edits.append(TreeEdit(path: target, content: try self.content(new, as: blobs)))
        continue
      }
      let joined = joining(old, new)
      guard joined != old || places.count > 1 else { continue }
      edits += places.filter { $0.path != target }.map { TreeEdit(path: $0.path, content: .nothing) }
      edits.append(TreeEdit(path: target, content: .bytes(joined)))
    }
    return edits
  }

  private func content(_ blobs: [ObjectID]) throws(GitError) -> [UInt8] {
    var content: [[UInt8]] = []
    for blob in blobs { content.append(try backend.object(blob).bytes) }
    return Array<UInt8>(content.joined(separator: [0x0A]))
  }

  private func content(_ bytes: [UInt8], as blobs: [ObjectID]) throws(GitError) -> TreeEdit.Content {
    blobs.count == 1 ? .object(blobs[0], .file) : .bytes(bytes)
  }

  /// Walks both trees side by side; what is the same tree on both sides is not entered.
  private func compare(
    _ ours: ObjectID?, _ theirs: ObjectID?, path: [[UInt8]], _ difference: inout Difference
  ) throws(GitError) {
    guard ours != theirs else { return }
    let own = try ours.map { id throws(GitError) in try trees.entries(of: id) } ?? []
    let other = try theirs.map { id throws(GitError) in try trees.entries(of: id) } ?? []
    let digits = Array(path.joined())
    var entered: Set<[UInt8]> = []
    for entry in own {
      switch NotesTree.kind(of: entry, below: digits) {
      case .note(let object): if let id = entry.id { difference.ours[object, default: []].append(id) }
      case .directory:
        entered.insert(entry.name)
        let there = other.entry(named: entry.name[...]).flatMap { $0.mode == .directory ? $0.id : nil }
        try compare(entry.id, there, path: path + [entry.name], &difference)
      case .other: continue
      }
    }
    for entry in other {
      switch NotesTree.kind(of: entry, below: digits) {
      case .note(let object): if let id = entry.id { difference.theirs[object, default: []].append(id) }
      case .directory where !entered.contains(entry.name):
        try compare(nil, entry.id, path: path + [entry.name], &difference)
      case .directory: continue
      case .other:
        if own.entry(named: entry.name[...]) == nil {
          difference.others.append((path + [entry.name], entry))
        }
      }
    }
  }
}
