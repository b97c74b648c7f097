import DVC
import Hashing
import Trees
import Values

/// What mends data in the work tree that DVC was not told of: DVC is told, or the data becomes again what was recorded.
struct ModifiedMend {
  let subject: Subject
  let workTree: any FileTree

  /// - Parameters:
  ///   - here: the stage as the files of the work tree define and record it.
  ///   - files: what a directory holds now.
  func mend(
    _ stage: JudgedStage, _ here: JudgedStage, _ output: Output, _ path: RepositoryPath, files: Manifest?
  ) throws(JudgementError) -> Mend {
    let isKept = stage.project.keeps(output.recorded)
    let advice = isKept ? "to throw the change away: \(dvc("checkout -f", path, stage))" : nil
    if stage.stage.name != nil {
      let inputsChanged = !here.status.dependencies.isEmpty || here.status.changedCommand != nil
      if inputsChanged || here.hasResultsOfOtherRun(in: subject) {
        return Mend(
          command: stage.rerun,
          advice:
            "to keep what it is now, copy \(ShellCommand.quoted(path.bytes)) away first: the run makes it anew"
        )
      }
      let fix = stage.recordAnew
      return Mend(command: fix, advice: advice, safe: try here.recording(by: fix))
    }
    guard stage.stage.deps.isEmpty else { return Mend(command: stage.recordAnew, advice: advice) }
    if try isRaw(path), !stage.project.only(adds: files, to: output.recorded.value) {
      return Mend(command: try putBeside(path, stage, isKept: isKept), advice: advice)
    }
    return Mend(command: dvc("add", path, stage), advice: advice)
  }

  /// Whether policy wants that the data does not change in place.
  private func isRaw(_ path: RepositoryPath) throws(JudgementError) -> Bool {
    guard subject.policy.isOn(.dataRawChanged) else { return false }
    return subject.rawDirectories.contains(where: path.isInside)
  }

  /// The command that gives new raw data a name of its own, and brings the old data back.
  private func putBeside(
    _ path: RepositoryPath, _ stage: JudgedStage, isKept: Bool
  ) throws(JudgementError) -> String {
    let new = try newName(beside: path)
    let steps = [
      ShellCommand("mv", [path, new]).description,
      dvc(isKept ? "checkout" : "pull", path, stage), dvc("add", new, stage),
    ]
    return steps.joined(separator: " && ")
  }

  /// `reviews-2.csv` beside `reviews.csv`, or the next one that is free.
  private func newName(beside path: RepositoryPath) throws(JudgementError) -> RepositoryPath {
    let name = Array(path.name)
    // The dot of a hidden file begins no ending.
    let dot = name.dropFirst().lastIndex(of: UInt8(ascii: ".")) ?? name.endIndex
    var number = 2
    while true {
      let new = path.parent.appending(name[..<dot] + Array("-\(number)".utf8) + name[dot...])
      let isTaken = try reading { () throws(TreeError) in
        if try workTree.entry(at: new) != nil { return true }
        return try workTree.entry(at: new.pointer) != nil
      }
      if !isTaken { return new }
      number += 1
    }
  }

  private func dvc(_ verb: String, _ path: RepositoryPath, _ stage: JudgedStage) -> String {
    let root = stage.project.root
    return ShellCommand(dvc: verb, in: root, [path.relative(to: root) ?? path.bytes]).description
  }
}

extension JudgedStage {
  /// Whether there is a place that DVC can bring an output from: a remote, or what it was imported from.
  func mayFetch(_ output: Output) -> Bool {
    let isImported = stage.name == nil && !stage.deps.isEmpty
    return isImported || output.remote != nil || project.reader.hasDefaultRemote(project.root)
  }
}

extension JudgedProject {
  /// Whether the cache of this machine holds what is recorded, as far as a look at it tells.
  func keeps(_ recorded: RecordedHash) -> Bool {
    guard let id = recorded.value else { return false }
    return keeps(id, recorded.algorithm)
  }

  /// Whether the cache of this machine holds an object.
  func keeps(_ id: Text, _ algorithm: HashAlgorithm?) -> Bool {
    let object = CacheObject(id: id.utf8, isLegacy: algorithm == .md5DOS2Unix)
    do { return try reader.cache(root)?.presence(of: [object]).first ?? false } catch {
      // A cache that cannot be read keeps nothing that could be told apart.
      return false
    }
  }

  /// Whether a directory that was recorded so has all the files of another one, as they were there: as far as the cache
  /// of this machine has both lists.
  func only(adds current: Text, to old: Text?) -> Bool { only(adds: files(of: current), to: old) }

  /// The same of a directory that holds these files.
  func only(adds here: Manifest?, to old: Text?) -> Bool {
    guard let old, let here, let before = files(of: old) else { return false }
    return before.files.allSatisfy { here.hash(of: $0.path) == $0.hash }
  }

  /// Whether a directory that was recorded so has at a path what that hash is of, a file or a directory; `nil` where nobody
  /// knows.
  func holds(_ path: Text, _ hash: Text, in directory: Text) -> Bool? {
    guard let whole = files(of: directory) else { return nil }
    guard hash.hasSuffix(".dir") else { return whole.hash(of: path) == hash }
    return files(of: hash)?.files.allSatisfy { whole.hash(of: path + "/" + $0.path) == $0.hash }
  }

  private func files(of directory: Text) -> Manifest? {
    let object = CacheObject(id: directory.utf8, isLegacy: false)
    // A list that cannot be read or is damaged tells nothing, as one that is not there.
    guard object.isDirectory, let cache = reader.cache(root),
      let bytes = try? cache.contents(of: object), object.isName(of: bytes)
    else { return nil }
    return Manifest(bytes: bytes)
  }
}

extension Subject {
  /// The directories that hold raw data, as policy names them.
  var rawDirectories: [RepositoryPath] {
    policy.paths("paths", of: "data/raw-changed").compactMap { RepositoryPath.root.resolving($0.utf8) }
  }
}
