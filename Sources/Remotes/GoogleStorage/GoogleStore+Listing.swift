import HTTP
import ParameterFiles

extension GoogleStore {
  /// Lists by pages of a thousand; the pages of several prefixes are asked for at once.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    var runs = prefixes.map { PagedListing(prefix: url.base + $0, base: url.base.count) }
    while case let open = runs.indices.filter({ runs[$0].isOpen }), !open.isEmpty {
      let pages = open.map { page(of: runs[$0]) }
      client.perform(count: open.count, effort, request: { pages[$0] }) { place, result in
        runs[open[place]].take(Result { () throws(StoreError) in try read(try result.get()) })
      }
    }
    return runs.map(\.result)
  }

  private func page(of run: PagedListing) -> Request {
    var query = [
      QueryItem("prefix", run.prefix), QueryItem("maxResults", "1000"),
      QueryItem("fields", "kind,nextPageToken,items(name,size)"),
    ]
    if let token = run.token { query.append(QueryItem("pageToken", token)) }
    var request = Request("GET", target("/storage/v1/b/\(bucket)/o", query))
    request.limit = 8 << 20
    return request
  }

  private func read(_ response: Response) throws(StoreError) -> PagedListing.Page {
    if let fault = GoogleFault(response) { throw fault.status == 404 ? noBucket : fault.error }
    guard let document = JSONObject(response.body), document["kind"] == "storage#objects" else {
      throw .corrupt("the listing is not a whole document of Google's storage")
    }
    var page = PagedListing.Page(next: document["nextPageToken"].flatMap { $0.isEmpty ? nil : $0 })
    guard let items = document.has("items") ? document.objects("items") : [] else {
      throw .corrupt("the listing is not a whole document of Google's storage")
    }
    for item in items {
      guard let name = item["name"] else { throw .corrupt("the listing has an object without a name") }
      page.objects.append((Array(name.utf8), item.number("size")))
    }
    return page
  }
}
