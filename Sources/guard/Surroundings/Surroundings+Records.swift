import Git
import Platform
import Runs

extension Surroundings {
  /// Makes the records of this repository's commits.
  func recordBuilder() throws(Failure) -> RecordBuilder {
    let repository = try repository()
    do throws(RunsError) { return try RecordBuilder(repository) } catch { throw Failure("\(error)") }
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
