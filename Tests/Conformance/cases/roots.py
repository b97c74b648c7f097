"""Where the DVC root is: in a subfolder, nested, several; and where the question is asked."""

from cases import case
from judge import CHANGED, CLEAN, FAILS


def pipeline(r, folder):
    """A recorded stage in a folder, with a dependency, a parameter and an output."""
    r.file(f"{folder}/data", "1")
    r.file(f"{folder}/params.yaml", "a: 1\n")
    r.file(f"{folder}/o", "1")
    r.file(f"{folder}/dvc.yaml", "stages:\n  s: {cmd: x, deps: [data], params: [a], outs: [{o: {cache: false}}]}\n")
    r.lock("dvc.yaml", cwd=folder)


def changed(r, folder):
    """Changes what the stage of a folder depends on."""
    r.file(f"{folder}/data", "2")
    r.file(f"{folder}/params.yaml", "a: 2\n")
    r.file(f"{folder}/o", "2")


@case("a dvc.yaml in a subfolder is named by its path", CHANGED)
def _(r):
    pipeline(r, "sub")
    r.commit()
    changed(r, "sub")
    r.ask(cwd="sub")


@case("asked in a subfolder, paths are relative to it", CHANGED)
def _(r):
    pipeline(r, "a/b")
    pipeline(r, "c")
    r.file("d.csv", "1")
    r.track("d.csv")
    r.commit()
    changed(r, "a/b")
    changed(r, "c")
    r.file("d.csv", "2")
    r.ask(cwd="a")
    r.ask(cwd="a/b")
    r.ask(cwd="c")
    r.ask(cwd=".dvc")


@case("a DVC root in a subfolder, asked at the Git root", FAILS, root="sub")
def _(r):
    pipeline(r, "sub")
    r.commit()
    changed(r, "sub")
    r.ask(cwd="sub")


@case("a DVC root in a subfolder, asked below it", FAILS, root="sub")
def _(r):
    pipeline(r, "sub")
    pipeline(r, "sub/deep")
    r.commit()
    changed(r, "sub/deep")
    r.ask(cwd="sub/deep")


@case("a nested root is not the outer one's business", CLEAN)
def _(r):
    r.root("inner")
    pipeline(r, "inner")
    r.file("inner/x.dvc", "nonsense: 1\n")
    r.commit()
    r.ask(cwd="inner")
    r.only("worktree")  # the outer root has nothing to say; the inner one fails: see several roots


@case("two roots side by side", FAILS, root="one")
def _(r):
    r.root("two")
    pipeline(r, "one")
    pipeline(r, "two/deep")
    r.file("two/d.csv", "1")
    r.track("two/d.csv")
    r.commit()
    changed(r, "one")
    changed(r, "two/deep")
    r.file("two/d.csv", "2")
    r.ask(cwd="one")
    r.ask(cwd="two")
    r.ask(cwd="two/deep")


@case("a root in a root, both changed", CHANGED)
def _(r):
    pipeline(r, ".")
    r.root("inner")
    pipeline(r, "inner")
    r.commit()
    changed(r, ".")
    changed(r, "inner")
    r.ask(cwd="inner")


@case("a root that reads the data of another", FAILS, root="one")
def _(r):
    r.root("two")
    r.file("two/d.csv", "1")
    r.track("two/d.csv")
    r.files(**{"two/dir/a": "1", "two/dir/b": "2"})
    r.track("two/dir")
    r.file("code", "1")
    r.file("one/dvc.yaml", "stages:\n  s: {cmd: x, deps: [../two/d.csv, ../two/dir/a, ../code], outs: [o]}\n")
    r.file("one/o", "3")
    r.ignore("one/o")
    r.lock("dvc.yaml", cwd="one")
    r.commit()
    r.ask(cwd="one")
    r.file("two/d.csv", "2")
    r.track("two/d.csv")
    r.commit()
    r.ask(cwd="one")
    r.ask(cwd="two")


@case("an outer root that reads the data of an inner one", CHANGED)
def _(r):
    r.root("inner")
    r.file("inner/d.csv", "1")
    r.track("inner/d.csv")
    r.pipeline("s: {cmd: x, deps: [inner/d.csv], outs: [o]}")
    r.file("o", "3")
    r.ignore("o")
    r.lock()
    r.commit()
    r.ask()
    r.file("inner/d.csv", "2")
    r.track("inner/d.csv")
    r.commit()


