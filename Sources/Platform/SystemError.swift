import Glibc

/// A system call that failed: which, on what, and why.
public struct SystemError: Error, Hashable, Sendable {
  /// The value of `errno`; see errno(3).
  public let code: Int32
  /// The name of the call, such as `open`.
  public let call: String
  /// The path that the call was made for; empty when there is none.
  public let path: [UInt8]
  /// What guard knows beyond the code, such as the limit that a file passed.
  public let detail: String?

  /// A failure of `call` on `path`.
  public init(_ code: Int32, _ call: String, _ path: [UInt8] = [], detail: String? = nil) {
    self.code = code
    self.call = call
    self.path = path
    self.detail = detail
  }

  /// Whether nothing stands at the path: it, or a directory on the way to it, does not exist.
  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }

  /// Whether the reader at the other end of a pipe has gone.
  public var isBrokenPipe: Bool { code == EPIPE }

  /// The reason alone, in the C library's words unless guard knows better.
  public var reason: String {
    if let detail { return detail }
    var text = [CChar](repeating: 0, count: 256)
    guard strerror_r(code, &text, text.count) == 0 else { return "error \(code)" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}

extension SystemError: CustomStringConvertible {
  /// `path: reason (call)`.
  public var description: String {
    let place = path.isEmpty ? "" : String(decoding: path, as: UTF8.self) + ": "
    return "\(place)\(reason) (\(call))"
  }
}

/// A path as C wants it. A path that holds a NUL names nothing, and would name something else if cut there.
/// It lies on the stack: tens of thousands of files are looked at in one run.
func withCString<Result>(
  _ path: ArraySlice<UInt8>, for call: String, _ body: (UnsafePointer<CChar>) -> Result
) throws(SystemError) -> Result {
  let result = withUnsafeTemporaryAllocation(byteCount: path.count + 1, alignment: 1) { text -> Result? in
    path.withUnsafeBytes { text.copyMemory(from: $0) }
    text[path.count] = 0
    guard let start = text.baseAddress?.assumingMemoryBound(to: CChar.self), strlen(start) == path.count
    else { return nil }
    return body(start)
  }
  guard let result else {
    throw SystemError(EINVAL, call, Array(path), detail: "a NUL byte in the path")
  }
  return result
}

/// Calls until no signal interrupts it.
func uninterrupted<Value: SignedInteger>(_ body: () -> Value) -> Value {
  while true {
    let value = body()
    if value != -1 || errno != EINTR { return value }
  }
}

/// Makes a call on a path; -1 is a failure.
@discardableResult
func system<Value: SignedInteger>(
  _ call: String, _ path: ArraySlice<UInt8>, _ body: (UnsafePointer<CChar>) -> Value
) throws(SystemError) -> Value {
  let value = try withCString(path, for: call) { text in uninterrupted { body(text) } }
  guard value != -1 else { throw SystemError(errno, call, Array(path)) }
  return value
}

/// Makes a call on a path; -1 is a failure.
@discardableResult
func system<Value: SignedInteger>(
  _ call: String, _ path: [UInt8], _ body: (UnsafePointer<CChar>) -> Value
) throws(SystemError) -> Value {
  try system(call, path[...], body)
}

/// Makes a call on two paths; -1 is a failure, of the first path.
func system(
  _ call: String, _ path: [UInt8], _ second: [UInt8],
  _ body: (UnsafePointer<CChar>, UnsafePointer<CChar>) -> Int32
) throws(SystemError) {
  guard !second.contains(0) else { throw SystemError(EINVAL, call, second, detail: "a NUL byte in the path") }
  let other = second.map { CChar(bitPattern: $0) } + [0]
  try system(call, path) { body($0, other) }
}
