import ParameterFiles
import Platform

/// What AWS's two files say of the profile that counts, as botocore 1.43 merges them.
struct AWSProfile {
  /// The profile's name.
  let name: String
  /// Whether the remote itself names it. Then keys in the environment do not count.
  let isExplicit: Bool
  /// Whether a file of them is one that the repository names. Such a file may come from anybody: of it only keys
  /// are taken, and nothing that runs a program or sends this machine's files or tokens somewhere.
  let isForeign: Bool

  private let profiles: [String: [String: String]]
  private let credentials: [String: [String: String]]
  private let services: [String: [String: String]]

  /// The profile of a remote: its own `profile`, `AWS_DEFAULT_PROFILE`, `AWS_PROFILE`, or `default`.
  /// - Throws: `unsupported` when a file cannot be read, `unauthorised` when no file has a profile that is asked
  ///   for.
  init(of remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    let own = remote.text("profile")
    let asked = own ?? environment["AWS_DEFAULT_PROFILE"] ?? environment["AWS_PROFILE"]
    let configuration = try SettingsFile.read(
      Self.path("AWS_CONFIG_FILE", remote.text("configpath"), "config", environment))
    let credentials = try SettingsFile.read(
      Self.path("AWS_SHARED_CREDENTIALS_FILE", remote.text("credentialpath"), "credentials", environment))
    self.init(
      name: asked ?? "default", isExplicit: own != nil,
      isForeign: Self.isForeign("configpath", "AWS_CONFIG_FILE", remote, environment)
        || Self.isForeign("credentialpath", "AWS_SHARED_CREDENTIALS_FILE", remote, environment),
      configuration: configuration, credentials: credentials)
    if let asked, profiles[asked] == nil {
      throw .unauthorised("AWS's configuration has no profile \"\(asked)\"")
    }
  }

  /// A profile of files that were read.
  private init(
    name: String, isExplicit: Bool, isForeign: Bool, configuration: SettingsFile, credentials: SettingsFile
  ) {
    self.name = name
    self.isExplicit = isExplicit
    self.isForeign = isForeign
    self.credentials = credentials.sections
    var profiles: [String: [String: String]] = [:]
    var services: [String: [String: String]] = [:]
    for (section, values) in configuration.sections {
      if section == "default" {
        profiles[section] = values
      } else if let name = Self.name(section, after: "profile") {
        profiles[name] = values
      } else if let name = Self.name(section, after: "services") {
        services[name] = values
      }
    }
    // The credentials' file knows better, key by key.
    for (name, values) in credentials.sections { profiles[name, default: [:]].merge(values) { $1 } }
    self.profiles = profiles
    self.services = services
  }

  /// A value of the profile.
  subscript(_ key: String) -> String? { profiles[name]?[key] }

  /// The values of another profile; `nil` when there is none of that name.
  func values(of profile: String) -> [String: String]? { profiles[profile] }

  /// What the credentials' file alone says of a profile.
  func credentials(of profile: String) -> [String: String] { credentials[profile] ?? [:] }

  /// The values below `s3 =`.
  var s3: [String: String] { SettingsFile.nested(self["s3"]) }

  /// The endpoint that the profile gives a service.
  func endpoint(of service: String) -> String? {
    let group = self["services"].flatMap { services[$0] } ?? [:]
    return SettingsFile.nested(group[service])["endpoint_url"] ?? self["endpoint_url"]
  }

  /// The name in `[profile name]` or `[profile "a name"]`.
  private static func name(_ section: String, after word: String) -> String? {
    guard section.hasPrefix(word) else { return nil }
    let rest = section.dropFirst(word.count).drop { $0 == " " || $0 == "\t" }
    guard rest.startIndex > section.index(section.startIndex, offsetBy: word.count), !rest.isEmpty else {
      return nil
    }
    for quote in ["\"", "'"] where rest.count >= 2 && rest.hasPrefix(quote) && rest.hasSuffix(quote) {
      return String(rest.dropFirst().dropLast())
    }
    return rest.contains(" ") ? nil : String(rest)
  }

  private static func isForeign(
    _ key: String, _ variable: String, _ remote: RemoteDescription, _ environment: ProcessEnvironment
  ) -> Bool {
    environment[variable] == nil && remote.text(key) != nil && !remote.isOwn(key)
  }

  /// Where a file is. The environment wins over the remote: dvc-s3 3.3 only sets variables that are not set.
  private static func path(
    _ variable: String, _ own: String?, _ name: String, _ environment: ProcessEnvironment
  ) -> [UInt8] {
    guard let path = environment[variable] ?? own else {
      return FileSystem.join(environment.home ?? [], Array(".aws/\(name)".utf8))
    }
    guard path.hasPrefix("~/"), let home = environment.home else { return Array(path.utf8) }
    return FileSystem.join(home, Array(path.utf8.dropFirst(2)))
  }
}
