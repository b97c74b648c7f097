"""Manual pages, made of what `--help` is made of (`guard --experimental-dump-help`), in mdoc(7)."""

import datetime
import json
import re
from typing import Any

Node = dict[str, Any]


def pages(dump: bytes, version: str, day: datetime.date) -> dict[str, bytes]:
    """The pages, by the names of their files: one for guard, and one for each verb."""
    root = json.loads(dump)["command"]
    verbs = [verb for verb in root["subcommands"] if verb["shouldDisplay"] and verb["commandName"] != "help"]
    names = ["guard", *(f"guard-{verb['commandName']}" for verb in verbs)]
    made = {}
    for name, command in zip(names, [root, *verbs], strict=True):
        lines = [f".Dd {day:%B} {day.day}, {day.year}", f".Dt {name.upper()} 1", f".Os guard {version}"]
        lines += _description(name, command, command is root)
        if command is root:
            lines += [".Sh COMMANDS", ".Bl -tag -width Ds"]
            for verb in verbs:
                lines += [f".It Xr guard-{verb['commandName']} 1", text(verb["abstract"])]
            lines += [".El"]
        lines += _examples(command)
        others = names[1:] if command is root else ["guard"]
        lines += [".Sh SEE ALSO", *(f".Xr {other} 1 ," for other in ["git", *sorted(others)])]
        lines[-1] = lines[-1].removesuffix(" ,")
        made[f"{name}.1"] = ("\n".join(lines) + "\n").encode()
    return made


def examples(command: Node) -> list[tuple[str, str]]:
    """What a command's examples do, and their lines."""
    lines = command.get("discussion", "").partition("EXAMPLES:\n")[2].splitlines()
    return [(what.strip().removeprefix("# "), line.strip()) for what, line in zip(lines[::2], lines[1::2], strict=True)]


def _description(name: str, command: Node, is_root: bool) -> list[str]:
    arguments = [argument for argument in command["arguments"] if argument["shouldDisplay"]]
    title = name.replace("-", " ", 1)
    lines = [".Sh NAME", f".Nm {name}", f".Nd {text(command['abstract'].rstrip('.'))}", ".Sh SYNOPSIS", f'.Nm "{title}"']
    lines += [f".{_synopsis(argument)}" for argument in sorted(arguments, key=lambda argument: argument["kind"] == "positional")]
    if is_root:
        lines += [".Ar command", ".Op Ar argument ..."]
    lines += [".Sh DESCRIPTION"]
    paragraphs = [part for part in command.get("discussion", "").partition("EXAMPLES:\n")[0].split("\n\n") if part]
    for number, paragraph in enumerate(paragraphs or [command["abstract"]]):
        lines += [*([".Pp"] if number else []), text(paragraph)]
    sections = {argument.get("sectionTitle"): None for argument in arguments}
    for section in sorted(sections, key=lambda title: title is not None):
        lines += [".Pp", f"{text(section)}:" if section else "The arguments are:", ".Bl -tag -width Ds"]
        for argument in arguments:
            if argument.get("sectionTitle") == section:
                lines += [f".It {_item(argument)}", text(_said(argument))]
        lines += [".El"]
    return lines


def _examples(command: Node) -> list[str]:
    lines = [".Sh EXAMPLES"]
    for number, (what, line) in enumerate(examples(command)):
        lines += [*([".Pp"] if number else []), text(what), f".Dl {quoted(line)}"]
    return lines


def _synopsis(argument: Node) -> str:
    names = argument.get("names", [])
    value = f"Ar {quoted(argument['valueName'])}"
    if argument["kind"] == "positional":
        value = f"{value}{' ...' if argument['isRepeating'] else ''}"
        if argument["parsingStrategy"] == "postTerminator":
            return f"Fl \\- {value}"
        return f"Op {value}" if argument["isOptional"] else value
    preferred = " ".join(["Fl", _name(next((name for name in names if name["kind"] == "short"), names[0]))])
    return f"Op {preferred}" + (f" {value}" if argument["kind"] == "option" else "")


def _item(argument: Node) -> str:
    value = f"Ar {quoted(argument['valueName'])}"
    if argument["kind"] == "positional":
        return value
    names = " , ".join(f"Fl {_name(name)}" for name in sorted(argument["names"], key=lambda name: name["kind"] != "short"))
    return names + (f" {value}" if argument["kind"] == "option" else "")


def _name(name: Node) -> str:
    return name["name"] if name["kind"] == "short" else "\\-" + name["name"].replace("-", "\\-")


def _said(argument: Node) -> str:
    more = []
    if argument.get("allValues"):
        more.append(f"Values: {', '.join(argument['allValues'])}.")
    if argument.get("defaultValue") and argument["kind"] != "flag":
        more.append(f"Default: {argument['defaultValue']}.")
    return " ".join([argument.get("abstract", ""), *more])


def text(words: str) -> str:
    """A line of running text: one sentence a line, as mdoc wants it, and nothing that roff takes for its own."""
    sentences = re.sub(r"([.:]) (?=[A-Z])", r"\1\n", words.replace("\n", " ").replace("\\", "\\e"))
    # An option's dashes are typed; others may be broken at.
    plain = re.sub(r"(?<![\w-])-{1,2}(?=[\w(])[\w-]*", lambda found: found.group().replace("-", "\\-"), sentences)
    return "\n".join("\\&" + line if line.startswith((".", "'")) else line for line in plain.split("\n"))


def quoted(words: str) -> str:
    """One argument of a macro, whatever stands in it."""
    escaped = words.replace("\\", "\\e").replace("-", "\\-").replace('"', "\\(dq").replace("'", "\\(aq").replace("~", "\\(ti")
    return f'"{escaped}"'
