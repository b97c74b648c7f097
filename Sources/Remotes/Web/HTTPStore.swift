import HTTP
import Platform
import Values

/// An `http` or `https` remote: files under a URL, as dvc-http 2.32 keeps them.
public final class HTTPStore: ObjectStore {
  private let address: WebAddress
  private let method: String
  private let client: HTTPClient
  private let extraHeaders: [(name: String, value: String)]
  private var refusesHead = false

  /// The store of a remote.
  /// - Throws: `unsupported` for a login that needs a person, or that DVC does not have either.
  public init(_ remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    address = try WebAddress(remote.url, .yarl)
    method = (remote.text("method") ?? "POST").uppercased()
    guard ["PUT", "POST"].contains(method) else {
      throw .unsupported("method is \(method): dvc has PUT and POST")
    }
    var settings = ConnectionSettings()
    settings.trust(remote, environment)
    settings.connectSeconds = remote.seconds("connect_timeout") ?? 60
    settings.stallSeconds = remote.seconds("read_timeout") ?? 60
    settings.followsRedirects = true
    settings.readsNetrc = true
    settings.login = try Self.login(remote)
    // The user of the URL wins over a configured one, but not over a header (aiohttp 3.14, `ClientSession`).
    var headers: [(name: String, value: String)] = []
    if address.user != nil || address.password != nil {
      let login = try Self.basic(user: address.user ?? "", password: address.password ?? "")
      switch (settings.login, login) {
      case (.header(let name, _), .header(let own, let value)) where name.lowercased() != own.lowercased():
        headers = [(own, value)]
      default: settings.login = login
      }
    }
    extraHeaders = headers
    client = HTTPClient(settings)
  }

  /// The URL.
  public var location: String { address.shown }

  /// HTTP has no way to list.
  public var listing: Listing? { nil }

  /// Asks with `HEAD`; with `GET` where the server has no `HEAD`, or one that does not say what `GET` says.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = [Presence](repeating: .unknown(.corrupt("not a path below the remote")), count: keys.count)
    let asked = keys.indices.filter { keys[$0].staysBelowBase }
    if !refusesHead {
      let refused = ask("HEAD", keys, asked, &answers, effort)
      guard !refused.isEmpty || isHeadMistaken(keys, answers, effort) else { return answers }
      refusesHead = true
      _ = ask("GET", keys, refused + asked.filter { answers[$0].isRefusal }, &answers, effort)
    } else {
      _ = ask("GET", keys, asked, &answers, effort)
    }
    return answers
  }

  /// Fails: there is nothing to list with.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    prefixes.map { _ in .failure(.unsupported("an HTTP server cannot be listed")) }
  }

  /// Reads objects into memory.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    var found = [Result<[UInt8], StoreError>](
      repeating: .failure(.corrupt("not a path below the remote")), count: keys.count)
    let asked = keys.indices.filter { keys[$0].staysBelowBase }
    client.perform(
      count: asked.count, jobs: effort.jobs, end: effort.end,
      request: { request("GET", keys[asked[$0]], limit: limit) },
      finished: { index, result in
        found[asked[index]] = Result { () throws(StoreError) in
          let response = try result.checked()
          guard !response.isPageElsewhere else { throw Self.elsewhere }
          return response.body
        }
      })
    return found
  }

  /// Sends files with `PUT` or `POST`. What is seen of one whose connection breaks is up to the server.
  public func put(_ uploads: [Upload], _ effort: Effort, finished: (Int, Result<Void, StoreError>) -> Void) {
    let asked = uploads.indices.filter { uploads[$0].key.staysBelowBase }
    for index in uploads.indices where !uploads[index].key.staysBelowBase {
      finished(index, .failure(.corrupt("not a path below the remote")))
    }
    client.perform(
      count: asked.count, jobs: effort.jobs, end: effort.end, sent: effort.sent,
      request: { number in
        let upload = uploads[asked[number]]
        var request = request(method, upload.key, limit: 1 << 20)
        request.body = .file(path: upload.file, offset: 0, size: upload.size)
        return request
      },
      finished: { number, result in
        finished(
          asked[number],
          Result { () throws(StoreError) in
            do throws(StoreError) {
              _ = try result.checked()
            } catch .absent {
              throw .unsupported(
                "the server takes no uploads at this URL with \(method) (404): see the key 'method'")
            }
          })
      })
  }
}

