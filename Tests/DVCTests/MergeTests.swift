import DVC
import Testing
import Values

/// Merges by hand; `Tests/Merging` holds random ones against DVC's own serializer.
@Suite struct MergeTests {
  private static let base = """
    schema: '2.0'
    stages:
      a:
        cmd: a
        outs:
        - path: x
          md5: aaa1
      # reads what a makes
      b:
        cmd: b
        deps:
        - path: x
          md5: aaa1
        params:
          params.yaml:
            lr: 1

    """

  private func merge(
    _ ours: String, _ theirs: String, base: String = Self.base, _ kind: ThreeWayMerge.Kind = .lock,
    markerSize: Int = 7
  ) throws(MergeRefusal) -> ThreeWayMerge {
    try ThreeWayMerge(
      kind, base: Array(base.utf8), ours: Array(ours.utf8), theirs: Array(theirs.utf8), markerSize: markerSize
    )
  }

  private func edited(_ old: Text, _ new: Text, in text: String = Self.base) -> String {
    Text(text).replacing(old, with: new).string
  }

  @Test func `a stage of each side is taken, and one that no longer fits is told`() throws {
    let ours = edited("- path: x\n      md5: aaa1\n  #", "- path: x\n      md5: aaa2\n  #")
    let theirs = edited("cmd: b", "cmd: bb")
    let merge = try merge(ours, theirs)
    #expect(String(decoding: merge.bytes, as: UTF8.self) == edited("cmd: b", "cmd: bb", in: ours))
    #expect(merge.conflicts.isEmpty)
    #expect(merge.stale.map { "\($0.name) \($0.path) \($0.maker)" } == ["b x a"])
  }

  @Test func `a stage that was stale before is not told`() throws {
    let old = edited("- path: x\n      md5: aaa1\n    params", "- path: x\n      md5: aaa0\n    params")
    let merge = try merge(
      edited("cmd: a", "cmd: aa", in: old), edited("cmd: b", "cmd: bb", in: old), base: old)
    #expect(merge.stale.isEmpty && merge.conflicts.isEmpty)
  }

  @Test(arguments: [true, false]) func `a side that is empty does not take the schema from the other`(
    isOurs: Bool
  ) throws {
    let changed = edited("cmd: b", "cmd: bb")
    let merge = try isOurs ? merge("", changed) : merge(changed, "")
    let text = String(decoding: merge.bytes, as: UTF8.self)
    #expect(text.hasPrefix("schema: '2.0'\nstages:\n") && merge.conflicts.map(\.subject) == [.stage("b")])
  }

  @Test func `a conflict says what differs, and stands at its stage`() throws {
    let merge = try merge(edited("lr: 1", "lr: 1.0"), edited("lr: 1", "lr: true"), markerSize: 9)
    let lines = String(decoding: merge.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    let conflict = try #require(merge.conflicts.first)
    #expect(merge.conflicts.count == 1)
    #expect(conflict.subject == .stage("b") && conflict.deed == .bothChanged)
    #expect(
      conflict.differences.map { [$0.what, $0.ours, $0.theirs] } == [
        ["params params.yaml lr", "1.0", "True"]
      ])
    #expect(lines[conflict.line - 1] == "<<<<<<<<< ours" && lines[conflict.line] == "  # reads what a makes")
    #expect(lines.last == ">>>>>>>>> theirs")
  }

  @Test func `what one side deleted and the other changed is a conflict`() throws {
    let end = try #require(Text(Self.base).firstIndex(of: "  # reads"))
    let ours = String(decoding: Text(Self.base).utf8[..<end], as: UTF8.self)
    let changed = edited("lr: 1", "lr: 2")
    #expect(try merge(ours, changed).conflicts.map(\.deed) == [.oursDeleted])
    #expect(try merge(changed, ours).conflicts.map(\.deed) == [.theirsDeleted])
    #expect(
      try merge(ours, edited("cmd: a", "cmd: aa")).bytes == Array(edited("cmd: a", "cmd: aa", in: ours).utf8))
  }

  @Test func `a comment that both sides changed is not lost`() throws {
    let merge = try merge(edited("# reads", "# takes"), edited("# reads", "# gets"))
    #expect(merge.conflicts.map(\.subject) == [.stage("b")])
  }

  @Test func `two files that no common one stands behind`() throws {
    let pointer = "outs:\n- md5: aaaa.dir\n  path: d\n"
    let merge = try merge(pointer, edited("aaaa", "bbbb", in: pointer), base: "", .pointer)
    #expect(merge.conflicts.map(\.deed) == [.bothAdded] && merge.conflicts.allSatisfy { !$0.isOfDirectories })
  }

  @Test(
    arguments: [
      ("  b:\n", "  a:\n"), ("'2.0'", "'1.0'"), ("\n", "\r\n"), ("cmd: a", "cmd: 'a\u{2028}'"),
      ("stages:", "stages: [] #"),
      ("  b:\n", "  ? [b]\n  :\n"), ("cmd: b", "cmd: &x b"), ("schema", "--- # x\nschema"),
    ] as [(Text, Text)])
  func `what is not laid out as DVC does it is refused`(old: Text, new: Text) {
    let ours = edited(old, new)
    #expect(throws: MergeRefusal.self) {
      try merge(edited("cmd: a", "cmd: aa"), edited("lr: 1", "lr: 2", in: ours))
    }
  }

  @Test func `a text of several lines keeps what looks like a comment`() throws {
    let old = edited("cmd: a", "cmd: |\n      a\n      # b\n\n      c")
    let ours = edited("lr: 1", "lr: 2", in: old)
    let theirs = edited("      c", "      d", in: old)
    #expect(try merge(ours, theirs, base: old).bytes == Array(edited("      c", "      d", in: ours).utf8))
  }
}
