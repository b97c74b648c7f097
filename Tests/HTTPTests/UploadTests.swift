import HTTP
import Platform
import Support
import Testing

@Suite("Uploads")
struct UploadTests {
  private func upload(
    _ server: FaultServer, _ body: Request.Body, attempts: Int = 3, sent: (Int) -> Void = { _ in }
  ) -> Result<Response, HTTPError> {
    var settings = ConnectionSettings()
    settings.usesProxies = false
    var answer = Result<Response, HTTPError>.failure(.tooLarge)
    HTTPClient(settings).perform(
      count: 1, jobs: 1, end: SystemClock.monotonicMilliseconds + 10_000,
      patience: Patience(attempts: attempts, firstDelay: 1, budget: 5000), sent: sent,
      request: { _ in Request("PUT", server.url + "/", body: body) }, finished: { answer = $1 })
    return answer
  }

  private let content = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }

  @Test("A file arrives whole, though the first attempt failed, and is counted once")
  func file() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(content, to: path)
    let server = try FaultServer { _, before in before == 0 ? .status(503) : .status(201) }
    var sent = 0
    #expect(
      try upload(server, .file(path: path, offset: 0, size: content.count), sent: { sent += $0 }).get().status
        == 201)
    #expect(sent == content.count)
    #expect(server.seen.count == 2)
    #expect(server.seen.last?.body == content)
    #expect(server.seen.last?.header("content-type") == nil)
  }

  @Test("A part of a file, bytes, and nothing at all")
  func parts() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("0123456789".utf8), to: path)
    let server = try FaultServer { _, _ in .status(200) }
    for (body, text) in [
      (Request.Body.file(path: path, offset: 3, size: 4), "3456"), (.bytes(Array("abc".utf8)), "abc"),
      (.bytes([]), ""), (.none, ""),
    ] {
      #expect(try upload(server, body).get().status == 200)
      #expect(server.seen.last?.body == Array(text.utf8))
      #expect(server.seen.last?.header("content-length") == "\(text.utf8.count)")
      #expect(server.seen.last?.header("transfer-encoding") == nil)
    }
  }

  @Test("A file that is shorter than it was, or not there, is this machine's fault, and is not tried again")
  func shorter() throws {
    let scratch = try ScratchDirectory()
    let path = scratch("f")
    try FileSystem.write(Array("0123456789".utf8), to: path)
    let server = try FaultServer { _, _ in .status(200) }
    for body in [
      Request.Body.file(path: path, offset: 0, size: 11), .file(path: path, offset: 11, size: 1),
      .file(path: path + [0x78], offset: 0, size: 1), .file(path: scratch.path, offset: 0, size: 1),
      .file(path: path, offset: -1, size: 1),
    ] {
      guard case .failure(.localFile) = upload(server, body) else {
        Issue.record("not the file's fault: \(body)")
        continue
      }
    }
    #expect(server.seen.isEmpty)
  }
}
