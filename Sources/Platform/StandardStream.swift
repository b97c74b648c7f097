import CPlatform
import Glibc

/// The three streams that a process begins with.
public enum StandardStream: Int32, Sendable {
  /// Where requests come from.
  case input = 0
  /// Where the answer goes.
  case output = 1
  /// Where progress and complaints go.
  case error = 2

  /// Whether a person sits at the other end.
  public var isTerminal: Bool { isatty(rawValue) == 1 }

  /// The terminal's width in columns; `nil` when it is no terminal or does not say.
  public var columns: Int? {
    let columns = Int(guard_terminal_columns(rawValue))
    return columns > 0 ? columns : nil
  }

  /// Writes all the bytes, unbuffered, however often the system takes only some.
  /// - Throws: ``SystemError/isBrokenPipe`` when the reader has gone (see ``Signals/ignoreBrokenPipes()``).
  public func write(_ bytes: [UInt8]) throws(SystemError) {
    try writeAll(bytes, to: rawValue, path: name)
  }

  /// Writes a text, unbuffered.
  public func write(_ text: String) throws(SystemError) { try write(Array(text.utf8)) }

  /// Reads to the end.
  /// - Parameter limit: the most bytes taken into memory; more throw `EFBIG`.
  public func readAll(limit: Int) throws(SystemError) -> [UInt8] {
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = uninterrupted { buffer.withUnsafeMutableBytes { read(rawValue, $0.baseAddress, $0.count) } }
      guard count >= 0 else { throw SystemError(errno, "read", name) }
      guard count > 0 else { return bytes }
      guard bytes.count + count <= limit else {
        throw SystemError(EFBIG, "read", name, detail: "larger than the limit of \(limit) bytes")
      }
      bytes += buffer[..<count]
    }
  }

  private var name: [UInt8] {
    switch self {
    case .input: Array("standard input".utf8)
    case .output: Array("standard output".utf8)
    case .error: Array("standard error".utf8)
    }
  }
}
