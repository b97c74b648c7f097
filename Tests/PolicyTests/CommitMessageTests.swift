import Testing
import Values

@testable import Policy

@Suite struct CommitMessageTests {
  private func said(_ message: String, options: String = "", parents: Int = 1) throws -> [String] {
    var repository = Repository.training()
    repository.message = Text(message)
    let file = "rules: {commit/message: {severity: error, \(options)}}"
    let policy = Policy([try PolicyLayer(file: ".guard.yml", bytes: Array(file.utf8))])
    let before = Array(repeating: Repository.training(), count: parents)
    return try repository.commit(after: before).verdictReport(policy, only: ["commit/message"]).verdicts
      .flatMap(\.findings).map { "\($0.place.position?.line ?? 0): \($0.message)" }
  }

  @Test(
    arguments: [
      "feat: more layers\n", "fix(data)!: rows twice", "FEAT: letters", "docs: one\n\nMore, however long.\n",
      "\n\nfix: a\n",
      "Merge branch 'side'\n", "Revert \"feat: more layers\"\n", "fixup! whatever", "squash! whatever", "",
      "feat(model, data): both", "exp: lr 0.2",
    ])
  func `a message of the form passes`(message: String) throws { #expect(try said(message) == []) }

  @Test(
    arguments: [
      "More layers", "feat more", "feat:more", "feat: ", ": more", "feat(: x", "feat(): x", "two words: x",
      "feat!!: x",
    ])
  func `a first line that is not conventional is told`(message: String) throws {
    #expect(
      try said(message) == [
        "1: the first line is not of the form 'type: description' or 'type(scope): description'"
      ])
  }

  @Test func `a type that nobody knows is told with the nearest`() throws {
    #expect(try said("feet: more") == ["1: 'feet' is no type of change: did you mean 'feat'?"])
    #expect(
      try said("wip: more", options: "types: [a, b]") == ["1: 'wip' is no type of change: it is one of a, b"])
    #expect(try said("a: more", options: "types: [a, b]") == [])
  }

  @Test func `length, the empty line and patterns`() throws {
    let long = String(repeating: "ü", count: 67)
    #expect(try said("feat: \(long)") == ["1: the first line has 73 characters, more than 72"])
    #expect(try said("feat: \(long)", options: "length: 0") == [])
    #expect(try said("\nfeat: a\nb\n") == ["3: no empty line follows the first one"])
    let ticket = "style: plain, patterns: ['ML-[0-9]*: *', 'Release *']"
    #expect(try said("ML-12: more", options: ticket) == [])
    #expect(try said("Release 2", options: ticket) == [])
    #expect(
      try said("feat: more", options: ticket) == [
        "1: the first line is not like 'ML-[0-9]*: *' or 'Release *'"
      ])
  }

  @Test func `merges are left alone, and so is what has no message yet`() throws {
    #expect(try said("Bring both together", parents: 2) == [])
    let policy = Policy([
      try PolicyLayer(file: ".guard.yml", bytes: Array("rules: {commit/message: error}".utf8))
    ])
    #expect(
      try Repository.training().staged().report(policy) == "guard: 0 errors, 0 warnings in what is staged\n")
  }

  @Test func `what it says while a commit is made, and of one that exists`() throws {
    var repository = Repository.training()
    repository.message = "More layers\n"
    let policy = Policy([
      try PolicyLayer(file: ".guard.yml", bytes: Array("rules: {commit/message: error}".utf8))
    ])
    #expect(
      try repository.staged().report(policy, only: ["commit/message"]) == """
        COMMIT_EDITMSG:1: error: the first line is not of the form 'type: description' or 'type(scope): description' \
        [commit/message]
            current:  More layers
            do:  type the same git commit again, with -eF "$(git rev-parse --git-path COMMIT_EDITMSG)" in place of its message
        guard: 1 error, 0 warnings in what is staged

        """)
    #expect(
      try repository.commit(after: [Repository.training()]).report(policy, only: ["commit/message"]).contains(
        "do:  git commit --amend changes the message of the last commit, git rebase -i those of older ones"))
    repository.message = "More layers\n\nGuard-Skip: commit/message a trial\n"
    #expect(try repository.staged().report(policy, only: ["commit/message"]).contains("waived"))
  }
}
