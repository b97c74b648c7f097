import HTTP
import Platform
import Values

extension GoogleStore {
  /// What is larger is sent from its file, by a request of its own.
  private static let largestInMemory = 1 << 20

  /// Stores files. The server is told the MD5 of each and takes no other bytes; an object is there when all of it
  /// is.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    let small = uploads.indices.filter { uploads[$0].size <= Self.largestInMemory }
    client.perform(
      count: small.count, effort, request: { whole(uploads[small[$0]]) }
    ) { place, result in
      finished(small[place], result.flatMap(outcome))
    }
    let large = uploads.indices.filter { uploads[$0].size > Self.largestInMemory }
    var sessions: [(index: Int, url: String)] = []
    client.perform(count: large.count, effort, request: { begin(uploads[large[$0]]) }) { place, result in
      switch result.flatMap(session) {
      case .success(let url): sessions.append((large[place], url))
      case .failure(let error): finished(large[place], .failure(error))
      }
    }
    // The URL of an upload lets in whoever knows it, so no token goes there.
    let anonymous = TokenClient(connection) { _ in nil }
    anonymous.perform(
      count: sessions.count, effort, request: { content(uploads[sessions[$0].index], sessions[$0].url) }
    ) { place, result in
      finished(sessions[place].index, result.flatMap(outcome))
    }
  }

  private func outcome(_ response: Response) -> Result<Void, StoreError> {
    guard let fault = GoogleFault(response) else { return .success(()) }
    return .failure(fault.status == 404 ? noBucket : fault.error)
  }

  private func target(_ upload: Upload, _ kind: String) -> String {
    target(
      "/upload/storage/v1/b/\(bucket)/o",
      [
        QueryItem("uploadType", kind), QueryItem("name", url.name(of: upload.key.path)),
        QueryItem("fields", "name"),
      ])
  }

  private func metadata(_ upload: Upload) -> String {
    upload.contentMD5.map { "{\"md5Hash\":\"\($0)\"}" } ?? "{}"
  }

  /// Metadata and content in one request.
  private func whole(_ upload: Upload) -> Request {
    var request = Request("POST", target(upload, "multipart"))
    // A border that no content holds, but by a chance of one in 2^128.
    let border = "guard-" + Hexadecimal.encode((0..<16).map { _ in UInt8.random(in: .min ... .max) })
    request.headers = [("Content-Type", "multipart/related; boundary=\(border)")]
    let head =
      "--\(border)\r\nContent-Type: application/json\r\n\r\n\(metadata(upload))\r\n--\(border)\r\n"
      + "Content-Type: application/octet-stream\r\n\r\n"
    do throws(SystemError) {
      let content = try FileSystem.read(upload.file, limit: Self.largestInMemory)
      request.body = .bytes(Array(head.utf8) + content + Array("\r\n--\(border)--\r\n".utf8))
    } catch {
      // Sending it tells why it cannot be read.
      request.body = .file(path: upload.file, offset: 0, size: upload.size)
    }
    return request
  }

  private func begin(_ upload: Upload) -> Request {
    Request(
      "POST", target(upload, "resumable"),
      headers: [
        ("Content-Type", "application/json"), ("X-Upload-Content-Type", "application/octet-stream"),
        ("X-Upload-Content-Length", String(upload.size)),
      ], body: .bytes(Array(metadata(upload).utf8)))
  }

  private func session(_ response: Response) -> Result<String, StoreError> {
    if case .failure(let error) = outcome(response) { return .failure(error) }
    guard let url = response.header("Location"), Endpoint(url) != nil else {
      return .failure(.corrupt("the server does not answer as Google's storage does"))
    }
    return .success(url)
  }

  private func content(_ upload: Upload, _ url: String) -> Request {
    Request(
      "PUT", url, headers: [("Content-Range", "bytes 0-\(upload.size - 1)/\(upload.size)")],
      body: .file(path: upload.file, offset: 0, size: upload.size))
  }
}
