import CGit2
import Glibc
import Synchronization

/// libgit2 as a whole: started once for the process, before the first call.
enum LibGit2 {
  /// What libgit2 said of the call that failed just now, on this thread.
  struct Failure: Error {
    let code: Int32
    let category: Int32
    let message: String

    init(_ code: Int32) {
      self.code = code
      let last = git_error_last()
      category = last?.pointee.klass ?? 0
      message = last?.pointee.message.map { String(cString: $0) } ?? "libgit2 error \(code)"
    }

    /// Nothing of that name.
    var isNotFound: Bool { code == GIT_ENOTFOUND.rawValue }

    /// Whether the repository belongs to somebody else. libgit2 1.5 says "config value 'safe.directory' was not
    /// found" where there is no such value at all.
    var isAboutOwnership: Bool {
      code == GIT_EOWNER.rawValue || (isNotFound && category == Int32(GIT_ERROR_CONFIG.rawValue))
    }
  }

  /// Held while the process-wide switch for ownership is set for one opening.
  private static let openings = Mutex(())

  /// Starts libgit2. The extensions are those that change nothing for a reader of SHA-1 objects and of refs
  /// in files; values that say otherwise are looked at after opening.
  private static let isStarted: Bool = {
    guard git_libgit2_init() > 0 else { return false }
    guard_git_enable_caching(0)
    let names = ["objectformat", "partialclone", "preciousobjects", "refstorage", "relativeworktrees"]
    let copies = (names + ["worktreeconfig"]).map { strdup($0) }
    defer { copies.forEach { free($0) } }
    var pointers = copies.map { UnsafePointer($0) }
    return guard_git_set_extensions(&pointers, pointers.count) == 0
  }()

  /// Calls with libgit2 started and its global options held still.
  static func opening<Result>(
    judgingOwner: Bool, _ body: () -> Result
  ) throws(Failure) -> Result {
    guard isStarted else { throw Failure(-1) }
    return openings.withLock { _ in
      guard_git_set_owner_validation(judgingOwner ? 1 : 0)
      defer { guard_git_set_owner_validation(1) }
      return body()
    }
  }

  /// Throws what libgit2 said when a call failed.
  @discardableResult
  static func check(_ code: Int32) throws(Failure) -> Int32 {
    guard code >= 0 else { throw Failure(code) }
    return code
  }
}

extension ObjectID {
  /// libgit2's form of the name; only a SHA-1 has one.
  init?(_ raw: git_oid) {
    self.init(bytes: withUnsafeBytes(of: raw) { Array($0) })
  }

  /// The name as libgit2 has it; `nil` for a SHA-256.
  var raw: git_oid? {
    let bytes = self.bytes
    guard bytes.count == MemoryLayout<git_oid>.size else { return nil }
    var raw = git_oid()
    withUnsafeMutableBytes(of: &raw) { $0.copyBytes(from: bytes) }
    return raw
  }
}

/// Calls with a path as C has it.
func withCString<Result>(_ bytes: [UInt8], _ body: (UnsafePointer<CChar>) -> Result) -> Result {
  (bytes + [0]).withUnsafeBufferPointer { buffer in
    buffer.withMemoryRebound(to: CChar.self) { characters in
      // A buffer of at least one byte has an address.
      characters.baseAddress.map(body) ?? body("")
    }
  }
}
