import HTTP

/// An answer of S3 that is not what was asked for.
struct S3Fault: Hashable {
  /// The status code.
  let status: Int
  /// S3's word for it, such as `NoSuchKey`; `nil` when there is none, as in every answer to `HEAD`.
  let code: String?
  /// S3's sentence about it.
  let message: String?
  /// The region where the bucket is, when the answer tells.
  let region: String?
  /// What the server's clock says less what ours says, in seconds, when the answer tells.
  let clockOffset: Int64?
  /// Whether it is about a version that is a mark of deletion.
  let isDeletion: Bool

  /// What is wrong with an answer; `nil` when nothing is.
  init?(_ response: Response, now: Moment = .now) {
    guard !(200...299).contains(response.status) else { return nil }
    status = response.status
    let document = S3Document.fault(response.body)
    code = document?.code
    message = document?.message
    region = response.header("x-amz-bucket-region") ?? document?.region
    clockOffset = response.header("Date").flatMap { HTTPDate.seconds($0) }.map { $0 - now.seconds }
    isDeletion = response.header("x-amz-delete-marker")?.lowercased() == "true"
  }

  /// An error in the body of an answer that began well.
  init(status: Int, code: String?, message: String?) {
    self.status = status
    self.code = code
    self.message = message
    region = nil
    clockOffset = nil
    isDeletion = false
  }

  /// Whether the object is not there, without a word about the bucket.
  var isAbsence: Bool {
    switch code {
    case "NoSuchKey", "NoSuchVersion": true
    default: isDeletion && (status == 404 || status == 405)
    }
  }

  /// Whether it may be the object or the bucket that is not there.
  var mayBeAbsence: Bool { status == 404 && code == nil }

  /// The failure as stores tell it.
  /// - Parameter bucket: the bucket's name, for messages.
  func error(bucket: String) -> StoreError {
    let told = [code, message].compactMap { $0 }.map(ServerWords.tidy).joined(separator: ": ")
    let words = "the server answered \(status)" + (told.isEmpty ? "" : " " + told)
    switch (status, code) {
    case (_, "NoSuchBucket"), (404, nil): return .unreachable("there is no bucket \"\(bucket)\"")
    case (_, "SlowDown"), (429, _), (_, "RequestLimitExceeded"), (_, "Throttling"): return .throttled(words)
    case (400, "ExpiredToken"), (400, "InvalidToken"), (400, "TokenRefreshRequired"),
      (400, "AuthorizationHeaderMalformed"):
      return .unauthorised(words)
    case (_, "RequestTimeTooSkewed"):
      return .unreachable(words + "; this machine's clock and the server's differ")
    case (400, "BadDigest"), (400, "XAmzContentSHA256Mismatch"):
      return .localFile("its bytes are not those that its hash says")
    case (401, _): return .unauthorised(words)
    case (403, _) where code == nil || code == "AccessDenied":
      return .unauthorised(words + "; S3 says so of absent objects too, to who may not list the bucket")
    case (403, _): return .unauthorised(words)
    case (404, _) where isAbsence: return .absent
    case (405, _) where isAbsence: return .absent
    case (300...399, _):
      return .unsupported(words + ": the bucket is somewhere else; set endpointurl or region")
    case (408, _), (500, _), (502...599, _): return .unreachable(words)
    case (501, _): return .unsupported(words)
    default: return .corrupt(words)
    }
  }
}
