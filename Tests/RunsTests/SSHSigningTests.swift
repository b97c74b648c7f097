import Git
import Glibc
import Platform
import Support
import Testing
import Values

@testable import Runs

/// Signatures by SSH keys, with the real ssh-keygen and ssh-agent.
@Suite struct SSHSigningTests {
  private func ssh(_ key: String) -> [(String, String)] { [("gpg.format", "ssh"), ("user.signingkey", key)] }

  @Test(
    "what guard signs ssh-keygen takes, by the steps that the documentation names",
    arguments: ["-t ed25519", "-t rsa -b 2048", "-t ecdsa"])
  func signed(_ kind: String) throws {
    let fixture = try SigningFixture()
    let temporary = fixture.repository.scratch("tmp")
    try FileSystem.createDirectories(temporary)
    fixture.repository.environment[bytes: "TMPDIR"] = temporary
    try fixture.makeKey("key", kind)
    let opened = try fixture.reopened(
      ssh(fixture.path("key")) + [("gpg.ssh.allowedSignersFile", fixture.path("allowed"))])
    try fixture.shell("echo \"a@b,c@d namespaces=\\\"guard\\\" $(cat key.pub)\" > allowed")
    let signer = try SSHSigner(opened, fixture.environment)
    #expect(try fixture.shell("ssh-keygen -l -f key.pub").said.contains(signer.keyID.string))
    #expect(try Ledger(opened).sign([fixture.head], with: signer).map(\.result) == [.signed])
    // A second time adds nothing, of a kind of key too whose signatures differ each time.
    #expect(try Ledger(opened).sign([fixture.head], with: signer).map(\.result) == [.known])
    #expect(try fixture.links().count == 1)
    let said = try fixture.shell(
      #"""
      git -C repo notes --ref=guard/runs show > record
      { printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(wc -c < record)"; cat record; } > message
      sig=$(git -C repo notes --ref=guard/links show | sed -n 's/.*"sig":"\([^"]*\)".*/\1/p')
      printf -- '-----BEGIN SSH SIGNATURE-----\n%s\n-----END SSH SIGNATURE-----\n' "$sig" > message.sig
      ssh-keygen -Y verify -n guard -f allowed -I c@d -s message.sig < message
      """#)
    #expect(said.succeeded && said.said.hasPrefix("Good \"guard\" signature for c@d"))
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
    #expect(try FileSystem.list(temporary).isEmpty)
  }

  @Test(
    "a certificate has the name of its key, and counts as far as its authority does",
    arguments: ["-t ed25519", "-t rsa -b 2048", "-t ecdsa", "-t ecdsa -b 521"])
  func certificate(_ kind: String) throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("authority")
    try fixture.makeKey("key", kind)
    try fixture.shell(
      """
      ssh-keygen -q -s authority -I me -n a@b -V 20200101:20990101 key.pub
      echo "*@b cert-authority $(cat authority.pub)" > allowed
      """)
    let opened = try fixture.reopened(
      ssh(fixture.path("key-cert.pub")) + [("gpg.ssh.allowedSignersFile", fixture.path("allowed"))])
    let signer = try SSHSigner(opened, fixture.environment)
    #expect(try Ledger(opened).sign([fixture.head], with: signer).map(\.result) == [.signed])
    #expect(try Ledger(opened).sign([fixture.head], with: signer).map(\.result) == [.known])
    #expect(try fixture.links().count == 1)
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
    let name = try fixture.shell("ssh-keygen -l -f key.pub").said
    #expect(name.contains(signer.keyID.string))
  }

  @Test func `what ssh-keygen signs guard takes`() throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("key")
    try fixture.write(fixture.record.message, to: "message")
    let said = try fixture.shell(
      "echo \"a@b $(cat key.pub)\" > allowed; ssh-keygen -Y sign -n guard -f key message")
    #expect(said.succeeded)
    let file = try FileSystem.read(fixture.repository.scratch("message.sig"), limit: 1 << 16)
    let signature = try #require(SSHSignature(armored: file))
    #expect(signature.armored == file && signature.namespace == "guard")
    let entry = Link.Signature.Entry(
      keyID: signature.fingerprint, signature: Text(Base64.encode(signature.bytes)))
    try Ledger(fixture.opened).links.append([
      fixture.head: [.signature(Link.Signature(digest: fixture.record.digest, [entry]))]
    ])
    let opened = try fixture.reopened([("gpg.ssh.allowedSignersFile", fixture.path("allowed"))])
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
  }

  @Test func `whose key it is says the file of allowed signers, as it was at the time of the commit`() throws
  {
    let fixture = try SigningFixture()
    try fixture.makeKey("key")
    try fixture.makeKey("other")
    var opened = try fixture.reopened(ssh(fixture.path("key")))
    _ = try Ledger(opened).sign([fixture.head], with: SSHSigner(opened, fixture.environment))
    func isUnknown(_ opened: Repository, at seconds: Int64 = 1_700_000_000) throws -> Bool {
      let verdicts = try fixture.verdicts(opened, at: seconds)
      guard verdicts.count == 1, case .unknown = verdicts[0] else { return false }
      return true
    }
    func allow(_ options: String, _ key: String = "key") throws {
      try fixture.shell("echo \"a@b \(options) $(cat \(key).pub)\" > allowed")
    }
    #expect(try isUnknown(opened))
    opened = try fixture.reopened([("gpg.ssh.allowedSignersFile", fixture.path("allowed"))])
    #expect(try isUnknown(opened))
    try allow("", "other")
    #expect(try isUnknown(opened))
    // 2023-11-14.
    try allow("valid-before=\\\"20231201\\\"")
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
    #expect(try isUnknown(opened, at: 1_710_000_000))
    try allow("valid-after=\\\"20231201\\\"")
    #expect(try isUnknown(opened))
    try allow("namespaces=\\\"git\\\"")
    guard case .refused = try fixture.verdicts(opened).first else {
      Issue.record("another namespace counts")
      return
    }
    try allow("")
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
    opened = try fixture.reopened([("gpg.ssh.revocationFile", fixture.path("revoked"))])
    guard case .notJudged = try fixture.verdicts(opened).first else {
      Issue.record("a lost file is passed over")
      return
    }
    try fixture.shell("ssh-keygen -q -k -f revoked other.pub")
    #expect(try fixture.verdicts(opened) == [.valid(signer: "a@b")])
    try fixture.shell("ssh-keygen -q -k -f revoked key.pub")
    guard case .refused = try fixture.verdicts(opened).first else {
      Issue.record("a revoked key counts")
      return
    }
  }

  @Test func `a key in the configuration is the agent's`() throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("key")
    let started = try fixture.shell("ssh-agent -s -a agent")
    let process = started.said.split(separator: ";").first { $0.contains("SSH_AGENT_PID=") }
      .flatMap { Int32($0.drop { $0 != "=" }.dropFirst()) }
    let agent = try #require(process)
    defer { kill(agent, SIGTERM) }
    var environment = fixture.environment
    environment["SSH_AUTH_SOCK"] = fixture.path("agent")
    let key = String(
      try fixture.shell("cat key.pub").said.split(separator: " ").prefix(2).joined(separator: " "))
    for configuration in [
      ssh(key), ssh("key::\(key)"),
      [
        ("user.signingkey", ""),
        (
          "gpg.ssh.defaultKeyCommand", "/bin/sh -c 'echo \"key::$(cat \"$0\")\"' '\(fixture.path("key.pub"))'"
        ),
      ],
    ] {
      let opened = try fixture.reopened(configuration)
      let signer = try SSHSigner(opened, environment)
      let message = { () throws -> String in
        do throws(RunsError) {
          _ = try Ledger(opened).sign([fixture.head], with: signer)
          return ""
        } catch { return "\(error)" }
      }
      try fixture.shell("ssh-add -q -D", environment)
      try fixture.repository.git("update-ref", "-d", "refs/notes/guard/links")
      let refusal = try message()
      #expect(refusal.hasPrefix("not signed with \(signer.keyID)") && refusal.contains("ssh-add -l"))
      #expect(try fixture.shell("ssh-add -q key", environment).succeeded)
      #expect(try message() == "")
      #expect(try fixture.links().count == 1)
    }
  }

  @Test func `a key that is not there is told in words`() throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("locked", "-t ed25519")
    #expect(try fixture.shell("ssh-keygen -q -p -P '' -N secret -f locked").succeeded)
    func words(_ configuration: [(String, String)], path: String? = nil) throws -> String {
      for key in ["gpg.format", "user.signingkey", "gpg.ssh.program", "gpg.ssh.defaultKeyCommand"] {
        _ = try fixture.repository.gitOutcome(["config", "--unset-all", key])
      }
      let opened = try fixture.reopened(configuration)
      var environment = fixture.environment
      if let path { environment["PATH"] = path }
      // On a terminal nobody is to be asked.
      environment["SSH_ASKPASS"] = "/bin/false"
      environment["SSH_ASKPASS_REQUIRE"] = "force"
      do throws(RunsError) {
        _ = try Ledger(opened).sign([fixture.head], with: SSHSigner(opened, environment))
        return "signed"
      } catch { return "\(error)" }
    }
    #expect(try words([]).contains("Git signs by openpgp here"))
    #expect(try words([("gpg.format", "x509")]).contains("Git signs by x509 here"))
    #expect(try words([("gpg.format", "ssh")]).contains("set user.signingKey"))
    #expect(try words(ssh("/nosuch")).contains("/nosuch"))
    #expect(try words(ssh("key::nonsense")).hasPrefix("there is no key to sign with"))
    #expect(try words(ssh(fixture.path("locked"))).hasPrefix("not signed with SHA256:"))
    #expect(try words(ssh(fixture.path("locked")), path: "/nosuch").hasPrefix("ssh-keygen is not in PATH"))
    #expect(try words(ssh("k") + [("gpg.ssh.program", "nosuch")]).hasPrefix("nosuch is not in PATH"))
    let command = { (line: String) in [("gpg.format", "ssh"), ("gpg.ssh.defaultKeyCommand", line)] }
    #expect(try words(command("nosuch x")).contains("there is no command nosuch"))
    #expect(try words(command("false")).contains("failed: exit code 1"))
    #expect(try words(command("echo none")).contains("printed no key"))
    #expect(try words(command("echo 'none")).contains("a quote"))
    #expect(try fixture.repository.gitOutcome(["notes", "--ref=guard/links", "list"]).output.isEmpty)
  }

  @Test func `without ssh-keygen nothing is said of a signature`() throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("key")
    let opened = try fixture.reopened(ssh(fixture.path("key")))
    _ = try Ledger(opened).sign([fixture.head], with: SSHSigner(opened, fixture.environment))
    let gone = try fixture.reopened([("gpg.ssh.program", "nosuch")])
    guard case .notJudged(let why) = try fixture.verdicts(gone).first else {
      Issue.record("it is judged")
      return
    }
    #expect(why.hasPrefix("nosuch is not in PATH"))
  }

  @Test func `command lines are cut as Git cuts them`() {
    let cases: [(String, [String]?)] = [
      ("a  b\tc ", ["a", "b", "c"]), ("a 'b c' \"d 'e'\" f\\ g", ["a", "b c", "d 'e'", "f g"]),
      ("a''b \"\" '\\'", ["ab", "", "\\"]), ("\"a\\\"b\"", ["a\"b"]), ("'a", nil), ("a\\", nil), ("", []),
    ]
    for (line, words) in cases {
      #expect(CommandWords.split(Array(line.utf8))?.map { String(decoding: $0, as: UTF8.self) } == words)
    }
  }
}
