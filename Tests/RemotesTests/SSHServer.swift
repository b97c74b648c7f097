import Glibc
import Platform
import Support

/// An `ssh` for tests, found in `PATH` before any other, and a folder that the remote has on its server.
final class SSHServer {
  let scratch: ScratchDirectory
  private(set) var environment = ProcessEnvironment.current()

  /// Where the remote's base is; it is not made.
  var base: [UInt8] { scratch("remote") }
  var url: String { "ssh://server\(String(decoding: base, as: UTF8.self))" }

  /// What a script that says `>> "$0.log"` has written.
  var log: [UInt8] { scratch("bin/ssh.log") }

  static let sftpServer = Array("/usr/lib/openssh/sftp-server".utf8)
  static let daemon = Array("/usr/sbin/sshd".utf8)
  static var hasSFTPServer: Bool { FileSystem.exists(sftpServer) }
  static var hasDaemon: Bool { FileSystem.exists(daemon) && hasSFTPServer }

  /// An `ssh` that is a script.
  init(script: String) throws {
    scratch = try ScratchDirectory()
    try use(script)
  }

  /// An `ssh` that logs in nowhere and runs the SFTP server at once.
  static func direct() throws -> SSHServer { try SSHServer(script: "exec /usr/lib/openssh/sftp-server") }

  /// The real `ssh` and the real `sshd`, which talk over a pipe: no port is opened, and nothing stays behind.
  /// - Parameters:
  ///   - knowsHost: whether the server's key is among the known hosts.
  ///   - letsIn: whether the user's key is one of those that may log in.
  static func real(knowsHost: Bool = true, letsIn: Bool = true) throws -> SSHServer {
    let server = try SSHServer(script: "exit 1")
    try server.makeKey("host")
    try server.makeKey("user")
    try server.makeKey("other")
    // The daemon of a test that root runs wants this folder, as the one of the system.
    if geteuid() == 0 { try FileSystem.createDirectories(Array("/run/sshd".utf8), mode: 0o755) }
    let hostKey = try FileSystem.read(server.scratch("host.pub"), limit: 1 << 12)
    let known = knowsHost ? Array("server ".utf8) + hostKey : []
    try FileSystem.write(known, to: server.scratch("known"))
    let key = try FileSystem.read(server.scratch(letsIn ? "user.pub" : "other.pub"), limit: 1 << 12)
    try FileSystem.write(key, to: server.scratch("authorized"), mode: 0o600)
    let folder = String(decoding: server.scratch.path, as: UTF8.self)
    try server.write(
      "sshd_config",
      """
      HostKey \(folder)/host
      AuthorizedKeysFile \(folder)/authorized
      StrictModes no
      UsePAM no
      PermitRootLogin yes
      PasswordAuthentication no
      Subsystem sftp internal-sftp
      """)
    try server.write(
      "ssh_config",
      """
      Host *
        IdentityFile \(folder)/user
        IdentitiesOnly yes
        IdentityAgent none
        UserKnownHostsFile \(folder)/known
        GlobalKnownHostsFile /dev/null
        StrictHostKeyChecking yes
        ProxyCommand /usr/sbin/sshd -i -f \(folder)/sshd_config
      """)
    try server.use("exec /usr/bin/ssh -F \(folder)/ssh_config \"$@\"")
    return server
  }

  private func use(_ script: String) throws {
    let folder = scratch("bin")
    try FileSystem.createDirectories(folder)
    try FileSystem.write(Array("#!/bin/sh\n\(script)\n".utf8), to: scratch("bin/ssh"), mode: 0o755)
    environment["PATH"] = String(decoding: folder, as: UTF8.self) + ":/usr/bin:/bin"
  }

  private func write(_ name: String, _ text: String) throws {
    try FileSystem.write(Array((text + "\n").utf8), to: scratch(name))
  }

  private func makeKey(_ name: String) throws {
    let path = scratch(name)
    let arguments = ["-q", "-t", "ed25519", "-N", "", "-f"].map { Array($0.utf8) } + [path]
    _ = try Command(Array("/usr/bin/ssh-keygen".utf8), arguments, environment: environment).run()
  }
}
