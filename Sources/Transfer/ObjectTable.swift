/// Objects, each once and with a number, so that what is known of them can be held by number.
struct ObjectTable {
  private(set) var keys: [ObjectKey] = []
  private var numbers: [ObjectKey: Int32] = [:]

  var count: Int { keys.count }

  /// The object of a number.
  subscript(_ number: Int32) -> ObjectKey { keys[Int(number)] }

  /// The number of an object, which gets one when it has none.
  mutating func number(of key: ObjectKey) -> Int32 {
    if let known = numbers[key] { return known }
    let number = Int32(clamping: keys.count)
    keys.append(key)
    numbers[key] = number
    return number
  }

  /// Lets go of what only new objects need.
  mutating func close() { numbers = [:] }
}
