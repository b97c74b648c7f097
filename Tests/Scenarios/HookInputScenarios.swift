import Hooks
import Testing

/// Hooks that Git talks to on standard input, such as `pre-push`: what was there before reads it, and so does
/// guard. The shim keeps the input in a variable, so it needs no temporary file and no program.
@Suite(.serialized) struct HookInputScenarios {
  /// A repository with a remote and a `pre-push` of guard's, before it one that does as `previous` says.
  private func sandbox(previous: String) throws -> HookSandbox {
    let box = try HookSandbox()
    let shim = try #require(Shim.all.first { $0.name == Array("pre-push".utf8) })
    let text = shim.text(guardExecutable: Array("\(box.root)/bin/guard".utf8), via: [])
    try box.run("git init -q --bare o; git clone -q o r; ln -sf ../stand-in bin/guard")
    try box.write("r/.git/hooks/pre-push", String(decoding: text, as: UTF8.self), mode: 0o755)
    try box.write("r/.git/hooks/pre-push.guard-previous", "#!/bin/sh\n\(previous)\n", mode: 0o755)
    try box.run("cd r && git commit -q --allow-empty -m one && git tag t")
    return box
  }

  @Test func `what was there before and guard read the same lines`() throws {
    let box = try sandbox(previous: "echo \"before $1\"; cat > \"$ROOT/read\"")
    #expect(
      try box.run(
        """
        cd r; git push -q origin main t; said > ../said; head -n 1 ../said; tail -n +2 ../said | cmp - ../read
        cut -d' ' -f1,3,4 ../read
        """) == """
          before origin
          guard <hook> <pre-push> <--> <origin> <\(box.root)/o> SAMPLE=
          refs/heads/main refs/heads/main 0000000000000000000000000000000000000000
          refs/tags/t refs/tags/t 0000000000000000000000000000000000000000

          """)
  }

  @Test(arguments: HookShimScenarios.shells)
  func `input is passed on whole, be it empty or long`(shell: [String]) throws {
    let box = try sandbox(previous: "exit 0  # reads nothing")
    let hook = shell.joined(separator: " ") + " .git/hooks/pre-push"
    for input in ["", "one line\n", "two\nlines\n", "a  b\n"] {
      let given = input.replacing("\n", with: "\\n")
      #expect(
        try box.run("cd r; printf '\(given)' | \(hook) && said | tail -n +2 | od -An -c | tr -d ' '")
          == box.run("printf '\(given)' | od -An -c | tr -d ' '"))
    }
    #expect(
      try box.run("cd r; seq 200000 > ../long; \(hook) < ../long; said | tail -n +2 | cmp - ../long") == "")
  }

  @Test func `what was there before stops a push`() throws {
    let box = try sandbox(previous: "exit 5")
    #expect(try box.run("cd r; .git/hooks/pre-push origin x < /dev/null; echo $?; said") == "5\n")
  }

  @Test func `guard stops a push`() throws {
    let box = try sandbox(previous: "cat")
    let output = try box.run("cd r; echo 1 > ../verdict; git push -q origin main; git ls-remote origin")
    #expect(output.contains("error: failed to push"))
    #expect(!output.contains("\trefs/heads/main"))
  }
}
