import HTTP
import Hashing
import Values

/// AWS's service that gives out the credentials of roles.
struct SecurityTokenService {
  private let chain: AWSCredentialChain

  init(_ chain: AWSCredentialChain) { self.chain = chain }

  /// The credentials of a role.
  /// - Parameters:
  ///   - action: the name of the request.
  ///   - credentials: who asks; `nil` when a token among the fields says it.
  func assume(
    _ action: String, _ fields: [(name: String, value: String)], as credentials: AWSCredentials?
  ) throws(StoreError) -> AWSCredentials {
    let target = try target()
    let body = Array(PercentEncoding.form([("Action", action), ("Version", "2011-06-15")] + fields).utf8)
    var headers = [(name: "Content-Type", value: "application/x-www-form-urlencoded; charset=utf-8")]
    if let credentials {
      headers = SignatureV4(credentials: credentials, region: chain.region, service: "sts").headers(
        for: target, method: "POST", headers: headers, payload: Hexadecimal.encode(SHA256.hash(of: body)),
        at: .now)
    }
    let response = try chain.authority.ask(Request("POST", target.url, headers: headers, body: .bytes(body)))
    guard response.status == 200 else {
      let words = S3Document.fault(response.body)?.code.map { " " + ServerWords.tidy($0) } ?? ""
      throw .unauthorised("AWS's token service answered \(response.status)\(words) to \(action)")
    }
    return try S3Document.roleCredentials(response.body)
  }

  private func target() throws(StoreError) -> RequestTarget {
    let own = S3Settings.configuredEndpoint(of: "sts", chain.profile, chain.environment)
    let suffix = chain.region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com"
    guard
      let endpoint = own.map({ Endpoint($0) })
        ?? Endpoint(scheme: "https", host: "sts.\(chain.region).\(suffix)")
    else { throw .unsupported("the endpoint's URL of STS is not one of http or https") }
    return RequestTarget(scheme: endpoint.scheme, authority: endpoint.authority, path: endpoint.path + "/")
  }
}
