import Git
import Hooks
import Platform
import Reports

/// Looks at everything that guard needs around a repository.
struct Doctor {
  /// What may be done without asking, since no work can be lost by it.
  enum SafeMend {
    /// Write some of guard's hooks, as `guard install` does.
    case installHooks([String])
    /// Take away files below `.git/guard` that nobody reads.
    case remove([[UInt8]])
  }

  /// What an examination gives.
  struct Examined {
    var lines: [Diagnosis.Line] = []
    var mends: [SafeMend] = []
    /// Whether Git's index cannot be read, by which most of git's commands fail.
    var isIndexBroken = false

    /// Takes down what was seen.
    /// - Parameters:
    ///   - fix: the command that mends it, to be pasted.
    ///   - advice: what to do in words, or in place of the command.
    mutating func say(
      _ area: String, _ state: Diagnosis.State, _ text: String, fix: String? = nil, advice: String? = nil
    ) {
      lines.append(Diagnosis.Line(area, state, text, fix: fix, advice: advice))
    }

    /// Takes down what an examination failed by, and goes on with the others.
    mutating func trying(_ area: String, _ body: (inout Examined) throws(Failure) -> Void) {
      do throws(Failure) { try body(&self) } catch { sayFailure(area, error) }
    }

    private mutating func sayFailure(_ area: String, _ failure: Failure) {
      let what = failure.message.split(separator: "\n").first.map { String($0) }
      say(
        area, .problem, what ?? "it could not be looked at", fix: failure.fix, advice: failure.advice)
    }
  }

  /// Whether remotes and servers are asked.
  var asksNetwork = true

  private let surroundings: Surroundings

  init(_ surroundings: Surroundings) { self.surroundings = surroundings }

  /// Looks at everything.
  func examine() -> Examined {
    var examined = Examined()
    GitExamination(surroundings).examine(&examined)
    guard case .success = Result(catching: { () throws(Failure) in try surroundings.repository() }) else {
      return examined
    }
    PolicyExamination(surroundings).examine(&examined)
    if examined.isIndexBroken {
      examined.say("hooks", .warning, "they were not looked at, since git itself cannot read the index")
    } else {
      HooksExamination(surroundings).examine(&examined)
    }
    DVCExamination(surroundings, asksNetwork: asksNetwork).examine(&examined)
    TrackingExamination(surroundings, asksNetwork: asksNetwork).examine(&examined)
    SpoolExamination(surroundings).examine(&examined)
    return examined
  }

  /// Does what no work can be lost by.
  /// - Returns: what was done, in lines.
  func apply(_ mends: [SafeMend]) throws(Failure) -> [String] {
    var done: [String] = []
    for mend in mends {
      switch mend {
      case .installHooks(let names):
        do {
          let site = try HookSite(around: surroundings)
          let shims = try InstallPlanner.shims(named: names.map { Array($0.utf8) })
          let plan = try InstallPlanner.plan(shims, for: site, in: try HooksFolder(of: site))
          try Applier.apply(plan.steps)
          done.append("hooks were written: \(names.joined(separator: ", "))")
        } catch {
          throw Failure(installing: error)
        }
      case .remove(let files):
        for file in files {
          do throws(SystemError) { try FileSystem.remove(file) } catch  where error.isMissing {
            continue
          } catch {
            throw Failure(error)
          }
          done.append("removed \(String(decoding: file, as: UTF8.self))")
        }
      }
    }
    return done
  }
}
