import Hashing
import HTTP
import Platform
import Values

/// How a bucket is reached, as dvc-s3 3.3, s3fs 2026.9 and botocore 1.43 make it out of the remote's keys, AWS's
/// files and the environment.
struct S3Settings {
  /// The bucket and the prefix of the remote.
  let url: BucketURL
  /// The endpoint of the remote or of AWS's files; `nil` for Amazon's own.
  let endpoint: Endpoint?
  /// Whether Amazon's own endpoint is spoken to in the clear.
  let usesTLS: Bool
  /// The region to begin with, and whether someone named it.
  let region: (name: String, isKnown: Bool)
  /// How the bucket's name goes into the URL: `path`, `virtual` or `auto`.
  let addressingStyle: String
  /// Which of Amazon's endpoints are meant.
  let variant: Variant
  /// Whether requests go without a signature.
  let isAnonymous: Bool
  /// The keys of the remote itself, if it has any.
  let ownKeys: AWSCredentials?
  /// The headers of every upload.
  let uploadHeaders: [(name: String, value: String)]
  /// The headers of every request that meets an object's content: a key that only the customer has.
  let customerKeyHeaders: [(name: String, value: String)]

  /// The kinds of Amazon's own endpoints.
  struct Variant: Hashable {
    var isDualStack = false
    var isFIPS = false
    var isAccelerated = false
  }

  /// The settings of a remote.
  /// - Throws: `unsupported` for what DVC refuses as well, or guard cannot do.
  init(
    of remote: RemoteDescription, _ profile: AWSProfile, _ environment: ProcessEnvironment
  ) throws(StoreError) {
    url = BucketURL(remote.url)
    guard !url.bucket.isEmpty else { throw .unsupported("the URL names no bucket") }
    guard !url.bucket.starts(with: "arn:".utf8) else {
      throw .unsupported("the URL names an access point by its ARN; use the access point's alias")
    }
    let s3 = profile.s3
    endpoint = try Self.endpoint(of: remote, profile, environment)
    usesTLS = remote.flag("use_ssl") ?? true
    let region =
      remote.text("region") ?? environment["AWS_DEFAULT_REGION"] ?? environment["AWS_REGION"]
      ?? profile["region"]
    self.region = (region ?? "us-east-1", region != nil)
    addressingStyle = s3["addressing_style"] ?? "auto"
    let flag = { (variable: String, key: String) in
      (environment[variable] ?? profile[key])?.lowercased() == "true"
    }
    variant = Variant(
      isDualStack: flag("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")
        || s3["use_dualstack_endpoint"]?.lowercased() == "true",
      isFIPS: flag("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"),
      isAccelerated: s3["use_accelerate_endpoint"]?.lowercased() == "true")
    isAnonymous = remote.flag("allow_anonymous_login") ?? false
    ownKeys = try Self.keys(of: remote)
    customerKeyHeaders = try Self.customerKey(of: remote)
    uploadHeaders = try Self.uploadHeaders(of: remote)
  }

  private static func endpoint(
    of remote: RemoteDescription, _ profile: AWSProfile, _ environment: ProcessEnvironment
  ) throws(StoreError) -> Endpoint? {
    guard let text = remote.text("endpointurl") ?? configuredEndpoint(of: "s3", profile, environment) else {
      return nil
    }
    guard let endpoint = Endpoint(text) else {
      throw .unsupported("the endpoint's URL is not one of http or https")
    }
    return endpoint
  }

  /// The endpoint of a service in the environment and in AWS's files. A file that the repository names does not
  /// say where tokens are asked for.
  static func configuredEndpoint(
    of service: String, _ profile: AWSProfile, _ environment: ProcessEnvironment
  ) -> String? {
    let ignores =
      environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"] ?? profile["ignore_configured_endpoint_urls"]
    if ignores?.lowercased() == "true" { return nil }
    return environment["AWS_ENDPOINT_URL_\(service.uppercased())"] ?? environment["AWS_ENDPOINT_URL"]
      ?? (profile.isForeign && service != "s3" ? nil : profile.endpoint(of: service))
  }

  private static func keys(of remote: RemoteDescription) throws(StoreError) -> AWSCredentials? {
    switch (remote.text("access_key_id"), remote.text("secret_access_key")) {
    case (nil, nil): return nil
    case (let access?, let secret?):
      return AWSCredentials(
        accessKey: access, secretKey: secret, sessionToken: remote.text("session_token"))
    case (nil, _): throw .unauthorised("the remote has secret_access_key and no access_key_id")
    case (_, nil): throw .unauthorised("the remote has access_key_id and no secret_access_key")
    }
  }

