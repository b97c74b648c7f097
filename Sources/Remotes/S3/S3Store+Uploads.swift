import HTTP
import Platform

extension S3Store {
  /// Stores files: each by one request, or in parts when it is large. S3 shows an object when all of it is there.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    let small = uploads.indices.filter { uploads[$0].size <= cut.threshold }
    // One goes first to learn the bucket's region, lest all are sent twice.
    let scouts = client.hasAnswered ? 0 : min(1, small.count)
    putWhole(uploads, small[..<scouts], effort, finished)
    putWhole(uploads, small[scouts...], effort, finished)
    for index in uploads.indices where uploads[index].size > cut.threshold {
      finished(index, MultipartUpload(uploads[index], client, cut).run(effort))
    }
  }

  private func putWhole(
    _ uploads: [Upload], _ indices: ArraySlice<Int>, _ effort: Effort,
    _ finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    let start = indices.startIndex
    client.perform(
      count: indices.count, effort, request: { whole(uploads[indices[start + $0]]) }
    ) { place, result in
      let outcome = result.flatMap { response -> Result<Void, StoreError> in
        guard let fault = S3Fault(response) else { return .success(()) }
        return .failure(fault.error(bucket: client.bucket))
      }
      finished(indices[start + place], outcome)
    }
  }

  private func whole(_ upload: Upload) -> S3Request {
    let settings = client.settings
    var request = S3Request(
      "PUT", settings.url.name(of: upload.key.path),
      headers: settings.uploadHeaders + settings.customerKeyHeaders)
    request.body = .file(path: upload.file, offset: 0, size: upload.size)
    if let digest = upload.contentMD5 { request.headers.append(("Content-MD5", digest)) }
    return request
  }
}

/// A file on its way in parts.
struct MultipartUpload {
  /// What is cut, and where.
  struct Cut {
    /// What is larger goes in parts, in bytes.
    var threshold = 64 << 20
    /// A part, in bytes, unless the file would have more parts than S3 takes.
    var part = 32 << 20
    /// The most parts that S3 takes.
    static let mostParts = 10_000
  }

  private let upload: Upload
  private let client: S3Client
  private let name: [UInt8]
  private let partSize: Int

  init(_ upload: Upload, _ client: S3Client, _ cut: Cut) {
    self.upload = upload
    self.client = client
    name = client.settings.url.name(of: upload.key.path)
    partSize = max(cut.part, upload.size / Cut.mostParts + 1)
  }

  /// Sends all of it, or takes back what was sent.
  func run(_ effort: Effort) -> Result<Void, StoreError> {
    do throws(StoreError) {
      let before = try FileDigest.status(upload.file)
      let identifier = try begin(effort)
      do throws(StoreError) {
        let tags = try parts(of: identifier, effort)
        // Parts are hashed one by one: only this shows that they are parts of one file.
        guard try FileDigest.status(upload.file) == before else {
          throw StoreError.localFile("it changed while it was sent")
        }
        try complete(identifier, tags, effort)
      } catch {
        abort(identifier, effort)
        throw error
      }
      return .success(())
    } catch {
      return .failure(error)
    }
  }

  private func begin(_ effort: Effort) throws(StoreError) -> String {
    let settings = client.settings
    let request = S3Request(
      "POST", name, query: [QueryItem("uploads")],
      headers: settings.uploadHeaders + settings.customerKeyHeaders)
    return try S3Document.uploadIdentifier(try answer(to: request, effort).body)
  }

  /// Sends the parts.
  /// - Returns: their tags in order.
  private func parts(of identifier: String, _ effort: Effort) throws(StoreError) -> [String] {
    let count = (upload.size + partSize - 1) / partSize
    var tags = [String](repeating: "", count: count)
    var failure: StoreError?
    client.perform(count: count, effort, request: { part($0, of: identifier) }) { index, result in
      switch result {
      case .failure(let error): failure = failure ?? error
      case .success(let response):
        if let fault = S3Fault(response) {
          failure = failure ?? fault.error(bucket: client.bucket)
        } else if let tag = response.header("ETag") {
          tags[index] = tag
        } else {
          failure = failure ?? .corrupt("the server does not answer as S3 does")
        }
      }
    }
    if let failure { throw failure }
    return tags
  }

  private func part(_ index: Int, of identifier: String) -> S3Request {
    let offset = index * partSize
    let size = min(partSize, upload.size - offset)
    var request = S3Request(
      "PUT", name, query: [QueryItem("partNumber", String(index + 1)), QueryItem("uploadId", identifier)],
      headers: client.settings.customerKeyHeaders)
    request.body = .file(path: upload.file, offset: offset, size: size)
    if let digest = upload.contentMD5(offset: offset, size: size) {
      request.headers.append(("Content-MD5", digest))
    }
    return request
  }

  private func complete(_ identifier: String, _ tags: [String], _ effort: Effort) throws(StoreError) {
    let parts = tags.enumerated().map { index, tag in
      "<Part><PartNumber>\(index + 1)</PartNumber><ETag>\(S3Document.escaped(tag))</ETag></Part>"
    }
    let document =
      "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">\(parts.joined())"
      + "</CompleteMultipartUpload>"
    var request = S3Request(
      "POST", name, query: [QueryItem("uploadId", identifier)], headers: client.settings.customerKeyHeaders)
    request.body = .bytes(Array(document.utf8))
    do throws(StoreError) {
      // The answer begins with 200 before S3 knows how it ends.
      if let fault = S3Document.fault(try answer(to: request, effort).body) {
        throw S3Fault(status: 200, code: fault.code, message: fault.message).error(bucket: client.bucket)
      }
    } catch {
      // An attempt whose answer was lost may have done it; the next one is told that there is no such upload.
      guard isThere(effort) else { throw error }
    }
  }

  private func isThere(_ effort: Effort) -> Bool {
    let request = S3Request("HEAD", name, headers: client.settings.customerKeyHeaders)
    guard case .success(let response) = client.perform(request, effort), response.status == 200,
      let tag = response.header("ETag")
    else { return false }
    // The tag of an object in parts ends with their number: this is not what was there before in one piece.
    let count = (upload.size + partSize - 1) / partSize
    return response.header("Content-Length") == String(upload.size) && tag.contains("-\(count)")
  }

  /// Takes back the parts, which the owner of the bucket would pay for. That nobody hears of a failure is meant:
  /// why the upload failed is what counts.
  private func abort(_ identifier: String, _ effort: Effort) {
    let effort = Effort(jobs: 1, seconds: max(10, effort.left / 1000))
    _ = client.perform(S3Request("DELETE", name, query: [QueryItem("uploadId", identifier)]), effort)
  }

  private func answer(to request: S3Request, _ effort: Effort) throws(StoreError) -> Response {
    let response = try client.perform(request, effort).get()
    if let fault = S3Fault(response) { throw fault.error(bucket: client.bucket) }
    return response
  }
}
