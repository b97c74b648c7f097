import Support
import Testing

/// `git push` through the installed hook, and `guard push`, while the server of the DVC remote does what servers do.
/// What is not known is never said to be missing, and nothing waits longer than policy allows.
@Suite struct PushFaultScenarios {
  typealias Answer = @Sendable (FaultServer.Seen, Int) -> FaultServer.Reply

  /// What a server does, and what comes of it.
  struct Fault: Sendable, CustomTestStringConvertible {
    let testDescription: String
    /// What `push` prints, and a part of what guard says.
    let verdict: (line: String, words: String)
    let answer: Answer
    /// What stands before the server's name.
    let scheme: String
    /// How many seconds policy gives the remote. Where the end of them is not what it is about, there are many.
    let seconds: Int

    init(
      _ name: String, _ line: String, _ words: String = "", scheme: String = "http", seconds: Int = 25,
      answer: @escaping Answer
    ) {
      (testDescription, verdict, self.answer) = (name, (line, words), answer)
      (self.scheme, self.seconds) = (scheme, seconds)
    }
  }

  private static let unknown = "not checked: 5 objects on the remote 'storage'"
  /// The first requests, as many as the objects: later ones are attempts made again.
  private static let first = 5

  static let faults = [
    Fault("all is there", "pushed") { _, _ in .status(200) },
    Fault("404 for each", "stopped cache/not-pushed") { _, _ in .status(404) },
    Fault("404 for one, 500 for the others", "stopped cache/not-pushed", "not checked: 4 objects") {
      seen, _ in
      .status(seen.target.hasSuffix(".dir") ? 404 : 500)
    },
    Fault("401", "stopped", unknown) { _, _ in .status(401) },
    Fault("403", "stopped", unknown) { _, _ in .status(403) },
    Fault("500 for ever", "stopped", unknown) { _, _ in .status(500) },
    Fault("500, then 200", "pushed") { _, count in .status(count < first ? 500 : 200) },
    Fault("500, then 404", "stopped cache/not-pushed") { _, count in .status(count < first ? 500 : 404) },
    Fault("429 with a second to wait, then 200", "pushed") { _, count in
      count < first ? .status(429, ["Retry-After: 1"]) : .status(200)
    },
    Fault("429 with an hour to wait", "stopped", unknown) { _, _ in .status(429, ["Retry-After: 3600"]) },
    Fault("a reset in the middle of an answer", "stopped", unknown, seconds: 2) { _, _ in
      FaultServer.Reply("HTTP/1.1 200 OK\r\nContent-Le", .reset)
    },
    Fault("a reset, then 200", "pushed") { _, count in count < first ? .reset : .status(200) },
    Fault("the end in the middle of an answer", "stopped", unknown, seconds: 2) { _, _ in
      FaultServer.Reply("HTTP/1.1 404 Not", .close)
    },
    Fault("rubbish", "stopped", unknown, seconds: 2) { _, _ in
      FaultServer.Reply("220 ftp at your service\r\n", .close)
    },
    Fault("slow", "pushed") { _, _ in
      var reply = FaultServer.Reply.status(200)
      (reply.delay, reply.pace) = (300, 5)
      return reply
    },
    Fault("hung", "stopped", unknown, seconds: 2) { _, _ in .hang },
    Fault("hung in the middle of an answer", "stopped", unknown, seconds: 2) { _, _ in
      FaultServer.Reply("HTTP/1.1 404 Not Found\r\n", .hang)
    },
    Fault("a byte a second", "stopped", unknown, seconds: 2) { _, _ in
      var reply = FaultServer.Reply.status(404)
      reply.pace = 1000
      return reply
    },
    Fault("no TLS where there should be", "stopped", unknown, scheme: "https") { _, _ in .status(200) },
    Fault("a page to log in", "stopped", unknown) { seen, _ in
      seen.target == "/login"
        ? .status(200, ["Content-Type: text/html"], "<html>") : .status(302, ["Location: /login"])
    },
    Fault("redirects in a circle", "stopped", unknown) { seen, _ in .status(302, ["Location: \(seen.target)"])
    },
  ]

