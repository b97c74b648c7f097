"""Random locks and `.dvc` files, as DVC writes them, and what a merge of three must give."""

import copy
import random
from collections import OrderedDict

from dvc.utils.serialize._yaml import dumps_yaml, parse_yaml_for_update

MISSING = object()
NAMES = ["prepare", "train", "evaluate", "plot", "fit@0", "fit@lr-0.1", "1", "true", "x: y", "é", "-dash", "n" * 140, "~"]
PATHS = ["data/raw.csv", "model.pkl", "a b", "é/ü", "# no comment", "it's", "../up", "x" * 120, "'q'", "1.0"]
VALUES = [0.1, 1, 1e22, float("inf"), True, None, "5", "yes", "a\nb\n", "word " * 40, "# x", [], {}, [1, [2, "x"]], {"a": {"b": 1}},
          "tab\there", "é\u2603", " lead", "trail ", "a: b", "- x", "&x", "*x", "%", "@", "|", "x" * 200]


class Records:
    """Draws documents of one kind."""

    def __init__(self, seed: int, kind: str) -> None:
        self.random = random.Random(seed)
        self.kind = kind
        self.section = "stages" if kind == "lock" else "outs"

    def document(self, entries: OrderedDict, others: OrderedDict) -> OrderedDict:
        """A document of named entries and of what stands beside them."""
        if self.kind == "lock":
            return OrderedDict(schema="2.0", **others, stages=entries)
        return OrderedDict(outs=list(entries.values()), **others)

    def hash(self) -> str:
        """A hash; sometimes one that a YAML reader takes for a number."""
        return self.random.choice([f"{self.random.getrandbits(128):032x}", f"{self.random.randrange(10**9):032d}",
                                   f"{self.random.getrandbits(128):032x}.dir"])

    def data(self, path: str) -> OrderedDict:
        """An entry of `deps` or `outs`."""
        entry = OrderedDict(path=path, hash="md5", md5=self.hash(), size=self.random.randrange(1000))
        if self.random.random() < 0.2:
            entry["nfiles"] = self.random.randrange(9)
        if self.random.random() < 0.1:
            entry["cloud"] = {"s3": OrderedDict(etag=self.hash(), version_id="v1")}
        return entry

    def entry(self, name: str) -> OrderedDict:
        """A stage, or an output of a `.dvc` file."""
        if self.kind == "pointer":
            entry = self.data(name)
            entry.move_to_end("path")
            if self.random.random() < 0.3:
                entry["desc"] = self.random.choice([v for v in VALUES if isinstance(v, str)])
            if self.random.random() < 0.3:
                entry["meta"] = OrderedDict(k=copy.deepcopy(self.random.choice(VALUES)))
            return entry
        stage = OrderedDict(cmd=self.random.choice(["python a.py", ["one", "two: x"], "word " * 40, "x > y && z # c"]))
        for section in ("deps", "outs"):
            paths = self.random.sample(PATHS, self.random.randrange(4))
            if section == "outs" and self.random.random() < 0.7:
                stage["params"] = OrderedDict(
                    (file, OrderedDict((key, copy.deepcopy(self.random.choice(VALUES))) for key in sorted("abc"[: self.random.randrange(1, 4)])))
                    for file in ["params.yaml", "other.json"][: self.random.randrange(1, 3)])
            if paths:
                stage[section] = [self.data(path) for path in sorted(paths)]
        return stage

    def others(self) -> OrderedDict:
        """What stands beside the entries."""
        others = OrderedDict()
        if self.random.random() < 0.3:
            if self.kind == "lock":
                others["datasets"] = [OrderedDict(name="d", type="dc", version=self.random.randrange(3))]
            else:
                others["meta"] = OrderedDict(note=self.random.choice(["a", "b"]))
        return others

    def three(self) -> tuple[OrderedDict, OrderedDict, OrderedDict]:
        """The entries of base, ours and theirs, by name."""
        names = self.random.sample(NAMES if self.kind == "lock" else PATHS, self.random.randrange(1, 7))
        base = OrderedDict((name, self.entry(name)) for name in names[: self.random.randrange(len(names) + 1)])
        ours, theirs = copy.deepcopy(base), copy.deepcopy(base)
        for name in names:
            fresh = self.entry(name)
            deed = self.random.choice(["keep", "ours", "theirs", "same", "both", "delete", "delete both", "against"])
            if deed in ("ours", "same", "both"):
                ours[name] = copy.deepcopy(fresh)
            if deed in ("theirs", "same"):
                theirs[name] = copy.deepcopy(fresh)
            if deed in ("both", "against"):
                theirs[name] = self.entry(name)
            if deed in ("delete", "delete both", "against"):
                ours.pop(name, None)
            if deed == "delete both":
                theirs.pop(name, None)
        return base, ours, theirs


def written(document: OrderedDict) -> str:
    """What DVC writes for a document; of one without entries there is no file."""
    return dumps_yaml(document)


def rewritten(text: str) -> str:
    """What DVC writes when it has read this and changed nothing."""
    return dumps_yaml(parse_yaml_for_update(text, "x"))


def expected(base: OrderedDict, ours: OrderedDict, theirs: OrderedDict) -> tuple[OrderedDict, OrderedDict, list[str]]:
    """The entries when every conflict is decided for ours, when for theirs, and the names in conflict."""
    one, other, conflicts = OrderedDict(), OrderedDict(), []
    for name in [*ours, *(name for name in theirs if name not in ours)]:
        was, left, right = (side.get(name, MISSING) for side in (base, ours, theirs))
        if spelled(left) == spelled(right) or spelled(was) == spelled(right):
            left, right = left, left
        elif spelled(was) == spelled(left):
            left, right = right, right
        else:
            conflicts.append(name)
        for place, chosen in ((one, left), (other, right)):
            if chosen is not MISSING:
                place[name] = chosen
    return one, other, conflicts


def spelled(value: object) -> str:
    """A value to the letter: 1, 1.0 and True are three."""
    return "nothing" if value is MISSING else repr(value)
