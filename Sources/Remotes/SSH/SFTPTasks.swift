/// What stands at a path, links followed.
struct SFTPLook: SFTPTask {
  let path: [UInt8]
  private(set) var result: Result<SFTPAttributes, StoreError> = .failure(.absent)

  init(path: [UInt8]) { self.path = path }

  mutating func begin() -> [SFTPRequest] { [.status(path: path)] }

  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest] {
    if case .attributes(let attributes) = answer {
      result = .success(attributes)
    } else {
      result = .failure(StoreError(answer))
    }
    return []
  }
}

/// Makes a folder; that it is there already cannot be told from other failures, and shows later.
struct SFTPFolderMaking: SFTPTask {
  let path: [UInt8]
  /// Why it may not be made.
  private(set) var refusal: StoreError?

  init(path: [UInt8]) { self.path = path }

  mutating func begin() -> [SFTPRequest] { [.makeFolder(path: path)] }

  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest] {
    if case .unauthorised(let why) = StoreError(answer) { refusal = .unauthorised(why) }
    return []
  }
}

/// Reads a file into memory.
struct SFTPReading: SFTPTask {
  private static let portion = 1 << 15

  private let path: [UInt8]
  private let limit: Int
  private var handle: [UInt8] = []
  private var bytes: [UInt8] = []
  private var asked = 0
  private var open = 0
  private(set) var result: Result<[UInt8], StoreError> = .failure(.absent)

  init(path: [UInt8], limit: Int) {
    self.path = path
    self.limit = limit
  }

  mutating func begin() -> [SFTPRequest] { [.status(path: path)] }

  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest] {
    switch (request, answer) {
    case (.status, .attributes(let attributes)): return start(attributes)
    case (.open, .handle(let handle)):
      self.handle = handle
      return readOn()
    case (.read(_, let offset, let count), .data(let data)):
      open -= 1
      return keep(data, at: offset, of: count)
    case (.read, _):
      open -= 1
      fail(.corrupt("it ends before the size that the server tells"))
      return readOn()
    case (.close, _): return []
    default:
      result = .failure(StoreError(answer))
      return []
    }
  }

  private mutating func start(_ attributes: SFTPAttributes) -> [SFTPRequest] {
    guard attributes.isFile, let size = attributes.size else { return [] }
    guard size <= limit else {
      result = .failure(.corrupt("larger than the limit of \(limit) bytes"))
      return []
    }
    bytes = [UInt8](repeating: 0, count: size)
    result = .success([])
    return [.open(path: path, .reading)]
  }

  private mutating func keep(_ data: [UInt8], at offset: Int, of count: Int) -> [SFTPRequest] {
    guard !data.isEmpty, data.count <= count else {
      fail(.corrupt("the server sent other bytes than were asked for"))
      return readOn()
    }
    bytes.replaceSubrange(offset..<offset + data.count, with: data)
    guard data.count < count, case .success = result else { return readOn() }
    open += 1
    return [.read(handle: handle, offset: offset + data.count, count: count - data.count)]
  }

  /// The next requests; a few are always under way.
  private mutating func readOn() -> [SFTPRequest] {
    var requests: [SFTPRequest] = []
    if case .success = result {
      while open < 16, asked < bytes.count {
        let count = min(Self.portion, bytes.count - asked)
        requests.append(.read(handle: handle, offset: asked, count: count))
        asked += count
        open += 1
      }
    }
    guard open == 0 else { return requests }
    if case .success = result { result = .success(bytes) }
    return [.close(handle: handle)]
  }

  private mutating func fail(_ error: StoreError) {
    if case .success = result { result = .failure(error) }
  }
}

extension StoreError {
  /// What an answer says that is not the one that was hoped for.
  init(_ answer: SFTPAnswer) {
    guard case .status(let status) = answer else {
      self = .corrupt("the server's answer is not one to what was asked")
      return
    }
    let words = status.message.isEmpty ? "error \(status.code)" : printable(status.message)
    switch status.code {
    case 2: self = .absent
    case 3: self = .unauthorised("the server refuses: \(words)")
    case 8: self = .unsupported("the server cannot: \(words)")
    case 4: self = .unreachable("the server fails and does not say why, as when its disk is full: \(words)")
    default: self = .unreachable("the server fails: \(words)")
    }
  }
}
