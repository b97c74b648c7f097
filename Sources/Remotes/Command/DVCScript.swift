/// What the Python of an installed dvc is given to run: it asks dvc's own file systems what guard does not
/// speak itself. Names go in and answers come out as lines of hexadecimal digits; nothing is part of the program.
enum DVCScript {
  static let text = """
    import os, sys, threading
    from concurrent.futures import ThreadPoolExecutor

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer
    lock = threading.Lock()

    def say(index, kind, payload=b""):
        with lock:
            answers.write(f"{index} {kind} {payload.hex()}\\n")
            answers.flush()

    def refuse(index, error):
        names = {kind.__name__ for kind in type(error).__mro__}
        if "FileNotFoundError" in names:
            kind = "absent"
        elif names & {"PermissionError", "AuthError", "NoCredentialsError", "RefreshError"}:
            kind = "unauthorised"
        elif names & {"ImportError", "RemoteMissingDepsError", "ConfigError", "DvcException"}:
            kind = "unsupported"
        else:
            kind = "unreachable"
        say(index, kind, f"{type(error).__name__}: {error}".encode("utf-8", "replace"))

    def text(word):
        return os.fsdecode(bytes.fromhex(word))

    settings, tasks, jobs, limit = {}, [], 4, 0
    for line in sys.stdin:
        verb, *words = line.split()
        if verb == "go":
            break
        if verb == "jobs":
            jobs = int(words[0])
        elif verb == "limit":
            limit = int(words[0])
        elif verb == "set":
            settings[text(words[0])] = text(words[1]) if len(words) > 1 else ""
        else:
            tasks.append((verb, [text(word) for word in words]))

    def look(path):
        try:
            return fs.info(path)
        except FileNotFoundError:
            return None

    def is_object(info):
        return info is not None and info.get("type") != "directory"

    def perform(index):
        verb, (name, *rest) = tasks[index]
        path = fs.join(base, *name.split("/"))
        try:
            info = look(path)
            if verb == "put":
                size = os.path.getsize(rest[0])
                if not is_object(info) or info.get("size") != size:
                    if fs.protocol in ("hdfs", "webhdfs"):
                        with as_atomic(fs, path, create_parents=True) as temporary:
                            fs.put_file(rest[0], temporary)
                    else:
                        fs.makedirs(fs.parent(path))
                        fs.put_file(rest[0], path)
                say(index, "done")
            elif not is_object(info):
                say(index, "absent")
            elif verb == "get":
                with fs.open(path, "rb") as file:
                    data = file.read(limit + 1)
                say(index, "data" if len(data) <= limit else "large", data if len(data) <= limit else b"")
            else:
                say(index, "present", str(info.get("size")).encode())
        except Exception as error:
            refuse(index, error)

    try:
        from dvc.fs import get_cloud_fs
        from dvc_objects.fs.utils import as_atomic
        kind, config, base = get_cloud_fs({}, **settings)
        fs = kind(**config)
        fs.fs
    except Exception as error:
        refuse("all", error)
    else:
        with ThreadPoolExecutor(max_workers=jobs) as pool:
            list(pool.map(perform, range(len(tasks))))
    """
}
