import Foundation
import PackagePlugin

/// Builds every file below `layout/` at the top of the repository into the module `Layout`: what `guard init --layout`
/// writes is what stands there.
@main
struct EmbedLayout: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "layout")
    let names = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedLayout.swift")
    return [
      .buildCommand(
        displayName: "Embedding layout/",
        executable: try context.tool(named: "embed-files").url,
        arguments: ["layout", output.path, folder.path],
        // The folders, too: their times change with a new file, before anyone asks this plugin again.
        inputFiles: [folder] + names.map { folder.appending(path: $0) }, outputFiles: [output])
    ]
  }
}
