import Glibc
import Platform
import Support
import Testing

@Suite(.timeLimit(.minutes(1))) struct ProcessTests {
  let environment = ProcessEnvironment.current()

  func shell(_ script: String, _ arguments: String...) -> Command {
    Command(Array("/bin/sh"), ["-c", script, "sh"] + arguments, environment: environment)
  }

  @Test func outputErrorAndExitCodeAreGiven() throws {
    let outcome = try shell("printf '%s|' \"$@\"; echo bad >&2; exit 3", "a b", "", "é").run()
    #expect(outcome.output.text == "a b||é|")
    #expect(outcome.error.text == "bad\n")
    #expect(outcome.ending == .exited(3))
    #expect(try shell("kill -9 $$").run().ending == .signaled(9))
  }

  @Test func environmentAndDirectoryAreTheChilds() throws {
    var command = shell("pwd; echo $ONLY; env | wc -l")
    command.environment = ProcessEnvironment(["ONLY": "this", "PATH": "/usr/bin:/bin"])
    command.directory = Array("/usr")
    #expect(try command.run().output.text.hasPrefix("/usr\nthis\n"))
  }

  @Test func inputIsFedWhileOutputIsRead() throws {
    let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0) }
    var command = Command(Array("/bin/cat"), [String](), environment: environment)
    command.input = .bytes(bytes)
    #expect(try command.run().output == bytes)
    command.input = .null
    #expect(try command.run().output == [])
  }

  @Test func aChildThatDoesNotReadItsInputIsNoError() throws {
    // swift-subprocess ends the parent here (swiftlang/swift-subprocess#367).
    var command = Command(Array("/bin/true"), [String](), environment: environment)
    command.input = .bytes([UInt8](repeating: 0, count: 8 << 20))
    for _ in 0..<20 { #expect(try command.run().succeeded) }
  }

  @Test func aDescriptorIsGivenAsInput() throws {
    let file = try Descriptor(opening: Array("/etc/hostname"), flags: O_RDONLY)
    var command = Command(Array("/bin/cat"), [String](), environment: environment)
    command.input = .descriptor(file.number)
    #expect(try command.run().output == FileSystem.read(Array("/etc/hostname"), limit: 1000))
  }

  @Test func noOtherDescriptorReachesTheChild() throws {
    let leak = dup(0)
    defer { close(leak) }
    #expect(leak > 2 && fcntl(leak, F_GETFD) & FD_CLOEXEC == 0)
    #expect(try shell("ls /proc/self/fd | head -c 8").run().output.text == "0\n1\n2\n3\n")
  }

  @Test func noSignalIsBlockedOrIgnoredInTheChild() throws {
    var all = sigset_t()
    sigfillset(&all)
    var before = sigset_t()
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    let status = try shell("cat /proc/self/status").run().output.text
    #expect(status.contains("SigBlk:\t0000000000000000"))
    let ignored = status.split(separator: "\n").first { $0.hasPrefix("SigIgn:") }.map { $0.suffix(16) }
    #expect(ignored.flatMap { UInt64($0, radix: 16) }.map { $0 & (1 << 12) } == 0)
  }

  @Test func aCommandOverItsDeadlineIsEndedWithItsChildren() throws {
    var command = shell("sleep 50 & echo $!; trap '' TERM; sleep 60 & wait; sleep 70")
    command.deadline = 100
    let begin = SystemClock.monotonicMilliseconds
    let error = #expect(throws: ProcessError.self) { try command.run() }
    #expect(error == .timedOut(executable: Array("/bin/sh"), milliseconds: 100))
    #expect(SystemClock.monotonicMilliseconds - begin < 10_000)
  }

  @Test func aGrandchildThatKeepsThePipeIsNotWaitedFor() throws {
    let begin = SystemClock.monotonicMilliseconds
    #expect(try shell("sleep 20 & echo done").run().output.text == "done\n")
    #expect(SystemClock.monotonicMilliseconds - begin < 10_000)
  }

  @Test func tooMuchOutputEndsTheCommand() throws {
    var command = Command(Array("/bin/cat"), ["/dev/zero"], environment: environment)
    command.output = .capture(limit: 100_000)
    let error = #expect(throws: ProcessError.self) { try command.run() }
    #expect(error == .tooMuchOutput(executable: Array("/bin/cat"), limit: 100_000))
  }

  @Test func whatCannotStartSaysWhy() throws {
    let missing = Command(Array("/nonexistent/x"), [String](), environment: environment)
    var error = #expect(throws: ProcessError.self) { try missing.run() }
    #expect(error?.description == "cannot run /nonexistent/x: No such file or directory (posix_spawn)")
    var lost = shell("true")
    lost.directory = Array("/nonexistent")
    error = #expect(throws: ProcessError.self) { try lost.run() }
    #expect(error?.description.contains("the directory /nonexistent to run it in does not exist") == true)
    #expect(throws: ProcessError.self) {
      try Command(Array("/bin/echo"), [[65, 0, 66]], environment: environment).run()
    }
  }

  @Test func aScriptWithoutItsFirstLineIsRunByTheShell() throws {
    let scratch = try ScratchDirectory()
    try FileSystem.write(Array("echo \"$0 $1\"\n"), to: scratch("hook"), mode: 0o755)
    let outcome = try Command(scratch("hook"), ["x"], environment: environment).run()
    #expect(outcome.output == scratch("hook") + Array(" x\n"))
  }

  @Test func manyAtOnceDoNotWaitForEachOther() async throws {
    let ok = try await withThrowingTaskGroup(of: Bool.self) { group in
      for number in 0..<40 {
        group.addTask { try self.shell("cat; echo $1", "\(number)").run().output.text == "\(number)\n" }
      }
      return try await group.reduce(true) { $0 && $1 }
    }
    #expect(ok)
  }
}

