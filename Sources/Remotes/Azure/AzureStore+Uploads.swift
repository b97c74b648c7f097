import HTTP
import Platform
import Values

extension AzureStore {
  /// Stores files: each by one request, or in blocks when it is large. A blob is there when all of it is; blocks
  /// that come to nothing are forgotten by the service after a week.
  public func put(
    _ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void
  ) {
    let small = uploads.indices.filter { uploads[$0].size <= cut.threshold }
    client.perform(
      count: small.count, effort, request: { whole(uploads[small[$0]]) }
    ) { place, result in
      finished(small[place], outcome(result))
    }
    for index in uploads.indices where uploads[index].size > cut.threshold {
      finished(index, Result { () throws(StoreError) in try putBlocks(uploads[index], effort) })
    }
  }

  private func outcome(_ result: Result<Response, StoreError>) -> Result<Void, StoreError> {
    Result { () throws(StoreError) in _ = try checked(try result.get()) }
  }

  private func whole(_ upload: Upload) -> Request {
    var headers = [
      (name: "x-ms-blob-type", value: "BlockBlob"), ("Content-Type", "application/octet-stream"),
    ]
    if let digest = upload.contentMD5 { headers.append(("Content-MD5", digest)) }
    return request(
      "PUT", settings.url.name(of: upload.key.path), headers: headers,
      body: .file(path: upload.file, offset: 0, size: upload.size))
  }

  private func putBlocks(_ upload: Upload, _ effort: Effort) throws(StoreError) {
    let before = try FileDigest.status(upload.file)
    let size = max(cut.block, upload.size / 50_000 + 1)
    // Names of blocks that no other upload of the same blob has.
    let run = (0..<8).map { _ in UInt8.random(in: .min ... .max) }
    let identifiers = (0..<(upload.size + size - 1) / size).map { index in
      Base64.encode(run + (0..<4).reversed().map { UInt8(truncatingIfNeeded: index >> (8 * $0)) })
    }
    let name = settings.url.name(of: upload.key.path)
    var failure: StoreError?
    client.perform(
      count: identifiers.count, effort,
      request: { index in
        let (offset, count) = (index * size, min(size, upload.size - index * size))
        var headers: [(name: String, value: String)] = [("Content-Type", "application/octet-stream")]
        if let digest = upload.contentMD5(offset: offset, size: count) {
          headers.append(("Content-MD5", digest))
        }
        return request(
          "PUT", name, query: [QueryItem("comp", "block"), QueryItem("blockid", identifiers[index])],
          headers: headers, body: .file(path: upload.file, offset: offset, size: count))
      }
    ) { _, result in
      if case .failure(let error) = outcome(result) { failure = failure ?? error }
    }
    if let failure { throw failure }
    // Blocks are hashed one by one: only this shows that they are blocks of one file.
    guard try FileDigest.status(upload.file) == before else {
      throw .localFile("it changed while it was sent")
    }
    var headers: [(name: String, value: String)] = [
      ("Content-Type", "application/xml"), ("x-ms-blob-content-type", "application/octet-stream"),
    ]
    if let digest = upload.md5 { headers.append(("x-ms-blob-content-md5", Base64.encode(digest))) }
    let list = request(
      "PUT", name, query: [QueryItem("comp", "blocklist")], headers: headers,
      body: .bytes(AzureDocument.blocks(identifiers)))
    _ = try checked(try client.perform(list, effort).get())
  }
}
