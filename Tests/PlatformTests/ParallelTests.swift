import Platform
import Testing

@Suite struct ParallelTests {
  @Test(arguments: [0, 1, 2, 1000]) func resultsAreInOrder(_ count: Int) {
    #expect(Parallel.map(count: count, width: 7) { $0 * $0 } == (0..<count).map { $0 * $0 })
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
}
