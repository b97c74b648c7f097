import HTTP

extension S3Store {
  /// Lists by pages of a thousand; the pages of several prefixes are asked for at once.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    let base = client.settings.url.base
    var runs = prefixes.map { PagedListing(prefix: base + $0, base: base.count) }
    while case let open = runs.indices.filter({ runs[$0].isOpen }), !open.isEmpty {
      let pages = open.map { Self.page(of: runs[$0]) }
      client.perform(count: open.count, effort, request: { pages[$0] }) { place, result in
        runs[open[place]].take(Result { () throws(StoreError) in try read(try result.get()) })
      }
    }
    return runs.map(\.result)
  }

  private static func page(of run: PagedListing) -> S3Request {
    var request = S3Request(
      "GET", nil,
      query: [
        QueryItem("list-type", "2"), QueryItem("encoding-type", "url"), QueryItem("prefix", run.prefix),
      ])
    if let token = run.token { request.query.append(QueryItem("continuation-token", token)) }
    // A thousand names of a thousand bytes each, three letters for a byte at worst, and what is between them.
    request.limit = 8 << 20
    return request
  }

  private func read(_ response: Response) throws(StoreError) -> PagedListing.Page {
    if let fault = S3Fault(response) { throw fault.error(bucket: client.bucket) }
    return try S3Document.page(response.body)
  }
}
