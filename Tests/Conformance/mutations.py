"""What happens to a repository between two looks at it."""

import json
import os
import re

IGNORE_LINES = ["*.tmp", "src/nest", "lib/", "*.pyc", "sub", "d*", "/out*", "conf.*", "dvc.lock"]


def one(world) -> None:
    """Makes one change, and tells it in the story."""
    kinds = [
        (_parameter, 6), (_source, 6), (_data, 3), (_output, 3), (_pipeline_text, 3), (_stage_keys, 3), (_lock_text, 3),
        (_remove, 2), (_folder_entry, 3), (_pointer, 2), (_ignore, 1), (_line_ends, 1), (_rename, 1), (_restore, 2),
        (_legacy, 1), (_evict, 1), (_break, 0.4), (_swap_link, 0.5),
    ]  # fmt: skip
    mutation = world.random.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    world.story.append(mutation(world) or f"{mutation.__name__[1:]}: nothing to do")


def _here(world, paths: list[str]) -> list[str]:
    """Those of these paths that are there as plain files."""
    base = world.repository.path
    return [path for path in paths if (base / world.at(path)).is_file() and not (base / world.at(path)).is_symlink()]


def _parameter(world):
    paths = [path for path in world.parameters if world.exists(path) and world.parameters[path].tree]
    if not paths:
        return None
    file = world.parameters[world.pick(paths)]
    told = file.change(world.random)
    world.write(file.path, file.render(world.random))
    return told


def _rewrite(world, paths: list[str]):
    paths = _here(world, paths)
    if not paths:
        return None
    path = world.pick(paths)
    file = world.repository.path / world.at(path)
    before = file.read_bytes()
    if world.chance(0.3) and before:
        after = bytes([before[0] ^ 1]) + before[1:]  # the same size, perhaps the same second
    else:
        after = world.text().encode()
    file.unlink()  # an output may be read-only, or a link into the cache
    file.write_bytes(after)
    return f"{path} rewritten" + (" as it was" if before == after else "")


def _source(world):
    return _rewrite(world, world.sources)


def _data(world):
    return _rewrite(world, world.tracked)


def _output(world):
    return _rewrite(world, world.outs)


def _remove(world):
    paths = [path for path in world.sources + world.outs + world.tracked + list(world.parameters) if world.exists(path)]
    if not paths:
        return None
    path = world.pick(paths)
    world.repository.remove(world.at(path))
    return f"{path} removed"


def _folder_entry(world):
    folders = [path for path in world.folders + world.tracked + world.outs if (world.repository.path / world.at(path)).is_dir()]
    if not folders:
        return None
    path = f"{world.pick(folders)}/{world.pick(['new', 'x.tmp', '__pycache__/n.pyc', '.gitignore', 'nest/more', 'b/c', 'empty/'])}"
    if path.endswith("/"):
        (world.repository.path / world.at(path)).mkdir(exist_ok=True)
    elif (world.repository.path / world.at(os.path.dirname(path))).is_file():
        return None
    else:
        world.write(path, "" if path.endswith(".gitignore") else world.text())
    return f"{path} added"


def _pipeline_text(world):
    path = world.pick(list(world.pipelines))
    stages = list(world.pipelines[path]["stages"].values())
    for stage in world.random.sample(stages, min(1, len(stages))):
        body = stage.get("do", stage)
        body["cmd"] = "other command" if world.chance(0.5) else body["cmd"]
    world.write_pipeline(path)
    return f"{path} written again, perhaps with another command"


def _stage_keys(world):
    path = world.pick(list(world.pipelines))
    stages = world.pipelines[path]["stages"]
    if not stages:
        return None
    name = world.pick(list(stages))
    stage = stages[name]
    kind = world.random.random()
    if kind < 0.15:
        stages[name + "-renamed"] = stages.pop(name)
        told = "renamed"
    elif kind < 0.3:
        del stages[name]
        told = "removed"
    elif kind < 0.5 and "foreach" not in stage:
        stage.setdefault("deps", []).append(os.path.relpath(world.pick(world.sources + world.folders), os.path.dirname(path) or "."))
        told = "with a dependency more"
    elif kind < 0.6:
        stage.pop("deps", None)
        told = "without dependencies"
    elif kind < 0.7:
        stage.pop("outs", None)
        told = "without outputs"
    elif kind < 0.85 and "foreach" not in stage:
        stage[world.pick(["frozen", "always_changed"])] = world.chance(0.5)
        told = "with a flag"
    elif "matrix" in stage:
        stage["matrix"]["k"] = [*stage["matrix"]["k"], "more"]
        told = "with an axis longer"
    elif "foreach" in stage and isinstance(stage["foreach"], list):
        stage["foreach"] = [*stage["foreach"], "more"]
        told = "with an item more"
    else:
        stage["meta"] = {"note": [1]}
        told = "with a note"
    world.write_pipeline(path)
    return f"{path}: {name} {told}"


