import Testing
import Trees
import Values

@testable import Policy

/// Raw data that is not as it was.
@Suite struct RawDataTests {
  @Test func rawDataThatChangedInPlaceWarns() throws {
    var before = Repository()
    before["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
    before.ignored = ["data/raw/s.csv"]
    var after = before
    after["data/raw/s.csv.dvc"] = pointer("s.csv", "new")
    after["data/raw/t.csv.dvc"] = pointer("t.csv", "t")
    after.ignored.insert("data/raw/t.csv")
    #expect(
      try after.commit(after: [before]).report() == """
        data/raw/s.csv.dvc:2: warning: raw data 'data/raw/s.csv' changed in place [data/raw-changed]
            recorded: \(md5("old"))
            current:  \(md5("new"))
            do:  keep the old data, and add the new data under another name
        guard: 0 errors, 1 warning in 1 commit

        """)
  }

  @Test func anImportThatIsBroughtUpToDateIsNotChangedInPlace() throws {
    func imported(_ text: String) -> String {
      "deps:\n- path: https://example.org/s.csv\n  etag: \(md5(text))\n" + pointer("s.csv", text)
    }
    var before = Repository()
    before["data/raw/s.csv.dvc"] = imported("old")
    before.ignored = ["data/raw/s.csv"]
    var after = before
    after["data/raw/s.csv.dvc"] = imported("new")
    #expect(try !after.commit(after: [before]).report(only: ["data/raw-changed"]).contains("in place"))
  }

  @Test func rawDataThatAMergeTakesOverIsNotChangedByIt() throws {
    var first = Repository()
    first["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
    first.ignored = ["data/raw/s.csv"]
    var second = first
    second["data/raw/s.csv.dvc"] = pointer("s.csv", "new")
    var both = second
    both["data/raw/s.csv.dvc"]? += "desc: said anew\n"
    #expect(try both.commit(after: [first, second]).verdictReport().warnings == 0)
    both["data/raw/s.csv.dvc"] = pointer("s.csv", "third")
    #expect(try both.commit(after: [first, second]).verdictReport().warnings == 1)
  }

  private func rawChanges(_ before: Repository, _ after: Repository) throws -> String {
    try after.staged(after: before).report(only: ["data/raw-changed"]).split(separator: "\n")
      .filter { !$0.hasPrefix("guard: ") }.joined(separator: "\n")
  }

  @Test func rawDataThatGoesAwayWarns() throws {
    var before = Repository()
    before["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
    before["data/raw/.gitignore"] = "/s.csv\n/t.csv\n"
    before.ignored = ["data/raw/s.csv"]
    var after = before
    after["data/raw/s.csv.dvc"] = nil
    func told(_ more: String) -> String {
      """
      data/raw/s.csv.dvc: warning: raw data 'data/raw/s.csv' deleted [data/raw-changed]
          recorded: \(md5("old"))
          do:  bring it back\(more): git restore --staged --worktree data/raw/s.csv.dvc
      """
    }
    #expect(try rawChanges(before, after) == told(""))
    after["data/raw/.gitignore"] = "/t.csv\n"
    #expect(try rawChanges(before, after) == told(", and its line in data/raw/.gitignore"))
    #expect(
      try after.commit(after: [before]).report(only: ["data/raw-changed"]).contains(
        "do:  bring data/raw/s.csv.dvc back, which the commit deletes"))
    // The content went to another name, into Git, or is made by a stage now.
    var moved = after
    moved["data/raw/t.csv.dvc"] = pointer("t.csv", "old")
    moved.ignored.insert("data/raw/t.csv")
    #expect(try rawChanges(before, moved) == "")
    var inGit = after
    inGit["data/raw/s.csv"] = "old"
    #expect(try rawChanges(before, inGit) == "")
    inGit["data/raw/s.csv"] = "new"
    #expect(try rawChanges(before, inGit).contains("'data/raw/s.csv' changed in place"))
    var made = after
    made["dvc.yaml"] = "stages:\n  get:\n    cmd: get\n    outs: [data/raw/s.csv]\n"
    #expect(try rawChanges(before, made) == "")
    // Outside it is not with the raw data.
    var outside = after
    outside["data/s.csv.dvc"] = pointer("s.csv", "old")
    #expect(try rawChanges(before, outside).contains("deleted"))
    // A merge of a commit that took it away already.
    #expect(
      try !after.commit(after: [before, after]).report(only: ["data/raw-changed"]).contains("deleted"))
  }

