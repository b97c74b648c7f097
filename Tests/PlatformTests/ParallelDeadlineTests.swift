import Glibc
import Platform
import Testing

struct ParallelDeadlineTests {
  @Test func givesResultsInOrder() {
    let end = SystemClock.monotonicMilliseconds + 20_000
    #expect(Parallel.map(count: 1000, until: end) { $0 * 2 } == (0..<1000).map { $0 * 2 })
    #expect(Parallel.map(count: 0, until: end) { $0 }.isEmpty)
  }

  @Test func whatHangsIsLeftBehind() {
    let start = SystemClock.monotonicMilliseconds
    let results = Parallel.map(count: 8, width: 2, until: start + 200) { index in
      if index == 3 { sleep(3) }
      return index
    }
    #expect(SystemClock.monotonicMilliseconds - start < 1500)
    #expect(results == [0, 1, 2, nil, 4, 5, 6, 7])
  }
}
