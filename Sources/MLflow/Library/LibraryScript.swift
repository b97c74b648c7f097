/// What the Python with MLflow is given to run: it answers lines of JSON, in the form of the REST interface.
/// Written for MLflow 2.4 to 3; nothing that guard says is part of the program.
enum LibraryScript {
  static let text = #"""
    import sys
    sys.path[:] = [place for place in sys.path if place]  # the repository is no place for modules
    import base64, importlib.util, json, os, posixpath, tempfile

    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # what libraries print is no answer

    def say(answer):
        answers.write(json.dumps(answer) + "\n")
        answers.flush()

    def refuse(error):
        names = {kind.__name__ for kind in type(error).__mro__}
        code, status = getattr(error, "error_code", None), None
        if hasattr(error, "get_http_status_code"):
            status = error.get_http_status_code()
        elif names & {"OperationalError", "ConnectionError", "Timeout", "TimeoutError"}:
            code = "UNREACHABLE"
        message = str(getattr(error, "message", None) or error)
        if code is None or code == "INTERNAL_ERROR":
            message = f"{type(error).__name__}: {message}"
        say({"error": {"code": code, "status": status, "message": message}})

    def pairs(values):
        return [{"key": key, "value": value} for key, value in values.items()]

    def described(run):
        info, data = run.info, run.data
        inputs = getattr(getattr(run, "inputs", None), "dataset_inputs", None) or []
        return {
            "info": {
                "run_id": info.run_id, "experiment_id": info.experiment_id, "run_name": info.run_name or "",
                "status": info.status, "start_time": info.start_time, "end_time": info.end_time,
                "artifact_uri": info.artifact_uri, "lifecycle_stage": info.lifecycle_stage,
            },
            "data": {
                "params": pairs(data.params), "tags": pairs(data.tags),
                "metrics": [{"key": key, "value": str(float(value))} for key, value in data.metrics.items()],
            },
            "inputs": {"dataset_inputs": [
                {
                    "tags": [{"key": tag.key, "value": tag.value} for tag in one.tags or []],
                    "dataset": {
                        "name": one.dataset.name, "digest": one.dataset.digest, "source": one.dataset.source,
                    },
                } for one in inputs
            ]},
        }

    def place(experiment):
        if experiment is None:
            return {}
        return {"experiment": {
            "experiment_id": experiment.experiment_id, "name": experiment.name,
            "lifecycle_stage": experiment.lifecycle_stage,
        }}

    def log(q):
        params = [Param(key, value) for key, value in q["params"]]
        tags = [RunTag(key, value) for key, value in q["tags"]]
        metrics = [Metric(key, float(value), q["start"], 0) for key, value in q["metrics"]]
        while params or tags or metrics:
            client.log_batch(q["id"], metrics[:800], params[:100], tags[:100])
            del params[:100], tags[:100], metrics[:800]

    def log_inputs(q):
        from mlflow.entities import Dataset, DatasetInput, InputTag
        client.log_inputs(q["id"], [
            DatasetInput(Dataset(name, digest, "dvc", source), [InputTag("mlflow.data.context", context)])
            for name, digest, source, context in q["datasets"]
        ])

    def artifact(q):
        folder, name = posixpath.split(q["path"])
        with tempfile.TemporaryDirectory() as here:
            file = os.path.join(here, name)
            with open(file, "wb") as out:
                out.write(base64.b64decode(q["bytes"]))
            client.log_artifact(q["id"], file, folder)

    def search(q):
        view = ViewType.ALL if q["deleted"] else ViewType.ACTIVE_ONLY
        page = client.search_runs(
            q["experiments"], q["filter"], view, q["limit"], q["order"], q["token"])
        return {"runs": [described(run) for run in page], "token": page.token}

    verbs = {
        "experiment_named": lambda q: place(client.get_experiment_by_name(q["name"])),
        "experiment": lambda q: place(client.get_experiment(q["id"])),
        "create_experiment": lambda q: {"experiment_id": client.create_experiment(q["name"])},
        "experiments": lambda q: {"experiments": [
            place(one)["experiment"] for one in client.search_experiments()]},
        "search": search,
        "run": lambda q: {"run": described(client.get_run(q["id"]))},
        "create_run": lambda q: {"run": described(client.create_run(
            q["experiment"], start_time=q["start"], tags=dict(q["tags"]), run_name=q["name"]))},
        "log": log,
        "inputs": log_inputs,
        "artifacts": lambda q: {"files": [
            {"path": one.path, "file_size": None if one.is_dir else one.file_size or 0}
            for one in client.list_artifacts(q["id"], q["path"] or None)]},
        "artifact": artifact,
        "set_tag": lambda q: client.set_tag(q["id"], q["key"], q["value"]),
        "delete_tag": lambda q: client.delete_tag(q["id"], q["key"]),
        "delete": lambda q: client.delete_run(q["id"]),
        "finish": lambda q: client.set_terminated(q["id"], "FINISHED", q["end"]),
    }

    uri = json.loads(sys.stdin.buffer.readline())["uri"]
    if importlib.util.find_spec("mlflow") is None:
        say({"missing": sys.executable})
        sys.exit()
    try:
        import mlflow
        from mlflow.entities import Metric, Param, RunTag, ViewType
        client = mlflow.MlflowClient(tracking_uri=uri)
    except Exception as error:
        refuse(error)
        sys.exit()
    say({"ready": mlflow.__version__})
    for line in sys.stdin.buffer:
        try:
            q = json.loads(line)
            answer = verbs[q["verb"]](q)
        except Exception as error:
            refuse(error)
        else:
            say(answer or {"done": True})
    """#
}
