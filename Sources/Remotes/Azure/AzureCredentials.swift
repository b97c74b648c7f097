import HTTP
import ParameterFiles
import Platform

/// Where a token for Azure's storage comes from: the remote's application, or, as azure-identity's default
/// credential has it, the environment's application, a workload's identity, the machine's, and the user's of `az`.
struct AzureCredentials {
  let login: AzureSettings.Login
  let remote: RemoteDescription
  let environment: ProcessEnvironment

  private static let resource = "https://storage.azure.com/"

  /// A token; `nil` where requests go without one.
  func token(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    switch login {
    case .key, .signature, .anonymous: return nil
    case .application(let tenant, let client, let secret):
      return try token(tenant, client, [("client_secret", secret)], authority)
    case .surroundings:
      if remote.flag("exclude_environment_credential") != true, let found = try ofEnvironment(authority) {
        return found
      }
      if let found = try ofWorkload(authority) { return found }
      if remote.flag("exclude_managed_identity_credential") != true, let found = try ofMachine(authority) {
        return found
      }
      if let found = try ofCommand(authority) { return found }
      throw .unauthorised(
        "there are no Azure credentials: neither in the remote, the environment, this machine's identity, nor `az login`"
      )
    }
  }

  private func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  private func ofEnvironment(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    guard let tenant = variable("AZURE_TENANT_ID"), let client = variable("AZURE_CLIENT_ID") else {
      return nil
    }
    if let secret = variable("AZURE_CLIENT_SECRET") {
      return try token(tenant, client, [("client_secret", secret)], authority)
    }
    if variable("AZURE_CLIENT_CERTIFICATE_PATH") != nil {
      throw .unsupported("AZURE_CLIENT_CERTIFICATE_PATH: guard does not log in to Azure with a certificate")
    }
    if variable("AZURE_USERNAME") != nil {
      throw .unsupported("AZURE_USERNAME: guard does not log in to Azure with a user's password")
    }
    return nil
  }

  private func ofWorkload(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    guard let path = environment[bytes: "AZURE_FEDERATED_TOKEN_FILE"],
      let tenant = variable("AZURE_TENANT_ID"),
      let client = variable("AZURE_CLIENT_ID")
    else { return nil }
    let fields = [
      (name: "client_assertion_type", value: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"),
      ("client_assertion", try CredentialFile.text(path)),
    ]
    return try token(tenant, client, fields, authority)
  }

  private func token(
    _ tenant: String, _ client: String, _ proof: [(name: String, value: String)], _ authority: TokenAuthority
  ) throws(StoreError) -> AccessToken {
    var host = variable("AZURE_AUTHORITY_HOST") ?? "https://login.microsoftonline.com"
    if !host.contains("://") { host = "https://" + host }
    guard let endpoint = Endpoint(host) else { throw .unsupported("AZURE_AUTHORITY_HOST is no host") }
    let fields =
      [
        (name: "grant_type", value: "client_credentials"), ("client_id", client),
        ("scope", Self.resource + ".default"),
      ] + proof
    let request = Request(
      "POST", "\(endpoint)/\(PercentEncoding.component(tenant))/oauth2/v2.0/token",
      headers: [("Content-Type", "application/x-www-form-urlencoded")],
      body: .bytes(Array(PercentEncoding.form(fields).utf8)))
    return try AccessToken(try authority.ask(request), from: "Microsoft's identity platform")
  }

  private func ofMachine(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    if variable("IDENTITY_ENDPOINT") != nil || variable("MSI_ENDPOINT") != nil {
      throw .unsupported(
        "IDENTITY_ENDPOINT: guard does not speak the identity endpoints of App Service and Azure Arc")
    }
    let host = variable("AZURE_POD_IDENTITY_AUTHORITY_HOST") ?? "http://169.254.169.254"
    guard let endpoint = Endpoint(host) else {
      throw .unsupported("AZURE_POD_IDENTITY_AUTHORITY_HOST is no URL of http")
    }
    var query = [("api-version", "2018-02-01"), ("resource", Self.resource)].map {
      (name: $0.0, value: $0.1)
    }
    if let client = variable("AZURE_CLIENT_ID") { query.append(("client_id", client)) }
    let request = Request(
      "GET", "\(endpoint)/metadata/identity/oauth2/token?" + PercentEncoding.form(query),
      headers: [("Metadata", "true")])
    do throws(StoreError) {
      let response = try authority.askNearby(request, seconds: 1)
      guard response.status == 200 else { return nil }
      return try AccessToken(response, from: "this machine's identity service")
    } catch {
      if case .unreachable = error { return nil }
      throw error
    }
  }

  /// The user who logged in with `az`; no shell is asked.
  private func ofCommand(_ authority: TokenAuthority) throws(StoreError) -> AccessToken? {
    guard let executable = environment.executable(named: "az") else { return nil }
    var command = Command(
      executable, ["account", "get-access-token", "--output", "json", "--resource", Self.resource],
      environment: environment)
    command.deadline = min(30_000, Int(max(1, authority.end - SystemClock.monotonicMilliseconds)))
    do throws(ProcessError) {
      let outcome = try command.run()
      // What it says is not repeated: it may be a token.
      guard outcome.succeeded else { return nil }
      return AccessToken(text: JSONObject(outcome.output)?["accessToken"])
    } catch {
      throw .unsupported("az account get-access-token: \(error)")
    }
  }
}
