import Hashing
import Remotes
import Testing

struct SurveyTests {
  let store = ScriptedStore()

  /// Objects of numbers.
  private func objects(_ numbers: Range<Int>) -> [CacheObject] {
    numbers.map { CacheObject(MD5Digest(of: Array("\($0)".utf8))) }
  }

  private func upload(_ numbers: Range<Int>) {
    for object in objects(numbers) { store.objects[object.path] = [1] }
  }

  private func presence(
    _ numbers: Range<Int>, pages: Int, hasAnyPrefix: Bool = true, jobs: Int = 2
  ) -> [Presence] {
    store.listing = Listing(pageSize: pages, hasAnyPrefix: hasAnyPrefix)
    return Survey(store, Effort(jobs: jobs, seconds: 20)).presence(of: objects(numbers))
  }

  @Test func manyObjectsAreListed() {
    upload(0..<2000)
    let answers = presence(1000..<3000, pages: 1000)
    #expect(
      answers == objects(1000..<3000).map { store.objects[$0.path] == nil ? .absent : .present(size: 1) })
    #expect(store.asked.isEmpty)
  }

  @Test func noFolderIsListedTwice() {
    upload(0..<2000)
    _ = presence(0..<2000, pages: 1000, hasAnyPrefix: false)
    #expect(store.listed.count > 200 && Set(store.listed).count == store.listed.count)
  }

  @Test(arguments: [(0, 2), (2000, 17), (22_000, 256)])
  func theLargerTheStoreTheLongerThePrefixes(size: Int, listings: Int) {
    upload(0..<size)
    let answers = presence(1000..<4000, pages: 100, jobs: 32)
    let there = objects(1000..<4000).map { store.objects[$0.path] != nil }
    #expect(answers == there.map { $0 ? .present(size: 1) : .absent })
    #expect(store.listed.count == listings && store.asked.isEmpty)
  }

  @Test func olderObjectsAreNotLookedForAmongOthers() {
    let old = objects(0..<2000).map { CacheObject(id: $0.id, isLegacy: true) }
    for object in old { store.objects[object.path] = [1] }
    store.listing = Listing(pageSize: 1000, hasAnyPrefix: true)
    let answers = Survey(store, Effort(jobs: 32, seconds: 20)).presence(of: old)
    #expect(answers.allSatisfy { $0 == .present(size: 1) })
    #expect(store.listed.allSatisfy { $0.count == 3 } && store.asked.isEmpty)
  }

  @Test func fewObjectsOfALargeStoreAreAskedFor() {
    upload(0..<10_000)
    #expect(presence(0..<400, pages: 10).allSatisfy { $0 == .present(size: 1) })
    #expect(store.listed.count == 1)
    #expect(store.asked.count == 400)
  }

  @Test func aListingThatHoldsEverythingIsNotFree() {
    // 39 names a folder are less than a question's worth, so 300 objects are listed; 3,000 names are not.
    upload(0..<10_000)
    _ = presence(0..<1000, pages: .max)
    #expect(store.asked.isEmpty)
    let first = objects(0..<400).map(\.path).min { $0.lexicographicallyPrecedes($1) } ?? []
    for number in 0..<3000 { store.objects[first.dropLast(30) + Array("\(number)".utf8)] = [1] }
    _ = presence(0..<400, pages: .max)
    #expect(store.asked.count == 400)
  }

  @Test func aFolderThatCannotBeListedLeavesItsObjectsUnknown() {
    upload(0..<2000)
    let folder = Array(objects(7..<8)[0].path.dropLast(30))
    store.doubts[folder] = .throttled("slow down")
    let answers = presence(0..<2000, pages: 1000, hasAnyPrefix: false)
    #expect(answers[7] == .unknown(.throttled("slow down")))
    #expect(answers.filter { $0 == .present(size: 1) }.count > 1900)
    #expect(store.asked.isEmpty)
  }
}
