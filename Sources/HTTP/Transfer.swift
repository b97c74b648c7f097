import CCurl
import Glibc
import Platform

/// One request in libcurl's hands. It is used again for other requests when that one is over.
final class Transfer {
  /// libcurl's name for it.
  let handle: UnsafeMutableRawPointer
  private let words: UnsafeMutablePointer<CChar>
  private var headerList: UnsafeMutablePointer<curl_slist>?
  private var incoming = Incoming(limit: 0, wantsBody: false)
  private var outgoing: Outgoing?
  private var failure: HTTPError?
  private var sentInAll = 0
  private var sentAndTold = 0

  /// Room for one request; `nil` when there is no memory for it.
  init?() {
    guard let handle = guard_curl_easy_init() else { return nil }
    self.handle = handle
    words = .allocate(capacity: Int(CURL_ERROR_SIZE))
    words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
  }

  deinit {
    guard_curl_easy_cleanup(handle)
    guard_curl_list_free(headerList)
    words.deallocate()
  }

  /// Makes it ready for a request.
  /// - Parameters:
  ///   - isForeign: whether a redirect led to another origin than the one that the settings are for.
  ///   - left: the milliseconds that it may take.
  func prepare(_ request: Request, _ settings: ConnectionSettings, isForeign: Bool, left: Int)
    throws(HTTPError)
  {
    guard_curl_easy_reset(handle)
    words[0] = 0
    (failure, sentInAll, sentAndTold) = (nil, 0, 0)
    incoming = Incoming(limit: request.limit, wantsBody: request.wantsBody)
    setCallbacks()
    try setLimits(settings, left: left)
    try setTrust(settings, isForeign: isForeign, isSecure: Origin(request.url)?.isSecure ?? false)
    try set(CURLOPT_URL, request.url)
    try setMethod(request)
    try setHeaders(request.headers, isForeign ? nil : settings.loginHeader)
  }

  /// What came of it.
  func result(_ code: CURLcode, wasRedirected: Bool) -> Result<Response, HTTPError> {
    if incoming.isTooLarge { return .failure(.tooLarge) }
    if let failure { return .failure(failure) }
    guard code == CURLE_OK || incoming.isCut else {
      return .failure(CurlLibrary.error(code, String(cString: words)))
    }
    let status = guard_curl_info_long(handle, CURLINFO_RESPONSE_CODE)
    guard (200...599).contains(status) else { return .failure(.unreachable("status \(status)")) }
    return .success(
      Response(
        status: status, headers: incoming.headers, body: incoming.body, wasRedirected: wasRedirected))
  }

  /// The absolute URL that a redirect names.
  var redirect: String? { guard_curl_info_text(handle, CURLINFO_REDIRECT_URL).map { String(cString: $0) } }

  /// The bytes of the body that were sent since this was asked the last time; less than zero when it began anew.
  func takeSent() -> Int {
    defer { sentAndTold = sentInAll }
    return sentInAll - sentAndTold
  }

  /// Lets go of what the request and its answer held.
  func clear() {
    outgoing = nil
    incoming = Incoming(limit: 0, wantsBody: false)
  }
}

// MARK: - Options

extension Transfer {
  private func setLimits(_ settings: ConnectionSettings, left: Int) throws(HTTPError) {
    try set(CURLOPT_NOSIGNAL, 1)
    try set(CURLOPT_TIMEOUT_MS, max(left, 1))
    try set(CURLOPT_CONNECTTIMEOUT_MS, max(1, min(settings.connectSeconds, 1 << 20)) * 1000)
    try set(CURLOPT_LOW_SPEED_LIMIT, 1)
    try set(CURLOPT_LOW_SPEED_TIME, max(1, min(settings.stallSeconds, 1 << 20)))
    guard_curl_leave_resolver(handle)
  }

  private func setTrust(
    _ settings: ConnectionSettings, isForeign: Bool, isSecure: Bool
  ) throws(HTTPError) {
    try check(guard_curl_only_http(handle))
    try set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
    try set(CURLOPT_PATH_AS_IS, 1)
    try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
    if !settings.usesProxies {
      try set(CURLOPT_PROXY, "")
    } else if !isSecure, let proxy = Self.capitalProxy {
      try check(guard_curl_set_text(handle, CURLOPT_PROXY, proxy))
    }
    try set(CURLOPT_SSL_VERIFYPEER, settings.verifiesServer ? 1 : 0)
    try set(CURLOPT_SSL_VERIFYHOST, settings.verifiesServer ? 2 : 0)
    try setAuthorities(settings.authorities)
    // Who we are is nobody else's business.
    if isForeign { return }
    if let certificate = settings.certificate { try set(CURLOPT_SSLCERT, certificate) }
    if let key = settings.key { try set(CURLOPT_SSLKEY, key) }
    if settings.readsNetrc, settings.login == .none {
      try set(CURLOPT_NETRC, Int(CURL_NETRC_OPTIONAL.rawValue))
      if let file = getenv("NETRC") { try check(guard_curl_set_text(handle, CURLOPT_NETRC_FILE, file)) }
    }
  }
}

extension Transfer {
  /// libcurl keeps the authorities for all connections of a client (7.87), but only when they are one file.
  /// Reading the system's takes longer than most requests.
  private func setAuthorities(_ place: String?) throws(HTTPError) {
    let bundle = guard_curl_authorities(handle).map { String(cString: $0) }
    guard let place = place ?? bundle, FileSystem.exists(Array(place.utf8)) else {
      if let place { try set(CURLOPT_CAINFO, place) }
      return
    }
    let isDirectory = isDirectory(place)
    try set(isDirectory ? CURLOPT_CAPATH : CURLOPT_CAINFO, place)
    try check(guard_curl_set_text(handle, isDirectory ? CURLOPT_CAINFO : CURLOPT_CAPATH, nil))
  }

