import Platform

/// Why something on this disk cannot be judged.
public enum DiskError: Error, Hashable, Sendable {
  /// An object of DVC's cache is there and cannot be read: give the user that runs guard the permission.
  case unreadableObject(SystemError)
}

extension DiskError: CustomStringConvertible {
  /// What happened, for a person.
  public var description: String {
    switch self {
    case .unreadableObject(let error): "cannot read an object of the DVC cache: \(error)"
    }
  }
}