  @Test func aRawDirectoryThatIsTakenApartOrPutTogetherIsNoLoss() throws {
    let list: [Text: String] = ["s.csv": "s"]
    var whole = Repository()
    whole["data/raw/d.dvc"] =
      "outs:\n- md5: \(Repository.directory(list))\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: d\n"
    whole.ignored = ["data/raw/d"]
    var parts = Repository()
    parts["data/raw/d/s.csv.dvc"] = pointer("s.csv", "s")
    parts.ignored = ["data/raw/d/s.csv"]
    #expect(try rawChanges(whole, parts) == "")
    #expect(try rawChanges(parts, whole) == "")
    whole.cached = [:]
    whole.cached = [
      Repository.directory(list): "[{\"md5\": \"\(md5("s"))\", \"relpath\": \"s.csv\"}]"
    ]
    #expect(try rawChanges(parts, whole) == "")
    parts["data/raw/d/s.csv.dvc"] = pointer("s.csv", "other")
    #expect(try rawChanges(parts, whole).contains("'data/raw/d/s.csv' deleted"))
    // The directory goes into one around it.
    let outer: [Text: String] = ["d/s.csv": "s"]
    var around = Repository()
    around["data/raw.dvc"] =
      "outs:\n- md5: \(Repository.directory(outer))\n  size: 1\n  nfiles: 1\n  hash: md5\n  path: raw\n"
    around.ignored = ["data/raw"]
    #expect(try rawChanges(whole, around) == "")
    around.cached = [
      Repository.directory(list): whole.cached?.values.first ?? "",
      Repository.directory(outer): "[{\"md5\": \"\(md5("s"))\", \"relpath\": \"d/s.csv\"}]",
    ]
    #expect(try rawChanges(whole, around) == "")
    let other: [Text: String] = ["d/s.csv": "other"]
    around["data/raw.dvc"] = around["data/raw.dvc"]?.replacingText(
      Repository.directory(outer).string, with: Repository.directory(other).string)
    around.cached?[Repository.directory(other)] =
      "[{\"md5\": \"\(md5("other"))\", \"relpath\": \"d/s.csv\"}]"
    #expect(try rawChanges(whole, around).contains("'data/raw/d' deleted"))
  }

  @Test func rawDataThatGitHasWarns() throws {
    var before = Repository()
    before["data/raw/s.csv"] = "old"
    before["data/raw/README.md"] = "old"
    before["data/raw/get.py"] = "old"
    before["data/raw/.gitkeep"] = "old"
    before["data/s.csv"] = "old"
    var after = before
    for path in ["README.md", "get.py", ".gitkeep", "../s.csv"] {
      after[RepositoryPath.root.resolving("data/raw/\(path)".utf8) ?? .root] = "new"
    }
    after["data/raw/t.csv"] = "new"
    #expect(try rawChanges(before, after) == "")
    after["data/raw/s.csv"] = "new"
    #expect(
      try rawChanges(before, after) == """
        data/raw/s.csv: warning: raw data 'data/raw/s.csv' changed in place [data/raw-changed]
            recorded: \(md5("old"))
            current:  \(md5("new"))
            do:  keep the old data, and add the new data under another name
        """)
    after["data/raw/s.csv"] = nil
    #expect(
      try rawChanges(before, after) == """
        data/raw/s.csv: warning: raw data 'data/raw/s.csv' deleted [data/raw-changed]
            recorded: \(md5("old"))
            do:  bring it back: git restore --staged --worktree data/raw/s.csv
        """)
    after["data/raw/s-1.csv"] = "old"
    #expect(try rawChanges(before, after) == "")
    after["data/raw/s-1.csv"] = nil
    after["data/raw/s.csv.dvc"] = pointer("s.csv", "old")
    after.ignored = ["data/raw/s.csv"]
    #expect(try rawChanges(before, after) == "")
    after["data/raw/s.csv.dvc"] = pointer("s.csv", "new")
    #expect(try rawChanges(before, after).contains("'data/raw/s.csv' changed in place"))
  }

  @Test func manyFilesThatGoAwayAreOneBlock() throws {
    let before = Repository.rawFiles(12)
    let told = try rawChanges(before, Repository())
    #expect(told.hasPrefix("data/raw/1.csv: warning: raw data 'data/raw/1.csv' deleted [data/raw-changed]\n"))
    #expect(told.contains("    also data/raw/10.csv: warning: raw data 'data/raw/10.csv' deleted"))
    #expect(
      told.hasSuffix(
        """
            do:  bring them back: git diff --cached --name-only --no-renames --diff-filter=D -z -- data/raw \
        | xargs -0 git --literal-pathspecs restore --staged --worktree --
        """))
    var two = before
    two["data/raw/1.csv"] = nil
    two["data/raw/2.csv"] = nil
    #expect(
      try rawChanges(before, two).hasSuffix(
        "do:  bring them back: git restore --staged --worktree data/raw/1.csv data/raw/2.csv"))
  }
}

extension Repository {
  /// Files of raw data that Git has: `data/raw/1.csv` and so on.
  static func rawFiles(_ count: Int) -> Repository {
    var repository = Repository()
    for number in 1...count {
      repository[RepositoryPath(normalized: "data/raw/\(number).csv".utf8)] = "\(number)"
    }
    return repository
  }
}
