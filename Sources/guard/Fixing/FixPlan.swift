import Git
import Platform
import Policy
import Trees

/// What `guard fix` would do: first what DVC records, then lines of ignore files, then what is staged.
struct FixPlan {
  /// The stages whose outputs DVC is to record.
  private(set) var recordings: [SafeMend.Recording] = []
  /// The lines that `.gitignore` files are to get.
  private(set) var lines: [(file: RepositoryPath, line: [UInt8])] = []
  /// The files that are to be staged as they are then.
  private(set) var files: Set<RepositoryPath> = []
  /// What is left to the person, in lines, with the reason.
  private(set) var left: [String] = []

  /// Whether there is nothing to do.
  var isEmpty: Bool { recordings.isEmpty && lines.isEmpty && files.isEmpty }

  /// The plan for findings.
  /// - Parameters:
  ///   - isStagedInPart: whether the index has of a file what neither the last commit nor the work tree has: to stage it
  ///     again would lose that.
  ///   - isStaged: whether the index has a file as the work tree has it.
  ///   - isBrokenOff: whether a run of DVC's in the repository at a root has not ended.
  init(
    for findings: [Finding], isStagedInPart: (RepositoryPath) throws(Failure) -> Bool,
    isStaged: (RepositoryPath) throws(Failure) -> Bool, isBrokenOff: (RepositoryPath) -> Bool
  ) throws(Failure) {
    for finding in findings {
      switch finding.safeMend {
      case .record(let recording)? where isBrokenOff(recording.root):
        let line =
          "a run of dvc's has not ended, or was killed and left half of it: dvc repro, not \(recording.command)"
        if !left.contains(line) { left.append(line) }
      case .record(let recording)?:
        if !recordings.contains(recording) { recordings.append(recording) }
        var files: Set = [recording.lock]
        for file in recording.kept where try !isStaged(file) { files.insert(file) }
        try add(files, isStagedInPart)
      case .ignore(let line, let file)?:
        if !lines.contains(where: { $0.file == file && $0.line == line }) { lines.append((file, line)) }
        try add([file], isStagedInPart)
      case .stage(let files)?: try add(files, isStagedInPart)
      case nil: continue
      }
    }
  }

  private mutating func add(
    _ files: Set<RepositoryPath>, _ isStagedInPart: (RepositoryPath) throws(Failure) -> Bool
  ) throws(Failure) {
    for file in files where !self.files.contains(file) {
      guard try isStagedInPart(file) else {
        self.files.insert(file)
        continue
      }
      let line = "\(file) is staged in part, and staging it again would lose that: stage it yourself"
      if !left.contains(line) { left.append(line) }
    }
  }

  /// The steps, a line each, as commands that do the same at the root of the repository.
  var text: String {
    var steps = recordings.map(\.command)
    steps += lines.map { "add \(String(decoding: $0.line, as: UTF8.self)) to \($0.file)" }
    if !files.isEmpty { steps.append(ShellCommand("git add", files.sorted()).description) }
    return steps.map { "  \($0)\n" }.joined() + left.sorted().map { "  left to you: \($0)\n" }.joined()
  }
}