  /// A repository with data that is only here, and a remote at a server.
  private func sandbox(_ url: String, _ keys: String, _ more: String = PushScenarios.more) throws
    -> CommitSandbox
  {
    let box = try PushScenarios.sandbox(more)
    try box.write("r/.dvc/config.local", "['remote \"storage\"']\n    url = \(url)\n\(keys)")
    return box
  }

  /// What `git push` comes to, and all that is said; it must end soon after the time that policy gives the remote.
  private func push(_ box: CommitSandbox, _ seconds: Int) throws -> (verdict: String, said: String) {
    try box.write("r/guard.local.yml", "remote:\n  timeout: \(seconds)\n")
    let verdict = try box.run("cd r; push git push -q origin main", seconds: seconds + 20)
    return (verdict, try box.run("cat said"))
  }

  private static let password = "    auth = basic\n    user = tester\n    password = secret word\n"

  @Test(arguments: faults) func `a server of an HTTP remote`(fault: Fault) throws {
    let server = try FaultServer(fault.answer)
    let box = try sandbox("\(fault.scheme)://127.0.0.1:\(server.port)/p", Self.password)
    let (verdict, said) = try push(box, fault.seconds)
    withExtendedLifetime(server) {}
    #expect(verdict == "\(fault.verdict.line)\n", "\(said)")
    #expect(said.contains(fault.verdict.words), "\(said)")
    #expect(!said.contains("secret word"))
  }

  @Test func `nobody listens`() throws {
    let box = try sandbox("http://127.0.0.1:\(FaultServer.deadPort())/p", "")
    let verdict = try box.run(
      "cd r; push git push -q origin main; guard push >../said 2>&1; echo $?", seconds: 30)
    let said = try box.run("cat said")
    #expect(verdict == "stopped\n2\n", "\(said)")
    #expect(said.contains(Self.unknown) && !said.contains("[cache/"))
  }

  @Test func `who ends a push ends its ssh as well`() throws {
    let box = try sandbox("ssh://example/p", "")
    try box.write("bin/ssh", "#!/bin/sh\necho $$ > \"$ROOT/ssh\"; exec sleep 60\n", mode: 0o755)
    let told = try box.inside(
      """
      guard push > ../said 2>&1 & pid=$!
      until [ -s ../ssh ]; do sleep 0.01; done
      kill -TERM $pid; wait $pid 2>/dev/null; echo $?
      runs() { grep -q '^State:.*[RSD] ' /proc/$(cat ../ssh)/status 2>/dev/null; }
      for i in $(seq 50); do runs || break; sleep 0.1; done; runs && echo left || echo gone
      """)
    #expect(told == "143\ngone\n")
  }

  @Test func `policy lets a push through that could not be checked`() throws {
    let server = try FaultServer { _, _ in .status(503) }
    let box = try sandbox(server.url, "")
    try box.write("r/guard.local.yml", "remote:\n  on-error: warn\n")
    let verdict = try box.inside("push git push -q origin main")
    let said = try box.run("cat said")
    withExtendedLifetime(server) {}
    #expect(verdict == "pushed\n", "\(said)")
    #expect(said.contains(Self.unknown))
  }

  @Test func `a redirect to another server carries no login, and is believed`() throws {
    let other = try FaultServer { _, _ in .status(200) }
    let there = other.url
    let server = try FaultServer { seen, _ in .status(307, ["Location: \(there)\(seen.target)"]) }
    let box = try sandbox(server.url, Self.password)
    #expect(try box.inside("push git push -q origin main") == "pushed\n")
    #expect(server.seen.allSatisfy { $0.header("authorization") != nil })
    #expect(other.seen.count == 5 && other.seen.allSatisfy { $0.header("authorization") == nil })
  }

  // MARK: - Uploads

