import Platform
import Policy
import Reports

/// A cheap look at DVC's cache: a few thousand of its objects, none of them read.
struct CacheExamination {
  private let directory: [UInt8]
  private let isConfigured: Bool

  /// - Parameters:
  ///   - directory: the cache, absolute.
  ///   - isConfigured: whether somebody named it, so that it should be there.
  init(_ directory: [UInt8], isConfigured: Bool) {
    self.directory = directory
    self.isConfigured = isConfigured
  }

  private var place: String { String(decoding: directory, as: UTF8.self) }

  func examine(_ examined: inout Doctor.Examined) {
    guard FileSystem.isDirectory(directory) else { return tellMissing(&examined) }
    var seen = Seen()
    for layout in ["files/md5", ""] {
      let folder = layout.isEmpty ? directory : FileSystem.join(directory, Array(layout.utf8))
      look(in: folder, &seen)
    }
    let count = seen.isComplete ? "\(seen.objects)" : "the first \(seen.objects)"
    examined.say("cache", .ok, "\(place): \(count) \(seen.objects == 1 ? "object" : "objects") looked at")
    if let first = seen.empty.first {
      examined.say(
        "cache", .problem,
        "\(seen.empty.count) without bytes, as \(first): a disk that was full or lost its power",
        advice: "rm them, then: dvc fetch")
    }
    if seen.writable > 0 {
      // What is read-only dvc takes for whole without a look, so nobody but dvc is to make it so (DVC 3.67, dvc-data
      // 3.18, `HashFileDB.check`).
      examined.say(
        "cache", .warning,
        "\(seen.writable) may be written: who changes a linked file changes the cache. dvc reads them again, makes what is "
          + "whole read-only, and takes away what is damaged", fix: "dvc status")
    }
    if seen.broken > 0 {
      examined.say("cache", .problem, "\(seen.broken) are links that lead nowhere", fix: "dvc fetch")
    }
  }

  /// DVC makes a folder that is missing, as far as it may, and fails at anything else that stands there (DVC 3.67).
  private func tellMissing(_ examined: inout Doctor.Examined) {
    if FileSystem.isLink(directory) {
      return examined.say(
        "cache", .problem, "\(place) is a link to what is not there, and dvc can add nothing",
        advice:
          "bring back what it leads to (mount the disk), or begin anew: rm \(ShellCommand.quoted(directory))")
    }
    if FileSystem.exists(directory) {
      return examined.say(
        "cache", .problem, "\(place) is no folder, and dvc can add nothing",
        advice: "move it away, or name another folder: dvc cache dir FOLDER")
    }
    guard isConfigured else { return examined.say("cache", .ok, "\(place) is not there yet") }
    var above = FileSystem.parent(of: directory)
    while !FileSystem.exists(above), above != FileSystem.parent(of: above) {
      above = FileSystem.parent(of: above)
    }
    let mayBeMade = FileSystem.isWritable(above)
    examined.say(
      "cache", mayBeMade ? .warning : .problem,
      "\(place), which the configuration names, is not there"
        + (mayBeMade ? ": dvc makes it, and it is empty then" : ", and may not be made"),
      advice: "mount the disk that it is on, or name another folder: dvc cache dir FOLDER")
  }

  private struct Seen {
    var objects = 0
    var writable = 0
    var broken = 0
    var empty: [String] = []
    var isComplete = true
  }

  private static let most = 5000

  private func look(in folder: [UInt8], _ seen: inout Seen) {
    for group in names(in: folder) where group.count == 2 && group.allSatisfy(\.isLowerHexadecimalDigit) {
      let path = FileSystem.join(folder, group)
      for name in names(in: path) where name.count >= 30 {
        guard seen.objects < Self.most else {
          seen.isComplete = false
          return
        }
        seen.objects += 1
        look(at: FileSystem.join(path, name), group + name, &seen)
      }
    }
  }

  private func look(at path: [UInt8], _ hash: [UInt8], _ seen: inout Seen) {
    do throws(SystemError) {
      let status = try FileSystem.status(of: path)
      if status.mode & 0o222 != 0 { seen.writable += 1 }
      // The one object that has no bytes.
      let isNothing = hash.elementsEqual("d41d8cd98f00b204e9800998ecf8427e".utf8)
      if status.kind == .file, status.size == 0, !isNothing {
        seen.empty.append(String(decoding: path, as: UTF8.self))
      }
    } catch {
      // It was there a moment ago: a link that leads nowhere, or it is gone.
      if FileSystem.isLink(path) { seen.broken += 1 }
    }
  }

  private func names(in folder: [UInt8]) -> [[UInt8]] {
    do throws(SystemError) {
      return try FileSystem.list(folder).map(\.name).sorted { $0.lexicographicallyPrecedes($1) }
    } catch {
      // What cannot be listed holds nothing for DVC either, which says so itself.
      return []
    }
  }
}

extension FileSystem {
  fileprivate static func isLink(_ path: [UInt8]) -> Bool {
    do throws(SystemError) { return try linkStatus(of: path).kind == .symbolicLink } catch { return false }
  }
}

extension UInt8 {
  fileprivate var isLowerHexadecimalDigit: Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(self)
  }
}
