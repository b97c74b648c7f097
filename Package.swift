// swift-tools-version: 6.1
import PackageDescription

/// `import` lines are the walls of the house: a module that should not know another has no
/// dependency on it here. Read from top to bottom, a commit flows from Git objects to a report.
let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

/// The Swift runtime brings 46,000 addresses that the loader has to move before guard starts. In the packed form
/// (glibc 2.36) that takes half a millisecond less.
let quickStart = LinkerSetting.unsafeFlags([
  "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xclang-linker", "-static-libgcc",
  // Where `make setup` puts the C++ runtime that Swift's needs, without its shared twin.
  "-L", Context.packageDirectory + "/.build/static",
])

/// Libraries go into the program, as Debian's packages hold them for that: a shared one costs each start of guard
/// some 150 microseconds, and a program that needs none runs where they are not installed.
func archives(_ names: String...) -> [LinkerSetting] { names.map { .linkedLibrary(":lib\($0).a") } }

let package = Package(
  name: "guard",
  products: [.executable(name: "guard", targets: ["GuardCommand"])],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2")
  ],
  targets: [
    .systemLibrary(name: "CGit2", providers: [.apt(["libgit2-dev"])]),
    .systemLibrary(name: "CCrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CSQLite", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
    .target(name: "CPlatform"),
    .target(name: "CGit2Offline"),
    .target(name: "CCurl"),

    .target(name: "Values", swiftSettings: strict),
    .target(name: "YAML", dependencies: ["Values"], swiftSettings: strict),
    .target(name: "ParameterFiles", dependencies: ["Values", "YAML"], swiftSettings: strict),
    .target(
      name: "Hashing", dependencies: ["CCrypto"], swiftSettings: strict, linkerSettings: archives("crypto")),
    .target(name: "Trees", dependencies: ["Hashing"], swiftSettings: strict),
    .target(name: "Ignore", dependencies: ["Trees"], swiftSettings: strict),
    .target(name: "Platform", dependencies: ["CPlatform"], swiftSettings: strict),
    .target(
      name: "Disk", dependencies: ["CSQLite", "Hashing", "Ignore", "Platform", "Trees"],
      swiftSettings: strict, linkerSettings: archives("sqlite3")),
    .target(
      name: "Git", dependencies: ["CGit2", "CGit2Offline", "Hashing", "Ignore", "Platform", "Trees"],
      swiftSettings: strict,
      linkerSettings: archives("git2", "mbedcrypto", "http_parser", "pcre2-8", "z")),
    .target(
      name: "DVC", dependencies: ["Hashing", "Ignore", "ParameterFiles", "Trees", "Values", "YAML"],
      swiftSettings: strict),
    .target(
      name: "Policy", dependencies: ["DVC", "Hashing", "ParameterFiles", "Trees", "Values", "YAML"],
      swiftSettings: strict),
    .target(name: "HTTP", dependencies: ["CCurl", "Platform", "Values"], swiftSettings: strict),
    .target(
      name: "Remotes", dependencies: ["CExpat", "HTTP", "Hashing", "ParameterFiles", "Platform", "Values"],
      swiftSettings: strict, linkerSettings: archives("expat")),
    .target(
      name: "MLflow", dependencies: ["HTTP", "Hashing", "ParameterFiles", "Platform", "Values"],
      swiftSettings: strict),
    .target(
      name: "Transfer", dependencies: ["DVC", "Disk", "Hashing", "Platform", "Remotes", "Trees", "Values"],
      swiftSettings: strict),
    .target(
      name: "Runs",
      dependencies: ["DVC", "Git", "Hashing", "MLflow", "ParameterFiles", "Platform", "Trees", "Values"],
      swiftSettings: strict),
    .target(name: "CI", dependencies: ["ParameterFiles", "Values"], swiftSettings: strict),
    .target(
      name: "Reports", dependencies: ["DVC", "Git", "Policy", "Runs", "Trees", "Values"],
      swiftSettings: strict),
    .executableTarget(name: "embed-files", dependencies: ["Platform"], swiftSettings: strict),
    .plugin(name: "EmbedHooks", capability: .buildTool(), dependencies: ["embed-files"]),
    .plugin(name: "EmbedLayout", capability: .buildTool(), dependencies: ["embed-files"]),
    .target(
      name: "Hooks", dependencies: ["Platform"], swiftSettings: strict, plugins: ["EmbedHooks"]),
    .target(name: "Layout", swiftSettings: strict, plugins: ["EmbedLayout"]),
    .executableTarget(
      name: "GuardCommand",
      dependencies: [
        "CI", "DVC", "Disk", "Git", "Hashing", "Hooks", "Ignore", "Layout", "MLflow", "ParameterFiles",
        "Platform", "Policy", "Remotes", "Reports", "Runs", "Transfer", "Trees", "Values",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Sources/guard", swiftSettings: strict, linkerSettings: [quickStart]),

    .testTarget(name: "ValuesTests", dependencies: ["Values"], swiftSettings: strict),
    .testTarget(name: "YAMLTests", dependencies: ["YAML"], swiftSettings: strict),
    .testTarget(
      name: "ParameterFilesTests", dependencies: ["ParameterFiles", "Values"], swiftSettings: strict),
    .testTarget(name: "HashingTests", dependencies: ["Hashing"], swiftSettings: strict),
    .testTarget(name: "TreesTests", dependencies: ["Trees"], swiftSettings: strict),
    .testTarget(name: "IgnoreTests", dependencies: ["Ignore", "Trees"], swiftSettings: strict),
    .testTarget(name: "PlatformTests", dependencies: ["Platform", "Support"], swiftSettings: strict),
    .testTarget(
      name: "DiskTests", dependencies: ["Disk", "Hashing", "Platform", "Support", "Trees"],
      swiftSettings: strict),
    .testTarget(
      name: "GitTests", dependencies: ["Git", "Hashing", "Platform", "Support", "Trees"],
      swiftSettings: strict),
    .testTarget(name: "DVCTests", dependencies: ["DVC", "Trees"], swiftSettings: strict),
    .testTarget(
      name: "PolicyTests",
      dependencies: ["DVC", "Hashing", "Platform", "Policy", "Reports", "Trees", "Values"],
      exclude: ["Snapshots"], swiftSettings: strict),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "Platform", "Support"], swiftSettings: strict),
    .testTarget(
      name: "RemotesTests",
      dependencies: ["HTTP", "Hashing", "ParameterFiles", "Platform", "Remotes", "Support", "Values"],
      swiftSettings: strict),
    .testTarget(
      name: "MLflowTests",
      dependencies: ["HTTP", "Hashing", "MLflow", "ParameterFiles", "Platform", "Support", "Values"],
      swiftSettings: strict),
    .testTarget(
      name: "TransferTests",
      dependencies: [
        "DVC", "Disk", "Hashing", "Platform", "Remotes", "Support", "Transfer", "Trees", "Values",
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RunsTests",
      dependencies: [
        "Git", "Hashing", "MLflow", "ParameterFiles", "Platform", "Runs", "Support", "Trees", "Values",
      ],
      swiftSettings: strict),
    .testTarget(name: "CITests", dependencies: ["CI"], swiftSettings: strict),
    .testTarget(
      name: "HooksTests", dependencies: ["Hooks", "Platform"], exclude: ["Shipped"], swiftSettings: strict),
    .testTarget(
      name: "Fuzz",
      dependencies: [
        "DVC", "Git", "Hashing", "ParameterFiles", "Platform", "Policy", "Runs", "Support", "Trees", "Values",
      ],
      exclude: ["Corpus"], swiftSettings: strict),
    .testTarget(
      name: "Scenarios", dependencies: ["GuardCommand", "Hooks", "Platform", "Support"], swiftSettings: strict
    ),
    .target(name: "Support", dependencies: ["Platform"], path: "Tests/Support", swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6]
)
