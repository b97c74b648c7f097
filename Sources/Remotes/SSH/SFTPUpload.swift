import Platform

/// Stores a file under a temporary name and renames it when all of it is there.
struct SFTPUpload: SFTPTask {
  /// What every server takes (draft-ietf-secsh-filexfer-02, section 3).
  private static let portion = 1 << 15
  /// How many writes of one file are under way.
  private static let depth = 32

  private let upload: Upload
  private let place: [UInt8]
  private let temporary: [UInt8]
  private let extensions: Set<[UInt8]>
  private let sent: (Int) -> Void
  private var source: SourceFile?
  private var handle: [UInt8] = []
  private var written = 0
  private var open = 0
  /// Whether something that is not the object stands at its place.
  private var isOccupied = false
  private(set) var result: Result<Void, StoreError> = .success(())

  init(_ upload: Upload, to place: [UInt8], extensions: Set<[UInt8]>, sent: @escaping (Int) -> Void) {
    self.upload = upload
    self.place = place
    self.extensions = extensions
    self.sent = sent
    let name = ".guard\(String(UInt64.random(in: .min ... .max), radix: 36)).tmp"
    let folder = place.lastIndex(of: UInt8(ascii: "/")).map { place[...$0] } ?? []
    temporary = folder + Array(name.utf8)
  }

  mutating func begin() -> [SFTPRequest] { [.status(path: place)] }

  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest] {
    switch (request, answer) {
    case (.status, _): return look(answer)
    case (.open, .handle(let handle)):
      self.handle = handle
      return writeOn()
    case (.write(_, _, let bytes), _):
      open -= 1
      if answer.isSuccess { sent(bytes.count) } else { fail(StoreError(answer)) }
      return writeOn()
    case (.synchronise, _):
      if case .status(let status) = answer, !status.isSuccess, !status.isUnsupported {
        fail(StoreError(answer))
      }
      return [.close(handle: handle)]
    case (.close, _):
      if !answer.isSuccess { fail(StoreError(answer)) }
      return putInPlace()
    case (.remove(let path), _) where path == place:
      return [.rename(path: temporary, to: place)]
    case (.rename, _), (.replace, _):
      guard !answer.isSuccess else { return [] }
      fail(StoreError(answer))
      return [.remove(path: temporary)]
    case (.remove, _): return []
    default:
      fail(StoreError(answer))
      return []
    }
  }

  /// An object that is there with its size stays.
  private mutating func look(_ answer: SFTPAnswer) -> [SFTPRequest] {
    switch answer {
    case .attributes(let attributes):
      if attributes.isFile, attributes.size == upload.size, !upload.replaces { return [] }
      isOccupied = true
    case .status(let status) where status.isMissing: break
    default:
      fail(StoreError(answer))
      return []
    }
    do throws(StoreError) {
      source = try SourceFile(upload)
    } catch {
      fail(error)
      return []
    }
    return [.open(path: temporary, .creating)]
  }

  /// The next writes; when all is written, the way to its place.
  private mutating func writeOn() -> [SFTPRequest] {
    var requests: [SFTPRequest] = []
    while case .success = result, open < Self.depth, written < upload.size {
      do throws(StoreError) {
        guard let bytes = try source?.read(min(Self.portion, upload.size - written)) else { break }
        requests.append(.write(handle: handle, offset: written, bytes: bytes))
        written += bytes.count
        open += 1
      } catch {
        fail(error)
      }
    }
    guard open == 0 else { return requests }
    source = nil
    if case .success = result, mustLast { return [.synchronise(handle: handle)] }
    return [.close(handle: handle)]
  }

  /// Whether the server is asked to write the file to its disk before it is renamed. That costs milliseconds,
  /// one file after the other. A small file that a server loses with its power is found without bytes, and
  /// does not count as present; a large one may be found in part, and what a list names is trusted by DVC.
  private var mustLast: Bool {
    guard extensions.contains(SFTPExtension.synchronise) else { return false }
    return upload.size >= 1 << 20 || upload.key.path.suffix(4).elementsEqual(".dir".utf8)
  }

  private func putInPlace() -> [SFTPRequest] {
    guard case .success = result else { return [.remove(path: temporary)] }
    if extensions.contains(SFTPExtension.replace) { return [.replace(path: temporary, to: place)] }
    return isOccupied ? [.remove(path: place)] : [.rename(path: temporary, to: place)]
  }

  private mutating func fail(_ error: StoreError) {
    if case .success = result { result = .failure(error) }
  }
}

extension SFTPAnswer {
  fileprivate var isSuccess: Bool {
    if case .status(let status) = self { status.isSuccess } else { false }
  }
}

/// The file that is uploaded; it must stay what it was.
private final class SourceFile {
  private let file: Descriptor
  private let path: [UInt8]

  init(_ upload: Upload) throws(StoreError) {
    path = upload.file
    do throws(SystemError) {
      file = try Descriptor.reading(path)
      guard try file.status(path).size == upload.size else { throw Self.changed(path) }
    } catch {
      throw .localFile(error.description)
    }
  }

  /// Reads exactly so many bytes.
  func read(_ count: Int) throws(StoreError) -> [UInt8] {
    do throws(SystemError) { return try file.read(exactly: count, path: path) } catch {
      throw .localFile(error.description)
    }
  }

  private static func changed(_ path: [UInt8]) -> SystemError {
    SystemError(5, "read", path, detail: "not the size it had when it was looked at")
  }
}
