import Runs

extension Surroundings {
  /// Makes the records of this repository's commits.
  func recordBuilder() throws(Failure) -> RecordBuilder {
    let repository = try repository()
    do throws(RunsError) { return try RecordBuilder(repository) } catch { throw Failure("\(error)") }
  }
}
