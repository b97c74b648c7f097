import HTTP
import ParameterFiles
import Platform

/// Where credentials come from when the remote has none, in the order of botocore 1.43 (`credentials.py`):
/// environment, role of the profile, web identity, single sign-on, credentials' file, a program, configuration's
/// file, container, machine. The files of boto 2 are not read.
struct AWSCredentialChain {
  let profile: AWSProfile
  let environment: ProcessEnvironment
  /// The region of the remote, where roles are asked for.
  let region: String
  let authority: TokenAuthority

  /// The credentials that count.
  /// - Throws: `unauthorised` when there are none or they are not whole, `unsupported` for a way that guard does
  ///   not go, or why a service gave none.
  func credentials() throws(StoreError) -> AWSCredentials {
    if !profile.isExplicit, let found = try fromEnvironment() { return found }
    if let values = profile.values(of: profile.name), Self.hasRole(values) {
      try requireOwnFiles("takes on a role")
      return try role(of: profile.name, values, visited: [profile.name])
    }
    if let found = try fromProfile(profile.name, environmentCounts: !profile.isExplicit) { return found }
    if let found = try fromContainer() { return found }
    if let found = try fromMachine() { return found }
    throw .unauthorised("there are no AWS credentials: neither in the remote, the environment, nor ~/.aws")
  }
}

// What is written down.
extension AWSCredentialChain {
  private func requireOwnFiles(_ what: String) throws(StoreError) {
    guard profile.isForeign else { return }
    throw .unsupported(
      "the profile \(what), and the repository names its file; set configpath in .dvc/config.local for that")
  }

  private func fromEnvironment() throws(StoreError) -> AWSCredentials? {
    guard let access = variable("AWS_ACCESS_KEY_ID") else { return nil }
    guard let secret = variable("AWS_SECRET_ACCESS_KEY") else {
      throw .unauthorised("AWS_ACCESS_KEY_ID is set and AWS_SECRET_ACCESS_KEY is not")
    }
    return AWSCredentials(
      accessKey: access, secretKey: secret,
      sessionToken: variable("AWS_SECURITY_TOKEN") ?? variable("AWS_SESSION_TOKEN"))
  }

  private func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }

  private func fromProfile(_ name: String, environmentCounts: Bool) throws(StoreError) -> AWSCredentials? {
    let values = profile.values(of: name) ?? [:]
    if let found = try fromWebIdentity(values, environmentCounts: environmentCounts) { return found }
    if values["sso_session"] != nil || values["sso_start_url"] != nil {
      throw .unsupported(
        "profile \"\(name)\" signs on through IAM Identity Center (SSO), which guard does not speak; "
          + "`aws configure export-credentials --profile \(name) --format env` prints keys that it takes")
    }
    if values["login_session"] != nil {
      throw .unsupported("profile \"\(name)\" is of `aws login`, which guard does not speak")
    }
    if let found = try Self.keys(profile.credentials(of: name), profile: name) { return found }
    if let command = values["credential_process"] {
      try requireOwnFiles("runs a program")
      return try fromProgram(command, profile: name)
    }
    return try Self.keys(values, profile: name)
  }

  private static func keys(_ values: [String: String], profile: String) throws(StoreError) -> AWSCredentials?
  {
    guard let access = values["aws_access_key_id"] else { return nil }
    guard let secret = values["aws_secret_access_key"] else {
      throw .unauthorised("profile \"\(profile)\" has aws_access_key_id and no aws_secret_access_key")
    }
    return AWSCredentials(
      accessKey: access, secretKey: secret,
      sessionToken: values["aws_security_token"] ?? values["aws_session_token"])
  }
}

