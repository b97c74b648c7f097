"""Parameter files at random: every format, every kind of value, and changes that change nothing."""

import json
from dataclasses import dataclass, field
from random import Random

# Values that are equal to Python, spelled differently. A change within a row must not be seen.
YAML_EQUALS = [
    ["1", "1.0", "true", "0x1", "+1"],
    ["0", "-0.0", "false", "0b0"],
    ["1000", "1e3", "1_000", "1000.0"],
    ["755", "0755", "755.0"],
    ["0.1", "0.10", "1e-1"],
    ["null", "~", ""],
    ["abc", "'abc'", '"abc"'],
    ["yes", "'yes'"],
    ["[1, 2]", "[1.0, 2]", "[true, 2.0]"],
    ["{x: 1, y: [a]}", "{y: ['a'], x: 1}"],
    ["1:30", "'1:30'"],
    [".inf", "1e400"],
    ["10000000000000000000000", "1e22"],
    ["a b", '"a b"'],
    ["'\u00e9'", '"\\xe9"'],
    [".5e3", "'.5e3'"],
    ["0O7", "'0O7'"],
]
YAML_OTHERS = [
    "2", "-7", "2.5", "'1'", "'true'", "word", "no", "''", "'a: b'", "'#x'", "0o17", "[]", "{}", "[[1], {z: 2}]",
    "12345678901234567891", "1e-7", "'e\u0301'", "\u65e5\u672c", "'it''s'", "5e-324", "9007199254740993", "'\U0001f600'",
    "[1, null, x]", "-.inf", "1.", "'0755'", "12e03", "{1: a, b: 2}",
]  # fmt: skip
JSON_EQUALS = [["1", "1.0", "true"], ["1000", "1e3"], ["0.1", "1E-1"], ['"\u00e9"', '"\\u00e9"'], ["Infinity", "1e400"]]
JSON_OTHERS = ["2", '"1"', "null", "[1, [2]]", '{"z": 1}', "-5", '"a b"', "false", "[]", "123456789012345678901"]
TOML_EQUALS = [["1", "1.0", "true", "0x1", "+1"], ["1000", "1e3", "1_000"], ['"a"', "'a'"], ["[1, 2]", "[ 1.0, 2, ]"]]
TOML_OTHERS = ["2", '"1"', "[]", '["x", "y"]', "-5", "0.5", "inf", "{z = 1}", "0o17", "false", '"\\u00e9"']
PYTHON_EQUALS = [["1", "1.0", "True", "0x1"], ["1000", "1e3", "1_000"], ["'ab'", '"a" "b"'], ["(1, 2)", "[1, 2]"], ["None", "( None )"]]
PYTHON_OTHERS = ["2", "'1'", "[]", "{'z': 1}", "-5", "0.5", "[1, [2, 3]]", "''", "False", "+3"]

EQUALS = {"yaml": YAML_EQUALS, "json": JSON_EQUALS, "toml": TOML_EQUALS, "py": PYTHON_EQUALS}
OTHERS = {"yaml": YAML_OTHERS, "json": JSON_OTHERS, "toml": TOML_OTHERS, "py": PYTHON_OTHERS}
NAMES = ["lr", "seed", "depth", "name", "model", "split", "opt", "n_estimators", "flag", "ratio", "layers", "path"]


@dataclass
class ParameterFile:
    """A file of parameters: a tree whose leaves are source text of its format."""

    path: str
    tree: dict = field(default_factory=dict)

    @classmethod
    def at_random(cls, path: str, random: Random) -> "ParameterFile":
        """A file with a few keys, some of them nested."""
        file = cls(path)
        for name in random.sample(NAMES, random.randint(2, 6)):
            file.tree[name] = file.leaf(random)
            if random.random() < 0.3:
                file.tree[name] = {inner: file.leaf(random) for inner in random.sample(NAMES, random.randint(1, 3))}
        return file

    @property
    def format(self) -> str:
        """By DVC's rule: all after the first dot of the name."""
        suffix = self.path.rpartition("/")[2].partition(".")[2].lower()
        return suffix if suffix in ("json", "toml", "py") else "yaml"

    def leaf(self, random: Random) -> str:
        """The source text of one value."""
        rows = EQUALS[self.format]
        return random.choice(random.choice(rows)) if random.random() < 0.6 else random.choice(OTHERS[self.format])

    def keys(self, random: Random) -> list[str]:
        """Some of its keys, as a stage names them."""
        known = list(self.tree) + [f"{name}.{inner}" for name, value in self.tree.items() if isinstance(value, dict) for inner in value]
        return random.sample(known, random.randint(1, min(4, len(known))))

    def tokens(self) -> list[str]:
        """Keys whose values a template can put into a command."""
        return [name for name, value in self.tree.items() if isinstance(value, str) and not value.startswith(("[", "{"))]

    def change(self, random: Random) -> str:
        """Changes one thing and says what."""
        name = random.choice(list(self.tree))
        place, key = self.tree, name
        if isinstance(place[name], dict) and random.random() < 0.7:
            place, key = place[name], random.choice(list(place[name]))
        before = place[key]
        kind = random.random()
        if kind < 0.15 and len(place) > 1:
            del place[key]
            return f"{self.path}: {key} removed"
        if kind < 0.3:
            place[random.choice(NAMES) + "_new"] = self.leaf(random)
            return f"{self.path}: a key added"
        row = next((row for row in EQUALS[self.format] if before in row), None)
        place[key] = random.choice(row) if row and kind < 0.65 else self.leaf(random)
        return f"{self.path}: {key}: {before} -> {place[key]}"

    def render(self, random: Random) -> str:
        """The text of the file, its keys in any order."""
        items = list(self.tree.items())
        if random.random() < 0.3:
            random.shuffle(items)
        text = getattr(self, f"_{self.format}")(items)
        if self.format in ("yaml", "toml", "py") and random.random() < 0.2:
            text = f"# {random.random()}\n" + text
        return text.replace("\n", "\r\n") if random.random() < 0.1 else text

    def _yaml(self, items: list) -> str:
        lines = []
        for name, value in items:
            if isinstance(value, dict):
                lines.append(f"{name}:" + ("" if value else " {}"))
                lines += [f"  {inner}: {leaf}" for inner, leaf in value.items()]
            else:
                lines.append(f"{name}: {value}")
        return "\n".join(lines) + "\n"

    def _json(self, items: list) -> str:
        def shown(value: object) -> str:
            if isinstance(value, dict):
                return "{" + ", ".join(f"{json.dumps(key)}: {leaf}" for key, leaf in value.items()) + "}"
            return str(value)

        return "{" + ",\n ".join(f"{json.dumps(name)}: {shown(value)}" for name, value in items) + "}\n"

    def _toml(self, items: list) -> str:
        plain = [f"{name} = {value}\n" for name, value in items if not isinstance(value, dict)]
        tables = [
            f"[{name}]\n" + "".join(f"{inner} = {leaf}\n" for inner, leaf in value.items())
            for name, value in items
            if isinstance(value, dict)
        ]
        return "".join(plain + tables)

    def _py(self, items: list) -> str:
        parts = []
        for name, value in items:
            if not isinstance(value, dict):
                parts.append(f"{name} = {value}\n")
                continue
            body = "".join(f"    {inner} = {leaf}\n" for inner, leaf in value.items())
            parts.append(f"class {name}:\n" + (body or "    pass\n"))
        return "".join(parts)