  static let uploads = [
    Fault("403", "stopped cache/not-pushed", "(403)") { seen, _ in .status(seen.method == "POST" ? 403 : 404)
    },
    Fault("500 for ever", "stopped cache/not-pushed", "500") { seen, _ in
      .status(seen.method == "POST" ? 500 : 404)
    },
    Fault("a reset", "stopped cache/not-pushed", "raw.csv") { seen, _ in
      seen.method == "POST" ? .reset : .status(404)
    },
    // Asked for by HEAD and then by GET, then sent: the first of the uploads fail.
    Fault("500, then 201", "pushed", "5 objects pushed") { seen, count in
      .status(seen.method == "POST" ? count < 2 * first + 3 ? 500 : 201 : 404)
    },
  ]

  @Test(arguments: uploads) func `an upload to an HTTP remote, by the hook`(fault: Fault) throws {
    let server = try FaultServer(fault.answer)
    let box = try sandbox(server.url, "")
    try box.write("r/guard.local.yml", "remote:\n  on-missing: push\n")
    let verdict = try box.inside("push git push -q origin main")
    let said = try box.run("cat said")
    withExtendedLifetime(server) {}
    #expect(verdict == "\(fault.verdict.line)\n", "\(said)")
    #expect(said.contains(fault.verdict.words), "\(said)")
  }

  @Test func `an upload is not sent to where a redirect leads`() throws {
    let other = try FaultServer { _, _ in .status(201) }
    let there = other.url
    let server = try FaultServer { seen, _ in
      seen.method == "POST" ? .status(308, ["Location: \(there)\(seen.target)"]) : .status(404)
    }
    let box = try sandbox(server.url, Self.password)
    let told = try box.inside("guard push > ../said 2>&1; echo $?; grep -c 'cache/not-pushed' ../said")
    #expect(told == "1\n2\n")
    #expect(other.seen.isEmpty)
    // The list of the folder waits for its files, which did not get there.
    #expect(!server.seen.contains { $0.method == "POST" && $0.target.hasSuffix(".dir") })
  }

  // MARK: - S3

  private static let keys =
    "    access_key_id = AK\n    secret_access_key = secret word\n    region = us-east-1\n"

  private static func error(_ code: String) -> String {
    "<?xml version=\"1.0\"?><Error><Code>\(code)</Code></Error>"
  }

  static let buckets = [
    Fault("all is there", "pushed") { _, _ in .status(200, ["ETag: \"x\"", "Content-Length: 2"]) },
    Fault("404 for each, and the bucket is there", "stopped cache/not-pushed") { seen, _ in
      .status(seen.target.contains("files") ? 404 : 200)
    },
    Fault("there is no bucket", "stopped", "there is no bucket") { seen, _ in
      seen.method == "HEAD" ? .status(404) : .status(404, [], error("NoSuchBucket"))
    },
    Fault("wrong keys", "stopped", unknown) { seen, _ in
      .status(403, [], seen.method == "HEAD" ? "" : error("SignatureDoesNotMatch"))
    },
    Fault("asked to slow down for ever", "stopped", unknown, seconds: 2) { seen, _ in
      .status(503, [], seen.method == "HEAD" ? "" : error("SlowDown"))
    },
    Fault("a clock that is an age behind", "pushed") { seen, _ in
      let isRight = seen.header("x-amz-date")?.hasPrefix("2100") == true
      let date = "Date: Fri, 01 Jan 2100 12:00:00 GMT"
      guard !isRight else { return .status(200, [date, "ETag: \"x\"", "Content-Length: 2"]) }
      return .status(403, [date], seen.method == "HEAD" ? "" : error("RequestTimeTooSkewed"))
    },
    Fault("another kind of server", "stopped", unknown) { _, _ in .status(200, ["Content-Type: text/html"]) },
    Fault("a redirect elsewhere", "stopped", unknown) { _, _ in
      .status(307, ["Location: http://127.0.0.1:1/elsewhere"])
    },
  ]

