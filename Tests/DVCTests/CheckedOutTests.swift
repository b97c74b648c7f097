import DVC
import Testing
import Trees
import Values

/// A fresh clone after `dvc checkout`: outputs lie over Git's files.
@Suite struct CheckedOutTests {
  private static let hash = "0123456789abcdef0123456789abcdef"

  private func status(
    _ files: [RepositoryPath: String], objects: [String: [UInt8]] = [:]
  ) throws -> String {
    var fixture = StatusFixture(files: files)
    fixture.files[".dvc/config"] = ""
    fixture.objects = objects
    return try fixture.status()
  }

  @Test func aDirectoryMixesCodeAndOutputs() throws {
    let code = "x = 1\n"
    let pointer = "outs: [{path: big, hash: md5, md5: \(Self.hash)}]"
    let manifest = Manifest([
      Manifest.File(path: "a.py", hash: Text(StatusFixture.md5(code))),
      Manifest.File(path: "big.dvc", hash: Text(StatusFixture.md5(pointer))),
      Manifest.File(path: "big", hash: Text(Self.hash)),
    ])
    #expect(
      try status([
        "src/a.py": code, "src/big.dvc": pointer, "dvc.yaml": "stages: {s: {cmd: x, deps: [src]}}",
        "dvc.lock": """
        schema: '2.0'
        stages: {s: {cmd: x, deps: [{path: src, hash: md5, md5: \(manifest.objectID)}]}}
        """,
      ]) == "{}")
  }

  @Test func anOutputNeverRecordedIsDeleted() throws {
    #expect(
      try status(["dvc.yaml": "stages: {s: {cmd: x, outs: [o]}}"])
        == #"{"s": [{"changed outs": {"o": "deleted"}}]}"#)
  }

  @Test func ofTwoPointersToOnePathTheLastOneIsCheckedOut() throws {
    #expect(
      try status([
        "a.dvc": "outs: [{path: o, hash: md5, md5: \(Self.hash)}]",
        "b.dvc": "outs: [{path: o, hash: md5, md5: \(String(Self.hash.reversed()))}]",
      ]) == #"{"a.dvc": [{"changed outs": {"o": "modified"}}]}"#)
  }

  @Test func aHashThatNoObjectCanHaveIsNotInTheCache() throws {
    #expect(
      try status(["a.dvc": "outs: [{path: o, hash: md5, md5: \(Self.hash.uppercased())}]"])
        == #"{"a.dvc": [{"changed outs": {"o": "not in cache"}}]}"#)
  }

  /// Found by fuzzing: the walk through a directory with an empty name had no end.
  @Test(arguments: ["/x", "x//y", "x/", "", ".", "..", "../x", "x/./y", "x/.."])
  func aListOfFilesWithAPathThatCannotBeIsRefused(path: String) throws {
    let stages = "stages: {s: {cmd: x, deps: [.]}}"
    let file = "files: [{relpath: '\(path)', md5: \(Self.hash)}]"
    let list = #"[{"md5": "\#(Self.hash)", "relpath": "\#(path)"}]"#
    var files: [RepositoryPath: String] = [
      "dvc.yaml": stages, "d/a.dvc": "outs: [{path: e, hash: md5, \(file)}]",
    ]
    files["dvc.lock"] =
      "schema: '2.0'\nstages: {s: {cmd: x, deps: [{path: ., hash: md5, md5: \(Self.hash).dir}]}}"
    #expect(throws: DVCError.self) { try status(files) }
    let id = StatusFixture.md5(list) + ".dir"
    files["d/a.dvc"] = "outs: [{path: e, hash: md5, md5: \(id)}]"
    #expect(throws: DVCError.self) { try status(files, objects: [id: Array(list.utf8)]) }
  }

  /// A list that somebody wrote into is nobody's: what it says of the directory's files is not believed.
  @Test func aListThatIsNotWhatItsNameSaysIsDamaged() throws {
    let list = #"[{"md5": "\#(Self.hash)", "relpath": "x"}]"#
    let id = StatusFixture.md5(list) + ".dir"
    var fixture = StatusFixture()
    fixture.files["d.dvc"] = "outs: [{path: d, hash: md5, md5: \(id)}]"
    fixture.files["dvc.yaml"] = "stages: {s: {cmd: x, deps: [d/x]}}"
    fixture.files["dvc.lock"] =
      "schema: '2.0'\nstages: {s: {cmd: x, deps: [{path: d/x, hash: md5, md5: \(Self.hash)}]}}"
    fixture.objects = [id: Array(list.utf8)]
    #expect(try fixture.notChecked().isEmpty)
    #expect(try fixture.status() == "{}")

    fixture.objects = [id: Array(list.replacing("0123", with: "3210").utf8)]
    let why = "the list of its files (\(id)) is damaged in the cache of this machine"
    #expect(try fixture.notChecked().map(\.why) == [why])
    fixture.objects = [id: Array("no list".utf8)]
    #expect(try fixture.notChecked().map(\.why) == [why])
  }

  @Test func aListOfFilesStandsInForAManifest() throws {
    #expect(
      try status(["a.dvc": "outs: [{path: d, hash: md5, files: [{relpath: x, md5: \(Self.hash)}]}]"]) == "{}")
  }
}
