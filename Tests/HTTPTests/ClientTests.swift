import Platform
import Support
import Testing

@testable import HTTP

@Suite("The client, against a server that misbehaves")
struct ClientTests {
  private let quick = Patience(attempts: 3, firstDelay: 5, budget: 2000)

  private func settings(_ change: (inout ConnectionSettings) -> Void = { _ in }) -> ConnectionSettings {
    var settings = ConnectionSettings()
    settings.usesProxies = false
    change(&settings)
    return settings
  }

  private func end(_ milliseconds: Int64 = 5000) -> Int64 { SystemClock.monotonicMilliseconds + milliseconds }

  private func ask(
    _ server: FaultServer, _ method: String = "GET", _ settings: ConnectionSettings? = nil,
    patience: Patience? = nil
  ) -> Result<Response, HTTPError> {
    HTTPClient(settings ?? self.settings())
      .perform(Request(method, server.url + "/a"), end: end(), patience: patience ?? quick)
  }

  @Test("An answer comes with status, headers and body")
  func answer() throws {
    let server = try FaultServer { _, _ in .status(203, ["X-A:  b ", "X-E:"], "body") }
    let response = try ask(server).get()
    #expect(response.status == 203)
    #expect(response.header("x-a") == "b")
    #expect(response.header("X-E") == "")
    #expect(response.body == Array("body".utf8))
    #expect(server.seen.map(\.target) == ["/a"])
  }

  @Test("Many requests share a few connections, and each is told once")
  func many() throws {
    let server = try FaultServer { request, _ in .status(200, [], request.target) }
    var told: [Int: [UInt8]] = [:]
    HTTPClient(settings()).perform(
      count: 500, jobs: 4, end: end(20000), patience: quick,
      request: { Request("GET", "\(server.url)/\($0)") },
      finished: { index, result in
        #expect(told[index] == nil)
        if case .success(let response) = result { told[index] = response.body }
      })
    #expect(told.count == 500)
    #expect(told.allSatisfy { $0.value == Array("/\($0.key)".utf8) })
    #expect(server.connections <= 4)
  }

  @Test("A server that is not there is unreachable, and twenty thousand requests soon know")
  func refused() throws {
    let port = try FaultServer.deadPort()
    var count = 0
    let begin = SystemClock.monotonicMilliseconds
    HTTPClient(settings()).perform(
      count: 20_000, jobs: 8, end: end(30_000), patience: quick,
      request: { _ in Request("HEAD", "http://127.0.0.1:\(port)/") },
      finished: { _, result in
        if case .failure(.unreachable) = result { count += 1 }
      })
    #expect(count == 20_000)
    #expect(SystemClock.monotonicMilliseconds - begin < 10_000)
  }

  @Test("500 and then 200 is 200; 500 for ever is 500; 404 is asked once")
  func failing() throws {
    let server = try FaultServer { _, before in .status(before == 0 ? 500 : 200) }
    #expect(try ask(server).get().status == 200)
    let broken = try FaultServer { _, _ in .status(500) }
    #expect(try ask(broken).get().status == 500)
    #expect(broken.seen.count == 3)
    let empty = try FaultServer { _, _ in .status(404) }
    #expect(try ask(empty).get().status == 404)
    #expect(empty.seen.count == 1)
  }

  @Test("A connection reset, a body that ends early, and rubbish are tried again, and are unreachable")
  func broken() throws {
    for reply in [
      FaultServer.Reply.reset, .init("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"),
      .init("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .reset), .init("rubbish\r\n\r\n"), .init(""),
    ] {
      let server = try FaultServer { _, _ in reply }
      guard case .failure(.unreachable) = ask(server) else {
        Issue.record("not unreachable: \(reply)")
        continue
      }
      #expect(server.seen.count == 3)
      let mended = try FaultServer { _, before in before == 0 ? reply : .status(200, [], "whole") }
      #expect(try ask(mended).get().body == Array("whole".utf8))
    }
  }

  @Test("Who says nothing is left when the time is over")
  func hung() throws {
    let server = try FaultServer { _, _ in .hang }
    let begin = SystemClock.monotonicMilliseconds
    var told = 0
    HTTPClient(settings()).perform(
      count: 50, jobs: 4, end: end(300), patience: quick, request: { _ in Request("GET", server.url + "/") },
      finished: { _, result in
        if case .failure(.unreachable(let why)) = result, why.contains("timed out") { told += 1 }
      })
    #expect(told == 50)
    #expect(SystemClock.monotonicMilliseconds - begin < 2000)
  }

  @Test("A retry is made when it is due")
  func promptly() throws {
    let server = try FaultServer { _, before in before < 7 ? .reset : .status(200) }
    let begin = SystemClock.monotonicMilliseconds
    let patience = Patience(attempts: 8, firstDelay: 1, budget: 30_000)
    #expect(
      try HTTPClient(settings()).perform(Request("GET", server.url), end: end(30_000), patience: patience)
        .get().status == 200)
    // Not when the loop happens to look again, which is a second later: seven times.
    #expect(SystemClock.monotonicMilliseconds - begin < 6000)
  }

