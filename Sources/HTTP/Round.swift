import CCurl
import Platform

/// One attempt at a request.
struct Errand {
  /// The request's number.
  let index: Int
  /// The attempts so far, this one counted.
  var attempt = 1
  /// When the first of them began, in milliseconds of the monotonic clock.
  let begun: Int64
}

/// The requests of one call: which wait, which are on their way, which are over.
final class Round {
  private struct Active {
    let transfer: Transfer
    let errand: Errand
    var request: Request
    let origin: Origin
    var isForeign = false
    var redirects = 0
    var sent = 0
  }
  private struct Waiting {
    let errand: Errand
    let due: Int64
    let last: Result<Response, HTTPError>
  }

  private let client: HTTPClient
  private let multi: UnsafeMutableRawPointer
  private let count: Int
  private let jobs: Int
  private let end: Int64
  private let patience: Patience
  private var begun = 0
  private var active: [UnsafeMutableRawPointer: Active] = [:]
  private var waiting: [Waiting] = []
  private var finished: [(Int, Result<Response, HTTPError>)] = []
  private var sent = 0
  private var health = ServerHealth()

  init(
    _ client: HTTPClient, _ multi: UnsafeMutableRawPointer, count: Int, jobs: Int, end: Int64,
    patience: Patience
  ) {
    self.client = client
    self.multi = multi
    self.count = count
    self.jobs = max(1, min(jobs, 256))
    self.end = end
    self.patience = patience
    _ = guard_curl_multi_set_long(multi, CURLMOPT_MAXCONNECTS, self.jobs)
    _ = guard_curl_multi_set_long(multi, CURLMOPT_MAX_TOTAL_CONNECTIONS, self.jobs)
  }

  deinit {
    for handle in active.keys { _ = guard_curl_multi_remove(multi, handle) }
  }

  /// Whether all that was asked for has been told.
  var isOver: Bool { begun >= count && active.isEmpty && waiting.isEmpty && finished.isEmpty }

  /// The next attempt that may begin; `nil` when none may now.
  func next() -> Errand? {
    let now = SystemClock.monotonicMilliseconds
    if let place = waiting.firstIndex(where: { $0.due <= now }) {
      var errand = waiting.remove(at: place).errand
      errand.attempt += 1
      return errand
    }
    // A few at a time, so that those that are over are told between them.
    while begun < count, active.count + waiting.count < jobs, finished.count < 1024 {
      begun += 1
      guard let error = now >= end ? HTTPError.timedOut : health.outage else {
        return Errand(index: begun - 1, begun: now)
      }
      finished.append((begun - 1, .failure(error)))
    }
    return nil
  }

  /// Begins an attempt.
  func begin(_ errand: Errand, _ request: Request) {
    guard let origin = Origin(request.url) else {
      return finish(errand, .failure(.unsupported("no plain http or https URL: \(request.url)")))
    }
    guard let transfer = client.takeTransfer() else {
      return finish(errand, .failure(.unsupported("libcurl has no memory")))
    }
    start(Active(transfer: transfer, errand: errand, request: request, origin: origin))
  }

  /// Lets libcurl work until something may have happened.
  func work() {
    let now = SystemClock.monotonicMilliseconds
    guard now < end else { return giveUp(HTTPError.timedOut) }
    guard finished.isEmpty, !(active.isEmpty && waiting.isEmpty) else { return }
    var running: Int32 = 0
    if guard_curl_multi_perform(multi, &running) == CURLM_OK {
      settle()
      // Who is over makes room for the next: no time to wait.
      guard finished.isEmpty, running == active.count else { return }
      let due = waiting.map(\.due).min() ?? .max
      let pause = min(due - now, end - now, 1000)
      if guard_curl_multi_poll(multi, Int32(max(pause, 0))) == CURLM_OK { return }
    }
    giveUp(.unreachable("libcurl cannot go on"))
  }

