"""What makes a stage changed: its dependencies, its outputs, its command."""

from cases import case
from judge import CHANGED, CLEAN, FAILS
from repository import Repository

TRAIN = "train: {cmd: python train.py, deps: [data], params: [lr], outs: [model]}"


def train(r: Repository, stage: str = TRAIN) -> None:
    """One stage with a dependency, a parameter and a cached output, recorded and committed."""
    r.files(data="raw\n", model="weights\n")
    r.file("params.yaml", "lr: 0.1\n")
    r.pipeline(stage)
    r.ignore("model")
    r.lock()
    r.commit()


def edited(title: str, old: str, new: str, expected: object, stage: str = TRAIN) -> None:
    """A case that replaces text in dvc.yaml after everything was recorded."""

    @case(title, expected)
    def _(r: Repository) -> None:
        train(r, stage)
        r.edit("dvc.yaml", old, new)


DATA = {"train": [{"changed deps": {"data": "modified"}}]}
COMMAND = {"train": ["changed command"]}


@case("nothing changed", CLEAN)
def _(r):
    train(r)


@case("a dependency changed", DATA)
def _(r):
    train(r)
    r.files(data="other\n")


@case("a dependency is gone", {"train": [{"changed deps": {"data": "deleted"}}]})
def _(r):
    train(r)
    r.remove("data")


@case("a dependency became a folder", DATA)
def _(r):
    train(r)
    r.remove("data")
    r.file("data/a", "raw\n")


@case("a dependency was emptied", DATA)
def _(r):
    train(r)
    r.files(data="")


@case("an output changed", {"train": [{"changed outs": {"model": "modified"}}]})
def _(r):
    train(r)
    r.files(model="other\n")


@case("an output is gone", {"train": [{"changed outs": {"model": "deleted"}}]})
def _(r):
    train(r)
    r.remove("model")


@case("a parameter, a dependency, an output and the command changed", CHANGED)
def _(r):
    train(r)
    r.files(data="1", model="2")
    r.file("params.yaml", "lr: 0.2\n")
    r.edit("dvc.yaml", "train.py", "train2.py")


@case("the executable bit of a dependency is nobody's business", CLEAN)
def _(r):
    train(r)
    r.file("data", "raw\n", 0o755)


@case("a stage that was never recorded has modified dependencies, not new ones", CHANGED)
def _(r):
    train(r)
    r.remove("dvc.lock")


@case("a stage added to a recorded pipeline", CHANGED)
def _(r):
    train(r)
    r.append("dvc.yaml", "  score: {cmd: score, deps: [model], outs: [scores]}\n")


@case("a stage without dependencies and outputs is always changed", {"always": ["always changed"]})
def _(r):
    r.pipeline("always: {cmd: date}")
    r.commit()


@case("a stage with parameters only is not always changed", CLEAN)
def _(r):
    r.file("params.yaml", "a: 1\n")
    r.pipeline("p: {cmd: x, params: [a]}")
    r.lock()
    r.commit()


@case("an empty command never makes a stage always changed", CLEAN)
def _(r):
    r.pipeline("a: {cmd: ''}\nb: {cmd: []}")
    r.commit()


@case("params: [] and [{}] count as none", {"a": ["always changed"], "b": ["always changed"]})
def _(r):
    r.pipeline("a: {cmd: x, params: []}\nb: {cmd: x, params: [{}]}")
    r.commit()


@case("always_changed is told last", {"train": [{"changed deps": {"data": "modified"}}, "always changed"]})
def _(r):
    train(r, TRAIN.replace("outs:", "always_changed: true, outs:"))
    r.files(data="other\n")


@case("a frozen stage looks at outputs and command only", {"train": [{"changed outs": {"model": "modified"}}]})
def _(r):
    train(r, TRAIN.replace("outs:", "frozen: true, outs:"))
    r.files(data="other\n", model="other\n")


@case("a frozen stage whose command changed", COMMAND)
def _(r):
    train(r, TRAIN.replace("outs:", "frozen: true, outs:"))
    r.edit("dvc.yaml", "train.py", "train2.py")


@case("a git-tracked metric that changed", {"m": [{"changed outs": {"metrics.json": "modified"}}]})
def _(r):
    r.file("metrics.json", '{"a": 1}\n')
    r.pipeline("m: {cmd: x, metrics: [{metrics.json: {cache: false}}]}")
    r.lock()
    r.commit()
    r.file("metrics.json", '{"a": 2}\n')


@case("a cached metric and a cached plot", CHANGED)
def _(r):
    r.file("metrics.json", "{}\n")
    r.file("plot.csv", "a,b\n1,2\n")
    r.pipeline("m: {cmd: x, metrics: [metrics.json], plots: [{plot.csv: {x: a, y: b, header: true}}]}")
    r.ignore("metrics.json")
    r.ignore("plot.csv")
    r.lock()
    r.commit()
    r.file("plot.csv", "a,b\n1,3\n")


