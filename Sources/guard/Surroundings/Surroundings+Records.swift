import Git
import Platform
import Policy
import Runs
import Trees

extension Surroundings {
  /// Makes the records of this repository's commits.
  func recordBuilder() throws(Failure) -> RecordBuilder {
    let repository = try repository()
    do throws(RunsError) {
      return try RecordBuilder(repository) { tree throws(TreeError) in try RecordSettings(of: tree) }
    } catch {
      throw Failure(error)
    }
  }

  /// The remote to exchange records with when commits are pushed: its name, by which Git knows how to reach it, unless
  /// it is fetched from elsewhere.
  func remote(named name: String, pushedTo url: String) throws(Failure) -> [UInt8] {
    let repository = try repository()
    let isFetched = repository.configuration("remote.\(name).url") != nil
    let isPushedElsewhere = repository.configuration("remote.\(name).pushurl") != nil
    return Array((isFetched && !isPushedElsewhere ? name : url).utf8)
  }
}

extension RecordSettings {
  /// What a commit's own `.guard.yml` says of its record. `guard.local.yml` and the environment do not count: the record
  /// must be the same in every clone.
  fileprivate init(of tree: ObjectTree) throws(TreeError) {
    self.init()
    let file = RepositoryPath(normalized: PolicyLayer.committedFile.utf8)
    guard case .file? = try tree.target(of: file) else { return }
    let bytes = try tree.contents(of: file)
    do {
      let policy = try RecordPolicy(file: PolicyLayer.committedFile, bytes: bytes)
      redaction = Redaction(redact: policy.redact ?? [], reveal: policy.reveal ?? [])
    } catch {
      // Nobody knows what it was to hide: everything.
      redaction = Redaction(redact: ["*"])
      isReadable = false
    }
  }
}