  @Test("A stall is broken off before the time is over")
  func stalled() throws {
    let server = try FaultServer { _, before in
      before == 0 ? .init("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf", .hang) : .status(200)
    }
    let client = HTTPClient(settings { $0.stallSeconds = 1 })
    let patience = Patience(attempts: 2, firstDelay: 1, budget: 60_000)
    #expect(
      try client.perform(Request("GET", server.url + "/"), end: end(60_000), patience: patience).get().status
        == 200)
  }

  @Test("A slow answer is an answer")
  func slow() throws {
    var reply = FaultServer.Reply.status(200, [], "slow")
    reply.pace = 2
    let server = try FaultServer { [reply] _, _ in reply }
    #expect(try ask(server).get().body == Array("slow".utf8))
  }

  @Test("Retry-After is waited for, but not beyond the patience")
  func retryAfter() throws {
    let server = try FaultServer { _, before in .status(before == 0 ? 429 : 200, ["Retry-After: 1"]) }
    let begin = SystemClock.monotonicMilliseconds
    #expect(try ask(server).get().status == 200)
    #expect(SystemClock.monotonicMilliseconds - begin >= 1000)
    let impatient = try FaultServer { _, _ in .status(429, ["Retry-After: 3600"]) }
    #expect(try ask(impatient).get().status == 429)
    #expect(impatient.seen.count == 1)
  }

  @Test("A date to come back is seen by the server's clock; by ours only when that makes sense")
  func retryDate() {
    let patience = Patience(attempts: 3, firstDelay: 2, budget: 30_000)
    func delay(_ headers: [(name: String, value: String)], wall: Int64 = 1_709_251_200) -> Int64? {
      patience.delay(after: 1, spent: 0, .success(Response(status: 503, headers: headers)), wallSeconds: wall)
    }
    let later = (name: "Retry-After", value: "Fri, 01 Mar 2024 00:00:10 GMT")
    let date = (name: "Date", value: "Fri, 01 Mar 2024 00:00:00 GMT")
    #expect(delay([later]) == 10_000)
    #expect(delay([later, date], wall: 0) == 10_000)
    // Our clock is a year behind, or ahead: the usual delay.
    #expect((1...2).contains(delay([later], wall: 1_709_251_200 - 31_536_000) ?? 0))
    #expect((1...2).contains(delay([later], wall: 1_709_251_200 + 31_536_000) ?? 0))
    #expect((1...2).contains(delay([(name: "Retry-After", value: "soon")]) ?? 0))
    #expect(delay([(name: "Retry-After", value: "9223372036854775807")]) == nil)
    #expect((1...2).contains(delay([(name: "Retry-After", value: "-5")]) ?? 0))
  }

  @Test("More than the limit is too large, in body and headers")
  func bounds() throws {
    let server = try FaultServer { _, _ in .status(200, [], String(repeating: "x", count: 5000)) }
    let client = HTTPClient(settings())
    #expect(throws: HTTPError.tooLarge) {
      try client.perform(Request("GET", server.url + "/", limit: 4999), end: end(), patience: quick).get()
    }
    #expect(
      try client.perform(Request("GET", server.url + "/", limit: 5000), end: end()).get().body.count == 5000)
    let heads = try FaultServer { _, _ in
      .status(200, (0..<40).map { "X-\($0): " + String(repeating: "y", count: 8000) })
    }
    #expect(throws: (any Error).self) { try ask(heads).get() }
  }

  @Test("A body that is not wanted is not read")
  func unwanted() throws {
    let server = try FaultServer { _, _ in
      .init("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nbegin", .hang)
    }
    var request = Request("GET", server.url + "/")
    request.wantsBody = false
    let response = try HTTPClient(settings()).perform(request, end: end(), patience: quick).get()
    #expect(response.header("Content-Length") == "1000000")
    #expect(response.body.isEmpty)
  }
}