  private func setMethod(_ request: Request) throws(HTTPError) {
    var hasBody = true
    if case .none = request.body { hasBody = ["PUT", "POST"].contains(request.method) }
    guard request.method.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else {
      throw .unsupported("the method \(request.method)")
    }
    if hasBody {
      let body = try Outgoing(request.body)
      outgoing = body
      try set(CURLOPT_UPLOAD, 1)
      try check(guard_curl_set_size(handle, CURLOPT_INFILESIZE_LARGE, curl_off_t(body.size)))
      try set(CURLOPT_CUSTOMREQUEST, request.method)
    } else if request.method == "HEAD" {
      try set(CURLOPT_NOBODY, 1)
    } else if request.method != "GET" {
      try set(CURLOPT_CUSTOMREQUEST, request.method)
    }
  }

  /// - Parameter login: the header that tells who we are; `nil` for a stranger, who gets none of ours either.
  private func setHeaders(
    _ headers: [(name: String, value: String)], _ login: (name: String, value: String)?
  ) throws(HTTPError) {
    guard_curl_list_free(headerList)
    headerList = nil
    for header in headers + (login.map { [$0] } ?? []) {
      guard !header.name.isEmpty, header.name.utf8.allSatisfy(Self.isNameByte),
        header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 })
      else { throw .unsupported("a header that cannot be sent: \(header.name)") }
      // "Name:" would take the header away; "Name;" is how libcurl wants an empty one.
      let line = header.value.isEmpty ? "\(header.name);" : "\(header.name): \(header.value)"
      guard let longer = guard_curl_list_append(headerList, line) else { throw .unsupported("no memory") }
      headerList = longer
    }
    try set(CURLOPT_USERAGENT, "guard")
    try check(guard_curl_set_pointer(handle, CURLOPT_HTTPHEADER, headerList))
  }

  /// The letters of a name (RFC 9110, section 5.6.2).
  private static func isNameByte(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte & ~0x20)
      || "!#$%&'*+-.^_`|~".utf8.contains(byte)
  }

  private func set(_ option: CURLoption, _ value: Int) throws(HTTPError) {
    try check(guard_curl_set_long(handle, option, value))
  }

  private func set(_ option: CURLoption, _ value: String) throws(HTTPError) {
    guard !value.utf8.contains(0) else { throw .unsupported("a NUL byte in a setting") }
    try check(guard_curl_set_text(handle, option, value))
  }

  private func check(_ code: CURLcode) throws(HTTPError) {
    guard code != CURLE_OK else { return }
    let words = guard_curl_easy_strerror(code).map { String(cString: $0) } ?? "error \(code.rawValue)"
    throw .unsupported("libcurl: \(words)")
  }
}

extension Transfer {
  /// `HTTP_PROXY`, which Python's libraries read and libcurl does not: a web server hands what a visitor sent to
  /// a CGI program under that name. Python sees by `REQUEST_METHOD` that it is one.
  private static var capitalProxy: UnsafeMutablePointer<CChar>? {
    getenv("http_proxy") == nil && getenv("REQUEST_METHOD") == nil ? getenv("HTTP_PROXY") : nil
  }
}

private func isDirectory(_ path: String) -> Bool {
  do throws(SystemError) {
    return try FileSystem.status(of: Array(path.utf8)).kind == .directory
  } catch {
    // What is not there is libcurl's to complain of, by its name.
    return false
  }
}

// MARK: - What libcurl calls

extension Transfer {
  private func setCallbacks() {
    let context = Unmanaged.passUnretained(self).toOpaque()
    _ = guard_curl_set_pointer(handle, CURLOPT_ERRORBUFFER, words)
    _ = guard_curl_set_pointer(handle, CURLOPT_WRITEDATA, context)
    _ = guard_curl_set_pointer(handle, CURLOPT_HEADERDATA, context)
    _ = guard_curl_set_pointer(handle, CURLOPT_READDATA, context)
    _ = guard_curl_set_pointer(handle, CURLOPT_SEEKDATA, context)
    _ = guard_curl_set_write(handle, CURLOPT_WRITEFUNCTION) { bytes, _, count, context in
      let piece = UnsafeRawBufferPointer(start: bytes, count: count)
      return transfer(context)?.incoming.take(body: piece) == true ? count : 0
    }
    _ = guard_curl_set_write(handle, CURLOPT_HEADERFUNCTION) { bytes, _, count, context in
      let line = UnsafeRawBufferPointer(start: bytes, count: count)
      return transfer(context)?.incoming.take(headerLine: line) == true ? count : 0
    }
    _ = guard_curl_set_read(handle) { bytes, size, count, context in
      let room = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
      return transfer(context)?.read(into: room) ?? Int(CURL_READFUNC_ABORT)
    }
    _ = guard_curl_set_seek(handle) { context, place, origin in
      guard origin == SEEK_SET else { return CURL_SEEKFUNC_CANTSEEK }
      return transfer(context)?.seek(to: Int(place)) == true ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
    }
  }

  private func read(into room: UnsafeMutableRawBufferPointer) -> Int {
    do throws(HTTPError) {
      let count = try outgoing?.read(into: room) ?? 0
      sentInAll += count
      return count
    } catch {
      failure = error
      return Int(CURL_READFUNC_ABORT)
    }
  }

  private func seek(to place: Int) -> Bool {
    guard outgoing?.seek(to: place) == true else { return false }
    sentInAll = place
    return true
  }
}

/// The transfer that libcurl carries with its handle. It lives as long as the handle, which it owns.
private func transfer(_ context: UnsafeMutableRawPointer?) -> Transfer? {
  context.map { Unmanaged<Transfer>.fromOpaque($0).takeUnretainedValue() }
}