@case("the same path as output and as metric", CHANGED)
def _(r):
    r.file("o", "1\n")
    r.pipeline("m: {cmd: x, outs: [{o: {cache: false}}], metrics: [{o: {cache: false}}]}")
    r.lock()
    r.commit()
    r.file("o", "2\n")


@case("a repeated output merges its flags, the later one wins", CLEAN)
def _(r):
    r.file("o", "1\n")
    r.pipeline("m: {cmd: x, outs: [o, {o: {cache: false}}]}")
    r.lock()
    r.commit()


@case("overlapping outputs and cycles still have a status", CHANGED)
def _(r):
    r.files(a="1", b="2")
    r.file("d/x", "x")
    r.pipeline(
        """
        one: {cmd: x, deps: [a], outs: [{b: {cache: false}}]}
        two: {cmd: x, deps: [b], outs: [{a: {cache: false}}]}
        three: {cmd: x, outs: [{d: {cache: false}}]}
        four: {cmd: x, outs: [{d/x: {cache: false}}]}
        """
    )
    r.commit()


@case("two stages with the same output", CHANGED)
def _(r):
    r.files(o="1")
    r.pipeline("a: {cmd: x, outs: [{o: {cache: false}}]}\nb: {cmd: y, outs: [{o: {cache: false}}]}")
    r.commit()


@case("wdir moves dependencies, outputs and parameters", CHANGED)
def _(r):
    r.files(**{"sub/data": "1", "sub/o": "2"})
    r.file("sub/params.yaml", "lr: 1\n")
    r.pipeline("s: {cmd: x, wdir: sub, deps: [data], params: [lr], outs: [{o: {cache: false}}]}")
    r.lock()
    r.commit()
    r.file("sub/params.yaml", "lr: 2\n")
    r.files(**{"sub/data": "3"})


@case("wdir with ..", CHANGED)
def _(r):
    r.file("p/dvc.yaml", "stages:\n  s: {cmd: x, wdir: .., deps: [data]}\n")
    r.files(data="1")
    r.lock("p/dvc.yaml")
    r.commit()
    r.files(data="2")


@case("a dependency spelled ./data does not find the entry data", DATA)
def _(r):
    train(r)
    r.edit("dvc.yaml", "deps: [data]", "deps: [./data]")


@case("an output spelled with a trailing slash never finds its entry", CHANGED)
def _(r):
    r.file("o/x", "1")
    r.pipeline("s: {cmd: x, outs: [{o: {cache: false}}]}")
    r.lock()
    r.commit()
    r.edit("dvc.yaml", "o:", "o/:")


@case("an absolute dependency inside the repository is the relative one", CLEAN)
def _(r):
    train(r)
    r.edit("dvc.yaml", "deps: [data]", f"deps: [{r.path}/data]")


@case("a dependency outside of the repository", CHANGED)
def _(r):
    r.pipeline("s: {cmd: x, deps: [../outside]}")
    r.commit()
    r.only("worktree")  # a revision cannot say what lies beside the repository


@case("file:///x is a relative path", CHANGED)
def _(r):
    r.pipeline("s: {cmd: x, deps: ['file:///x']}")
    r.commit()


@case("a dependency of an unknown scheme", FAILS)
def _(r):
    r.pipeline("s: {cmd: x, deps: ['foo://x/y']}")
    r.commit()


@case("~/x is taken literally", CHANGED)
def _(r):
    r.pipeline("s: {cmd: x, deps: [~/x]}")
    r.file("~/x", "1")
    r.commit()


for what in ("dvc.yaml", "data.dvc", "sub/dvc.yaml"):

    @case(f"a dependency on {what} is refused", FAILS)
    def _(r, what=what):
        r.pipeline(f"s: {{cmd: x, deps: [{what}]}}")
        r.commit()


@case("a dependency on dvc.lock is allowed, and never up to date", CHANGED)
def _(r):
    r.files(a="1")
    r.pipeline("s: {cmd: x, deps: [a]}\nt: {cmd: y, deps: [dvc.lock]}")
    r.lock("s")
    r.commit()


for where in (".dvc/o", ".git/o", "ignored"):

    @case(f"an output at {where} is refused", FAILS)
    def _(r, where=where):
        r.file(".dvcignore", "ignored\n")
        r.pipeline(f"s: {{cmd: x, outs: [{where}]}}")
        r.commit()


