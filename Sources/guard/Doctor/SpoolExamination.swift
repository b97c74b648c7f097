import Git
import Platform
import Reports
import Runs

/// The commits whose runs are still to be brought to a tracking server.
struct SpoolExamination {
  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  func examine(_ examined: inout Doctor.Examined) {
    examined.trying("runs") { examined throws(Failure) in
      let repository = try surroundings.repository()
      let entries: [Spool.Entry]
      do throws(RunsError) { entries = try Spool(repository).entries() } catch { throw Failure(error) }
      tell(entries, &examined)
      try junk(below: FileSystem.join(repository.commonDirectory, Array("guard/spool".utf8)), &examined)
    }
  }

  private func tell(_ entries: [Spool.Entry], _ examined: inout Doctor.Examined) {
    guard !entries.isEmpty else { return examined.say("runs", .ok, "none waits for a tracking server") }
    let refused = entries.filter { $0.state == .item || $0.state == .configuration }
    let waiting = entries.count - refused.count
    if waiting > 0 {
      let reason = entries.last { $0.state == .transient }.map { ": \($0.why)" } ?? ""
      examined.say("runs", .warning, "\(waiting) wait for the tracking server\(reason)", fix: "guard sync")
    }
    for why in Set(refused.map(\.why)).sorted() {
      let some = refused.filter { $0.why == why }
      let first = some.first.map { " (\($0.commit.short))" } ?? ""
      examined.say(
        "runs", .problem, "\(some.count) cannot be brought to the tracking server\(first): \(why)",
        advice: "change that, then: guard sync")
    }
  }

  /// Files that are no entries: what a process left that was killed, or somebody put there.
  private func junk(below directory: [UInt8], _ examined: inout Doctor.Examined) throws(Failure) {
    let names: [[UInt8]]
    do throws(SystemError) {
      names = try FileSystem.list(directory).map(\.name).filter { ObjectID(hexadecimal: $0) == nil }
    } catch {
      guard error.isMissing else { throw Failure(error) }
      return
    }
    guard let first = names.first else { return }
    let files = names.map { FileSystem.join(directory, $0) }.filter { !FileSystem.isDirectory($0) }
    examined.say(
      "runs", .warning,
      "\(names.count) in .git/guard/spool \(names.count == 1 ? "is" : "are") read by nobody, such as "
        + "'\(String(decoding: first, as: UTF8.self))'", fix: files.isEmpty ? nil : "guard doctor --fix")
    if !files.isEmpty { examined.mends.append(.remove(files)) }
  }
}