// Programs, containers and machines.
extension AWSCredentialChain {
  /// Runs `credential_process`; no shell sees its words.
  private func fromProgram(_ line: String, profile name: String) throws(StoreError) -> AWSCredentials {
    guard let words = ShellWords.split(line), let program = words.first,
      let executable = environment.executable(named: program)
    else { throw .unsupported("credential_process of profile \"\(name)\" is no program that can be run") }
    var command = Command(executable, words.dropFirst().map { Array($0.utf8) }, environment: environment)
    command.output = .capture(limit: 1 << 20)
    command.deadline = min(60_000, Int(max(1, authority.end - SystemClock.monotonicMilliseconds)))
    let outcome: Outcome
    do throws(ProcessError) {
      outcome = try command.run()
    } catch {
      throw .unsupported("credential_process of profile \"\(name)\": \(error)")
    }
    // What it says is not repeated: it may be the secret itself.
    guard outcome.succeeded else { throw .unauthorised("credential_process of profile \"\(name)\" failed") }
    guard let answer = JSONObject(outcome.output), answer.number("Version") == 1,
      let access = answer["AccessKeyId"], let secret = answer["SecretAccessKey"]
    else { throw .unauthorised("credential_process of profile \"\(name)\" printed no credentials") }
    return AWSCredentials(
      accessKey: access, secretKey: secret, sessionToken: answer["SessionToken"],
      expiry: answer["Expiration"].flatMap { Moment(iso: $0) })
  }

  private func fromContainer() throws(StoreError) -> AWSCredentials? {
    let url: String
    if let path = environment["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"] {
      url = "http://169.254.170.2" + path
    } else if let full = environment["AWS_CONTAINER_CREDENTIALS_FULL_URI"] {
      url = full
    } else {
      return nil
    }
    guard let endpoint = Endpoint(url), endpoint.scheme == "https" || Self.isNearby(endpoint) else {
      throw .unsupported("AWS_CONTAINER_CREDENTIALS_FULL_URI is neither https nor a container's own address")
    }
    var request = Request("GET", url, headers: [("Accept", "application/json")])
    if let token = try containerToken() { request.headers.append(("Authorization", token)) }
    return try keys(
      from: try authority.askNearby(request, seconds: 6), of: "the container's credentials service")
  }

  private static func isNearby(_ endpoint: Endpoint) -> Bool {
    let hosts = ["169.254.170.2", "169.254.170.23", "[fd00:ec2::23]", "localhost", "[::1]"]
    return hosts.contains(endpoint.host) || (endpoint.isAddress && endpoint.host.hasPrefix("127."))
  }

  private func containerToken() throws(StoreError) -> String? {
    var token = environment["AWS_CONTAINER_AUTHORIZATION_TOKEN"]
    if let path = environment[bytes: "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] {
      token = try CredentialFile.text(path)
    }
    guard let token else { return nil }
    guard !token.utf8.contains(where: { $0 == 0x0D || $0 == 0x0A }) else {
      throw .unauthorised("the container's authorization token is not one line")
    }
    return token
  }

  /// The role of the machine, by the second version of the instance metadata service, which guards against
  /// requests that someone else makes this machine send.
  private func fromMachine() throws(StoreError) -> AWSCredentials? {
    guard environment["AWS_EC2_METADATA_DISABLED"]?.lowercased() != "true" else { return nil }
    let base =
      environment["AWS_EC2_METADATA_SERVICE_ENDPOINT"]
      ?? (profile.isForeign ? nil : profile["ec2_metadata_service_endpoint"])
    var root = base ?? "http://169.254.169.254"
    while root.hasSuffix("/") { root.removeLast() }
    guard Endpoint(root) != nil else {
      throw .unsupported("AWS_EC2_METADATA_SERVICE_ENDPOINT is no URL of http")
    }
    let session = Request(
      "PUT", root + "/latest/api/token", headers: [("X-aws-ec2-metadata-token-ttl-seconds", "21600")])
    guard let token = try nearbyText(session) else { return nil }
    let headers = [(name: "X-aws-ec2-metadata-token", value: token)]
    let path = root + "/latest/meta-data/iam/security-credentials/"
    guard let role = try nearbyText(Request("GET", path, headers: headers)), !role.isEmpty else { return nil }
    let request = Request("GET", path + PercentEncoding.component(role), headers: headers)
    return try keys(from: try authority.askNearby(request, seconds: 2), of: "the instance metadata service")
  }

  /// The text that the machine's metadata service answers; `nil` when it is not there, as on most machines.
  private func nearbyText(_ request: Request) throws(StoreError) -> String? {
    do throws(StoreError) {
      let response = try authority.askNearby(request, seconds: 1)
      guard response.status == 200, response.body.allSatisfy({ (0x20...0x7E).contains($0) }) else {
        return nil
      }
      return String(decoding: response.body, as: UTF8.self)
    } catch {
      if case .unreachable = error { return nil }
      throw error
    }
  }

