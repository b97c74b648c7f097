import Git
import Platform

/// The commits whose runs are still to be brought to a tracking server: a file for each, below the Git directory.
///
/// It is only a list of what to do next. What was brought stands in the links, from which the list can be made again;
/// so a file that a power cut takes is no loss, and a new one is made without waiting for the disk.
public struct Spool {
  /// A commit that waits.
  public struct Entry: Hashable, Sendable {
    /// Why it waits.
    public enum State: String, Hashable, Sendable {
      /// Nobody has tried yet.
      case new
      /// A server did not answer as it should; trying again later may help.
      case transient
      /// Trying again helps only when a setting or the server has changed.
      case configuration
      /// The server takes everything but this commit.
      case item
    }

    /// The commit.
    public let commit: CommitID
    /// Why it waits.
    public var state = State.new
    /// How often it was tried.
    public var attempts = 0
    /// When to try again, in milliseconds since 1970.
    public var notBefore: Int64 = 0
    /// The settings under which it failed, as one word.
    public var settings = ""
    /// What went wrong, in a line.
    public var why = ""

    /// A commit that nobody has tried yet.
    public init(_ commit: CommitID) { self.commit = commit }

    /// Whether to try now.
    /// - Parameters:
    ///   - now: milliseconds since 1970.
    ///   - settings: the settings now, as one word.
    public func isDue(now: Int64, settings: String) -> Bool {
      switch state {
      case .new: true
      // A clock that was set back must not keep it here for ever.
      case .transient:
        now >= notBefore || notBefore - now > Self.longestWait * 2 || self.settings != settings
      case .configuration, .item: self.settings != settings
      }
    }

    /// Takes note that it did not work, and when to try again: after half a minute, and twice as long each time.
    /// - Parameter wish: the milliseconds that the server asked to wait.
    public mutating func postpone(now: Int64, wish: Int64 = 0, why: String, settings: String) {
      attempts += 1
      let wait = min(Self.firstWait << Int64(min(attempts - 1, 20)), Self.longestWait)
      // Clones that were sent away together shall not come back together.
      notBefore = now + max(wish, wait * Int64.random(in: 80...120) / 100)
      (state, self.why, self.settings) = (.transient, why, settings)
    }

    /// Takes note that trying again does not help under these settings.
    public mutating func stop(_ state: State, why: String, settings: String) {
      attempts += 1
      (self.state, self.why, self.settings) = (state, why, settings)
    }

    private static let firstWait: Int64 = 30_000
    private static let longestWait: Int64 = 6 * 3_600_000
  }

  private let directory: [UInt8]

  /// The list of a repository; all of its work trees share it.
  public init(_ repository: Repository) {
    directory = FileSystem.join(repository.commonDirectory, Array("guard/spool".utf8))
  }

  /// Puts a commit on the list. One that is there already keeps its state.
  public func add(_ commit: CommitID) throws(RunsError) {
    try onDisk { () throws(SystemError) in
      try FileSystem.createDirectories(directory)
      try FileSystem.createEmpty(path(of: commit))
    }
  }

  /// Takes a commit off the list.
  public func remove(_ commit: CommitID) throws(RunsError) {
    try onDisk { () throws(SystemError) in
      do throws(SystemError) { try FileSystem.remove(path(of: commit)) } catch  where error.isMissing {
        return
      }
    }
  }

  /// Keeps the new state of a commit.
  public func update(_ entry: Entry) throws(RunsError) {
    let lines = [
      "state \(entry.state.rawValue)", "attempts \(entry.attempts)", "not-before \(entry.notBefore)",
      "settings \(entry.settings)",
      "why \(entry.why.split(whereSeparator: \.isNewline).joined(separator: " "))",
    ]
    try onDisk { () throws(SystemError) in
      // A commit that nobody put on the list may have been tried, too.
      try FileSystem.createDirectories(directory)
      try FileSystem.write(Array((lines.joined(separator: "\n") + "\n").utf8), to: path(of: entry.commit))
    }
  }

  /// The commits that wait, in the order of their names. Files that are no entries are left alone.
  public func entries() throws(RunsError) -> [Entry] {
    var entries: [Entry] = []
    try onDisk { () throws(SystemError) in
      let names: [[UInt8]]
      do throws(SystemError) { names = try FileSystem.list(directory).map(\.name) } catch
        where error.isMissing
      {
        return
      }
      for name in names.sorted(by: { $0.lexicographicallyPrecedes($1) }) {
        guard let id = ObjectID(hexadecimal: name) else { continue }
        do throws(SystemError) {
          let bytes = try FileSystem.read(FileSystem.join(directory, name), limit: 1 << 16)
          entries.append(Entry(CommitID(id), bytes))
        } catch  where error.isMissing {
          // Another process has just brought it.
          continue
        }
      }
    }
    return entries
  }

  private func path(of commit: CommitID) -> [UInt8] {
    FileSystem.join(directory, commit.object.hexadecimal)
  }

  private func onDisk(_ body: () throws(SystemError) -> Void) throws(RunsError) {
    do throws(SystemError) { try body() } catch { throw .disk(error) }
  }
}

extension Spool.Entry {
  /// What a file holds. What cannot be read of it counts as not said, and the commit as new.
  fileprivate init(_ commit: CommitID, _ bytes: [UInt8]) {
    self.init(commit)
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      let words = line.split(separator: UInt8(ascii: " "), maxSplits: 1, omittingEmptySubsequences: false)
      guard words.count == 2 else { continue }
      let value = String(decoding: words[1], as: UTF8.self)
      switch String(decoding: words[0], as: UTF8.self) {
      case "state": state = State(rawValue: value) ?? .new
      case "attempts": attempts = max(Int(value) ?? 0, 0)
      case "not-before": notBefore = Int64(value) ?? 0
      case "settings": settings = value
      case "why": why = value
      default: continue
      }
    }
  }
}
