import HTTP
import ParameterFiles
import Platform
import Values

/// How a container of Azure Blob Storage is reached, as dvc-azure, adlfs and Azure's SDK for Python make it out of
/// the remote's keys, the environment and Azure's own configuration file.
struct AzureSettings {
  /// Who asks.
  enum Login: Equatable {
    /// The account's key signs.
    case key([UInt8])
    /// A query that lets in (a shared access signature), without a `?`.
    case signature(String)
    /// A token of Microsoft's identity platform for an application.
    case application(tenant: String, client: String, secret: String)
    /// What the machine and its user have.
    case surroundings
    /// Nobody.
    case anonymous
  }

  /// The account's name; empty when only an endpoint is known.
  let account: String
  let endpoint: Endpoint
  let login: Login
  /// The container and the prefix.
  let url: BucketURL

  /// The settings of a remote.
  /// - Throws: `unauthorised` when no account is named, `unsupported` for what does not hold together.
  init(
    of remote: RemoteDescription, _ file: SettingsFile, _ environment: ProcessEnvironment
  ) throws(StoreError) {
    let storage = file.sections["storage"] ?? [:]
    func value(_ key: String, _ option: String, _ variable: String) -> String? {
      let found = [
        remote.text(key), environment["AZURE_STORAGE_" + option.uppercased()], storage[option],
        environment["AZURE_STORAGE_" + variable],
      ]
      return found.lazy.compactMap { $0 }.first { !$0.isEmpty }
    }
    let own = BucketURL(remote.url)
    let container = own.bucket.isEmpty ? value("", "container_name", "CONTAINER_NAME") : nil
    url = container.map { BucketURL("azure://" + $0) } ?? own
    guard !url.bucket.isEmpty else { throw .unsupported("the URL names no container") }

    if let text = value("connection_string", "connection_string", "CONNECTION_STRING") {
      let parts = try ConnectionString(text)
      (account, endpoint, login) = (parts.account, parts.endpoint, try parts.login())
      return
    }
    guard let account = value("account_name", "account", "ACCOUNT_NAME") else {
      throw .unauthorised("the remote has neither account_name nor connection_string")
    }
    self.account = account
    // The name becomes a part of a host, to which secrets go: it must not become another host.
    guard Self.isAccount(account), let endpoint = Endpoint("https://\(account).blob.core.windows.net") else {
      throw .unsupported("account_name is not the name of an account")
    }
    self.endpoint = endpoint
    let application = [
      value("tenant_id", "-", "TENANT_ID"), value("client_id", "-", "CLIENT_ID"),
      value("client_secret", "-", "CLIENT_SECRET"),
    ].compactMap { $0 }
    if application.count == 3 {
      login = .application(tenant: application[0], client: application[1], secret: application[2])
    } else if let key = value("account_key", "key", "ACCOUNT_KEY") {
      login = .key(try Self.key(key))
    } else if let token = value("sas_token", "sas_token", "SAS_TOKEN") {
      login = try Self.signature(token)
    } else {
      login = remote.flag("allow_anonymous_login") == true ? .anonymous : .surroundings
    }
  }

  private static func isAccount(_ name: String) -> Bool {
    name.utf8.allSatisfy {
      (0x61...0x7A).contains($0) || (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D
    }
  }

  static func key(_ text: String) throws(StoreError) -> [UInt8] {
    guard let key = Base64.decode(text) else { throw .unsupported("the account's key is not base64") }
    return key
  }

  static func signature(_ text: String) throws(StoreError) -> Login {
    let query = text.hasPrefix("?") ? String(text.dropFirst()) : text
    guard query.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "#") }) else {
      throw .unsupported("the shared access signature is not a query")
    }
    return .signature(query)
  }

  /// The file that `az` keeps.
  static func file(_ environment: ProcessEnvironment) throws(StoreError) -> SettingsFile {
    let folder =
      environment[bytes: "AZURE_CONFIG_DIR"] ?? FileSystem.join(environment.home ?? [], Array(".azure".utf8))
    return try SettingsFile.read(FileSystem.join(folder, Array("config".utf8)))
  }
}

/// `Name=value;…`: where an account is and who asks, in one text.
private struct ConnectionString {
  let account: String
  let endpoint: Endpoint
  private let values: [String: String]

  init(_ text: String) throws(StoreError) {
    var values: [String: String] = [:]
    for part in text.split(separator: ";") {
      guard let cut = part.firstIndex(of: "=") else {
        throw .unsupported("the connection string is not of the form Name=value;Name=value")
      }
      values[part[..<cut].uppercased()] = String(part[part.index(after: cut)...])
    }
    self.values = values
    guard values["USEDEVELOPMENTSTORAGE"]?.lowercased() != "true" else {
      throw .unsupported("UseDevelopmentStorage is not known to guard; write out the emulator's BlobEndpoint")
    }
    account = values["ACCOUNTNAME"] ?? ""
    let scheme = values["DEFAULTENDPOINTSPROTOCOL"] ?? "https"
    let suffix = values["ENDPOINTSUFFIX"] ?? "core.windows.net"
    guard
      let url = values["BLOBENDPOINT"] ?? (account.isEmpty ? nil : "\(scheme)://\(account).blob.\(suffix)"),
      let endpoint = Endpoint(url)
    else { throw .unsupported("the connection string names no endpoint of http or https") }
    self.endpoint = endpoint
  }

  func login() throws(StoreError) -> AzureSettings.Login {
    if !account.isEmpty, let key = values["ACCOUNTKEY"] { return .key(try AzureSettings.key(key)) }
    if let token = values["SHAREDACCESSSIGNATURE"] { return try AzureSettings.signature(token) }
    return .anonymous
  }
}
