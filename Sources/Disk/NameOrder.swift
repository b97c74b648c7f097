import Glibc
import Trees

extension [Child] {
  /// The children in the order of their names' bytes. Nearly all names differ within eight bytes behind what
  /// all have in common, and eight bytes are compared as one number.
  func inOrderOfNames() -> [Child] {
    let start = commonPrefixCount
    var order = enumerated().map { index, child in (key: Self.key(child.name, from: start), index: index) }
    order.sort { left, right in
      left.key == right.key
        ? Self.precedes(self[left.index].name, self[right.index].name) : left.key < right.key
    }
    return order.map { self[$0.index] }
  }

  /// How many bytes all names begin with.
  private var commonPrefixCount: Int {
    guard let first = first?.name else { return 0 }
    var count = first.count
    for child in self {
      var shared = 0
      while shared < Swift.min(count, child.name.count), child.name[shared] == first[shared] { shared += 1 }
      count = shared
    }
    return count
  }

  /// Eight bytes of a name, the first most significant; zeros, which no name holds, behind its end.
  private static func key(_ name: [UInt8], from start: Int) -> UInt64 {
    var key: UInt64 = 0
    for index in start..<start + 8 { key = key << 8 | (index < name.count ? UInt64(name[index]) : 0) }
    return key
  }

  private static func precedes(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.withUnsafeBytes { left in
      right.withUnsafeBytes { right in
        guard let first = left.baseAddress, let second = right.baseAddress else {
          return left.count < right.count
        }
        let order = memcmp(first, second, Swift.min(left.count, right.count))
        return order == 0 ? left.count < right.count : order < 0
      }
    }
  }
}
