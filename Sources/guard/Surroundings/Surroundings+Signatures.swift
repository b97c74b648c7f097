import Git
import Hashing
import Platform
import Policy
import Runs
import Values

extension Surroundings {
  /// The key that signs records: the Ed25519 key of a file, or Git's signing key.
  func signer(keyFile: String?) throws(Failure) -> any RecordSigner {
    let repository = try repository()
    do throws(RunsError) {
      guard let keyFile else { return try SSHSigner(repository, environment) }
      return try EdwardsSigner(file: FileSystem.join(directory, Array(keyFile.utf8)))
    } catch {
      throw Failure(error)
    }
  }

  /// Says what signatures are worth.
  /// - Parameters:
  ///   - commit: whose own policy is asked, too: what it alone names does not count.
  ///   - keyFiles: the public keys of those who may sign, beside those that policy names.
  func signatureCheck(of commit: CommitID, keyFiles: [String] = []) throws(Failure) -> SignatureCheck {
    var keys: [SignatureCheck.KnownKey] = []
    for file in keyFiles { keys.append(try publicKey(file)) }
    let policy = try CheckRun(self).policy(of: Subjects(self).commit(commit)).records
    keys += policy.keys.map { key in
      SignatureCheck.KnownKey(
        name: key.name, key: key.key,
        objection: key.isOwn
          ? nil
          : "only \(PolicyLayer.committedFile) says that it is that of '\(key.name)', and anybody may have written that: "
            + "name it in guard.local.yml or by --key FILE")
    }
    return SignatureCheck(try repository(), environment, keys: keys)
  }

  /// The key of a file, which is also its owner's name.
  private func publicKey(_ file: String) throws(Failure) -> SignatureCheck.KnownKey {
    let bytes: [UInt8]
    do {
      bytes = try FileSystem.read(FileSystem.join(directory, Array(file.utf8)), limit: 1 << 16)
    } catch {
      throw Failure(error)
    }
    guard let key = EdwardsPublicKey(pem: bytes) else {
      throw Failure(
        "\(file): no Ed25519 public key in PEM, as openssl pkey -in KEY -pubout -out FILE writes it; "
          + "SSH keys are named in the file of git config gpg.ssh.allowedSignersFile")
    }
    return SignatureCheck.KnownKey(name: Text(file), key: key)
  }
}
