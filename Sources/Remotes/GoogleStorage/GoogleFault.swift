import HTTP
import ParameterFiles

/// An answer of Google's storage that is not what was asked for.
struct GoogleFault {
  let status: Int
  private let message: String?

  /// What is wrong with an answer; `nil` when nothing is.
  init?(_ response: Response) {
    guard !(200...299).contains(response.status) else { return nil }
    status = response.status
    message = JSONObject(response.body)?.object("error")?["message"]
  }

  /// The failure as stores tell it.
  var error: StoreError {
    let words = "the server answered \(status)" + (message.map { ": " + ServerWords.tidy($0) } ?? "")
    switch status {
    case 404: return .absent
    case 401, 403: return .unauthorised(words)
    case 429: return .throttled(words)
    case 408, 500, 502...599: return .unreachable(words)
    case 300...399: return .unsupported(words)
    case 400 where message?.contains("MD5") == true:
      return .localFile("its bytes are not those that its hash says")
    default: return .corrupt(words)
    }
  }
}
