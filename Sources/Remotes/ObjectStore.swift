/// Something that holds DVC's objects: a folder, a bucket, a server. One type implements it for each kind.
///
/// Everything is asked for in bulk, so that a store may ask as many at once as is good for it. A store tells
/// what is absent from what it could not find out: it never says ``Presence/absent`` because a server was down.
public protocol ObjectStore: AnyObject {
  /// Where it is, as messages show it: without a password or a token.
  var location: String { get }

  /// How it can be listed; `nil` when it cannot, or when that is never cheaper than asking.
  var listing: Listing? { get }

  /// Begins what the first answer would have to wait for, such as a connection, and does not wait for it. The store
  /// is asked something soon.
  func prepare(_ effort: Effort)

  /// Asks for each object by itself.
  /// - Returns: in the order of the keys.
  func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence]

  /// Lists the objects whose paths begin with a prefix, for each of the prefixes.
  /// - Returns: in the order of the prefixes. A listing that broke off is a failure, never a short list.
  func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>]

  /// Reads objects into memory.
  /// - Parameter limit: the most bytes of one object; a larger one is `corrupt`.
  /// - Returns: in the order of the keys.
  func contents(of keys: [StoreKey], limit: Int, _ effort: Effort) -> [Result<[UInt8], StoreError>]

  /// Stores files. An object appears whole or not at all, as far as the protocol can do that.
  /// - Parameter finished: told of each upload by its index, when it is over.
  func put(_ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void)
}

extension ObjectStore {
  /// Nothing takes its time.
  public func prepare(_ effort: Effort) {}
}

/// How a store can be listed, to judge whether listing is cheaper than asking for each object.
public struct Listing: Hashable, Sendable {
  /// How many objects one answer holds; `Int.max` when one answer holds all.
  public let pageSize: Int
  /// Whether a prefix may end inside a name, as a bucket's may and a directory's may not.
  public let hasAnyPrefix: Bool

  /// How a store can be listed.
  public init(pageSize: Int, hasAnyPrefix: Bool) {
    self.pageSize = pageSize
    self.hasAnyPrefix = hasAnyPrefix
  }
}

/// An object that a listing names.
public struct ListedObject: Hashable, Sendable {
  /// The path below the remote's base.
  public let path: [UInt8]
  /// Its bytes, when the listing says so.
  public let size: Int?

  /// An object by its path and size.
  public init(path: [UInt8], size: Int?) {
    self.path = path
    self.size = size
  }
}

/// A file on its way to a store.
public struct Upload: Sendable {
  /// The file on this machine: absolute.
  public let file: [UInt8]
  /// Its bytes.
  public let size: Int
  /// What it becomes.
  public let key: StoreKey
  /// The MD5 of its bytes, when that is known: a store that can lets the server compare it.
  public let md5: [UInt8]?
  /// Whether what is there now is known to be wrong, so that its size says nothing.
  public let replaces: Bool

  /// A file on its way.
  public init(file: [UInt8], size: Int, key: StoreKey, md5: [UInt8]? = nil, replaces: Bool = false) {
    self.file = file
    self.size = size
    self.key = key
    self.md5 = md5
    self.replaces = replaces
  }
}
