import HTTP
import Platform

/// A `webdav` or `webdavs` remote, as dvc-webdav 3.0 keeps it.
public final class WebDAVStore: ObjectStore {
  let address: WebAddress
  private var client: HTTPClient
  private var settings: ConnectionSettings
  private let tokenCommand: TokenCommand?
  private var hasToken = false
  /// Folders that are there, by their paths below the base, with a `/` at the end.
  var knownFolders: Set<[UInt8]> = [[]]
  /// Whether the server does not rename.
  var refusesMove = false
  /// Whether something was found below the base.
  private var isBaseThere = false

  /// The most bytes of one listing.
  private static let listingLimit = 1 << 28

  /// The store of a remote.
  /// - Throws: `unsupported` for a login that needs a person or is not whole.
  public init(_ remote: RemoteDescription, _ environment: ProcessEnvironment) throws(StoreError) {
    address = try WebAddress(remote.url, .httpx)
    settings = ConnectionSettings()
    settings.trust(remote, environment)
    let timeout = remote.seconds("timeout") ?? 30
    settings.connectSeconds = timeout
    settings.stallSeconds = timeout
    settings.certificate = remote.text("cert_path")
    settings.key = settings.certificate == nil ? nil : remote.text("key_path")
    tokenCommand = try TokenCommand(remote, environment, seconds: timeout)
    if tokenCommand == nil { settings.login = try Self.login(remote, address) }
    client = HTTPClient(settings)
  }

  /// The URL.
  public var location: String { address.shown }

  /// One answer holds a whole folder.
  public var listing: Listing? { Listing(pageSize: .max, hasAnyPrefix: false) }

  /// Asks for the properties of each object, as DVC does: a server may give a page of its own for any `HEAD`,
  /// but what it says of properties is meant for programs.
  public func presence(of keys: [StoreKey], _ effort: Effort) -> [Presence] {
    var answers = [Presence](repeating: .unknown(.corrupt("not a path below the remote")), count: keys.count)
    let asked = keys.indices.filter { keys[$0].staysBelowBase }
    perform(
      asked.count, effort, request: { propfind(keys[asked[$0]].path, depth: 0, limit: 1 << 20) },
      finished: { answers[asked[$0]] = Self.presence($1, keys[asked[$0]]) })
    for case .present in answers { isBaseThere = true }
    guard answers.contains(.absent), let problem = baseProblem(effort) else { return answers }
    return answers.map { $0 == .absent ? .unknown(problem) : $0 }
  }

  /// Reads folders whole, with the folders in them: a prefix ends at a folder, with or without a `/`.
  public func list(_ prefixes: [[UInt8]], _ effort: Effort) -> [Result<[ListedObject], StoreError>] {
    var found = [Result<[ListedObject], StoreError>](repeating: .success([]), count: prefixes.count)
    var isMissing = [Bool](repeating: false, count: prefixes.count)
    var folders = prefixes.indices.map { (owner: $0, path: Self.folder(prefixes[$0])) }
    var depth = 0
    while !folders.isEmpty {
      var next: [(owner: Int, path: [UInt8])] = []
      perform(
        folders.count, effort,
        request: { propfind(folders[$0].path, depth: 1, limit: Self.listingLimit) },
        finished: { index, result in
          let (owner, path) = folders[index]
          guard case .success(var objects) = found[owner] else { return }
          do throws(StoreError) {
            let members = try Self.members(result, of: path)
            isBaseThere = true
            objects += members.filter { !$0.isFolder }.compactMap { ListedObject($0, in: path) }
            found[owner] = .success(objects)
            next += members.filter(\.isFolder).map { (owner, path + $0.name + [UInt8(ascii: "/")]) }
          } catch .absent where depth == 0 {
            isMissing[owner] = true
          } catch {
            found[owner] = .failure(error)
          }
        })
      depth += 1
      guard depth < 16 || next.isEmpty else {
        for (owner, _) in next {
          found[owner] = .failure(.corrupt("the server's folders are nested too deeply"))
        }
        return found
      }
      folders = next
    }
    guard isMissing.contains(true), let problem = baseProblem(effort) else { return found }
    return zip(found, isMissing).map { $1 ? .failure(problem) : $0 }
  }

  /// Reads objects into memory.
  public func contents(
    of keys: [StoreKey], limit: Int, _ effort: Effort
  ) -> [Result<[UInt8], StoreError>] {
    var found = [Result<[UInt8], StoreError>](
      repeating: .failure(.corrupt("not a path below the remote")), count: keys.count)
    let asked = keys.indices.filter { keys[$0].staysBelowBase }
    perform(
      asked.count, effort, request: { Request("GET", address.url(of: keys[asked[$0]].path), limit: limit) },
      finished: { index, result in
        found[asked[index]] = Result { () throws(StoreError) in try result.checked().body }
      })
    guard found.contains(.failure(.absent)), let problem = baseProblem(effort) else { return found }
    return found.map { $0 == .failure(.absent) ? .failure(problem) : $0 }
  }

  /// Why what is not there may be there all the same: the folder of the remote, which DVC wants to be there before
  /// anything is pushed, is not.
  /// - Returns: `nil` when it is there, or is not shown to us.
  private func baseProblem(_ effort: Effort) -> StoreError? {
    if isBaseThere { return nil }
    var problem: StoreError?
    perform(1, effort, request: { _ in propfind([], depth: 0, limit: 1 << 20) }) { _, result in
      do throws(StoreError) {
        guard try Self.answered(result).members.first?.isFolder == true else {
          throw .unreachable("\(location) is not a folder")
        }
      } catch .absent {
        problem = .unreachable("there is no folder at \(location): when the remote is new, make it first")
      } catch .unauthorised {
        return
      } catch {
        problem = error
      }
    }
    isBaseThere = problem == nil
    return problem
  }
}

