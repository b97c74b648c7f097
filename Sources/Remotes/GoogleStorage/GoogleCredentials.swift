import HTTP
import Hashing
import ParameterFiles
import Platform
import Values

/// Where a token for Google's storage comes from, in the order of gcsfs 2026.9 and google-auth: the remote's file,
/// the environment's file, gcloud's application default, the machine; else nobody, as for a public bucket.
struct GoogleCredentials {
  let remote: RemoteDescription
  let environment: ProcessEnvironment

  private static let scope = "https://www.googleapis.com/auth/devstorage.full_control"
  private static let tokenURL = "https://oauth2.googleapis.com/token"

  /// A token; `nil` for nobody.
  func token(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    if remote.flag("allow_anonymous_login") == true { return nil }
    if let path = remote.text("credentialpath") { return try token(ofFile: Array(path.utf8), authority) }
    if let path = environment[bytes: "GOOGLE_APPLICATION_CREDENTIALS"], !path.isEmpty {
      return try token(ofFile: path, authority)
    }
    let file = FileSystem.join(gcloud, Array("application_default_credentials.json".utf8))
    if FileSystem.exists(file) { return try token(ofFile: file, authority) }
    return try tokenOfMachine(authority)
  }

  private var gcloud: [UInt8] {
    environment[bytes: "CLOUDSDK_CONFIG"]
      ?? FileSystem.join(environment.home ?? [], Array(".config/gcloud".utf8))
  }

  private func token(ofFile path: [UInt8], _ authority: TokenAuthority) throws(StoreError) -> AccessToken {
    let shown = String(decoding: path, as: UTF8.self)
    guard let file = JSONObject(try CredentialFile.bytes(path)) else {
      throw .unauthorised("\(shown) is not a file of Google credentials")
    }
    let fields: [(name: String, value: String)]
    switch file["type"] {
    case "service_account": fields = try assertion(of: file, shown)
    case "authorized_user":
      guard let client = file["client_id"], let secret = file["client_secret"],
        let token = file["refresh_token"]
      else { throw .unauthorised("\(shown) is not a whole file of a user's credentials") }
      fields = [
        ("grant_type", "refresh_token"), ("client_id", client), ("client_secret", secret),
        ("refresh_token", token),
      ]
    case let kind?:
      throw .unsupported(
        "\(shown) holds Google credentials of the kind \(ServerWords.tidy(kind)), which guard does not speak")
    case nil: throw .unauthorised("\(shown) is not a file of Google credentials")
    }
    let request = Request(
      "POST", file["token_uri"] ?? Self.tokenURL,
      headers: [("Content-Type", "application/x-www-form-urlencoded")],
      body: .bytes(Array(PercentEncoding.form(fields).utf8)))
    return try AccessToken(try authority.ask(request), from: "Google's token service")
  }

  /// What a service account says to be let in: a token that it signs itself (RFC 7523).
  private func assertion(
    of file: JSONObject, _ shown: String
  ) throws(StoreError) -> [(name: String, value: String)] {
    guard let name = file["client_email"], let text = file["private_key"],
      let key = PrivateKey(pem: Array(text.utf8))
    else { throw .unauthorised("\(shown) is not a whole file of a service account") }
    let now = Int(Moment.now.seconds)
    let header = JSON.object([
      ("alg", .string("RS256")), ("typ", .string("JWT")), ("kid", .string(file["private_key_id"] ?? "")),
    ])
    let claims = JSON.object([
      ("iss", .string(name)), ("scope", .string(Self.scope)),
      ("aud", .string(file["token_uri"] ?? Self.tokenURL)), ("iat", .number(now)),
      ("exp", .number(now + 3600)),
    ])
    let message = Base64.encodeForURL(header.compact) + "." + Base64.encodeForURL(claims.compact)
    guard let signature = key.signature(of: Array(message.utf8)) else {
      throw .unauthorised("the key of \(shown) does not sign")
    }
    return [
      ("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer"),
      ("assertion", message + "." + Base64.encodeForURL(signature)),
    ]
  }

  private func tokenOfMachine(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    guard environment["NO_GCE_CHECK"] != "true", environment["STORAGE_EMULATOR_HOST"] == nil else {
      return nil
    }
    let host =
      environment["GCE_METADATA_HOST"] ?? environment["GCE_METADATA_ROOT"] ?? "metadata.google.internal"
    let request = Request(
      "GET", "http://\(host)/computeMetadata/v1/instance/service-accounts/default/token",
      headers: [("Metadata-Flavor", "Google")])
    do throws(StoreError) {
      let response = try authority.askNearby(request, seconds: 3)
      // Another service may answer at that name; only Google's says who it is.
      guard response.header("Metadata-Flavor") == "Google", response.status == 200 else { return nil }
      return try AccessToken(response, from: "Google's metadata service")
    } catch {
      if case .unreachable = error { return nil }
      throw error
    }
  }
}
