"""The examples of every `--help`, run in a repository where they are true."""

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

from scene import Scene

TRAIN = """import json

with open("params.yaml") as file:
    lr = float(file.read().split("lr:")[1].split()[0])
with open("data.csv") as file:
    rows = len(file.readlines())
with open("model.json", "w") as file:
    json.dump({"slope": lr * rows}, file)
with open("metrics.json", "w") as file:
    json.dump({"mse": round(1 / (1 + lr), 4)}, file)
"""
PIPELINE = """stages:
  train:
    cmd: python train.py
    deps: [train.py, data.csv]
    params: [lr]
    outs: [model.json]
    metrics: [{metrics.json: {cache: false}}]
"""
# Two commits, of which the Git remote has the first and the DVC remote both; a key that signs; three sides of a merge.
SETTING = """
git init -q -b main; dvc init -q; dvc remote add -q -d hub ../data
seq 40 > data.csv; dvc add -q data.csv
printf 'lr: 0.1\\n' > params.yaml; printf '__pycache__/\\n' >> .gitignore
dvc repro -q; git add -A; git commit -qm 'A pipeline'; dvc push -q
git init -q --bare ../hub.git; git remote add origin ../hub.git; git push -q -u origin main
sed -i 's/0.1/0.2/' params.yaml; dvc repro -q; git commit -qam 'A higher learning rate'; dvc push -q
ssh-keygen -q -t ed25519 -N '' -f ../key
git config gpg.format ssh; git config user.signingKey ../key.pub; git config user.email a@b.invalid
(printf 'a@b.invalid '; cat ../key.pub) > ../signers; git config gpg.ssh.allowedSignersFile "$PWD/../signers"
guard record --sign -q
for side in base ours theirs; do cp dvc.lock $side.lock; done
"""


def all_of(place: Path, path: str) -> Iterator[tuple[str, str]]:
    """Each verb with its examples, in a repository of its own."""
    scene = Scene(place / "made", path)
    for name, text in (("train.py", TRAIN), ("dvc.yaml", PIPELINE)):
        (scene.root / name).write_text(text)
    scene.made(SETTING)
    root = json.loads(scene.made("guard --experimental-dump-help"))["command"]
    for command in [root, *root["subcommands"]]:
        verb = "" if command is root else command["commandName"]
        if not command["shouldDisplay"] or verb == "help":
            continue
        written = command.get("discussion", "").partition("EXAMPLES:\n")[2]
        lines = re.findall(r"^  # (.*)\n  (guard .*)$", written, re.M)
        yield f"guard {verb} --help has examples", "" if lines else command.get("discussion", "")
        # What does not fit is broken, and the second line of a comment would be a command to who pastes it.
        shown = scene.made(f"COLUMNS=80 guard {verb} --help").partition("EXAMPLES:\n")[2].partition("\n\n")[0]
        yield f"guard {verb} --help shows its examples as they are", "" if shown == written else shown
        own = place / (verb or "guard")
        shutil.copytree(scene.place, own, symlinks=True)
        for what, line in lines:
            where = "mkdir ../empty; cd ../empty; git init -q; " if "in an empty folder after git init" in what else ""
            outcome = Scene.at(own, path).sh(where + line)
            yield line, "" if outcome.code == 0 else f"{outcome}"
            named = re.search(r" -o (\S+)", line)
            if named:
                yield f"{line}: the file", "" if (own / "repository" / named.group(1)).stat().st_size else "it is empty"