// MARK: - Asking

extension WebDAVStore {
  /// Performs requests with the login of this moment; once more with a new token, when there is a command for
  /// it, for those that the server took for nobody's.
  func perform(
    _ count: Int, _ effort: Effort, request: (Int) -> Request,
    finished: (Int, Result<Response, HTTPError>) -> Void
  ) {
    guard count > 0 else { return }
    guard let tokenCommand else {
      return client.perform(
        count: count, jobs: effort.jobs, end: effort.end, sent: effort.sent, request: request,
        finished: finished)
    }
    var pending = Array(0..<count)
    for isLast in [false, true] where !pending.isEmpty {
      if isLast || !hasToken {
        do throws(StoreError) {
          settings.login = .bearer(try tokenCommand.token(until: effort.end))
        } catch {
          for index in pending { finished(index, .failure(.unsupported(error.description))) }
          return
        }
        client = HTTPClient(settings)
        hasToken = true
      }
      var refused: [Int] = []
      client.perform(
        count: pending.count, jobs: effort.jobs, end: effort.end, sent: effort.sent,
        request: { request(pending[$0]) },
        finished: { number, result in
          if !isLast, case .success(let response) = result, response.status == 401 {
            refused.append(pending[number])
          } else {
            finished(pending[number], result)
          }
        })
      pending = refused
    }
  }

  /// The question for the properties of a path.
  func propfind(_ path: [UInt8], depth: Int, limit: Int) -> Request {
    Request(
      "PROPFIND", address.url(of: path),
      headers: [("Depth", String(depth)), ("Content-Type", "application/xml")],
      body: .bytes(Multistatus.question), limit: limit)
  }

  private static func presence(_ result: Result<Response, HTTPError>, _ key: StoreKey) -> Presence {
    do throws(StoreError) {
      guard let member = try answered(result).members.first else {
        throw .corrupt("the server's answer names nothing")
      }
      guard (200...299).contains(member.status) else { throw StoreError(status: member.status) }
      guard !member.isFolder else { throw .corrupt("there is a folder where an object should be") }
      guard let size = member.size else { return .present(size: nil) }
      return key.admits(size: size) ? .present(size: size) : .absent
    } catch .absent {
      return .absent
    } catch {
      return .unknown(error)
    }
  }

  /// What is in a folder.
  private static func members(
    _ result: Result<Response, HTTPError>, of folder: [UInt8]
  ) throws(StoreError) -> [Multistatus.Member] {
    let own = folder.split(separator: UInt8(ascii: "/")).last.map { Array($0) }
    var members = try answered(result).members
    // The folder itself is among them, as one; its name is not that of a folder in it.
    guard let place = members.firstIndex(where: { $0.isFolder && (own == nil || $0.name == own) }) else {
      throw .corrupt("the server's listing is not that of the folder")
    }
    members.remove(at: place)
    for member in members where !(200...299).contains(member.status) && member.status != 404 {
      throw .corrupt("the server's listing is not whole (\(member.status))")
    }
    return members.filter { $0.status != 404 && !$0.name.isEmpty }
  }

  static func answered(_ result: Result<Response, HTTPError>) throws(StoreError) -> Multistatus {
    if case .success(let response) = result, [405, 501].contains(response.status) {
      throw .unsupported("the server does not speak WebDAV at this URL (\(response.status))")
    }
    let response = try result.checked()
    guard response.status == 207 else {
      throw .unsupported("the server does not answer as WebDAV does (\(response.status))")
    }
    return try Multistatus(response.body)
  }

  private static func folder(_ prefix: [UInt8]) -> [UInt8] {
    prefix.isEmpty || prefix.last == UInt8(ascii: "/") ? prefix : prefix + [UInt8(ascii: "/")]
  }
}

extension ListedObject {
  /// A file of a listing; `nil` for one that cannot be what its name says.
  fileprivate init?(_ member: Multistatus.Member, in folder: [UInt8]) {
    path = folder + member.name
    size = member.size
    guard StoreKey(path: path).admits(size: member.size ?? 1) else { return nil }
  }
}

// MARK: - Who asks

extension WebDAVStore {
  /// In the order in which dvc-webdav looks: a token, a user, a header.
  private static func login(
    _ remote: RemoteDescription, _ address: WebAddress
  ) throws(StoreError) -> ConnectionSettings.Login {
    if let token = remote.text("token"), !token.isEmpty { return .bearer(token) }
    let asks = remote.flag("ask_password") == true
    if let user = remote.text("user") ?? address.user, !user.isEmpty {
      guard let password = remote.text("password") ?? address.password else {
        throw .unsupported(
          asks
            ? "it asks for a password, and guard asks nobody: set password in .dvc/config.local"
            : "there is a user without a password: set it in .dvc/config.local")
      }
      return .basic(user: user, password: password)
    }
    guard let header = remote.text("custom_auth_header"), !header.isEmpty else { return .none }
    guard let password = remote.text("password") else {
      throw .unsupported("custom_auth_header is set without a password: set it in .dvc/config.local")
    }
    return .header(name: header, value: password)
  }
}
