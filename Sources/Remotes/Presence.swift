/// Whether a store has an object.
public enum Presence: Hashable, Sendable {
  /// It has, of so many bytes when the store tells.
  case present(size: Int?)
  /// The store answered that it has not.
  case absent
  /// The store could not be asked, or its answer says neither.
  case unknown(StoreError)
}

/// Why a store did not do what it was asked, by what can be done about it.
public enum StoreError: Error, Hashable, Sendable {
  /// There is no such object.
  case absent
  /// The store does not let these credentials, or the lack of any, do this: say who to be.
  case unauthorised(String)
  /// The store does not answer: refused, unresolved, timed out, a broken connection, a failing server.
  case unreachable(String)
  /// The store is there and asks for patience, and that patience is over.
  case throttled(String)
  /// What came is not what it must be: a broken listing, a manifest that is none, other bytes than the hash says.
  case corrupt(String)
  /// guard cannot speak to this store as it is configured: a scheme, a kind of login, a missing program.
  case unsupported(String)
  /// The file to upload cannot be read, or is not what its name says.
  case localFile(String)
}

extension StoreError: CustomStringConvertible {
  /// The reason, in words that follow a colon.
  public var description: String {
    switch self {
    case .absent: "there is no such object"
    case .unauthorised(let why), .unreachable(let why), .throttled(let why), .corrupt(let why),
      .unsupported(let why), .localFile(let why):
      why
    }
  }
}