@Suite(.timeLimit(.minutes(1))) struct ConversationTests {
  let cat = Command(Array("/bin/cat"), [String](), environment: .current())

  @Test func answersComeInOrder() throws {
    let conversation = try Conversation(cat)
    try conversation.send(Array("one\ntwo\nthree"))
    #expect(try conversation.readLine().text == "one")
    #expect(try conversation.read(5).text == "two\nt")
    #expect(try conversation.read(4).text == "hree")
    #expect(try conversation.finish() == .exited(0))
  }

  @Test func requestsAheadOfTheirAnswersDoNotBlock() throws {
    let conversation = try Conversation(cat)
    let block = (0..<1_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7) }
    for _ in 0..<4 { try conversation.send(block) }
    for _ in 0..<4 { #expect(try conversation.read(block.count) == block) }
  }

  @Test func manySmallAnswersTakeLinearTime() throws {
    let conversation = try Conversation(cat)
    try conversation.send(Array(repeatElement(Array("line\n"), count: 300_000).joined()))
    for _ in 0..<300_000 { _ = try conversation.readLine() }
    #expect(try conversation.finish() == .exited(0))
  }

  @Test func lastWordsAreHeardAfterTheEnd() throws {
    let conversation = try Conversation(
      Command(Array("/bin/sh"), ["-c", "echo one; echo two"], environment: .current()))
    usleep(300_000)
    #expect(try conversation.readLine().text == "one")
    #expect(try conversation.readLine().text == "two")
    #expect(throws: ProcessError.self) { try conversation.readLine() }
  }

  @Test func anEndInTheMiddleSaysWhatTheChildSaid() throws {
    let conversation = try Conversation(
      Command(Array("/bin/sh"), ["-c", "read x; echo fatal: no >&2; exit 1"], environment: .current()))
    try conversation.send(Array("a\n"))
    let error = #expect(throws: ProcessError.self) { try conversation.readLine() }
    #expect(error == .ended(executable: Array("/bin/sh"), error: Array("fatal: no\n")))
    #expect(throws: ProcessError.self) { try conversation.send([UInt8](repeating: 0, count: 1 << 20)) }
  }

  @Test func anAnswerThatDoesNotComeIsGivenUp() throws {
    var command = cat
    command.deadline = 100
    let conversation = try Conversation(command)
    let error = #expect(throws: ProcessError.self) { try conversation.read(1) }
    #expect(error == .timedOut(executable: Array("/bin/cat"), milliseconds: 100))
  }

  @Test func gitAnswersABatch() throws {
    let environment = ProcessEnvironment.current()
    let git = try #require(environment.executable(named: "git"))
    let scratch = try ScratchDirectory()
    #expect(try Command(git, ["init", "-q", scratch.path.text], environment: environment).run().succeeded)
    let conversation = try Conversation(
      Command(git, ["cat-file", "--batch"], environment: environment, directory: scratch.path))
    try conversation.send(Array("4b825dc642cb6eb9a060e54bf8d69288fbee4904\nnone\n"))
    #expect(try conversation.readLine().text == "4b825dc642cb6eb9a060e54bf8d69288fbee4904 tree 0")
    #expect(try conversation.read(1).text == "\n")
    #expect(try conversation.readLine().text == "none missing")
  }
}

@Suite struct EnvironmentTests {
  @Test func theEnvironmentIsASnapshotInBytes() {
    setenv("GUARD_TEST_BYTES", "a=b", 1)
    var environment = ProcessEnvironment.current()
    #expect(environment["GUARD_TEST_BYTES"] == "a=b")
    environment[bytes: "GUARD_TEST_BYTES"] = [0xFF]
    #expect(ProcessEnvironment.current()["GUARD_TEST_BYTES"] == "a=b")
    #expect(environment[bytes: "GUARD_TEST_BYTES"] == [0xFF])
  }

  @Test func anExecutableIsNotFoundInTheCurrentDirectory() {
    #expect(ProcessEnvironment(["PATH": ":.:bin:/bin"]).executable(named: "sh")?.text == "/bin/sh")
    #expect(ProcessEnvironment(["PATH": ":.:"]).executable(named: "Package.swift") == nil)
    #expect(ProcessEnvironment(["PATH": "/bin"]).executable(named: "") == nil)
    #expect(ProcessEnvironment(["PATH": "/etc"]).executable(named: "passwd") == nil)
    #expect(ProcessEnvironment().executable(named: "/etc") == nil)
  }

  @Test func homeIsTheVariableOnly() {
    #expect(ProcessEnvironment(["HOME": ""]).home == nil)
    #expect(ProcessEnvironment(["HOME": "/h"]).home == Array("/h"))
    #expect(ProcessEnvironment().home == nil)
  }

  @Test func aReaderThatHasGoneIsAnErrorAndNotTheEnd() throws {
    Signals.ignoreBrokenPipes()
    var ends: [Int32] = [0, 0]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    let writer = Descriptor(owning: ends[1])
    let error = #expect(throws: SystemError.self) { try writer.write([1]) }
    #expect(error?.isBrokenPipe == true)
  }
}
