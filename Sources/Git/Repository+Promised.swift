import Platform

extension Repository {
  /// The objects that a partial clone lacks of what a tip has beyond some commits, and of the files of those and of
  /// every commit that it goes out from. What lies below a directory that is missing itself is not known.
  /// - Returns: their ids in hexadecimal.
  public func missingObjects(of old: [CommitID], upTo tip: CommitID) throws(GitError) -> [[UInt8]] {
    let git = try GitCommand(
      environment: commandEnvironment, directory: directory, purpose: "what this partial clone lacks")
    let range = [tip.letters] + old.map { "^\($0.letters)" }
    // Git writes a minus before a commit that the range goes out from, and a question mark before what is missing.
    let boundary = try git.output(of: ["rev-list", "--boundary"] + range).lines(after: UInt8(ascii: "-"))
    let former = old.map(\.letters) + boundary.map { String(decoding: $0, as: UTF8.self) }
    let objects = ["rev-list", "--objects", "--missing=print", "--no-object-names"]
    var missing: Set<[UInt8]> = []
    for commits in former.isEmpty ? [range] : [range, ["--no-walk"] + former] {
      missing.formUnion(try git.output(of: objects + commits).lines(after: UInt8(ascii: "?")))
    }
    return missing.sorted { $0.lexicographicallyPrecedes($1) }
  }
}

extension CommitID {
  fileprivate var letters: String { String(decoding: object.hexadecimal, as: UTF8.self) }
}

extension [UInt8] {
  /// The rest of each line that begins with a letter.
  fileprivate func lines(after letter: UInt8) -> [[UInt8]] {
    split(separator: 0x0A).filter { $0.first == letter }.map { Array($0.dropFirst()) }
  }
}