  @Test(arguments: buckets) func `a server of an S3 remote`(fault: Fault) throws {
    let server = try FaultServer(fault.answer)
    let box = try sandbox("s3://bucket/p", "    endpointurl = \(server.url)\n\(Self.keys)")
    let (verdict, said) = try push(box, fault.seconds)
    withExtendedLifetime(server) {}
    #expect(verdict == "\(fault.verdict.line)\n", "\(said)")
    #expect(said.contains(fault.verdict.words), "\(said)")
    #expect(!said.contains("secret word"))
  }

  // MARK: - WebDAV

  private static let base = FaultServer.Reply.status(
    207, ["Content-Type: text/xml"],
    """
    <D:multistatus xmlns:D="DAV:"><D:response><D:href>/p/</D:href><D:propstat><D:prop><D:resourcetype>\
    <D:collection/></D:resourcetype></D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\
    </D:multistatus>
    """)

  static let folders = [
    Fault("404 for each, and the folder is there", "stopped cache/not-pushed") { seen, _ in
      seen.target == "/p/" ? base : .status(404)
    },
    Fault("404 for all", "stopped", "there is no folder at") { _, _ in .status(404) },
    Fault("a redirect elsewhere", "stopped", unknown) { _, _ in
      .status(301, ["Location: http://127.0.0.1:1/elsewhere"])
    },
    Fault("an answer that ends early", "stopped", unknown) { _, _ in
      .status(207, [], "<D:multistatus xmlns:D=\"DAV:\"><D:response><D:href>/p/")
    },
    Fault("401", "stopped", unknown) { _, _ in .status(401) },
    Fault("500, then 404", "stopped cache/not-pushed") { seen, count in
      count < first ? .status(500) : seen.target == "/p/" ? base : .status(404)
    },
    Fault("hung", "stopped", unknown, seconds: 2) { _, _ in .hang },
  ]

  @Test(arguments: folders) func `a server of a WebDAV remote`(fault: Fault) throws {
    let server = try FaultServer(fault.answer)
    let login = "    user = tester\n    password = secret word\n"
    let box = try sandbox("webdav://127.0.0.1:\(server.port)/p", login)
    let (verdict, said) = try push(box, fault.seconds)
    withExtendedLifetime(server) {}
    #expect(verdict == "\(fault.verdict.line)\n", "\(said)")
    #expect(said.contains(fault.verdict.words), "\(said)")
    #expect(!said.contains("secret word"))
  }

  // MARK: - Listings

  /// A folder of so many files that listing the bucket is cheaper than asking for each.
  private static let crowd = """
    mkdir -p many; seq 1 400 | (cd many; split -l 1 -a 3 - x); folder=$(track_folder many)
    git commit -q --no-verify -m crowd

    """

  static let listings = [
    Fault("it ends in the middle", "stopped", seconds: 2) { _, _ in
      FaultServer.Reply(
        "HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n<?xml version=\"1.0\"?><ListBucketResult>", .close)
    },
    Fault("it says that there is more, and not where", "stopped") { _, _ in
      .status(200, [], "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>")
    },
    Fault("it has fewer than it counts", "stopped") { _, _ in
      .status(
        200, [], "<ListBucketResult><IsTruncated>false</IsTruncated><KeyCount>3</KeyCount></ListBucketResult>"
      )
    },
    Fault("it is empty", "stopped cache/not-pushed") { _, _ in
      .status(200, [], "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>")
    },
  ]

  @Test(arguments: listings) func `a listing of a bucket`(fault: Fault) throws {
    let server = try FaultServer(fault.answer)
    let box = try sandbox("s3://bucket/p", "    endpointurl = \(server.url)\n\(Self.keys)", Self.crowd)
    let (verdict, said) = try push(box, fault.seconds)
    withExtendedLifetime(server) {}
    #expect(verdict == "\(fault.verdict.line)\n", "\(said)")
    #expect(server.seen.contains { $0.target.contains("list-type=2") })
  }
}
