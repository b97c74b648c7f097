import Git
import Hashing
import Platform
import Policy
import Runs
import Trees
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

  /// What the signatures of a commit's record are worth.
  /// - Parameters:
  ///   - kept: what is kept of the commit.
  ///   - links: the commit's links.
  ///   - keyFiles: the public keys of those who may sign, beside those that policy names.
  func signatures(
    of commit: Commit, _ kept: KeptRecord, _ links: [Link], keyFiles: [String] = []
  ) throws(Failure) -> [CheckedSignature] {
    var keys: [SignatureCheck.KnownKey] = []
    for file in keyFiles { keys.append(try publicKey(file)) }
    guard links.contains(where: \.isSignature) else { return [] }
    keys += try ownKeys() + committedKeys(in: commit)
    return SignatureCheck(try repository(), environment, keys: keys).checked(
      links, of: kept.anyRecord, at: commit.committer.time)
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

  /// The keys that `guard.local.yml` names. One that Git has is no better than `.guard.yml`.
  private func ownKeys() throws(Failure) -> [SignatureCheck.KnownKey] {
    guard let root = try repository().workTree else { return [] }
    let file = FileSystem.join(root, Array(PolicyLayer.localFile.utf8))
    let bytes: [UInt8]
    do throws(SystemError) { bytes = try FileSystem.read(file, limit: 1 << 20) } catch {
      guard error.isMissing else { throw Failure(error) }
      return []
    }
    let isOwn = !comesWithRepository(file)
    do throws(PolicyFileError) {
      return try RecordPolicy(file: PolicyLayer.localFile, bytes: bytes).keys.map { key in
        isOwn
          ? SignatureCheck.KnownKey(name: key.name, key: key.key)
          : .ofNobody(key, PolicyLayer.localFile + ", which Git has,")
      }
    } catch {
      throw Failure("\(error)")
    }
  }

  /// The keys that the commit itself names, to tell that they do not count.
  private func committedKeys(in commit: Commit) -> [SignatureCheck.KnownKey] {
    do {
      let tree = try repository().tree(of: commit.id)
      let file = RepositoryPath(normalized: PolicyLayer.committedFile.utf8)
      guard case .file? = try tree.target(of: file) else { return [] }
      let policy = try RecordPolicy(file: PolicyLayer.committedFile, bytes: try tree.contents(of: file))
      return policy.keys.map { .ofNobody($0, PolicyLayer.committedFile) }
    } catch {
      // They would not count: what cannot be read changes nothing.
      return []
    }
  }
}

extension SignatureCheck.KnownKey {
  /// A key that only the repository names, which does not count.
  fileprivate static func ofNobody(_ key: RecordPolicy.Key, _ origin: String) -> Self {
    Self(
      name: key.name, key: key.key,
      objection: "only \(origin) says that it is that of '\(key.name)', and anybody may have written that: "
        + "name it in \(PolicyLayer.localFile), which Git must not have, or by --key FILE")
  }
}