  private static func customerKey(
    of remote: RemoteDescription
  ) throws(StoreError) -> [(name: String, value: String)] {
    let prefix = "x-amz-server-side-encryption-customer-"
    var headers: [(name: String, value: String)] = []
    if let text = remote.text("sse_customer_key") {
      guard let key = Base64.decode(text) else { throw .unsupported("sse_customer_key is not base64") }
      headers = [
        (prefix + "key", Base64.encode(key)), (prefix + "key-MD5", Base64.encode(MD5Digest(of: key).bytes)),
      ]
    }
    if let algorithm = remote.text("sse_customer_algorithm") ?? (headers.isEmpty ? nil : "AES256") {
      headers.insert((prefix + "algorithm", algorithm), at: 0)
    }
    return headers
  }

  private static func uploadHeaders(
    of remote: RemoteDescription
  ) throws(StoreError) -> [(name: String, value: String)] {
    let names = [
      ("sse", "x-amz-server-side-encryption"),
      ("sse_kms_key_id", "x-amz-server-side-encryption-aws-kms-key-id"), ("acl", "x-amz-acl"),
      ("grant_full_control", "x-amz-grant-full-control"), ("grant_read", "x-amz-grant-read"),
      ("grant_read_acp", "x-amz-grant-read-acp"), ("grant_write_acp", "x-amz-grant-write-acp"),
    ]
    var headers: [(name: String, value: String)] = []
    for (key, name) in names {
      if let value = remote.text(key), !value.isEmpty { headers.append((name, value)) }
    }
    if headers.contains(where: { $0.name == "x-amz-acl" }),
      headers.contains(where: { $0.name.hasPrefix("x-amz-grant") })
    {
      throw .unsupported("acl and grant_* exclude each other")
    }
    if remote.text("sse_kms_key_id") != nil, remote.text("sse_customer_key") != nil {
      throw .unsupported("sse_kms_key_id and sse_customer_key exclude each other")
    }
    return headers
  }
}

extension S3Settings {
  /// The URL of an object, or of the bucket when there is no name.
  func target(_ name: [UInt8]?, region: String, query: [QueryItem] = []) -> RequestTarget {
    let service = endpoint ?? Endpoint(scheme: usesTLS ? "https" : "http", host: amazonHost(region))
    let object = name.map { PercentEncoding.path($0) }
    guard isVirtual(service) else {
      let bucket = PercentEncoding.path(url.bucket)
      return RequestTarget(
        scheme: service.scheme, authority: service.authority,
        path: "\(service.path)/\(bucket)" + (object.map { "/" + $0 } ?? ""), query: query)
    }
    let host = service.with(host: String(decoding: url.bucket, as: UTF8.self) + "." + service.host)
    return RequestTarget(
      scheme: service.scheme, authority: host.authority, path: "\(service.path)/" + (object ?? ""),
      query: query)
  }

  /// Whether the bucket is a part of the host's name, as botocore 1.43 (`args.py` and the rules of S3's
  /// endpoints) decides: a custom endpoint has it in the path unless asked, Amazon's own in the name where the
  /// bucket's name is fit for it.
  private func isVirtual(_ service: Endpoint) -> Bool {
    let isWanted =
      endpoint == nil || variant.isAccelerated ? addressingStyle != "path" : addressingStyle == "virtual"
    let mayHaveDots = endpoint != nil && service.scheme == "http"
    return isWanted && !service.isAddress && Self.isHostName(url.bucket, mayHaveDots: mayHaveDots)
  }

  private static func isHostName(_ bucket: [UInt8], mayHaveDots: Bool) -> Bool {
    let isLetter = { (byte: UInt8) in (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) }
    guard (3...63).contains(bucket.count) else { return false }
    let labels = bucket.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    return (labels.count == 1 || mayHaveDots)
      && labels.allSatisfy { label in
        guard let first = label.first, let last = label.last, isLetter(first), isLetter(last) else {
          return false
        }
        return label.allSatisfy { isLetter($0) || $0 == UInt8(ascii: "-") }
      }
  }

  /// The host of Amazon's own endpoint in a region.
  private func amazonHost(_ region: String) -> String {
    let suffixes = [
      ("cn-", "amazonaws.com.cn"), ("us-isob-", "sc2s.sgov.gov"), ("us-isof-", "csp.hci.ic.gov"),
      ("us-iso-", "c2s.ic.gov"), ("eu-isoe-", "cloud.adc-e.uk"), ("eusc-", "amazonaws.eu"),
    ]
    let suffix = suffixes.first { region.hasPrefix($0.0) }?.1 ?? "amazonaws.com"
    let dual = variant.isDualStack ? ".dualstack" : ""
    if variant.isAccelerated { return "s3-accelerate\(dual).\(suffix)" }
    return "s3\(variant.isFIPS ? "-fips" : "")\(dual).\(region).\(suffix)"
  }
}
