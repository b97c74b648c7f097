"""The shape of the answer: text for people, other places to ask from, other repositories to ask."""

from cases import case
from cases.stages import train
from judge import CHANGED, CLEAN


@case("text: every kind of change", CHANGED)
def _(r):
    r.file("data\u00e9", "1")
    r.file("params.yaml", "a: 1\nb: {c: 1}\n")
    r.file("conf.yaml", "x: 1\n")
    r.files(gone="1", model="1", lost="2")
    r.pipeline(
        """
        train:
          cmd: train
          deps: ["data\u00e9", gone]
          params: [a, b.c, {conf.yaml: [x]}]
          outs: [model, lost]
        always: {cmd: date}
        command: {cmd: one, deps: [gone]}
        """
    )
    r.ignore("model")
    r.ignore("lost")
    r.lock("train", "command")
    r.commit()
    r.edit("dvc.yaml", "b.c", "b.c, d")
    r.edit("dvc.yaml", "one", "two")
    r.file("data\u00e9", "2")
    r.file("params.yaml", "a: 2\nd: 3\n")
    r.remove("gone", "conf.yaml")
    r.files(model="3")
    r.evict("2")
    r.only("worktree")
    r.ask(text=True)


@case("text: data behind a pointer, asked in a subfolder", CHANGED)
def _(r):
    r.file("sub/d.csv", "1")
    r.track("sub/d.csv")
    r.commit()
    r.file("sub/d.csv", "2")
    r.ask(text=True)
    r.ask(cwd="sub", text=True)


@case("a bare repository, without any cache", CHANGED)
def _(r):
    train(r)
    r.file("params.yaml", "lr: 0.2\n")
    r.commit()
    r.git("clone", "-q", "--bare", ".", "../bare.git")
    for rev in ("main", "HEAD~1"):
        r.ask("rev", rev=rev, cwd="../bare.git")


@case("a linked worktree is a work tree of its own", CLEAN)
def _(r):
    train(r)
    r.git("worktree", "add", "-q", "-b", "side", "../linked")
    (r.place / "linked/.dvc/config.local").write_text("[cache]\n    dir = ../../cache\n")
    (r.place / "linked/params.yaml").write_text("lr: 5\n")
    r.ask(cwd="../linked")


@case("a separate Git directory", CHANGED)
def _(r):
    train(r)
    r.git("init", "-q", "--separate-git-dir", "../elsewhere.git")
    r.file("params.yaml", "lr: 0.2\n")


@case("a repository without Git", CHANGED)
def _(r):
    train(r)
    r.file(".dvc/config", "[core]\n    no_scm = true\n")
    r.files(data="2")
    r.remove(".git", ".gitignore")
    r.only("worktree")


@case("a repository below a folder with a blank and an accent", CHANGED)
def _(r):
    r.file("a b/\u00e9/dvc.yaml", "stages: {s: {cmd: x, deps: [d]}}\n")
    r.file("a b/\u00e9/d", "1")
    r.lock("dvc.yaml", cwd="a b/\u00e9")
    r.commit()
    r.file("a b/\u00e9/d", "2")
    r.ask(cwd="a b/\u00e9")
    r.ask(cwd="a b")
