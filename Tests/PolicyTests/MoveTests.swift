import Testing
import Trees
import Values

@testable import Policy

/// What a stage reads was moved: the stage follows it, or the move is taken back. To bring back what was moved would leave
/// it twice.
@Suite struct MoveTests {
  private static let hash = "b026324c6904b2a9cb4b88d6d61c81d1"

  /// A stage that reads code, a folder, and data behind a `.dvc` file.
  private func reading(_ dependency: String, command: String = "run") -> Repository {
    var repository = Repository()
    repository["lib.py"] = "print('library')\n"
    repository["src/a.py"] = ""
    repository["src/b.py"] = "print('b')\n"
    repository["data/raw.csv.dvc"] = "outs:\n- md5: \(Self.hash)\n  hash: md5\n  path: raw.csv\n"
    repository["dvc.yaml"] =
      "stages:\n  a:\n    cmd: \(command)\n    deps:\n    - \(dependency)\n    outs: [o]\n"
    repository["dvc.lock"] = """
      schema: '2.0'
      stages:
        a:
          cmd: \(command)
          deps: [{path: \(dependency), hash: md5, md5: \(Self.hash)}]
          outs: [{path: o, hash: md5, md5: \(Self.hash)}]

      """
    repository.ignored = ["o", "data/raw.csv", "data/input.csv"]
    return repository
  }

  private func mend(_ after: Repository, _ before: Repository) throws -> [String?] {
    let report = try after.staged(after: before).verdictReport(only: ["lock/deps"])
    return report.verdicts[0].findings.flatMap { [$0.fix, $0.advice] }
  }

  private func moved(_ before: Repository, _ paths: [(RepositoryPath, RepositoryPath)]) -> Repository {
    var after = before
    for (old, new) in paths { (after[new], after[old]) = (before[old], nil) }
    return after
  }

  @Test func aFileThatIsRenamed() throws {
    let before = reading("lib.py", command: "python lib.py")
    let after = moved(before, [("lib.py", "tools/lib2.py")])
    #expect(
      try mend(after, before) == [
        nil,
        "lib.py is tools/lib2.py now: name it so in dvc.yaml:5, and in the command, then: dvc repro a; "
          + "or take the move back: git mv tools/lib2.py lib.py",
      ])
    // What exists has no move to be taken back.
    let commit = try after.commit(after: [before]).verdictReport(only: ["lock/deps"])
    #expect(
      commit.verdicts[0].findings.map(\.advice) == [
        "lib.py is tools/lib2.py now: name it so in dvc.yaml:5, and in the command, then: dvc repro a"
      ])
  }

  @Test func aFolderThatIsRenamed() throws {
    let before = reading("src")
    let after = moved(before, [("src/a.py", "lib/src/a.py"), ("src/b.py", "lib/src/b.py")])
    #expect(
      try mend(after, before) == [
        nil,
        "src is lib/src now: name it so in dvc.yaml:5, then: dvc repro a; or take the move back: "
          + "git mv lib/src src",
      ])
  }

  @Test func dataThatIsRenamed() throws {
    let before = reading("data/raw.csv")
    var after = before
    after["data/raw.csv.dvc"] = nil
    after["data/input.csv.dvc"] = "outs:\n- md5: \(Self.hash)\n  hash: md5\n  path: input.csv\n"
    after["data/.gitignore"] = "/input.csv\n"
    let follow = "data/raw.csv is data/input.csv now: name it so in dvc.yaml:5, then: dvc repro a"
    #expect(try mend(after, before) == [nil, follow])
    after.workTree["data/input.csv"] = "1\n"
    #expect(
      try mend(after, before) == [
        nil,
        follow + "; or take the move back: dvc move data/input.csv data/raw.csv && "
          + "git add -A data/.gitignore data/input.csv.dvc data/raw.csv.dvc",
      ])
    // Other data is no move.
    after["data/input.csv.dvc"] =
      "outs:\n- md5: 26ab0db90d72e28ad0ba1e22ee510510\n  hash: md5\n  path: input.csv\n"
    #expect(try mend(after, before)[0] == "git restore --staged --worktree data/raw.csv.dvc")
  }

  @Test func whatIsNoMove() throws {
    let before = reading("lib.py")
    var after = moved(before, [("lib.py", "one.py")])
    after["two.py"] = after["one.py"]
    let restore = "git restore --staged --worktree lib.py"
    // Nobody knows which of two it is, unless one has kept its name.
    #expect(try mend(after, before)[0] == restore)
    after["two.py"] = nil
    after["one.py"] = "print('another')\n"
    #expect(try mend(after, before)[0] == restore)
    after["tools/lib.py"] = before["lib.py"]
    after["one.py"] = before["lib.py"]
    #expect(try mend(after, before)[1]?.hasPrefix("lib.py is tools/lib.py now") == true)
    // A folder of which only a part is there.
    let folder = reading("src")
    let part = moved(folder, [("src/a.py", "lib/a.py"), ("src/b.py", "b.py")])
    #expect(try mend(part, folder)[1]?.contains(" now: ") == false)
  }

  @Test func whatStandsAtTheOldPathAgainIsNotOverwritten() throws {
    let before = reading("src")
    var after = moved(before, [("src/a.py", "lib/a.py"), ("src/b.py", "lib/b.py")])
    after.workTree["src/cache"] = "left"
    after.ignored.insert("src/cache")
    #expect(
      try mend(after, before) == [nil, "src is lib now: name it so in dvc.yaml:5, then: dvc repro a"])
  }
}
