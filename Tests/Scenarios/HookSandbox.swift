import Glibc
import Platform
import Testing

/// A scratch folder with a home of its own, and a stand-in for guard that writes down how it is called: `said` prints
/// the hooks that judge, `recorded` those after a commit, `messages` the one that reads the message.
/// The real guard installs: it is a link at the place that is recorded, which the stand-in then takes.
final class HookSandbox {
  let root: String
  private var environment: ProcessEnvironment

  /// - Parameter name: the folder's name, for paths that are hard to quote.
  init(_ name: String = "sandbox") throws {
    root = "/tmp/guard-hooks-\(getpid())-\(UInt32.random(in: .min ... .max))/\(name)"
    try FileSystem.createDirectories(Array("\(root)/home".utf8))
    try FileSystem.createDirectories(Array("\(root)/bin".utf8))
    environment = ProcessEnvironment([
      "PATH": "/usr/bin:/bin", "HOME": "\(root)/home", "ROOT": root, "GIT_CONFIG_NOSYSTEM": "1",
      "GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a",
      "GIT_COMMITTER_EMAIL": "a@b", "BUILT": Self.built, "LC_ALL": "C",
    ])
    try write("stand-in", Self.standIn, mode: 0o755)
    try run("git config --global init.defaultBranch main; git config --global protocol.file.allow always")
  }

  deinit {
    do { try run("chmod -R u+rwx \"$ROOT\"; rm -rf \"$(dirname \"$ROOT\")\"") } catch { Issue.record(error) }
  }

  /// What a script prints, standard error in it, its last line the exit code unless that is 0.
  @discardableResult
  func run(_ script: String, shell: [String] = ["/bin/sh"]) throws -> String {
    let body = """
      guard() { ln -sf "$BUILT" "$ROOT/bin/guard"; "$ROOT/bin/guard" "$@"; code=$?
        ln -sf "$ROOT/stand-in" "$ROOT/bin/guard"; return $code; }
      hooks() { (cd "${1:-.git/hooks}" && ls -A | grep -v '[.]sample$' | while read -r name; do
        echo "$name $(stat -c %a "$name") $(readlink "$name" || md5sum < "$name")"; done); }
      said() { cat "$ROOT/calls" 2>/dev/null; rm -f "$ROOT/calls"; }
      recorded() { cat "$ROOT/records" 2>/dev/null; rm -f "$ROOT/records"; }
      messages() { cat "$ROOT/messages" 2>/dev/null; rm -f "$ROOT/messages"; }
      cd "$ROOT" && { \(script)
      } 2>&1
      """
    let shellPath = Array((shell.first ?? "/bin/sh").utf8)
    var command = Command(shellPath, Array(shell.dropFirst()) + ["-c", body], environment: environment)
    command.deadline = 60_000
    let outcome = try command.run()
    let text = String(decoding: outcome.output, as: UTF8.self)
    return outcome.ending == .exited(0) ? text : "\(text)\(outcome.ending)\n"
  }

  /// Writes a file below the root.
  func write(_ path: String, _ text: String, mode: UInt32 = 0o644) throws {
    try FileSystem.write(Array(text.utf8), to: Array("\(root)/\(path)".utf8), mode: mode)
  }

  /// Writes down arguments, standard input and one variable; fails with the code in a file, when there is one.
  private static let standIn = #"""
    #!/bin/sh
    here=$(cd "$(dirname "$0")" && pwd)
    calls=$ROOT/calls
    case $2 in post-*) calls=$ROOT/records ;; commit-msg) calls=$ROOT/messages ;; esac
    { printf 'guard'; printf ' <%s>' "$@"; echo " SAMPLE=${SAMPLE-}"; cat; } >> "$calls"
    [ ! -f "$ROOT/verdict" ] || exit "$(cat "$ROOT/verdict")"
    """#

  /// The guard that was built beside these tests, or the one that `GUARD_BIN` names.
  private static var built: String {
    if let named = ProcessEnvironment.current()["GUARD_BIN"] { return named }
    let tests = Array((CommandLine.arguments.first ?? "").utf8)
    return String(decoding: FileSystem.parent(of: tests), as: UTF8.self) + "/guard"
  }
}