// MARK: - Asking

extension HTTPStore {
  private static let elsewhere = StoreError.unauthorised("the server leads to a page instead, as to log in")

  private func request(_ method: String, _ key: StoreKey, limit: Int = 0) -> Request {
    Request(method, address.url(of: key.path), headers: extraHeaders, limit: limit)
  }

  /// Asks for some of the keys.
  /// - Returns: those for which the server does not know the method.
  private func ask(
    _ method: String, _ keys: [StoreKey], _ asked: [Int], _ answers: inout [Presence], _ effort: Effort
  ) -> [Int] {
    var refused: [Int] = []
    client.perform(
      count: asked.count, jobs: effort.jobs, end: effort.end,
      request: { number in
        var request = request(method, keys[asked[number]])
        request.wantsBody = false
        return request
      },
      finished: { number, result in
        if case .success(let response) = result, [405, 501].contains(response.status), method == "HEAD" {
          refused.append(asked[number])
        }
        answers[asked[number]] = Self.presence(result)
      })
    return refused
  }

  private static func presence(_ result: Result<Response, HTTPError>) -> Presence {
    do throws(StoreError) {
      let response = try result.checked()
      return response.isPageElsewhere ? .unknown(elsewhere) : .present(size: response.trustedSize)
    } catch .absent {
      return .absent
    } catch {
      return .unknown(error)
    }
  }

  /// Whether the server has with `GET` what it does not have with `HEAD`. DVC asks with `GET`, and some servers
  /// were made for nothing else. Those that have something with `HEAD` know it; of the others some are tried.
  private func isHeadMistaken(_ keys: [StoreKey], _ answers: [Presence], _ effort: Effort) -> Bool {
    guard !answers.contains(where: \.isPresent) else { return false }
    let doubtful = Array(answers.indices.filter { answers[$0].isRefusal }.prefix(8))
    var probe = answers
    _ = ask("GET", keys, doubtful, &probe, effort)
    return doubtful.contains { probe[$0].isPresent }
  }
}

extension Presence {
  fileprivate var isPresent: Bool { if case .present = self { true } else { false } }

  /// Whether the server answered that it has nothing for us.
  fileprivate var isRefusal: Bool {
    switch self {
    case .absent, .unknown(.unauthorised): true
    case .present, .unknown: false
    }
  }
}

// MARK: - Who asks

extension HTTPStore {
  /// The login that is configured; without `auth` DVC sends none.
  private static func login(_ remote: RemoteDescription) throws(StoreError) -> ConnectionSettings.Login {
    guard let kind = remote.text("auth") else { return .none }
    guard kind == "basic" || kind == "custom" else {
      throw .unsupported("auth is '\(kind)', which dvc does not have either: 'basic' and 'custom' serve")
    }
    guard let password = remote.text("password") else {
      throw .unsupported(
        remote.flag("ask_password") == true
          ? "it asks for a password, and guard asks nobody: set password in .dvc/config.local"
          : "auth is '\(kind)' without a password: set it in .dvc/config.local")
    }
    if kind == "custom" {
      guard let name = remote.text("custom_auth_header") else {
        throw .unsupported("auth is 'custom' without custom_auth_header")
      }
      return .header(name: name, value: password)
    }
    guard let user = remote.text("user") else { throw .unsupported("auth is 'basic' without a user") }
    return try basic(user: user, password: password)
  }

  /// A name and a password as aiohttp sends them: in Latin-1.
  private static func basic(user: String, password: String) throws(StoreError) -> ConnectionSettings.Login {
    guard !user.utf8.contains(UInt8(ascii: ":")) else { throw .unsupported("its user has a ':' in the name") }
    var bytes: [UInt8] = []
    for scalar in "\(user):\(password)".unicodeScalars {
      guard scalar.value < 256 else {
        throw .unsupported("dvc sends no user or password with characters beyond Latin-1")
      }
      bytes.append(UInt8(scalar.value))
    }
    return .header(name: "Authorization", value: "Basic " + Base64.encode(bytes))
  }
}
