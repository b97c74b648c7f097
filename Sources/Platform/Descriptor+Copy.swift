import CPlatform
import Glibc

extension Descriptor {
  /// Copies the rest of this file behind what the other one has. The kernel does it where it can: on a file
  /// system that shares blocks nothing is copied, on a network one the server does it.
  /// - Parameters:
  ///   - path: what an error of reading names.
  ///   - target: what an error of writing names.
  ///   - copied: told the bytes since the last time; may throw to stop.
  public func copy(
    to other: borrowing Descriptor, path: [UInt8], target: [UInt8],
    copied: (Int) throws(SystemError) -> Void
  ) throws(SystemError) {
    while true {
      let count = guard_copy_file_range(number, other.number, 1 << 24)
      // Where the kernel cannot, or fails, copying by hand does it or says what is wrong. It also finds the
      // end for certain: some file systems answer 0 for what they do not support.
      guard count > 0 else { break }
      try copied(count)
    }
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let count = try read(into: buffer, path: path)
      guard count > 0 else { return }
      try other.write(UnsafeRawBufferPointer(rebasing: buffer.prefix(count)), path: target)
      try copied(count)
    }
  }
}
