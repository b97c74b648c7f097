import Platform
import Support
import Testing
import Trees

@testable import Git

/// Notes, read and written in every layout, and read back by the real git.
@Suite struct NotesTests {
  private let runs = NotesReference.runs

  private func both(_ repository: ScratchRepository) throws -> [Repository] {
    [try repository.open(), try repository.openThroughCommand()]
  }

  /// A repository with so many commits, and their names.
  private func repository(
    commits count: Int, _ options: String...
  ) throws -> (ScratchRepository, [CommitID]) {
    let repository = try ScratchRepository()
    var stream = ""
    for number in 1...count {
      stream += "commit refs/heads/main\ncommitter a <a@b> \(1_700_000_000 + number) +0000\ndata 1\nm\n"
    }
    try repository.git("fast-import", "--quiet", input: Array(stream.utf8))
    let ids = try repository.git("rev-list", "--reverse", "main").split(separator: 0x0A)
    return (repository, try ids.map { CommitID(try #require(ObjectID(hexadecimal: $0))) })
  }

  private func setting(_ commit: CommitID, _ text: String) -> NoteUpdate {
    NoteUpdate(of: commit) { _ in Array(text.utf8) }
  }

  private func shown(_ repository: ScratchRepository, _ commit: CommitID, ref: String = "guard/runs") throws
    -> String
  {
    String(decoding: try repository.git("notes", "--ref=\(ref)", "show", "\(commit)"), as: UTF8.self)
  }

  private func count(_ repository: ScratchRepository, ref: String = "guard/runs") throws -> Int {
    try repository.git("notes", "--ref=\(ref)", "list").split(separator: 0x0A).count
  }

  @Test func `what guard writes git shows, and a second time nothing is written`() throws {
    let (repository, commits) = try repository(commits: 3)
    for (turn, opened) in try both(repository).enumerated() {
      let text = "turn \(turn)\n"
      let outcome = try opened.writeNotes(commits.map { setting($0, text) }, to: runs)
      guard case .written(let tip, notes: 3) = outcome else {
        Issue.record("\(outcome)")
        return
      }
      #expect(try repository.line("rev-parse", "refs/notes/guard/runs") == tip.description)
      for commit in commits {
        #expect(try shown(repository, commit) == text)
        #expect(try opened.notes(in: runs).note(of: commit) == Array(text.utf8))
      }
      #expect(try opened.writeNotes(commits.map { setting($0, text) }, to: runs) == .unchanged)
      #expect(
        try repository.line("log", "-1", "--format=%s|%cn|%ce", "refs/notes/guard/runs")
          == "guard: run records|A Person|person@example.org")
    }
    #expect(try count(repository) == 3)
    #expect(try repository.line("rev-list", "--count", "refs/notes/guard/runs") == "2")
    try repository.git("fsck", "--strict", "--no-dangling")
  }

  @Test func `eight writers at once lose nothing`() throws {
    let (repository, commits) = try repository(commits: 800)
    let path = repository.path
    let environment = repository.environment
    let failures = Parallel.map(count: 8, width: 8) { worker -> Int in
      var failed = 0
      for turn in 0..<100 {
        // One commit with a note of its own, and one line in a note that all write to.
        let own = commits[worker * 100 + turn]
        do {
          let opened = try Repository.open(from: path, environment: environment)
          try opened.writeNotes([NoteUpdate(of: own) { _ in Array("of \(worker)\n".utf8) }], to: .runs)
          if turn % 10 == 0 {
            try opened.writeNotes(
              [NoteUpdate(of: commits[0]) { ($0 ?? []) + Array("\(worker) \(turn)\n".utf8) }], to: .links)
          }
        } catch {
          failed += 1
        }
      }
      return failed
    }
    #expect(failures.reduce(0, +) == 0)
    #expect(try count(repository) == 800)
    for worker in 0..<8 { #expect(try shown(repository, commits[worker * 100 + 7]) == "of \(worker)\n") }
    #expect(try shown(repository, commits[0], ref: "guard/links").split(separator: "\n").count == 80)
    try repository.git("fsck", "--strict", "--no-dangling")
  }

  @Test func `those who write the first note at the same time lose nothing`() throws {
    let (repository, commits) = try repository(commits: 8)
    let path = repository.path
    let environment = repository.environment
    for round in 0..<15 {
      let failed = Parallel.map(count: 8, width: 8) { worker -> Bool in
        do {
          let opened = try Repository.open(from: path, environment: environment)
          try opened.writeNotes([NoteUpdate(of: commits[worker]) { _ in [0x61, 0x0A] }], to: .runs)
          return false
        } catch { return true }
      }
      #expect(!failed.contains(true))
      #expect(try count(repository) == 8, "round \(round)")
      try repository.git("update-ref", "-d", "refs/notes/guard/runs")
    }
  }

  @Test func `every layout is read, and a note moves down to where there is a directory for it`() throws {
    let (repository, commits) = try repository(commits: 6)
    let blob = try repository.git("hash-object", "-w", "--stdin", input: Array("old\n".utf8)).text.filter {
      $0 != "\n"
    }
    let other = try repository.git("hash-object", "-w", "--stdin", input: Array("other\n".utf8)).text.filter {
      $0 != "\n"
    }
    let names = commits.map(\.description)
    func place(_ name: String, _ level: Int) -> String {
      var rest = name[...]
      var parts: [Substring] = []
      for _ in 0..<level {
        parts.append(rest.prefix(2))
        rest = rest.dropFirst(2)
      }
      return (parts + [rest]).joined(separator: "/")
    }
    // Flat, one level, two levels; the fourth twice; and things that are no notes.
    var stream = "commit refs/notes/guard/runs\ncommitter a <a@b> 1700000000 +0000\ndata 1\nm\n"
    for (path, id) in [
      (place(names[0], 0), blob), (place(names[1], 1), blob), (place(names[2], 2), blob),
      (place(names[3], 0), blob), (place(names[3], 1), other), ("README", other), ("zz/deep/er", other),
      ("\(names[0].prefix(2))x", other),
    ] {
      stream += "M 100644 \(id) \(path)\n"
    }
    try repository.git("fast-import", "--quiet", input: Array(stream.utf8))
    let before = try repository.line("rev-parse", "refs/notes/guard/runs")
    for opened in try both(repository) {
      try repository.git("update-ref", "refs/notes/guard/runs", before)
      let notes = try opened.notes(in: runs)
      for index in 0..<3 { #expect(try notes.note(of: commits[index]) == Array("old\n".utf8)) }
      #expect(try notes.note(of: commits[3]) == Array("old\n\nother\n".utf8))
      #expect(try shown(repository, commits[3]).split(separator: "\n").sorted() == ["old", "other"])
      #expect(try notes.note(of: commits[4]) == nil)
      #expect(try Set(notes.all().map(\.object)) == Set(commits[0..<4].map(\.object)))
      #expect(try notes.all().count == 5)
      // The same again where it stands: nothing. Something else: one place for each, no deeper than need be.
      #expect(try opened.writeNotes(commits[0..<3].map { setting($0, "old\n") }, to: runs) == .unchanged)
      try opened.writeNotes(commits.map { setting($0, "new \($0)\n") }, to: runs)
      for commit in commits { #expect(try shown(repository, commit) == "new \(commit)\n") }
      let files = try repository.git("ls-tree", "-r", "--name-only", "refs/notes/guard/runs").text.split(
        separator: "\n")
      let expected =
        [0, 1, 3, 4, 5].map { place(names[$0], 1) }
        + [place(names[2], 2), "README", "zz/deep/er", "\(names[0].prefix(2))x"]
      #expect(files.map(String.init).sorted() == expected.sorted())
      #expect(try count(repository) == 6)
      try repository.git("fsck", "--strict", "--no-dangling")
    }
  }

  @Test func `clones that diverged join what they have, and come to the same commit`() throws {
    for throughCommand in [false, true] {
      let (repository, commits) = try repository(commits: 8)
      let open = { (scratch: ScratchRepository) in
        try throughCommand ? scratch.openThroughCommand() : scratch.open()
      }
      try open(repository).writeNotes([setting(commits[0], "base\n")], to: runs)
      let clone = try repository.clone("clone")
      try clone.git("fetch", "-q", "origin", "refs/notes/guard/runs:refs/notes/guard/runs")
      // Git itself writes one side flat here; the other is in directories.
      try repository.git("notes", "--ref=guard/runs", "add", "-m", "of git", "\(commits[1])")
      try open(repository).writeNotes(
        [setting(commits[2], "b\na\n"), setting(commits[3], "ours\n")], to: runs)
      try open(clone).writeNotes([setting(commits[2], "c\na\n"), setting(commits[4], "theirs\n")], to: runs)
      let joining = { (one: [UInt8], other: [UInt8]) -> [UInt8] in
        let lines = Set((one + other).split(separator: 0x0A)).sorted { $0.lexicographicallyPrecedes($1) }
        return Array(lines.map { $0 + [0x0A] }.joined())
      }
      var tips: [String] = []
      let (ours, theirs) = (
        try #require(open(repository).notes(in: runs).tip), try #require(open(clone).notes(in: runs).tip)
      )
      for (scratch, other, tip) in [(repository, clone, theirs), (clone, repository, ours)] {
        try scratch.git(
          "fetch", "-q", "file://\(other.path.text)", "\(tip)", "+refs/notes/guard/runs:refs/other")
        let outcome = try open(scratch).mergeNotes(of: tip, into: runs, joining: joining)
        guard case .written(let merged, _) = outcome else {
          Issue.record("\(outcome)")
          return
        }
        tips.append("\(merged)")
        #expect(try open(scratch).mergeNotes(of: tip, into: runs, joining: joining) == .unchanged)
        let texts = [(0, "base\n"), (1, "of git\n"), (2, "a\nb\nc\n"), (3, "ours\n"), (4, "theirs\n")]
        for (index, text) in texts { #expect(try shown(scratch, commits[index]) == text) }
        #expect(try count(scratch) == 5)
        try scratch.git("fsck", "--strict", "--no-dangling")
      }
      #expect(tips[0] == tips[1])
      // What is only behind is moved forward, and what is not there begins with the other.
      let late = try repository.clone("late")
      try late.git("fetch", "-q", "origin", "+refs/notes/guard/runs:refs/other")
      let merged = CommitID(try #require(ObjectID(hexadecimal: tips[0].utf8)))
      #expect(try open(late).mergeNotes(of: merged, into: runs, joining: joining) == .forwarded(merged))
      try late.git("update-ref", "refs/notes/guard/runs", "\(ours)")
      #expect(try open(late).mergeNotes(of: merged, into: runs, joining: joining) == .forwarded(merged))
    }
  }

  @Test func `many notes at once are one commit in a pack`() throws {
    let (repository, commits) = try repository(commits: 2500)
    let opened = try repository.open()
    try opened.writeNotes([setting(commits[0], "first\n")], to: runs)
    #expect(opened.reader == .libgit2)
    let outcome = try opened.writeNotes(commits.map { setting($0, "note of \($0)\n") }, to: runs)
    guard case .written(_, notes: 2500) = outcome else {
      Issue.record("\(outcome)")
      return
    }
    #expect(try count(repository) == 2500)
    #expect(try repository.line("rev-list", "--count", "refs/notes/guard/runs") == "2")
    #expect(try shown(repository, commits[2000]) == "note of \(commits[2000])\n")
    #expect(try opened.notes(in: runs).all().count == 2500)
    try repository.git("fsck", "--strict", "--no-dangling")
  }

  @Test func `a repository that libgit2 does not open, a linked worktree and a bare one`() throws {
    let sha256 = try ScratchRepository("--object-format=sha256")
    let name = try sha256.commitAll()
    let opened = try sha256.open()
    guard case .command = opened.reader else {
      Issue.record("libgit2 reads SHA-256")
      return
    }
    let commit = try opened.resolve(name)
    for text in ["one\n", "two\n"] {
      try opened.writeNotes([setting(commit, text)], to: runs)
      #expect(try shown(sha256, commit) == text)
    }
    #expect(try opened.writeNotes([setting(commit, "two\n")], to: runs) == .unchanged)
    try sha256.git("fsck", "--strict", "--no-dangling")

    let (repository, commits) = try repository(commits: 2)
    try repository.git("worktree", "add", "-q", "--detach", "../linked", "main")
    let linked = ScratchRepository(beside: repository, at: repository.scratch("linked"))
    try linked.open().writeNotes([setting(commits[0], "linked\n")], to: runs)
    #expect(try shown(repository, commits[0]) == "linked\n")
    let bare = try repository.clone("bare", "--bare")
    try bare.open().writeNotes([setting(commits[1], "bare\n")], to: runs)
    #expect(try shown(bare, commits[1]) == "bare\n")
  }

  @Test func `who has no name writes as guard, and a shared repository is written by git`() throws {
    let (repository, commits) = try repository(commits: 1)
    for role in ["NAME", "EMAIL"] { repository.environment["GIT_COMMITTER_\(role)"] = nil }
    try repository.open().writeNotes([setting(commits[0], "1\n")], to: runs)
    let format = ["log", "-1", "--format=%cn <%ce>", "refs/notes/guard/runs"]
    #expect(try repository.git(format).text == "guard <guard@localhost>\n")
    try repository.git("config", "user.name", "Eva <x> Ø\n")
    try repository.git("config", "user.email", "eva@example.org")
    try repository.git("config", "core.sharedRepository", "group")
    try repository.open().writeNotes([setting(commits[0], "2\n")], to: runs)
    #expect(try repository.git(format).text == "Eva x Ø <eva@example.org>\n")
    try repository.git("fsck", "--strict", "--no-dangling")
  }
}
