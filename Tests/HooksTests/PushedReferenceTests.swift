import Testing

@testable import Hooks

/// Standard input of `pre-push`.
@Suite struct PushedReferenceTests {
  private let one = String(repeating: "1", count: 40)
  private let two = String(repeating: "a2", count: 20)
  private let none = String(repeating: "0", count: 40)

  private func read(_ text: String) throws -> [PushedReference] {
    try PushedReference.all(in: Array(text.utf8))
  }

  @Test func `new, updated, deleted`() throws {
    let read = try read(
      """
      refs/heads/main \(one) refs/heads/main \(two)
      HEAD \(one) refs/heads/x \(none)
      (delete) \(none) refs/heads/old \(two)

      """)
    #expect(read.map(\.object) == [Array(one.utf8), Array(one.utf8), nil])
    #expect(read.map(\.remoteObject) == [Array(two.utf8), nil, Array(two.utf8)])
    #expect(
      read.map { String(decoding: $0.remote, as: UTF8.self) } == [
        "refs/heads/main", "refs/heads/x", "refs/heads/old",
      ])
  }

  @Test func `a revision with spaces, and SHA-256`() throws {
    let long = String(repeating: "b", count: 64)
    let read = try read(
      "HEAD^{/a message of mine} \(long) refs/heads/x \(String(repeating: "0", count: 64))\n")
    #expect(read[0].local == Array("HEAD^{/a message of mine}".utf8))
    #expect(read[0].object == Array(long.utf8))
    #expect(read[0].remoteObject == nil)
  }

  @Test func `nothing is pushed`() throws { #expect(try read("").isEmpty) }

  @Test(arguments: [
    "refs/heads/main", "a b c d", "refs/heads/main 1111 refs/heads/main 2222",
    "\(String(repeating: "1", count: 40)) refs/heads/main \(String(repeating: "1", count: 40))",
  ])
  func `what Git does not write is refused`(line: String) {
    #expect(throws: PushedReferenceError.self) { try read(line) }
  }

  @Test(arguments: [
    ("refs/heads/main", true), ("refs/tags/v1", true), ("refs/exps/ab/cdef/name", true),
    ("refs/notes/guard/runs", false), ("refs/exps/exec/EXEC_HEAD", false), ("refs/exps/stash", false),
    ("refs/exps/celery/stash", false), ("refs/stash", true),
  ])
  func `which refs carry commits`(ref: String, expected: Bool) throws {
    #expect(try read("x \(one) \(ref) \(none)")[0].carriesCommits == expected)
  }
}
