import HTTP

/// An answer of Azure's Blob service that is not what was asked for.
struct AzureFault {
  let status: Int
  /// Azure's word for it, which every answer of the service has in a header.
  let code: String?

  /// What is wrong with an answer; `nil` when nothing is.
  init?(_ response: Response) {
    guard !(200...299).contains(response.status) else { return nil }
    status = response.status
    code = response.header("x-ms-error-code")
  }

  /// The failure as stores tell it.
  /// - Parameter container: the container's name, for messages.
  func error(container: String) -> StoreError {
    let words = "the server answered \(status)" + (code.map { " " + ServerWords.tidy($0) } ?? "")
    switch (status, code) {
    case (404, "BlobNotFound"), (404, "ResourceNotFound"): return .absent
    case (404, "ContainerNotFound"), (404, "ContainerBeingDeleted"):
      return .unreachable("there is no container \"\(container)\"")
    case (404, _): return .corrupt(words + ", and not as Azure does")
    case (401, _), (403, _), (409, "PublicAccessNotPermitted"): return .unauthorised(words)
    case (429, _), (503, _), (_, "ServerBusy"): return .throttled(words)
    case (400, "Md5Mismatch"): return .localFile("its bytes are not those that its hash says")
    case (501, _), (300...399, _): return .unsupported(words)
    case (408, _), (500..., _): return .unreachable(words)
    default: return .corrupt(words)
    }
  }
}