edited("the command changed", "python train.py", "python train.py --fast", COMMAND)
edited("two spaces in a command are not one", "python train", "python  train", COMMAND)
edited("a command as a list is not the same command", "python train.py", "[python train.py]", COMMAND)
edited("a command that turned into a number", "python train.py", "5", FAILS)
edited("a quoted command is the same command", "python train.py", "'python train.py'", CLEAN)
edited("a folded command is the same command", "python train.py", '"python\n    train.py"', CLEAN)
edited("a removed dependency is invisible", "deps: [data], ", "", CLEAN)
edited("a removed parameter is invisible", "params: [lr], ", "", CLEAN)
edited("an added dependency is modified", "deps: [data]", "deps: [data, params.yaml]", CHANGED)
edited("an added dependency that is nowhere is deleted", "deps: [data]", "deps: [data, none]", CHANGED)
edited("a renamed stage was never recorded", "train:", "learn:", CHANGED)
edited("the flags of an output change nothing", "outs: [model]", "outs: [{model: {persist: true, desc: d}}]", CLEAN)
edited("push: false changes nothing", "outs: [model]", "outs: [{model: {push: false}}]", CLEAN)
edited("cache true to false", "outs: [model]", "outs: [{model: {cache: false}}]", CLEAN)
edited("desc and meta", "cmd:", "desc: text, meta: {a: [1]}, cmd:", CLEAN)
edited("meta may be null", "cmd:", "meta: , cmd:", CLEAN)
edited("order of keys", "cmd: python train.py, deps: [data]", "deps: [data], cmd: python train.py", CLEAN)

for title, stages in {
    "deps: null": "{cmd: x, deps: }",
    "outs: null": "{cmd: x, outs: }",
    "a dependency that is a map": "{cmd: x, deps: [{a: }]}",
    "no command": "{deps: [a]}",
    "an unknown key": "{cmd: x, nope: 1}",
    "frozen: yes is a string": "{cmd: x, frozen: yes}",
    "frozen: 1": "{cmd: x, frozen: 1}",
    "an output with null flags": "{cmd: x, outs: [{o: }]}",
    "an unknown output flag": "{cmd: x, outs: [{o: {colour: red}}]}",
    "params as a map": "{cmd: x, params: {a: 1}}",
    "params keys as a string": "{cmd: x, params: [{p.yaml: key}]}",
    "plots flags as a list": "{cmd: x, plots: [{p.csv: [{x: a}]}]}",
    "wdir: 1": "{cmd: x, wdir: 1}",
    "a stage that is a string": "text",
    "a stage that is null": "",
    "foreach beside another key": "{foreach: [1], do: {cmd: x}, desc: d}",
    "locked is not accepted": "{cmd: x, locked: true}",
}.items():

    @case(f"schema: {title}", FAILS)
    def _(r, stages=stages):
        r.pipeline(f"s: {stages}")
        r.commit()


for title, text, expected in (
    ("an empty dvc.yaml", "", CLEAN),
    ("stages: {}", "stages: {}\n", CLEAN),
    ("stages: null", "stages:\n", FAILS),
    ("an unknown top-level key", "stages: {}\nfoo: 1\n", FAILS),
    ("a list at the top", "- a\n", FAILS),
    ("a top-level plot, metric and parameter", "params: [p.yaml]\nmetrics: [m.json]\nplots: [a.csv, {b: {x: c}}]\n", CLEAN),
    ("an artifact", "artifacts: {a: {path: x, type: model, labels: [l], meta: {k: 1}}}\n", CLEAN),
    ("an artifact without a path", "artifacts: {a: {type: model}}\n", FAILS),
    ("datasets: null", "datasets:\n", FAILS),
    ("an integer as a stage name", "stages: {1: {cmd: x}}\n", FAILS),
    ("a stage name with @", "stages: {a@b: {cmd: x}}\n", FAILS),
    ("odd stage names", "stages: {a.b: {cmd: x}, 'a b': {cmd: x}, 'x/y:z': {cmd: x}, é: {cmd: x}}\n", CHANGED),
    ("a duplicate key", "stages: {a: {cmd: x}, a: {cmd: y}}\n", FAILS),
    ("two documents", "stages: {}\n---\nstages: {}\n", FAILS),
    ("a custom tag", "stages: !foo {}\n", FAILS),
    ("a tab as indentation", "stages:\n\ta: {cmd: x}\n", FAILS),
    ("conflict markers", "<<<<<<< HEAD\nstages: {}\n=======\n>>>>>>> b\n", FAILS),
    ("a byte order mark", "\ufeffstages: {a: {cmd: x}}\n", CHANGED),
    ("CRLF", "stages:\r\n  a:\r\n    cmd: x\r\n", CHANGED),
    ("anchors and merge keys", "stages:\n  a: &a {cmd: x}\n  b: {<<: *a}\n", CHANGED),
    ("invalid UTF-8", b"stages: {\xff: {cmd: x}}\n", FAILS),
):

    @case(f"dvc.yaml: {title}", expected)
    def _(r, text=text):
        r.file("dvc.yaml", text)
        r.commit()


@case("dvc.yaml is a folder", CLEAN)
def _(r):
    r.file("dvc.yaml/x", "1")
    r.commit()


@case("Dvc.yaml, dvc.yml and x.dvc.yaml are not pipelines", CLEAN)
def _(r):
    for name in ("Dvc.yaml", "dvc.yml", "x.dvc.yaml"):
        r.file(name, "stages: {a: {cmd: x}}\n")
    r.commit()
