import DVC
import Hashing
import Trees
import Values

/// What a commit moves: a path that it takes away, and the one that it adds with the same content.
struct Move {
  let old: RepositoryPath
  let new: RepositoryPath
  /// What was moved with it: the path itself, a directory of DVC's above it.
  let whole: (old: RepositoryPath, new: RepositoryPath)
  /// The `.dvc` files, where the data is DVC's.
  let pointers: (old: RepositoryPath, new: RepositoryPath)?
}

extension JudgedStage {
  /// What to do where something that the stage reads was moved, in words: nobody knows whether the stage is to follow it.
  func mend(of move: Move, at reference: PathSpace.Reference, in subject: Subject) throws(JudgementError)
    -> Mend
  {
    let line = stage.deps.first { $0.reference == reference }?.position.map { ":\($0.line)" } ?? ""
    let isInCommand = namedDependencies.contains(move.old)
    let follow = "name it so in \(stage.file)\(line)\(isInCommand ? ", and in the command" : "")"
    let back = try subject.undoing(move).map { "; or take the move back: \($0)" } ?? ""
    return Mend(advice: "\(move.old) is \(move.new) now: \(follow), then: \(mend)\(back)")
  }

  /// Where something went that the commit takes away at a path; `nil` where no one other path has it now.
  func move(of path: RepositoryPath, in subject: Subject) throws(JudgementError) -> Move? {
    let changes = try subject.changes()
    let gone = Set(changes.filter { $0.kind == .deleted }.map(\.path))
    let added = changes.filter { $0.kind == .added }
    guard !gone.isEmpty, !added.isEmpty else { return nil }
    for parent in try subject.ancestry().parents {
      if let move = try moveOfData(path, from: parent, gone, Set(added.map(\.path))) { return move }
      if let move = try subject.moveOfFiles(path, from: parent, gone, added) { return move }
    }
    return nil
  }

  /// Where data went whose `.dvc` file is another one now, with the same hash in it.
  private func moveOfData(
    _ path: RepositoryPath, from parent: Subject, _ gone: Set<RepositoryPath>, _ added: Set<RepositoryPath>
  ) throws(JudgementError) -> Move? {
    let before = try parent.projects().first { $0.root == project.root }
    let old = (before?.outputs(ofPointers: gone) ?? []).first { path.isInside($0.path) }
    guard let old, let relative = path.relative(to: old.path) else { return nil }
    let found = project.outputs(ofPointers: added).filter { $0.hash == old.hash }
    guard found.count == 1, let new = found.first else { return nil }
    return Move(
      old: path, new: relative.isEmpty ? new.path : new.path.appending(relative), whole: (old.path, new.path),
      pointers: (old.pointer, new.pointer))
  }
}

extension JudgedProject {
  /// What some `.dvc` files stand for.
  fileprivate func outputs(
    ofPointers files: Set<RepositoryPath>
  ) -> [(pointer: RepositoryPath, path: RepositoryPath, hash: Text)] {
    judgedStages.filter { $0.stage.name == nil && files.contains($0.stage.file) }.flatMap { stage in
      stage.stage.outs.compactMap { output in
        guard let path = output.reference.path, let hash = output.recorded.value else { return nil }
        return (stage.stage.file, path, hash)
      }
    }
  }
}

extension Subject {
  /// More files than anybody looks for one among.
  private static let limit = 2000

  /// Where a file of Git's went, or a directory with all its files.
  fileprivate func moveOfFiles(
    _ path: RepositoryPath, from parent: Subject, _ gone: Set<RepositoryPath>, _ added: [PathChange]
  ) throws(JudgementError) -> Move? {
    let files = gone.filter { $0.isInside(path) }.sorted()
    guard let first = files.first, let relative = first.relative(to: path) else { return nil }
    let ending = relative.isEmpty ? [] : [UInt8(ascii: "/")] + relative
    let likely = added.filter { $0.path.bytes.count > ending.count && $0.path.bytes.ends(with: ending) }
    var places = try same(as: first, of: parent, among: likely).map { file in
      RepositoryPath(normalized: file.bytes.dropLast(ending.count))
    }
    for file in files.dropFirst() {
      guard let relative = file.relative(to: path) else { continue }
      var whole: [RepositoryPath] = []
      for place in places where try has(place.appending(relative)) { whole.append(place) }
      places = whole
    }
    let namesakes = places.filter { $0.name == path.name }
    guard let new = places.count == 1 ? places.first : namesakes.count == 1 ? namesakes.first : nil else {
      return nil
    }
    return Move(old: path, new: new, whole: (path, new), pointers: nil)
  }

  private func has(_ path: RepositoryPath) throws(JudgementError) -> Bool {
    try reading { () throws(TreeError) in try tree.entry(at: path) } != nil
  }

  /// The files among these that have the content which a file of a parent had.
  private func same(
    as file: RepositoryPath, of parent: Subject, among added: [PathChange]
  ) throws(JudgementError) -> [RepositoryPath] {
    do throws(TreeError) {
      let size = try parent.tree.storedSize(of: file)
      let likely = added.filter { change in
        guard case .bytes(let bytes) = change.size, let size else { return true }
        return bytes == size
      }
      guard !likely.isEmpty, likely.count <= Self.limit else { return [] }
      let digest = try parent.tree.digest(of: file, .md5)
      let paths = likely.map(\.path)
      return zip(paths, try tree.digests(of: paths, .md5)).filter { $0.1 == digest }.map(\.0)
    } catch {
      // What is not here, as in a partial clone, is not known to be the same.
      guard case .notAvailable = error else { throw .tree(error) }
      return []
    }
  }

  /// The command that takes a move back; `nil` where it was not made here, or something stands at the old path again.
  fileprivate func undoing(_ move: Move) throws(JudgementError) -> ShellCommand? {
    guard !isCommit, let here = workTree?.tree else { return nil }
    let (old, new) = move.whole
    let (moved, other) = try reading { () throws(TreeError) in
      (try here.target(of: new), try here.entry(at: old))
    }
    guard moved != nil, other == nil else { return nil }
    if let pointers = move.pointers { return try undoing(move, pointers) }
    let isDirectoryHere = try reading { () throws(TreeError) in try here.target(of: old.parent) == .directory
    }
    let step = ShellCommand("git mv", [new, old])
    return isDirectoryHere || old.parent.isRoot
      ? step : ShellCommand(steps: [ShellCommand("mkdir -p", [old.parent]), step])
  }

  /// `dvc move` writes lines of `.gitignore` files as well, and takes away those that are empty then.
  private func undoing(
    _ move: Move, _ pointers: (old: RepositoryPath, new: RepositoryPath)
  ) throws(JudgementError) -> ShellCommand? {
    let roots = try projects().map(\.root).filter(pointers.new.isInside)
    guard let root = roots.last, pointers.old.isInside(root) else { return nil }
    var files = [pointers.old, pointers.new]
    for directory in Set([pointers.old.parent, pointers.new.parent]) {
      let ignore = directory.appending(Array(".gitignore".utf8))
      if try changes().contains(where: { $0.path == ignore }) { files.append(ignore) }
    }
    let operands = [move.whole.new, move.whole.old].map { $0.relative(to: root) ?? $0.bytes }
    return ShellCommand(steps: [
      ShellCommand(dvc: "move", in: root, operands), ShellCommand("git add -A", files.sorted()),
    ])
  }
}

extension [UInt8] {
  /// Whether it ends with some bytes.
  fileprivate func ends(with ending: [UInt8]) -> Bool { suffix(ending.count).elementsEqual(ending) }
}
