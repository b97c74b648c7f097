import Glibc
import Platform
import Synchronization
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 1000]) func resultsAreInOrder(_ count: Int) {
    #expect(Parallel.map(count: count, width: 7) { $0 * $0 } == (0..<count).map { $0 * $0 })
  }

  @Test func whatIsBegunLaterIsDoneFirst() {
    let earlier = Parallel.begin(count: 64, width: 2) { index in
      usleep(2000)
      return (index, SystemClock.monotonicMilliseconds)
    }
    let later = Parallel.map(count: 8, width: 2) { index in
      usleep(2000)
      return (index, SystemClock.monotonicMilliseconds)
    }
    let results = earlier.results()
    #expect(results.map(\.0) == Array(0..<64) && later.map(\.0) == Array(0..<8))
    let ends = later.map(\.1)
    #expect(results.filter { $0.1 > ends.max() ?? 0 }.count > 32)
  }

  @Test func workMayBeDividedFurther() {
    let sums = Parallel.map(count: 20, width: 4) { outer in
      Parallel.map(count: 20, width: 4) { $0 * outer }.reduce(0, +)
    }
    #expect(sums == (0..<20).map { $0 * 190 })
  }

  @Test func whatNobodyWaitsForIsLeftUndone() {
    let done = Atomic(0)
    do {
      let pending = Parallel.begin(count: 1000, width: 2) { _ in
        usleep(1000)
        return done.wrappingAdd(1, ordering: .relaxed).newValue
      }
      withExtendedLifetime(pending) {}
    }
    usleep(50_000)
    let count = done.load(ordering: .relaxed)
    usleep(20_000)
    #expect(done.load(ordering: .relaxed) == count && count < 1000)
  }

  @Test func threadsWorkAtTheSameTime() {
    // One after the other, the second would begin after the first has ended.
    let pairs = Parallel.map(count: 2, width: 2) { index in
      let begin = SystemClock.monotonicMilliseconds
      while SystemClock.monotonicMilliseconds - begin < 200 {}
      return (begin, SystemClock.monotonicMilliseconds, index)
    }
    #expect(pairs[1].0 < pairs[0].1)
  }

  /// A thread begins beside the one that starts it, but is bound to no place.
  @Test func threadsMayGoToAnyProcessor() throws {
    let allowed = Parallel.map(count: 16, width: 4) { _ in
      usleep(2000)
      let status = (try? FileSystem.read(Array("/proc/thread-self/status".utf8), limit: 1 << 16)) ?? []
      return String(decoding: status, as: UTF8.self).split(separator: "\n").first {
        $0.hasPrefix("Cpus_allowed:")
      }
    }
    #expect(Set(allowed).count == 1 && allowed[0] != nil)
  }
}
