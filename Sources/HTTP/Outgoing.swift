import Glibc
import Platform

/// The bytes of a request on their way out: read piece by piece, from any place again.
struct Outgoing {
  /// All of them.
  let size: Int
  private let bytes: [UInt8]
  private let file: OpenFile?
  private var position = 0

  /// The bytes of a body; opens its file.
  init(_ body: Request.Body) throws(HTTPError) {
    switch body {
    case .none: (bytes, file, size) = ([], nil, 0)
    case .bytes(let bytes): (self.bytes, file, size) = (bytes, nil, bytes.count)
    case .file(let path, let offset, let size):
      guard offset >= 0, size >= 0 else { throw .localFile("no part of a file begins at \(offset)") }
      (bytes, file, self.size) = ([], try OpenFile(path, offset: offset), size)
    }
  }

  /// Goes to a byte; `false` when there is none.
  mutating func seek(to place: Int) -> Bool {
    guard (0...size).contains(place) else { return false }
    position = place
    return true
  }

  /// Fills a buffer as far as there is something.
  /// - Returns: the count; zero at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let count = min(buffer.count, size - position)
    guard count > 0 else { return 0 }
    let room = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
    var taken = count
    if let file {
      taken = try file.read(at: position, into: room)
    } else {
      room.copyBytes(from: bytes[position..<(position + count)])
    }
    position += taken
    return taken
  }
}

/// A file that is being sent.
private final class OpenFile {
  private let path: [UInt8]
  private let offset: Int
  private let descriptor: Descriptor

  init(_ path: [UInt8], offset: Int) throws(HTTPError) {
    self.path = path
    self.offset = offset
    do throws(SystemError) {
      descriptor = try Descriptor.reading(path)
    } catch {
      throw .localFile(error.description)
    }
  }

  func read(at position: Int, into buffer: UnsafeMutableRawBufferPointer) throws(HTTPError) -> Int {
    let (place, isTooFar) = offset.addingReportingOverflow(position)
    guard !isTooFar else { throw .localFile("\(name): no such place in a file") }
    let number = descriptor.number
    while true {
      let count = pread(number, buffer.baseAddress, buffer.count, place)
      if count > 0 { return count }
      if count == 0 { throw .localFile("\(name) is shorter than it was") }
      guard errno == EINTR else { throw .localFile(SystemError(errno, "pread", path).description) }
    }
  }

  private var name: String { String(decoding: path, as: UTF8.self) }
}