def _locks(world) -> list[str]:
    locks = [path.removesuffix("dvc.yaml") + "dvc.lock" for path in world.pipelines]
    return _here(world, locks)


def _lock_text(world):
    """Someone edits a lock, or merges it badly, but keeps it valid."""
    locks = _locks(world)
    if not locks:
        return None
    path = world.pick(locks)
    file = world.repository.path / world.at(path)
    text = file.read_text()
    kind = world.random.random()
    if kind < 0.3:
        after = re.sub(r"(?m)^(    cmd: .*)$", r"\1 x", text, count=1)
    elif kind < 0.6:
        # Digests of dependencies only: an output must name an object that exists somewhere.
        after = re.sub(r"(deps:\n    - path: .*\n      hash: md5\n      md5: )[0-9a-f]{6}", r"\g<1>012345", text, count=1)
    elif kind < 0.8:
        after = re.sub(r"(?m)^      size: \d+\n", "", text)
    elif kind < 0.9:
        after = re.sub(r"(?m)^      size: \d+$", "      size: 1", text)
    else:
        file.unlink()
        return f"{path} removed"
    file.write_text(after)
    return f"{path} edited"


def _pointer(world):
    """A pull brought another pointer; the data is in the cache, perhaps in the work tree too."""
    paths = [path for path in world.tracked if world.exists(f"{path}.dvc") and world.exists(path)]
    if not paths:
        return None
    path = world.pick(paths)
    repository = world.repository
    if world.chance(0.5):
        digest = repository.store(world.at(path))
    else:
        digest = repository.put_object(world.text().encode())
    world.write(f"{path}.dvc", json.dumps({"outs": [{"md5": digest, "hash": "md5", "path": os.path.basename(path)}]}))
    return f"{path}.dvc names {digest}"


def _ignore(world):
    name = world.pick([".dvcignore", ".gitignore", "sub/.dvcignore", "src/.gitignore"])
    line = world.pick(IGNORE_LINES)
    world.repository.append(world.at(name), line + "\n")
    return f"{name}: {line}"


def _line_ends(world):
    paths = _here(world, world.sources + list(world.pipelines) + list(world.parameters)) + _locks(world)
    if not paths:
        return None
    path = world.pick(paths)
    file = world.repository.path / world.at(path)
    content = file.read_bytes()
    after = content.replace(b"\r\n", b"\n") if b"\r\n" in content else content.replace(b"\n", b"\r\n")
    file.write_bytes(after)
    return f"{path} with other line ends"


def _rename(world):
    paths = _here(world, world.sources)
    if not paths:
        return None
    path = world.pick(paths)
    world.repository.rename(world.at(path), world.at(world.fresh(f"{path}-moved")))
    return f"{path} renamed"


def _restore(world):
    if not world.repository.git("rev-parse", "-q", "--verify", "HEAD", check=False).strip():
        return None
    world.repository.git("checkout", "-q", "--", ".", check=False)
    return "git checkout -- ."


def _legacy(world):
    """A lock whose dependencies were recorded by DVC 2."""
    locks = _locks(world)
    if not locks:
        return None
    path = world.pick(locks)
    file = world.repository.path / world.at(path)
    text = re.sub(r"(?m)(deps:\n    - path: .*\n)      hash: md5\n", r"\1", file.read_text())
    file.write_text(text)
    return f"{path}: first dependencies without hash"


def _evict(world):
    """An object is gone from this machine."""
    objects = sorted((world.repository.place / "cache" / "files" / "md5").glob("??/*"))
    objects = [found for found in objects if not found.name.endswith(".dir")]
    if not objects:
        return None
    found = world.pick(objects)
    digest = found.parent.name + found.name
    world.repository.evict_object(digest)
    return f"object {digest} is gone from the cache"


def _break(world):
    """Something that dvc refuses."""
    paths = _here(world, [*world.pipelines, *world.parameters]) + _locks(world)
    if not paths:
        return None
    path = world.pick(paths)
    file = world.repository.path / world.at(path)
    text = file.read_bytes()
    broken = world.pick([b"<<<<<<< HEAD\n" + text, text + b"\nfoo: [\n", text[: len(text) // 2], text + text, b"\xff" + text, b""])
    file.write_bytes(broken)
    return f"{path} broken"


def _swap_link(world):
    """A file becomes a link to another one."""
    paths = _here(world, world.sources)
    if len(paths) < 2:
        return None
    path, target = world.random.sample(paths, 2)
    world.repository.remove(world.at(path))
    world.repository.link(world.at(path), os.path.relpath(target, os.path.dirname(path) or "."))
    return f"{path} is a link to {target}"
