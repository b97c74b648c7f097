import HTTP
import Platform
import Support
import Testing

@Suite("Redirects")
struct RedirectTests {
  private func ask(
    _ url: String, _ method: String = "GET", login: ConnectionSettings.Login, follows: Bool = true
  ) -> Result<Response, HTTPError> {
    var settings = ConnectionSettings()
    settings.usesProxies = false
    settings.followsRedirects = follows
    settings.login = login
    let request = Request(method, url, headers: [("X-Private", "p"), ("Accept", "a/b")])
    return HTTPClient(settings).perform(
      request, end: SystemClock.monotonicMilliseconds + 5000, patience: .none)
  }

  private static let logins: [ConnectionSettings.Login] = [
    .basic(user: "u", password: "secret"), .bearer("secret"), .header(name: "X-Key", value: "secret"),
  ]

  @Test(
    "Another origin gets neither login nor private headers, and neither does who it sends to",
    arguments: logins)
  func elsewhere(_ login: ConnectionSettings.Login) throws {
    let home = try FaultServer { request, _ in
      request.target == "/back" ? .status(200, [], "done") : .status(500)
    }
    let other = try FaultServer { [url = home.url] _, _ in .status(302, ["Location: \(url)/back"]) }
    let first = try FaultServer { [url = other.url] _, _ in .status(307, ["Location: \(url)/there"]) }
    let response = try ask(first.url + "/", login: login).get()
    #expect(response.body == Array("done".utf8))
    #expect(response.wasRedirected)
    #expect(
      first.seen.first?.headers.contains { $0.value.contains("secret") || $0.value.hasPrefix("Basic") }
        == true)
    for seen in other.seen + home.seen {
      #expect(!seen.headers.contains { $0.value.contains("secret") || $0.name == "authorization" })
      #expect(seen.header("x-private") == nil)
      #expect(seen.header("accept") == "a/b")
    }
    #expect(other.seen.count == 1 && home.seen.count == 1)
  }

  @Test("The same origin gets all, also by a relative path")
  func here() throws {
    let server = try FaultServer { request, _ in
      request.target == "/b" ? .status(200) : .status(301, ["Location: b"])
    }
    #expect(try ask(server.url + "/a", login: .bearer("t")).get().status == 200)
    #expect(server.seen.last?.header("authorization") == "Bearer t")
    #expect(server.seen.last?.header("x-private") == "p")
  }

  @Test("A redirect is an answer: when not followed, not for uploads, not for ever, not to another protocol")
  func answers() throws {
    let server = try FaultServer { _, _ in .status(302, ["Location: /again"]) }
    #expect(try ask(server.url + "/", login: .none, follows: false).get().status == 302)
    #expect(try ask(server.url + "/", "PUT", login: .none).get().status == 302)
    #expect(server.seen.count == 2)
    #expect(try ask(server.url + "/", login: .none).get().status == 302)
    #expect(server.seen.count == 13)
    for place in ["file:///etc/passwd", "ftp://127.0.0.1/", "http://u:p@127.0.0.1/", "http://a\\@b/", "//"] {
      let odd = try FaultServer { _, _ in .status(302, ["Location: \(place)"]) }
      #expect(try ask(odd.url + "/", login: .none).get().status == 302)
      #expect(odd.seen.count == 1)
    }
  }
}
