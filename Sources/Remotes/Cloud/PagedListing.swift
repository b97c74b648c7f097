/// A listing that comes page by page.
struct PagedListing {
  /// One page.
  struct Page {
    /// The objects, by their whole names.
    var objects: [(name: [UInt8], size: Int?)] = []
    /// What the next page is asked for with; `nil` on the last.
    var next: String?

    init(next: String? = nil) { self.next = next }
  }

  /// What all names begin with.
  let prefix: [UInt8]
  /// How many bytes of each name are the remote's own prefix.
  private let base: Int
  /// Whether there are more pages to come.
  private(set) var isOpen = true
  /// What the next page is asked for with; `nil` for the first.
  private(set) var token: String?
  private var objects: [ListedObject] = []
  private var failure: StoreError?

  /// A listing of which no page has come.
  init(prefix: [UInt8], base: Int) {
    self.prefix = prefix
    self.base = base
  }

  /// All objects, or why they are not all.
  var result: Result<[ListedObject], StoreError> { failure.map { .failure($0) } ?? .success(objects) }

  /// Takes the next page.
  mutating func take(_ page: Result<Page, StoreError>) {
    do throws(StoreError) {
      try take(try page.get())
    } catch {
      failure = error
      isOpen = false
      objects = []
    }
  }

  private mutating func take(_ page: Page) throws(StoreError) {
    for object in page.objects {
      guard object.name.starts(with: prefix) else {
        throw .corrupt("the listing names an object that does not begin with the prefix")
      }
      objects.append(ListedObject(path: Array(object.name[base...]), size: object.size))
    }
    // A server that gives the same page again and again would be listened to for ever.
    guard page.next == nil || page.next != token else {
      throw .corrupt("the listing leads from a page to the same page")
    }
    token = page.next
    isOpen = page.next != nil
  }
}
