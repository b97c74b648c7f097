import Platform
import Support
import Testing

@testable import Remotes

@Suite struct S3SettingsTests {
  let scratch: ScratchDirectory

  init() throws { scratch = try ScratchDirectory() }

  private func environment(_ values: [String: String] = [:]) -> ProcessEnvironment {
    var environment = ProcessEnvironment(values)
    environment[bytes: "HOME"] = scratch.path
    return environment
  }

  private func write(_ name: String, _ text: String) throws {
    let path = scratch(name)
    try FileSystem.createDirectories(Array(path[..<(path.lastIndex(of: UInt8(ascii: "/")) ?? 0)]))
    try scratch.put(Array(text.utf8), at: path, mode: 0o755)
  }

  private func text(_ name: String) -> String { String(decoding: scratch(name), as: UTF8.self) }

  private func settings(
    _ url: String = "s3://bucket/p", _ options: [String: String] = [:], _ values: [String: String] = [:]
  ) throws -> S3Settings {
    let remote = RemoteDescription(name: "r", url: url, options: options)
    return try S3Settings(of: remote, try AWSProfile(of: remote, environment(values)), environment(values))
  }

  private func url(
    _ url: String, _ options: [String: String] = [:], _ values: [String: String] = [:]
  ) throws -> String {
    let settings = try settings(url, options, values)
    return settings.target(Array("k".utf8), region: settings.region.name).url
  }

