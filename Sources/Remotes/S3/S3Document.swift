import HTTP

/// The documents that S3 answers with (S3 API reference, 2006-03-01).
enum S3Document {
  /// A page of `ListObjectsV2`.
  /// - Throws: `corrupt` for anything that is not a whole page.
  static func page(_ bytes: [UInt8]) throws(StoreError) -> PagedListing.Page {
    guard let root = XMLElement.read(bytes), root.name == "ListBucketResult" else {
      throw .corrupt("the listing is not a whole document of S3")
    }
    var page = PagedListing.Page()
    switch root.text("IsTruncated") {
    case "true":
      guard let next = root.text("NextContinuationToken"), !next.isEmpty else {
        throw .corrupt("the listing ends in the middle: there is no token for the next page")
      }
      page.next = next
    case "false": break
    default: throw .corrupt("the listing does not say whether it is whole")
    }
    let isEncoded = root.text("EncodingType") == "url"
    for element in root.children where element.name == "Contents" {
      guard let key = element.child("Key")?.textBytes,
        let name = isEncoded ? PercentEncoding.decode(key, plus: true) : key, !name.isEmpty
      else { throw .corrupt("the listing has an object without a name") }
      page.objects.append((name, element.text("Size").flatMap { Int($0) }))
    }
    if let count = root.text("KeyCount"), count != String(page.objects.count) {
      throw .corrupt("the listing says \(ServerWords.tidy(count)) objects and names \(page.objects.count)")
    }
    return page
  }

  /// What an error says; `nil` when the bytes are no error.
  static func fault(_ bytes: [UInt8]) -> (code: String?, message: String?, region: String?)? {
    guard !bytes.isEmpty, let root = XMLElement.read(bytes) else { return nil }
    // The token service has the error in a document of its own.
    guard let error = root.name == "Error" ? root : root.child("Error") else { return nil }
    return (error.text("Code"), error.text("Message"), error.text("Region"))
  }

  /// The name of an upload in parts.
  static func uploadIdentifier(_ bytes: [UInt8]) throws(StoreError) -> String {
    guard let root = XMLElement.read(bytes), let identifier = root.text("UploadId"), !identifier.isEmpty
    else {
      throw .corrupt("the server does not answer as S3 does")
    }
    return identifier
  }

  /// The credentials of a role.
  static func roleCredentials(_ bytes: [UInt8]) throws(StoreError) -> AWSCredentials {
    guard let root = XMLElement.read(bytes),
      let result = root.children.first(where: { $0.name.hasSuffix("Result") })?.child("Credentials"),
      let access = result.text("AccessKeyId"), let secret = result.text("SecretAccessKey")
    else { throw .corrupt("AWS's token service does not answer as it should") }
    return AWSCredentials(
      accessKey: access, secretKey: secret, sessionToken: result.text("SessionToken"),
      expiry: result.text("Expiration").flatMap { Moment(iso: $0) })
  }

  /// A text as it stands in a document.
  static func escaped(_ text: String) -> String {
    text.unicodeScalars.map { scalar in
      switch scalar {
      case "&": "&amp;"
      case "<": "&lt;"
      case ">": "&gt;"
      case "\"": "&quot;"
      default: String(scalar)
      }
    }
    .joined()
  }
}
