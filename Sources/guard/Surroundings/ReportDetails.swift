import Git
import Reports
import Runs
import Values

extension Report {
  /// Adds what only some formats tell: where the repository is to be found, and what the head of a range says
  /// otherwise than its base. Neither is part of the verdict, so what cannot be found out is left out.
  mutating func complete(for output: OutputOptions, _ surroundings: Surroundings) {
    do throws(Failure) {
      if output.writes(.sarif) {
        repository = try surroundings.repository().configuration("remote.origin.url")
          .flatMap { URIText.repository(ofRemote: Text(utf8: $0)) }
      }
      if output.writes(.markdown), let base = scope.base, let head = scope.head {
        let records = try RecordRun(surroundings)
        let repository = try surroundings.repository()
        let (first, second): (CommitID, CommitID)
        do throws(GitError) {
          (first, second) = (try repository.resolve(base.string), try repository.resolve(head.string))
        } catch {
          throw Failure(error)
        }
        changes = RecordChanges(from: try records.record(of: first), to: try records.record(of: second))
      }
    } catch {
      surroundings.note("the report lacks what changed: \(error.message)")
    }
  }
}