  @Test("where a bucket's name goes, as botocore has it")
  func addressing() throws {
    #expect(try url("s3://bucket") == "https://bucket.s3.us-east-1.amazonaws.com/k")
    #expect(try url("s3://bucket", ["use_ssl": "false"]) == "http://bucket.s3.us-east-1.amazonaws.com/k")
    #expect(
      try url("s3://my.bucket", ["region": "eu-west-1"]) == "https://s3.eu-west-1.amazonaws.com/my.bucket/k")
    #expect(try url("s3://Bucket_1") == "https://s3.us-east-1.amazonaws.com/Bucket_1/k")
    #expect(
      try url("s3://bucket", ["region": "cn-north-1"]) == "https://bucket.s3.cn-north-1.amazonaws.com.cn/k")
    #expect(try url("s3://bucket", ["endpointurl": "http://127.0.0.1:9"]) == "http://127.0.0.1:9/bucket/k")
    #expect(try url("s3://bucket", ["endpointurl": "https://minio/x/"]) == "https://minio/x/bucket/k")
  }

  @Test("addressing_style of AWS's file, and endpoints of the environment and the file")
  func configured() throws {
    try write(
      ".aws/config",
      """
      [default]
      region = eu-north-1
      s3 =
        addressing_style = path
      [profile v]
      services = mine
      s3 =
        addressing_style = virtual
      [services mine]
      s3 =
        endpoint_url = https://s.example
      """)
    #expect(try url("s3://bucket") == "https://s3.eu-north-1.amazonaws.com/bucket/k")
    #expect(try url("s3://bucket", ["profile": "v"]) == "https://bucket.s.example/k")
    #expect(try url("s3://bucket", [:], ["AWS_PROFILE": "v"]) == "https://bucket.s.example/k")
    #expect(
      try url("s3://bucket", ["profile": "v", "endpointurl": "http://127.0.0.1:9"])
        == "http://127.0.0.1:9/bucket/k")
    #expect(
      try url("s3://bucket", ["profile": "v"], ["AWS_ENDPOINT_URL_S3": "http://e"]) == "http://bucket.e/k")
    #expect(
      try url("s3://bucket", ["profile": "v"], ["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"])
        == "https://bucket.s3.us-east-1.amazonaws.com/k")
    #expect(try settings("s3://b", [:], ["AWS_DEFAULT_REGION": "r-1"]).region.name == "r-1")
    #expect(try settings("s3://b", ["region": "r-2"], ["AWS_DEFAULT_REGION": "r-1"]).region.name == "r-2")
  }

  @Test("the headers of uploads and of a customer's own key")
  func headers() throws {
    let one = try settings("s3://b", ["sse": "aws:kms", "sse_kms_key_id": "id", "acl": "private"])
    #expect(
      one.uploadHeaders.map { "\($0.name): \($0.value)" } == [
        "x-amz-server-side-encryption: aws:kms", "x-amz-server-side-encryption-aws-kms-key-id: id",
        "x-amz-acl: private",
      ])
    let two = try settings("s3://b", ["sse_customer_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="])
    #expect(
      two.customerKeyHeaders.map { "\($0.name): \($0.value)" } == [
        "x-amz-server-side-encryption-customer-algorithm: AES256",
        "x-amz-server-side-encryption-customer-key: MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        "x-amz-server-side-encryption-customer-key-MD5: KYvwGXoFFJ42a2u2GDWhwQ==",
      ])
  }

  @Test(
    "what does not hold together is refused",
    arguments: [
      ("s3://", [:]), ("s3://arn:aws:s3:us-west-2:1:accesspoint/a", [:]), ("s3://b", ["endpointurl": "host"]),
      ("s3://b", ["access_key_id": "a"]), ("s3://b", ["secret_access_key": "a"]),
      ("s3://b", ["profile": "none"]),
      ("s3://b", ["acl": "private", "grant_read": "x"]), ("s3://b", ["sse_customer_key": "*"]),
      ("s3://b", ["sse_kms_key_id": "a", "sse_customer_key": "AAAA"]),
    ])
  func refused(_ url: String, _ options: [String: String]) throws {
    #expect(throws: StoreError.self) { try settings(url, options) }
  }

  // Who signs.

  private func credentials(
    _ options: [String: String] = [:], _ values: [String: String] = [:], own: Set<String> = []
  ) throws -> AWSCredentials {
    let remote = RemoteDescription(name: "r", url: "s3://b", options: options, own: own)
    var environment = environment(["AWS_EC2_METADATA_DISABLED": "true"])
    for (name, value) in values { environment[name] = value }
    let chain = AWSCredentialChain(
      profile: try AWSProfile(of: remote, environment), environment: environment, region: "us-east-1",
      authority: TokenAuthority(settings: .init(), end: Effort(jobs: 1, seconds: 5).end))
    return try chain.credentials()
  }

  private static let inEnvironment = ["AWS_ACCESS_KEY_ID": "env", "AWS_SECRET_ACCESS_KEY": "s"]

  @Test("credentials in botocore's order")
  func order() throws {
    try write(
      ".aws/credentials",
      "[default]\naws_access_key_id = file\naws_secret_access_key = s\n"
        + "[other]\naws_access_key_id = other\naws_secret_access_key = s\naws_session_token = t\n")
    try write(
      ".aws/config",
      "[default]\naws_access_key_id = config\naws_secret_access_key = s\n"
        + "[profile config]\naws_access_key_id = config\naws_secret_access_key = s\n")
    #expect(try credentials().accessKey == "file")
    #expect(try credentials([:], Self.inEnvironment).accessKey == "env")
    // A profile in the environment does not beat keys there; one of the remote does.
    #expect(
      try credentials([:], Self.inEnvironment.merging(["AWS_PROFILE": "other"]) { $1 }).accessKey == "env")
    let other = try credentials(["profile": "other"], Self.inEnvironment)
    #expect(other.accessKey == "other" && other.sessionToken == "t")
    #expect(try credentials([:], ["AWS_PROFILE": "config"]).accessKey == "config")
    // Amazon's older name of the token wins, as in botocore.
    let tokens = ["AWS_SECURITY_TOKEN": "old", "AWS_SESSION_TOKEN": "new"]
    #expect(try credentials([:], Self.inEnvironment.merging(tokens) { $1 }).sessionToken == "old")
  }

  @Test("credentialpath names the file, unless the environment does")
  func credentialPath() throws {
    try write("mine", "[default]\naws_access_key_id = mine\naws_secret_access_key = s\n")
    try write("theirs", "[default]\naws_access_key_id = theirs\naws_secret_access_key = s\n")
    let path = ["credentialpath": text("mine")]
    #expect(try credentials(path).accessKey == "mine")
    #expect(
      try credentials(path, ["AWS_SHARED_CREDENTIALS_FILE": text("theirs")]).accessKey == "theirs")
  }

  @Test("a program gives credentials, without a shell")
  func program() throws {
    try write(
      "program", "#!/bin/sh\nprintf '{\"Version\":1,\"AccessKeyId\":\"%s\",\"SecretAccessKey\":\"s\"}' \"$1\""
    )
    try write(".aws/config", "[default]\ncredential_process = \(text("program")) 'a $HOME;b'\n")
    #expect(try credentials().accessKey == "a $HOME;b")
    try write("program", "#!/bin/sh\necho secret; exit 1\n")
    #expect(throws: StoreError.unauthorised("credential_process of profile \"default\" failed")) {
      try credentials()
    }
  }

  @Test(
    "a file that the repository names gives keys, runs no program and sends nothing",
    arguments: [
      "credential_process = /bin/touch ran", "web_identity_token_file = /etc/passwd\nrole_arn = x",
      "role_arn = x\nsource_profile = default\naws_access_key_id = a\naws_secret_access_key = s",
    ])
  func foreignFile(_ values: String) throws {
    let server = try FaultServer { _, _ in .status(404) }
    try write("theirs", "[default]\nendpoint_url = \(server.url)\n\(values)\n")
    let options = ["configpath": text("theirs")]
    let error = try #require(throws: StoreError.self) { try credentials(options) }
    #expect(error.description.contains("the repository names its file"))
    #expect(server.seen.isEmpty)
    try write("theirs", "[default]\naws_access_key_id = a\naws_secret_access_key = s\n")
    #expect(try credentials(options).accessKey == "a")
    try write(
      "program", "#!/bin/sh\necho '{\"Version\":1,\"AccessKeyId\":\"p\",\"SecretAccessKey\":\"s\"}'")
    try write("theirs", "[default]\ncredential_process = \(text("program"))\n")
    #expect(try credentials(options, own: ["configpath"]).accessKey == "p")
  }

  @Test("what guard does not speak is said by its name")
  func unspoken() throws {
    try write(
      ".aws/config",
      """
      [profile sso]
      sso_session = x
      [profile mfa]
      role_arn = arn:aws:iam::1:role/x
      source_profile = sso
      mfa_serial = 1
      [profile circle]
      role_arn = arn:aws:iam::1:role/x
      source_profile = circle2
      [profile circle2]
      role_arn = arn:aws:iam::1:role/x
      source_profile = circle
      """)
    for (profile, word) in [("sso", "SSO"), ("mfa", "MFA"), ("circle", "circle")] {
      let error = try #require(throws: StoreError.self) { try credentials(["profile": profile]) }
      #expect(error.description.contains(word))
    }
    let none = try #require(throws: StoreError.self) { try credentials() }
    #expect(none.description.contains("no AWS credentials"))
  }

  @Test("a role by the token service, a container and a machine: by a server on loopback")
  func services() throws {
    let answer = """
      <AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>\
      <AccessKeyId>role</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken>\
      <Expiration>2100-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
      """
    let keys =
      #"{"AccessKeyId":"near","SecretAccessKey":"s","Token":"t","Expiration":"2100-01-01T00:00:00Z"}"#
    let server = try FaultServer { request, _ in
      switch (request.method, request.target) {
      case ("POST", "/"): .status(200, [], answer)
      case ("PUT", "/latest/api/token"): .status(200, [], "token")
      case ("GET", "/latest/meta-data/iam/security-credentials/"):
        request.header("x-aws-ec2-metadata-token") == "token" ? .status(200, [], "the role") : .status(401)
      case ("GET", "/latest/meta-data/iam/security-credentials/the%20role"), ("GET", "/container"):
        .status(200, [], keys)
      default: .status(404)
      }
    }
    try write(
      ".aws/config",
      """
      [profile role]
      role_arn = arn:aws:iam::1:role/x
      source_profile = base
      external_id = e&e
      [profile base]
      aws_access_key_id = base
      aws_secret_access_key = s
      """)
    let role = try credentials(["profile": "role"], ["AWS_ENDPOINT_URL_STS": server.url])
    #expect(role.accessKey == "role" && role.sessionToken == "t" && role.expiry != nil)
    let asked = try #require(server.seen.last)
    #expect(asked.header("authorization")?.hasPrefix("AWS4-HMAC-SHA256 Credential=base/") == true)
    #expect(String(decoding: asked.body, as: UTF8.self).contains("ExternalId=e%26e"))

    try write("token", "web")
    let web = try credentials(
      [:],
      [
        "AWS_WEB_IDENTITY_TOKEN_FILE": text("token"), "AWS_ROLE_ARN": "arn",
        "AWS_ENDPOINT_URL_STS": server.url,
      ])
    #expect(web.accessKey == "role")
    #expect(server.seen.last?.header("authorization") == nil)

    #expect(
      try credentials([:], ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url + "/container"]).accessKey
        == "near")
    #expect(throws: StoreError.self) {
      try credentials([:], ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://elsewhere.example/"])
    }
    #expect(
      try credentials(
        [:], ["AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url + "/"]
      ).accessKey == "near")
  }
}
