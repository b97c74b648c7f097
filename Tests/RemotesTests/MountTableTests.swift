import Testing

@testable import Remotes

struct MountTableTests {
  @Test func knowsWhatIsNotMounted() {
    let fstab = """
      # <file system> <mount point> <type>
      UUID=1 / ext4 defaults 0 1
      UUID=2 none swap sw 0 0
      nas:/data\t/mnt/nas/ nfs defaults 0 0
      nas:/more /mnt/my\\040disk nfs noauto 0 0
      //smb/x /mnt/there cifs defaults 0 0
      broken
      x /\\77
      """
    let mounted = """
      22 1 254:1 / / rw,relatime - ext4 /dev/vda1 rw
      40 22 0:50 / /mnt/there rw - cifs //smb/x rw
      """
    let table = MountTable(wanted: Array(fstab.utf8), mounted: Array(mounted.utf8))
    func unmounted(_ path: String) -> [String] {
      table.unmounted(above: Array(path.utf8)).map { String(decoding: $0, as: UTF8.self) }
    }
    #expect(unmounted("/mnt/nas") == ["/mnt/nas"])
    #expect(unmounted("/mnt/nas/a/b") == ["/mnt/nas"])
    #expect(unmounted("/mnt/nasty").isEmpty)
    #expect(unmounted("/mnt/my disk/remote") == ["/mnt/my disk"])
    #expect(unmounted("/mnt/there/remote").isEmpty)
    #expect(unmounted("/home").isEmpty)
  }
}
