import Platform

/// How the system's `ssh` is called. The user's configuration, keys, agent and known hosts are ssh's own
/// business; it is never let ask anything, and nothing goes through a shell.
struct SSHCommand {
  let address: SSHAddress
  private let executable: [UInt8]
  private let options: [String]
  private let environment: ProcessEnvironment
  /// What the remote's configuration says about passwords, which guard does not use.
  private let password: String?

  /// - Throws: `unsupported` without ssh.
  init(_ remote: RemoteDescription, environment: ProcessEnvironment) throws(StoreError) {
    address = try SSHAddress(remote)
    guard let executable = environment.executable(named: "ssh") else {
      throw .unsupported("there is no ssh in PATH: install OpenSSH's client")
    }
    self.executable = executable
    self.environment = environment
    password = ["password", "passphrase", "ask_password", "ask_passphrase"].first {
      remote.text($0) != nil && remote.flag($0) != false
    }
    var options = address.port.map { ["-p", "\($0)"] } ?? []
    if let user = address.user { options += ["-l", user] }
    if let keyfile = remote.text("keyfile") { options += ["-i", keyfile, "-o", "IdentitiesOnly=yes"] }
    if remote.flag("allow_agent") == false { options += ["-o", "IdentityAgent=none"] }
    if remote.flag("gss_auth") == true { options += ["-o", "GSSAPIAuthentication=yes"] }
    self.options = options
  }

  /// The command that speaks SFTP on its standard input and output. What a configuration could add to a
  /// session that a person sees is switched off, as sftp(1) does.
  func command(connectSeconds: Int) -> Command {
    let fixed = [
      "BatchMode=yes", "ConnectTimeout=\(connectSeconds)", "LogLevel=ERROR", "ForwardX11=no",
      "ForwardAgent=no",
      "ClearAllForwardings=yes", "PermitLocalCommand=no", "RemoteCommand=none", "RequestTTY=no",
      // A master that this ssh became would stay behind.
      "ControlMaster=no",
    ]
    let arguments = fixed.flatMap { ["-o", $0] } + options + ["-s", "--", address.host, "sftp"]
    return Command(executable, arguments, environment: environment)
  }

  /// What ssh's last words mean.
  func failure(_ error: [UInt8]) -> StoreError {
    let text = printable(error)
    let shown = "\(address.shown): " + (text.isEmpty ? "the connection ended" : text)
    let has = { (words: String) in text.contains(words) }
    if has("Host key verification failed") || has("host key for") && has("changed") {
      let port = address.port.map { "-p \($0) " } ?? ""
      return .unreachable(
        "\(shown). ssh does not trust this server's host key, which dvc never looks at: "
          + "run `ssh \(port)\(address.host)` once and compare the key")
    }
    if has("Permission denied") || has("Too many authentication failures") || has("authentication methods") {
      guard let password else { return .unauthorised(shown) }
      return .unsupported(
        "\(shown). The remote's '\(password)' is not used: guard logs in as ssh does, with a key or an agent")
    }
    if has("subsystem request failed") { return .unsupported("\(shown): the server has no SFTP") }
    return .unreachable(shown)
  }
}

/// The last lines of what a server says, without what could do something to a terminal.
func printable(_ bytes: [UInt8]) -> String {
  let lines = String(decoding: bytes.suffix(4096), as: UTF8.self).unicodeScalars.split {
    $0 == "\n" || $0 == "\r"
  }
  let shown = lines.suffix(3).map { line in
    String(
      String.UnicodeScalarView(line.filter { ![.control, .format].contains($0.properties.generalCategory) }))
  }
  return String(shown.joined(separator: "; ").prefix(400))
}
