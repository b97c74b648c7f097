import Support
import Testing
import Values

@testable import Runs

/// What is left out of records, and how long they may be.
@Suite struct RedactionTests {
  private func isHidden(_ key: Text, _ value: JSON = .string("x"), _ redaction: Redaction = Redaction())
    -> Bool
  {
    redaction.hides(key, value)
  }

  @Test func `keys that name a secret hide their values`() {
    for key in [
      "token", "api_token", "API_TOKEN", "db.Password", "aws.secret_access_key", "a.b.clientSecret.c",
      "apiKey",
      "api-key", "my_api_key_2", "credentials.user", "passphrase", "ssh.private_key", "tokens",
    ] as [Text] {
      #expect(isHidden(key), "\(key)")
    }
    for key in ["lr", "pass", "key", "tokenizer", "data.tokenization", "monkey", "secre", "auth.user"]
      as [Text]
    {
      #expect(!isHidden(key), "\(key)")
    }
    #expect(isHidden("pin.password", .number(1234)) && isHidden("max_token", .number(512)))
    #expect(!isHidden("max_tokens", .number(512)) && isHidden("max_tokens", .string("512")))
    #expect(!isHidden("use_token", .bool(true)) && !isHidden("password", .null))
  }

  @Test func `policy hides more, and shows what it knows to be harmless`() {
    let redaction = Redaction(redact: ["Customer*", "db.user", "x?"], reveal: ["max_token", "auth.token"])
    #expect(isHidden("a.customer_id", .number(1), redaction) && isHidden("db.user", .string("x"), redaction))
    #expect(!isHidden("other.user", .string("x"), redaction) && isHidden("x1", .number(1), redaction))
    #expect(!isHidden("xyz", .number(1), redaction) && !isHidden("a.max_token", .number(1), redaction))
    #expect(!isHidden("auth.token", .string("x"), redaction) && isHidden("b.token", .string("x"), redaction))
  }

  @Test func `a secret stands nowhere in the record`() throws {
    let repository = try RunsFixture.repository()
    try repository.write(
      """
      seed: 7
      train: {lr: 0.2}
      db: {password: hunter2, hosts: [{name: a, Secret: hunter2, port: 1}, hunter3]}
      customer: hunter2
      """, to: "params.yaml")
    try repository.write(
      RunsFixture.lock.replacing("seed: 7", with: "seed: 7\n        db.password: hunter2"), to: "dvc.lock")
    try repository.write(#"{"acc": 1, "token_accuracy": 0.5, "token": "hunter2"}"#, to: "metrics.json")
    try repository.commitAll("secrets")
    let record = try RunsFixture.record(repository, redact: ["customer"])
    #expect(!record.line.text.contains("hunter2"))
    #expect(
      record.text("params")
        == #"{"customer":{"redacted":true},"db.hosts":[{"Secret":{"redacted":true},"name":"a","port":1},"hunter3"],"#
        + #""db.password":{"redacted":true},"deep.er.x":[1,2.5],"seed":7,"train.lr":0.2}"#)
    #expect(record.redacted == ["customer", "db.hosts.Secret", "db.password", "token"])
    #expect(
      record.text("metrics", "metrics.json") == #"{"acc":1,"token":{"redacted":true},"token_accuracy":0.5}"#)
    #expect(
      record.text("stages", "train", "params")
        == #"{"params.yaml":{"db.password":{"redacted":true},"seed":7,"train.lr":0.2}}"#)
    // The hash of the inputs is not one of the secret.
    try repository.write(
      RunsFixture.lock.replacing("seed: 7", with: "seed: 7\n        db.password: other"), to: "dvc.lock")
    try repository.commitAll("another secret")
    #expect(try RunsFixture.record(repository).stages[0].inputDigest == record.stages[0].inputDigest)
  }

  @Test func `a password in a URL is left out, whatever its key is called`() {
    #expect(isHidden("database", .string("postgresql://me:hunter2@db.example.org/x")))
    #expect(isHidden("note", .string("see https://a:b@c/ for it")))
    for harmless in [
      "postgresql://me@db.example.org/x", "https://example.org:80/a@b", "https://$USER:$PASS@example.org/",
      "a:b@c", "https://a:@b/",
    ] { #expect(!isHidden("database", .string(harmless)), "\(harmless)") }
    #expect(!isHidden("database", .string("https://a:b@c"), Redaction(reveal: ["database"])))
  }

  @Test(
    arguments: [
      ("params.yaml", "lr: 1\ndb: {password: hunter2}\n", "records leave out values in it: db.password"),
      ("sub/p.json", #"{"url": "s3://a:b@c/"}"#, "records leave out values in it: url"),
      ("params.toml", "lr = 1\n", nil),
      ("p.py", "TOKEN = 'x'\n", "records leave out values in it: TOKEN"),
      ("params.yaml", "a: [", "it cannot be read, so nobody knows whether it holds a secret"),
      ("dvc.lock", "stages: {api_token: {cmd: a, params: {p.yaml: {lr: 1}}}}\n", nil),
      (
        "dvc.lock", "stages: {a: {params: {token.yaml: {db.password: x}}}}\n",
        "records leave out values in it: db.password"
      ),
      ("dvc.yaml", "stages: {secret: {cmd: echo, outs: [token.txt: {cache: false}]}}\n", nil),
      (
        "dvc.yaml", "vars: [{token: x}]\nstages: {a: {matrix: {secret: [b, c]}, cmd: a}}\n",
        "records leave out values in it: secret, token"
      ),
      (
        "requirements.txt", "--index-url https://me:hunter2@pypi.example.org/\n", "a URL in it has a password"
      ),
      ("requirements.txt", "token==1\n", nil),
    ] as [(String, String, String?)])
  func `a file with what records leave out is not sent`(name: String, text: String, why: String?) {
    #expect(Redaction().objection(to: Text(name), Array(text.utf8)) == why)
  }

  @Test func `a record that is too long loses long values first, then lists`() throws {
    let long = String(repeating: "é", count: 600)
    func record(values: Int, data: Int, stages: Int) -> JSON {
      let list = JSON.array((0..<data).map { .object([("name", .string("data/\($0)"))]) })
      return RecordSize.fitting([
        ("schema", .number(1)),
        ("params", .object((0..<values).map { (Text("p\($0)"), .string(long)) } + [("short", .number(1))])),
        (
          "stages",
          .object(
            (0..<stages).map {
              (Text("s\($0)"), .object([("inputDigest", .string("x")), (Text("deps"), list)]))
            })
        ),
        (Text("data"), list),
      ])
    }
    #expect(record(values: 100, data: 100, stages: 1)["truncated"] == nil)
    let values = record(values: 300, data: 100, stages: 1)
    #expect(values["truncated"]?.bool == true && values["data"]?.array?.count == 100)
    #expect(
      values["params"]?["p1"]?["sha256"]?.text?.utf8.count == 64 && values["params"]?["short"]?.int == 1)
    let data = record(values: 1, data: 20_000, stages: 0)
    #expect(data["data"]?["count"]?.int == 20_000 && data["params"]?["p0"]?["sha256"] != nil)
    let stages = record(values: 1, data: 900, stages: 20)
    #expect(stages["data"]?["count"]?.int == 900 && stages["stages"]?["s3"]?["deps"]?["count"]?.int == 900)
    #expect(stages["stages"]?["s3"]?["inputDigest"]?.text == "x")
    let everything = record(values: 9000, data: 9, stages: 9000)
    #expect(everything.canonical.count <= RecordSize.most)
    #expect(everything["stages"]?["count"]?.int == 9000 && everything["params"]?["count"]?.int == 9001)
  }
}
