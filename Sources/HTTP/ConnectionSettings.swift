import Values

/// How to reach one server: who to be there, whom to trust, and when to give up.
public struct ConnectionSettings: Sendable {
  /// Who to be. Sent to the origin of the request's own URL, and to no other that a redirect names.
  public enum Login: Hashable, Sendable {
    /// Nobody.
    case none
    /// A name and a password, in UTF-8 (RFC 7617).
    case basic(user: String, password: String)
    /// A token (RFC 6750).
    case bearer(String)
    /// A header of the server's own.
    case header(name: String, value: String)
  }

  /// Who to be.
  public var login = Login.none
  /// Whether the names and passwords of `~/.netrc` (or of the file that `NETRC` names) are used when
  /// ``login`` is ``Login/none``.
  public var readsNetrc = false
  /// Whether the server's certificate is checked.
  public var verifiesServer = true
  /// A file or a directory with the certificates of the authorities to trust, and no others; `nil` for the
  /// system's.
  public var authorities: String?
  /// The file with the client's certificate.
  public var certificate: String?
  /// The file with the certificate's private key; `nil` when it is in the certificate's file.
  public var key: String?
  /// How many seconds finding the server, connecting and agreeing on a key may take.
  public var connectSeconds = 60
  /// After how many seconds without a byte a request is broken off.
  public var stallSeconds = 60
  /// Whether `GET` and `HEAD` go where a redirect says: to another origin without login and headers, never
  /// from `https` to `http`. A redirect that is not followed is an answer as any other.
  public var followsRedirects = false
  /// Whether `http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` of the environment count.
  public var usesProxies = true

  /// A server that is reached without a login.
  public init() {}

  /// The header that tells who we are.
  var loginHeader: (name: String, value: String)? {
    switch login {
    case .none: nil
    case .basic(let user, let password):
      ("Authorization", "Basic " + Base64.encode(Array("\(user):\(password)".utf8)))
    case .bearer(let token): ("Authorization", "Bearer " + token)
    case .header(let name, let value): (name, value)
    }
  }
}