  /// The requests that are over since this was asked the last time.
  func takeFinished() -> [(Int, Result<Response, HTTPError>)] {
    defer { finished.removeAll(keepingCapacity: true) }
    return finished
  }

  /// The bytes that were sent since this was asked the last time.
  func takeSent() -> Int {
    for key in active.keys { countSent(key) }
    defer { sent = 0 }
    return sent
  }
}

// MARK: - From begin to end

extension Round {
  private func start(_ attempt: Active) {
    do throws(HTTPError) {
      let left = Int(end - SystemClock.monotonicMilliseconds)
      try attempt.transfer.prepare(
        attempt.request, client.settings, isForeign: attempt.isForeign, left: left)
      guard guard_curl_multi_add(multi, attempt.transfer.handle) == CURLM_OK else {
        throw .unsupported("libcurl does not take a request")
      }
      active[attempt.transfer.handle] = attempt
    } catch {
      client.giveBack(attempt.transfer)
      finish(attempt.errand, .failure(error))
    }
  }

  private func settle() {
    var code = CURLE_OK
    while let handle = guard_curl_multi_done(multi, &code) {
      _ = guard_curl_multi_remove(multi, handle)
      countSent(handle)
      guard let attempt = active.removeValue(forKey: handle) else { continue }
      let result = attempt.transfer.result(code, wasRedirected: attempt.redirects > 0)
      if let next = redirected(attempt, result) {
        start(next)
      } else {
        client.giveBack(attempt.transfer)
        judge(attempt, result)
      }
    }
  }

  private func judge(_ attempt: Active, _ result: Result<Response, HTTPError>) {
    guard Patience.isWorthIt(result) else {
      health.take(answer: result, isForeign: attempt.isForeign)
      return finish(attempt.errand, result)
    }
    health.countFailure()
    // What was sent for nothing does not count.
    sent -= attempt.sent
    let now = SystemClock.monotonicMilliseconds
    let delay = patience.delay(after: attempt.errand.attempt, spent: now - attempt.errand.begun, result)
    if let delay, !health.isFailing, now + delay < end {
      waiting.append(Waiting(errand: attempt.errand, due: now + delay, last: result))
    } else {
      health.takeLast(result, begun: attempt.errand.begun, isForeign: attempt.isForeign)
      finish(attempt.errand, result)
    }
  }

  private func finish(_ errand: Errand, _ result: Result<Response, HTTPError>) {
    finished.append((errand.index, result))
  }

  /// Ends all that is on its way or waits. What has not begun follows when it is asked for.
  private func giveUp(_ error: HTTPError) {
    for (handle, attempt) in active {
      _ = guard_curl_multi_remove(multi, handle)
      sent -= attempt.sent
      client.giveBack(attempt.transfer)
      finish(attempt.errand, .failure(error))
    }
    active.removeAll()
    for one in waiting { finish(one.errand, one.last) }
    waiting.removeAll()
  }

  private func countSent(_ handle: UnsafeMutableRawPointer) {
    guard let bytes = active[handle]?.transfer.takeSent(), bytes != 0 else { return }
    active[handle]?.sent += bytes
    sent += bytes
  }

  /// The attempt that a redirect leads to; `nil` when the answer is none, or must not be followed.
  private func redirected(_ attempt: Active, _ result: Result<Response, HTTPError>) -> Active? {
    guard client.settings.followsRedirects, ["GET", "HEAD"].contains(attempt.request.method),
      attempt.redirects < 10, case .success(let response) = result,
      [301, 302, 303, 307, 308].contains(response.status),
      let url = attempt.transfer.redirect, let here = Origin(attempt.request.url), let there = Origin(url),
      here.mayLead(to: there)
    else { return nil }
    var next = attempt
    next.redirects += 1
    next.request.url = url
    if there != attempt.origin {
      // Once away, it stays a stranger: who was elsewhere may have been told what to ask for here.
      next.isForeign = true
      next.request.headers.removeAll { !["accept", "range"].contains($0.name.lowercased()) }
    }
    return next
  }
}
