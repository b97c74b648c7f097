import Support
import Testing

@testable import Git

/// What Git stores of a message, beside the real git.
@Suite struct MessageCleanupTests {
  private static let messages = [
    "one\n", "one", "\n\n one \t\n\n\n\ntwo  \n# three\n#four\nfive\n\n", "# only\n", "", "a\r\n\r\nb\r\n",
    ";x\n@y\n",
    "one\n# ------------------------ >8 ------------------------\nIgnored below\ndiff --git a b\n",
    "one\n ------------------------ >8 ------------------------\ntwo\n", "a\n\u{0B}\n\u{0C}\nb\n",
    "t\n\n#\n\nu\n",
  ]

  /// `git commit` with an editor that writes a message, and what `commit-msg` and the commit then have.
  @Test(arguments: ["", "verbatim", "whitespace", "strip", "scissors"], ["#", ";", "auto"])
  func `a message is what git makes of it`(mode: String, mark: String) throws {
    let repository = try ScratchRepository()
    if !mode.isEmpty { try repository.git("config", "commit.cleanup", mode) }
    try repository.git("config", "core.commentChar", mark)
    try repository.write(
      "#!/bin/sh\ncp \"$1\" \"$(git rev-parse --git-dir)/seen\"\n", to: ".git/hooks/commit-msg")
    try repository.write("#!/bin/sh\n{ cat message; cat \"$1\"; } > typed; cp typed \"$1\"\n", to: "editor")
    try repository.git("config", "core.hooksPath", ".git/hooks")
    try makeExecutable(repository, ".git/hooks/commit-msg", "editor")
    for message in Self.messages {
      for isEdited in [true, false] {
        try repository.write(message, to: "message")
        let way = isEdited ? ["-c", "core.editor=./editor", "commit", "-v"] : ["commit", "-F", "message"]
        let outcome = try repository.gitOutcome(way + ["--allow-empty", "-q"])
        let seen = try repository.git("hash-object", "-w", ".git/seen")
        let file = try repository.git(["cat-file", "-p", String(decoding: seen.dropLast(), as: UTF8.self)])
        let cleanup = MessageCleanup(
          mode: mode.isEmpty ? nil : Array(mode.utf8), comment: Array(mark.utf8), isEdited: isEdited)
        let cleaned = cleanup.cleaned(file)
        guard outcome.succeeded else {
          #expect(cleaned.isEmpty, "git refuses \(message.debugDescription)")
          continue
        }
        let commit = String(decoding: try repository.git("cat-file", "commit", "HEAD"), as: UTF8.self)
        let head = commit.utf8.firstRange(of: "\n\n".utf8)
        let body = head.map { String(commit[$0.upperBound...]) }
        #expect(String(decoding: cleaned, as: UTF8.self) == body, "\(message.debugDescription) \(isEdited)")
      }
    }
  }

  private func makeExecutable(_ repository: ScratchRepository, _ files: String...) throws {
    for file in files {
      try repository.git("-c", "alias.mode=!chmod 755 '\(file)'; true", "mode")
    }
  }
}
