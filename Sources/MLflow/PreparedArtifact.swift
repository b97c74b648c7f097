import Platform

/// A file as it is sent.
struct PreparedArtifact {
  /// Why a file cannot be sent.
  struct Unusable: Error { let why: String }

  /// The most bytes of one file.
  static let limit = 10 << 20

  /// Its path below the run's artifacts; every segment is a plain name.
  let path: String
  private let content: MirroredRun.Artifact.Content

  /// A server refuses `#` and what leads upwards, however it is encoded.
  init(_ artifact: MirroredRun.Artifact) {
    let parts = artifact.name.string.split(separator: "/").map { part in
      let clean = String.UnicodeScalarView(
        part.unicodeScalars.map { "#?%\\:".unicodeScalars.contains($0) || $0.value < 0x20 ? "_" : $0 })
      return part == "." || part == ".." ? String(repeating: "_", count: part.count) : String(clean)
    }
    path = (["guard"] + parts).joined(separator: "/")
    content = artifact.content
  }

  /// What is in it.
  var bytes: Result<[UInt8], Unusable> {
    let found: [UInt8]
    switch content {
    case .bytes(let bytes): found = bytes
    case .file(let path):
      do throws(SystemError) {
        found = try FileSystem.read(path, limit: Self.limit)
      } catch {
        return .failure(Unusable(why: error.reason))
      }
    case .withheld(let why): return .failure(Unusable(why: why))
    }
    guard found.count <= Self.limit else {
      return .failure(Unusable(why: "larger than the limit of \(Self.limit) bytes"))
    }
    return .success(found)
  }
}
