import Platform

/// The files below a folder, in all folders below that.
struct SFTPListing: SFTPTask {
  /// The folders still to read.
  private var folders: [(path: [UInt8], depth: Int)]
  /// The folder that is being read.
  private var here: (path: [UInt8], depth: Int)
  private let address: SSHAddress
  private(set) var result: Result<[ListedObject], StoreError> = .success([])
  private var objects: [ListedObject] = []
  /// Links in this folder: only what they lead to counts.
  private var links: [[UInt8]] = []
  private var handle: [UInt8]?

  init(prefix: [UInt8], at address: SSHAddress) {
    var prefix = prefix
    while prefix.last == UInt8(ascii: "/") { prefix.removeLast() }
    here = (prefix, 0)
    folders = []
    self.address = address
  }

  mutating func begin() -> [SFTPRequest] { [.openFolder(path: place(here.path))] }

  mutating func take(_ answer: SFTPAnswer, to request: SFTPRequest) -> [SFTPRequest] {
    switch (request, answer) {
    case (.openFolder, .handle(let opened)):
      handle = opened
      return [.readFolder(handle: opened)]
    case (.openFolder, .status(let status)) where status.isMissing && here.depth == 0:
      return []  // a folder that is not there holds nothing
    case (.readFolder, .names(let names)):
      for name in names { add(name) }
      if case .failure = result { return close() }
      return handle.map { [.readFolder(handle: $0)] } ?? []
    case (.readFolder, .status(let status)) where status.isEnd: return close()
    case (.close, _): return next()
    case (.status, .attributes(let attributes)):
      add(links.removeLast(), attributes)
      return next()
    case (.status, .status(let status)) where status.isMissing:
      links.removeLast()  // it leads nowhere
      return next()
    default:
      fail(StoreError(answer))
      return close()
    }
  }

  private mutating func add(_ entry: SFTPAnswer.Name) {
    // Names that begin with a dot are what is still being written, by DVC and by guard.
    guard entry.name.first != UInt8(ascii: ".") else { return }
    guard !entry.name.isEmpty, !entry.name.contains(UInt8(ascii: "/")), !entry.name.contains(0) else {
      return fail(.corrupt("the server lists a name that no file can have"))
    }
    let path = FileSystem.join(here.path, entry.name)
    if entry.attributes.kind == .symbolicLink { links.append(path) } else { add(path, entry.attributes) }
  }

  private mutating func add(_ path: [UInt8], _ attributes: SFTPAttributes) {
    if attributes.kind == .folder {
      // Deeper than any layout of DVC's: a link that leads back up.
      if here.depth >= 16 { fail(.corrupt("the folders of the remote are nested too deeply")) }
      folders.append((path, here.depth + 1))
    } else if attributes.isFile, StoreKey(path: path).admits(size: attributes.size ?? 1) {
      objects.append(ListedObject(path: path, size: attributes.size))
    }
  }

  private mutating func fail(_ error: StoreError) {
    if case .success = result { result = .failure(error) }
  }

  private mutating func close() -> [SFTPRequest] {
    defer { handle = nil }
    return handle.map { [.close(handle: $0)] } ?? []
  }

  private mutating func next() -> [SFTPRequest] {
    if case .failure = result { return [] }
    if let link = links.last { return [.status(path: place(link))] }
    guard let folder = folders.popLast() else {
      result = .success(objects)
      return []
    }
    here = folder
    return [.openFolder(path: place(folder.path))]
  }

  private func place(_ path: [UInt8]) -> [UInt8] {
    let place = address.place(path)
    return place.isEmpty ? [UInt8(ascii: ".")] : place
  }
}
