"""Runs the two examples of every rule's page in the repository that docs/rules/README.md makes, and commands that findings
propose (mends.py).

    GUARD=.build/release/guard .venv/bin/python Tests/Pages [--only RULE]… [--keep] [--write]

--write puts what was printed into the sources of the rules; `guard explain` has it after the next build.
"""

import argparse
import concurrent.futures
import contextlib
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "Tests/Servers"))
import mends  # noqa: E402
import processes  # noqa: E402

USUAL = "http://127.0.0.1:5000"
MLFLOW = ROOT / ".venv-mlflow/bin/mlflow"
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.S | re.M)


def guard():
    return pathlib.Path(os.environ.get("GUARD", ROOT / ".build/release/guard")).resolve()


def environment(home):
    """A home of its own; the times of commits stand still, so that their names do."""
    programs = home / "bin"
    programs.mkdir(parents=True, exist_ok=True)
    if not (programs / "guard").exists():
        (programs / "guard").symlink_to(guard())
    settings = home / "gitconfig"
    settings.write_text("[user]\n name = A Person\n email = person@example.org\n[init]\n defaultBranch = main\n")
    return {
        "PATH": f"{programs}:{ROOT / '.venv/bin'}:/usr/bin:/bin", "HOME": str(home), "LC_ALL": "C.UTF-8",
        "GIT_CONFIG_GLOBAL": str(settings), "GIT_CONFIG_NOSYSTEM": "1", "DVC_NO_ANALYTICS": "1",
        "DVC_SITE_CACHE_DIR": str(home / "site"), "XDG_CACHE_HOME": str(home / "cache"),
        "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
        "PYTHONDONTWRITEBYTECODE": "1", "NO_PROXY": "127.0.0.1",
    }


@contextlib.contextmanager
def tracking(scratch):
    """The real `mlflow server`, which pages know by its usual port."""
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}

    def command(port):
        return [
            str(MLFLOW), "server", "--host", "127.0.0.1", "--port", str(port), "--workers", "1", "--backend-store-uri",
            f"sqlite:///{scratch}/runs.db", "--artifacts-destination", str(scratch / "files"),
        ]

    with processes.running(command, scratch / "mlflow.log", **quiet) as port:
        yield f"http://127.0.0.1:{port}"


def commands(block):
    """The commands of a transcript; the lines behind `> ` go on with the one before."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:]])
        elif line.startswith("> ") and found:
            found[-1].append(line[2:])
    return found


def steady(text):
    """What a clock, a port and a tracking server's dice say is the same each time."""
    text = re.sub(r"\(\d+(\.\d+)? m?s\)", "(12 ms)", text)
    text = re.sub(r"http://127\.0\.0\.1:\d+", USUAL, text)
    return re.sub(r"\brun [0-9a-f]{8}…", "run 95a460ad…", text)


def transcript(block, folder, env):
    """The block with what its commands print now."""
    lines = []
    for command in commands(block):
        lines += ["$ " + command[0]] + ["> " + line for line in command[1:]]
        done = subprocess.run(
            ["/bin/bash", "-c", "\n".join(command).replace(USUAL, env.get("TRACKING", USUAL))], cwd=folder, env=env, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL, timeout=120)
        lines += done.stdout.decode(errors="replace").splitlines()
    return steady("\n".join(lines)) + "\n"


def base(scratch):
    """The repository in which the examples begin."""
    folder = scratch / "base" / "reviews"
    folder.mkdir(parents=True)
    env = environment(scratch / "base" / "home")
    [block] = BLOCK.findall((ROOT / "docs/rules/README.md").read_text())
    said = transcript(block, folder, env)
    if said != block:
        sys.exit(f"docs/rules/README.md: this was printed:\n{said}")
    return folder


def put(rule, old, new):
    """Writes a transcript in place of another one in the source of the rule."""
    def indented(block):
        return "".join(f"        {line}".rstrip() + "\n" for line in block.splitlines())
    for file in sorted((ROOT / "Sources/Policy/Rules").glob("*.swift")):
        text = file.read_text()
        if f'"{rule}",' in text and indented(old) in text:
            file.write_text(text.replace(indented(old), indented(new), 1))
            return
    sys.exit(f"{rule}: its example was not found in Sources/Policy/Rules")


def judge(rule, scratch, start, arguments):
    """What is wrong with a page; nothing when its examples print what they say."""
    page = subprocess.run([guard(), "explain", rule], capture_output=True, text=True, check=True).stdout
    blocks = BLOCK.findall(page)
    if len(blocks) != 2:
        return f"{rule}: the page has {len(blocks)} examples and not two"
    place = scratch / rule.replace("/", "-")
    env = environment(place / "home") | {"TRACKING": arguments.tracking}
    shutil.copytree(start, place / "reviews", symlinks=True)
    faults = []
    for name, block in zip(["that fails", "mended"], blocks):
        said = transcript(block, place / "reviews", env)
        if said != block and arguments.write:
            put(rule, block, said)
        elif said != block:
            faults.append(f"{rule}: the example {name} prints:\n{said}")
        if (f"[{rule}]" in said) != (name == "that fails"):
            faults.append(f"{rule}: the example {name} {'names' if name == 'mended' else 'does not name'} the rule:\n{said}")
    return "\n".join(faults)


def mend(numbered, scratch, start):
    """What is wrong with the mend of a story."""
    number, story = numbered
    place = scratch / f"mend-{number}"
    return mends.judge(story, place, start, environment(place / "home"))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--keep", action="store_true")
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    listing = subprocess.run([guard(), "rules"], capture_output=True, text=True, check=True).stdout
    rules = re.findall(r"^([a-z]+/[a-z-]+)", listing, re.M)
    rules = [rule for rule in rules if not arguments.only or rule in arguments.only]
    scratch = pathlib.Path(tempfile.mkdtemp(prefix="guard-pages-"))
    try:
        start = base(scratch)
        with tracking(scratch) as arguments.tracking, concurrent.futures.ThreadPoolExecutor(2) as pool:
            faults = [fault for fault in pool.map(lambda rule: judge(rule, scratch, start, arguments), rules) if fault]
            stories = [story for story in enumerate(mends.STORIES) if not arguments.only or story[1][2] in arguments.only]
            failed = [fault for fault in pool.map(lambda story: mend(story, scratch, start), stories) if fault]
    finally:
        if arguments.keep:
            print(f"kept: {scratch}")
        else:
            shutil.rmtree(scratch)
    for fault in faults + failed:
        print(fault)
    if not rules:
        sys.exit("no such rule")
    print(f"pages: {len(rules) - len(faults)} of {len(rules)} rules' examples print what their pages say")
    print(f"pages: {len(stories) - len(failed)} of {len(stories)} commands mend what they are proposed for")
    sys.exit(1 if faults or failed else 0)


main()
