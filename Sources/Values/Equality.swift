extension Value {
  /// Python's `==`: one tower of numbers compared exactly, texts by code points, lists by element, maps
  /// by keys and values in any order; a NaN equals nothing.
  public func equals(_ other: Value) -> Bool {
    switch (self, other) {
    case (.null, .null), (.ellipsis, .ellipsis): true
    case (.string(let left), .string(let right)): left == right
    case (.bytes(let left), .bytes(let right)): left == right
    case (.temporal(let left), .temporal(let right)): left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      left.count == right.count && zip(left, right).allSatisfy { $0.value.isSameMember(as: $1.value) }
    case (.set(let left), .set(let right)):
      left.count == right.count
        && left.allSatisfy { member in right.contains { member.value.isSameMember(as: $0.value) } }
    case (.map(let left), .map(let right)):
      left.count == right.count
        && left.entries.allSatisfy { entry in
          right[entry.key.value].map { entry.value.value.isSameMember(as: $0.value) } ?? false
        }
    default: numericallyEquals(other)
    }
  }

  /// How Python compares members of containers: identity first, and the YAML loader's NaN is one object.
  private func isSameMember(as other: Value) -> Bool {
    if case .float(let left) = self, case .float(let right) = other, left.isNaN, right.isNaN {
      return isYAMLNaN && other.isYAMLNaN
    }
    return equals(other)
  }

  private var isYAMLNaN: Bool {
    if case .float(let value) = self, case .float(let shared) = Value.yamlNaN {
      return value.bitPattern == shared.bitPattern
    }
    return false
  }

  private func numericallyEquals(_ other: Value) -> Bool {
    switch (number, other.number) {
    case (.exact(let left)?, .exact(let right)?): left == right
    case (.approximate(let left)?, .approximate(let right)?): left == right
    case (.exact(let integer)?, .approximate(let double)?), (.approximate(let double)?, .exact(let integer)?):
      Integer(exactly: double) == integer
    default:
      switch (self, other) {
      case (.complex(let real, let imaginary), .complex(let otherReal, let otherImaginary)):
        real == otherReal && imaginary == otherImaginary
      case (.complex(let real, let imaginary), _) where imaginary == 0 && other.number != nil:
        Value.float(real).numericallyEquals(other)
      case (_, .complex(let real, let imaginary)) where imaginary == 0 && number != nil:
        numericallyEquals(.float(real))
      default: false
      }
    }
  }

  private enum Number { case exact(Integer), approximate(Double) }

  private var number: Number? {
    switch self {
    case .bool(let bool): .exact(Integer(bool ? 1 : 0))
    case .integer(let integer): .exact(integer)
    case .float(let double): .approximate(double)
    default: nil
    }
  }
}
