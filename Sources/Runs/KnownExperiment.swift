import Git
import Hashing
import Platform
import Values

/// The id of the experiment that runs went to last, kept below the Git directory for the processes that follow at once:
/// each of them asks the server one question less.
///
/// A server that is set up anew counts from one again, and an id then means another experiment; so it is believed for
/// ten minutes only.
public struct KnownExperiment {
  private let file: [UInt8]
  private let key: String

  /// The experiment of some settings.
  /// - Parameter settings: a word that is another one when the server or the choice of the experiment is.
  public init(_ repository: Repository, settings: String) {
    file = FileSystem.join(repository.commonDirectory, Array("guard/experiment".utf8))
    key = Hexadecimal.encode(SHA256.hash(of: Array(settings.utf8)).prefix(16))
  }

  /// The id; `nil` when it is not known, or was kept too long ago.
  public var id: String? {
    let kept: [UInt8]
    // What cannot be read is asked for.
    do throws(SystemError) { kept = try FileSystem.read(file, limit: 1 << 10) } catch { return nil }
    let words = String(decoding: kept, as: UTF8.self).split(separator: " ", omittingEmptySubsequences: false)
    guard words.count == 3, words[0] == key, let since = Int64(words[1]),
      (0..<Self.holds).contains(Self.now - since)
    else { return nil }
    return words[2].split(separator: "\n").first.map { String($0) }
  }

  /// Keeps the id.
  public func keep(_ id: String) throws(RunsError) {
    do throws(SystemError) { try FileSystem.write(Array("\(key) \(Self.now) \(id)\n".utf8), to: file) } catch
    {
      throw .disk(error)
    }
  }

  /// Milliseconds.
  private static let holds: Int64 = 600_000
  private static var now: Int64 { SystemClock.wallNanoseconds / 1_000_000 }
}