@case("one of two roots cannot be judged", FAILS, root="one")
def _(r):
    r.root("two")
    pipeline(r, "one")
    r.file("two/dvc.yaml", "stages: 1\n")
    r.commit()
    r.ask(cwd="one")
    r.ask(cwd="two")


@case("a file called .dvc makes no root", FAILS, root="sub")
def _(r):
    r.file("other/.dvc", "")
    pipeline(r, "sub")
    r.commit()
    r.ask(cwd="other")


@case("asked inside of .git", CHANGED)
def _(r):
    pipeline(r, "sub")
    r.commit()
    changed(r, "sub")
    r.only()
    r.ask()
    r.ask(cwd=".git")


@case("several dvc.yaml that depend on one another", CHANGED)
def _(r):
    r.files(raw="1")
    r.file("a/mid", "2")
    r.file("b/end", "3")
    r.file("a/dvc.yaml", "stages:\n  s: {cmd: x, deps: [../raw], outs: [mid]}\n")
    r.file("b/dvc.yaml", "stages:\n  s: {cmd: y, deps: [../a/mid], outs: [end]}\n")
    r.ignore("a/mid")
    r.ignore("b/end")
    r.lock("a/dvc.yaml", "b/dvc.yaml")
    r.commit()
    r.file("a/mid", "4")
    r.lock("a/dvc.yaml")


@case("one broken dvc.yaml among several", FAILS)
def _(r):
    pipeline(r, "a")
    r.commit()
    r.file("b/dvc.yaml", "stages: [\n")


@case("targets: a stage, an output, a pointer, a dvc.yaml", CHANGED)
def _(r):
    r.files(raw="1", mid="2", end="3", other="4")
    r.pipeline("one: {cmd: x, deps: [raw], outs: [mid]}\ntwo: {cmd: y, deps: [mid], outs: [end]}")
    for name in ("mid", "end"):
        r.ignore(name)
    r.lock()
    r.track("other")
    pipeline(r, "sub")
    r.file("none/dvc.yaml", "params: [p.yaml]\n")
    r.file("d.dvc/dvc.yaml", "stages: {}\n")
    r.commit()
    r.files(raw="5", mid="6", end="7", other="8")
    changed(r, "sub")
    for arguments in (
        ["one"], ["two"], ["dvc.yaml"], ["dvc.yaml:two"], ["other.dvc"], ["other"], ["mid"], ["sub/dvc.yaml"],
        ["sub/dvc.yaml:s"], ["-d", "two"], ["-R", "sub"], ["-R", "."], ["one", "other.dvc"], ["nope"], ["sub"],
        ["nope.dvc"], ["dvc.yaml:nope"], ["-R", ".."], ["-R", "/"], ["-R", "/nope"], ["none/dvc.yaml"],
        ["-d", "none/dvc.yaml"], ["-R", "d.dvc"], ["-R", "d.dvc/"], ["-d", "-R", "d.dvc"],
    ):  # fmt: skip
        r.ask("worktree", *arguments)
    r.ask("worktree", "s", cwd="sub")
    r.ask("worktree", "../dvc.yaml:one", cwd="sub")


@case("targets: a generated group", CHANGED)
def _(r):
    r.pipeline("t: {foreach: [a, b], do: {cmd: 'x ${item}', deps: ['${item}']}}\nm: {matrix: {k: [1, 2]}, cmd: x}")
    r.commit()
    for target in ("t", "t@a", "m", "m@2", "t@nope"):
        r.ask("worktree", target)


@case("asked below a folder that does not belong to DVC", FAILS, root="sub")
def _(r):
    r.file("elsewhere/x", "1")
    pipeline(r, "sub")
    r.commit()
    r.ask(cwd="elsewhere")


@case("a target beside a stage whose templates cannot be resolved", FAILS)
def _(r):
    r.files(dep="1", other="2")
    r.pipeline(
        "good: {cmd: x, deps: [dep], outs: [out]}\nbad: {cmd: 'x ${nope}', deps: [other]}\n"
        "each: {foreach: [a, b], do: {cmd: 'x ${item}', deps: [dep]}}\nlost: {foreach: '${nope}', do: {cmd: x}}"
    )
    targets = ["good", "dvc.yaml:good", "each", "each@a", "each@c", "bad", "lost", "lost@a", "dvc.yaml", "out", "other"]
    for target in targets:
        r.ask("worktree", target)
    r.ask("worktree", "-d", "good")
    r.ask("worktree", "good", "bad")
