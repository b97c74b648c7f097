import Foundation
import PackagePlugin

/// Builds every file of `hooks/` at the top of the repository into the module `Hooks`: what guard installs is
/// what stands there, and a new hook is a new file and nothing else.
@main
struct EmbedHooks: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) throws -> [Command] {
    let folder = context.package.directoryURL.appending(path: "hooks")
    let hooks = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let output = context.pluginWorkDirectoryURL.appending(path: "EmbeddedHooks.swift")
    return [
      .buildCommand(
        displayName: "Embedding hooks/",
        executable: try context.tool(named: "embed-files").url,
        arguments: ["hooks", output.path, folder.path],
        // The folder, too: its time changes with a new file, before anyone asks this plugin again.
        // When a file is gone the build stops until Package.swift is touched; better that than a stale hook.
        inputFiles: [folder] + hooks, outputFiles: [output])
    ]
  }
}
