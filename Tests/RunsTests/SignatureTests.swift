import Git
import Hashing
import Platform
import Support
import Testing
import Values

@testable import Runs

/// Signatures by Ed25519 keys, with the real openssl; and what is said of signatures that were changed.
@Suite struct SignatureTests {
  private func makeKey(_ name: String, _ fixture: SigningFixture) throws -> SignatureCheck.KnownKey {
    let said = try fixture.shell(
      "openssl genpkey -algorithm ed25519 -out \(name) && openssl pkey -in \(name) -pubout -out \(name).pub")
    #expect(said.succeeded)
    let file = try FileSystem.read(fixture.repository.scratch("\(name).pub"), limit: 1 << 16)
    return SignatureCheck.KnownKey(name: Text(name), key: try #require(EdwardsPublicKey(pem: file)))
  }

  private func sign(_ fixture: SigningFixture, _ name: String) throws -> [Ledger.Signing] {
    let signer = try EdwardsSigner(file: fixture.repository.scratch(name))
    return try Ledger(fixture.opened).sign([fixture.head], with: signer).map(\.result)
  }

  @Test func `what guard signs openssl takes, by the steps that the documentation names`() throws {
    let fixture = try SigningFixture()
    let key = try makeKey("ci", fixture)
    #expect(try sign(fixture, "ci") == [.signed])
    #expect(try sign(fixture, "ci") == [.known])
    #expect(try fixture.links().count == 1)
    let said = try fixture.shell(
      #"""
      git -C repo notes --ref=guard/runs show > record
      { printf 'DSSEv1 28 application/vnd.in-toto+json %s ' "$(wc -c < record)"; cat record; } > message
      git -C repo notes --ref=guard/links show | sed -n 's/.*"sig":"\([^"]*\)".*/\1/p' | base64 -d > message.sig
      openssl pkeyutl -verify -rawin -pubin -inkey ci.pub -in message -sigfile message.sig
      echo "sha256:$(openssl pkey -pubin -in ci.pub -outform DER | sha256sum | cut -d' ' -f1)"
      """#)
    #expect(said.said == "Signature Verified Successfully\n\(key.key.keyID)\n")
    #expect(try fixture.verdicts(keys: [key]) == [.valid(signer: "ci")])
  }

  @Test func `what openssl signs guard takes`() throws {
    let fixture = try SigningFixture()
    let key = try makeKey("ci", fixture)
    try fixture.write(fixture.record.message, to: "message")
    let made = try fixture.shell(
      "openssl pkeyutl -sign -rawin -inkey ci -in message -out sig; base64 -w0 sig")
    let entry = Link.Signature.Entry(keyID: key.key.keyID, signature: Text(made.said))
    try Ledger(fixture.opened).links.append([
      fixture.head: [.signature(Link.Signature(digest: fixture.record.digest, [entry]))]
    ])
    #expect(try fixture.verdicts(keys: [key]) == [.valid(signer: "ci")])
    #expect(try sign(fixture, "ci") == [.known])
  }

  @Test func `a key that is not known, or that only the repository names, does not count`() throws {
    let fixture = try SigningFixture()
    let (key, other) = (try makeKey("ci", fixture), try makeKey("other", fixture))
    _ = try sign(fixture, "ci")
    guard case .unknown = try fixture.verdicts(keys: [other]).first else {
      Issue.record("it counts")
      return
    }
    let named = SignatureCheck.KnownKey(
      name: "forger", key: key.key, objection: "only the repository says so")
    #expect(try fixture.verdicts(keys: [named]) == [.unknown("only the repository says so")])
    #expect(try fixture.verdicts(keys: [named, key]) == [.valid(signer: "ci")])
  }

  @Test func `whatever part of a signature is changed, it does not count`() throws {
    let fixture = try SigningFixture()
    let key = try makeKey("ci", fixture)
    let other = try makeKey("other", fixture)
    _ = try sign(fixture, "ci")
    try fixture.makeKey("key")
    let opened = try fixture.reopened([
      ("gpg.format", "ssh"), ("user.signingkey", fixture.path("key")),
      ("gpg.ssh.allowedSignersFile", fixture.path("allowed")),
    ])
    try fixture.shell("echo \"a@b $(cat key.pub)\" > allowed")
    _ = try Ledger(opened).sign([fixture.head], with: SSHSigner(opened, fixture.environment))
    let lines = try fixture.links()
    #expect(lines.count == 2)
    for line in lines {
      try fixture.replaceLinks(line)
      #expect(try fixture.verdicts(opened, keys: [key, other]).map(Self.isValid) == [true])
      for changed in Self.changes(of: line, otherKey: other.key.keyID.string) {
        try fixture.replaceLinks(changed)
        let verdicts = try fixture.verdicts(opened, keys: [key, other])
        #expect(verdicts.count == 1 && verdicts.allSatisfy(Self.isWrong), "\(changed): \(verdicts)")
      }
    }
  }

  /// A line with one part of it changed, each in turn.
  private static func changes(of line: String, otherKey: String) -> [String] {
    guard let start = line.range("\"sig\":\""), let keyID = line.range("\"keyid\":\"") else { return [] }
    let length = line[start...].prefix { $0 != "\"" }.count
    // Letters at the beginning, in the key, in the namespace, in the signature; and the last one.
    let places = Set([0, 7, 20, length / 3, length / 2, length * 2 / 3, length - 4]).sorted()
    var changed = places.map { line.changed(at: line.index(start, offsetBy: $0)) }
    // Other letters for the same bytes: the last one before `==` has four bits that count for nothing.
    let last = line.index(start, offsetBy: length - 3)
    let twins: [Character: Character] = ["A": "B", "Q": "R", "g": "h", "w": "x"]
    changed.append(line[..<last] + String(twins[line[last]] ?? "-") + line[line.index(after: last)...])
    changed.append(line.changed(at: line.index(keyID, offsetBy: 9)))
    changed.append(line.replacing("in-toto+json", with: "in-toto+JSON"))
    changed.append(line.replacing("\"digest\":{\"sha256\":\"", with: "\"digest\":{\"sha256\":\"0"))
    changed.append(line.replacing("\"digest\"", with: "\"digesd\""))
    changed.append(line.replacing("\"sig\"", with: "\"sag\""))
    changed.append(line.replacing("\"keyid\"", with: "\"kayid\""))
    changed.append(line.replacing("\"signatures\"", with: "\"segnatures\""))
    // The key of somebody else who may sign.
    let own = line[keyID...].prefix { $0 != "\"" }
    return changed + [
      line.replacing(own, with: otherKey), String(line[..<start]) + "QUJD\"}],\"t\":\"signature\"}",
    ]
  }

  private static func isValid(_ verdict: CheckedSignature.Verdict) -> Bool {
    if case .valid = verdict { true } else { false }
  }

  /// Whether `guard verify` ends with 1 for it.
  private static func isWrong(_ verdict: CheckedSignature.Verdict) -> Bool {
    switch verdict {
    case .bad, .refused, .outdated: true
    case .valid, .unknown, .notJudged: false
    }
  }

  @Test func `a record that is another one makes its signatures those of before`() throws {
    let fixture = try SigningFixture()
    let key = try makeKey("ci", fixture)
    _ = try sign(fixture, "ci")
    let line = String(decoding: fixture.record.payload, as: UTF8.self)
    try fixture.repository.git(
      "notes", "--ref=guard/runs", "add", "-f", "-m", line.replacing("\"seed\":7", with: "\"seed\":8"))
    #expect(try fixture.verdicts(keys: [key]) == [.outdated])
    // A digest that was changed along does not help.
    let forged = SignedRecord(try #require(try Ledger(fixture.opened).records.kept(of: fixture.head).record))
    let signature = try #require(try fixture.links().first)
    try fixture.replaceLinks(
      signature.replacing(fixture.record.digest.string, with: forged.digest.string))
    #expect(try fixture.verdicts(keys: [key]) == [.bad("it is not of this record")])
    // Nothing that is kept: nothing that is signed.
    try fixture.repository.git("update-ref", "-d", "refs/notes/guard/runs")
    #expect(try fixture.verdicts(keys: [key]) == [.outdated])
    #expect(try sign(fixture, "ci") == [.impossible])
  }

  @Test func `of very many signatures not all are looked at`() throws {
    let fixture = try SigningFixture()
    let key = try makeKey("ci", fixture)
    let line = Link.signature(
      Link.Signature(
        digest: fixture.record.digest,
        try EdwardsSigner(file: fixture.repository.scratch("ci")).signatures(of: [fixture.record])))
    let checked = SignatureCheck(fixture.opened, fixture.environment, keys: [key]).checked(
      Array(repeating: line, count: 102),
      of: try Ledger(fixture.opened).records.kept(of: fixture.head).record, at: 0)
    #expect(checked.count { $0.verdict == .valid(signer: "ci") } == 100)
    #expect(
      checked.suffix(2).map(\.verdict) == Array(repeating: .notJudged("it is one of too many"), count: 2))
  }

  @Test func `what is no key is told in words`() throws {
    let fixture = try SigningFixture()
    try fixture.makeKey("ssh")
    try fixture.shell(
      "openssl genpkey -algorithm ed25519 -aes256 -pass pass:x -out locked; openssl genrsa -out rsa 2048")
    func words(_ name: String) -> String {
      do throws(RunsError) {
        _ = try EdwardsSigner(file: fixture.repository.scratch(name))
        return ""
      } catch { return "\(error)" }
    }
    #expect(words("nosuch").contains("No such file"))
    #expect(words("locked").contains("without a passphrase, as openssl genpkey"))
    #expect(words("rsa").contains("without a passphrase, as openssl genpkey"))
    #expect(words("ssh").contains("it is an SSH key, which git config"))
  }

  @Test func `the envelope is DSSE's`() throws {
    let fixture = try SigningFixture()
    #expect(
      String(decoding: fixture.record.message.prefix(40), as: UTF8.self)
        == "DSSEv1 28 application/vnd.in-toto+json \(fixture.record.payload.count) ".prefix(40))
    #expect(fixture.record.message.suffix(fixture.record.payload.count).elementsEqual(fixture.record.payload))
    let envelope = fixture.record.envelope([Link.Signature.Entry(keyID: "k", signature: "c2ln")])
    #expect(envelope["payload"]?.text.map { Base64.decode($0.string) } == fixture.record.payload)
    #expect(envelope["payloadType"]?.text == "application/vnd.in-toto+json")
  }
}

extension String {
  /// Where the letters after some others begin.
  fileprivate func range(_ needle: String) -> Index? {
    indices.first { self[$0...].hasPrefix(needle) }.map { index($0, offsetBy: needle.count) }
  }

  /// The text with another letter at a place.
  fileprivate func changed(at place: Index) -> String {
    String(self[..<place]) + (self[place] == "A" ? "B" : "A") + String(self[index(after: place)...])
  }
}