  private func keys(from response: Response, of service: String) throws(StoreError) -> AWSCredentials {
    guard response.status == 200 else { throw .unauthorised("\(service) answered \(response.status)") }
    guard let answer = JSONObject(response.body), let access = answer["AccessKeyId"],
      let secret = answer["SecretAccessKey"]
    else { throw .unauthorised("\(service) gave no credentials") }
    return AWSCredentials(
      accessKey: access, secretKey: secret, sessionToken: answer["Token"],
      expiry: answer["Expiration"].flatMap { Moment(iso: $0) })
  }
}

// Roles.
extension AWSCredentialChain {
  private static func hasRole(_ values: [String: String]) -> Bool {
    values["role_arn"] != nil && values["web_identity_token_file"] == nil
  }

  /// The role of a profile, which another profile, or a named source, may take on.
  private func role(
    of name: String, _ values: [String: String], visited: Set<String>
  ) throws(StoreError) -> AWSCredentials {
    guard values["mfa_serial"] == nil else {
      throw .unsupported(
        "the role of profile \"\(name)\" wants a code of an MFA device, for which guard cannot ask")
    }
    let source: AWSCredentials
    switch (values["source_profile"], values["credential_source"]) {
    case (let other?, nil): source = try credentials(ofSource: other, for: name, visited: visited)
    case (nil, let named?): source = try credentials(ofNamed: named, for: name)
    default:
      throw .unauthorised(
        "profile \"\(name)\" needs one of source_profile and credential_source for its role")
    }
    var fields = [(name: "RoleArn", value: values["role_arn"] ?? "")]
    fields.append(("RoleSessionName", values["role_session_name"] ?? "guard-\(Moment.now.seconds)"))
    if let id = values["external_id"] { fields.append(("ExternalId", id)) }
    if let seconds = values["duration_seconds"], Int(seconds) != nil {
      fields.append(("DurationSeconds", seconds))
    }
    return try SecurityTokenService(self).assume("AssumeRole", fields, as: source)
  }

  private func credentials(
    ofSource other: String, for name: String, visited: Set<String>
  ) throws(StoreError) -> AWSCredentials {
    guard let values = profile.values(of: other) else {
      throw .unauthorised("profile \"\(name)\" has the source_profile \"\(other)\", which there is not")
    }
    let hasKeys = values["aws_access_key_id"] != nil || values["aws_secret_access_key"] != nil
    guard !visited.contains(other) || (other == name && hasKeys) else {
      throw .unauthorised("the source_profile of profile \"\(name)\" leads in a circle")
    }
    if Self.hasRole(values), !hasKeys {
      return try role(of: other, values, visited: visited.union([other]))
    }
    guard let found = try fromProfile(other, environmentCounts: false) else {
      throw .unauthorised("profile \"\(other)\", the source_profile of \"\(name)\", has no credentials")
    }
    return found
  }

  private func credentials(ofNamed source: String, for name: String) throws(StoreError) -> AWSCredentials {
    let found: AWSCredentials? =
      switch source.lowercased() {
      case "environment": try fromEnvironment()
      case "ecscontainer": try fromContainer()
      case "ec2instancemetadata": try fromMachine()
      default: throw .unsupported("credential_source of profile \"\(name)\" is none that guard knows")
      }
    guard let found else {
      throw .unauthorised("credential_source of profile \"\(name)\" has no credentials")
    }
    return found
  }

  private func fromWebIdentity(
    _ values: [String: String], environmentCounts: Bool
  ) throws(StoreError) -> AWSCredentials? {
    func value(_ variable: String, _ key: String) -> String? {
      (environmentCounts ? environment[variable] : nil) ?? values[key]
    }
    guard let path = value("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file"), !path.isEmpty else {
      return nil
    }
    if values["web_identity_token_file"] != nil { try requireOwnFiles("sends a token's file") }
    guard let role = value("AWS_ROLE_ARN", "role_arn"), !role.isEmpty else {
      throw .unauthorised("a web identity's token is configured without the role for it (AWS_ROLE_ARN)")
    }
    let session = value("AWS_ROLE_SESSION_NAME", "role_session_name") ?? "guard-\(Moment.now.seconds)"
    let fields = [
      (name: "RoleArn", value: role), ("RoleSessionName", session),
      ("WebIdentityToken", try CredentialFile.text(Array(path.utf8))),
    ]
    return try SecurityTokenService(self).assume("AssumeRoleWithWebIdentity", fields, as: nil)
  }
}
