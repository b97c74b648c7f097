/// The documents of Azure's Blob service.
enum AzureDocument {
  /// A page of `List Blobs`.
  /// - Throws: `corrupt` for anything that is not a whole page.
  static func page(_ bytes: [UInt8]) throws(StoreError) -> PagedListing.Page {
    guard let root = XMLElement.read(bytes), root.name == "EnumerationResults",
      let blobs = root.child("Blobs"),
      // The element is there on the last page too, and empty.
      let next = root.text("NextMarker")
    else { throw .corrupt("the listing is not a whole document of Azure") }
    var page = PagedListing.Page(next: next.isEmpty ? nil : next)
    for blob in blobs.children where blob.name == "Blob" {
      guard let name = blob.child("Name")?.textBytes, !name.isEmpty else {
        throw .corrupt("the listing has a blob without a name")
      }
      page.objects.append((name, blob.child("Properties")?.text("Content-Length").flatMap { Int($0) }))
    }
    return page
  }

  /// The list of the blocks that make a blob.
  static func blocks(_ identifiers: [String]) -> [UInt8] {
    let blocks = identifiers.map { "<Latest>\($0)</Latest>" }.joined()
    return Array("<?xml version=\"1.0\" encoding=\"utf-8\"?><BlockList>\(blocks)</BlockList>".utf8)
  }
}
