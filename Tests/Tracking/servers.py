"""The real `mlflow server` on loopback in the ways that teams run it, and a file without a server."""

import configparser
import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import authority
import boto3
import processes
from processes import Missing
from stores import Store

NGINX = Path("/usr/sbin/nginx")
PASSWORD = "p ss%40:word-x&/"
BUCKET = "runs"
KEYS = {"AWS_ACCESS_KEY_ID": "tester", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_DEFAULT_REGION": "us-east-1"}
# Its job runners are seven processes more, which nothing here needs.
QUIET = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}

CONFIGURATION = """
daemon off;
master_process off;
pid {base}/pid;
error_log {base}/error.log;
events {{ worker_connections 512; }}
http {{
  access_log off;
  client_body_temp_path {base}/body;
  proxy_temp_path {base}/other;
  fastcgi_temp_path {base}/other;
  uwsgi_temp_path {base}/other;
  scgi_temp_path {base}/other;
  limit_req_zone $server_port zone=all:1m rate=1r/m;
  limit_req_status 429;
  server {{
    listen 127.0.0.1:{port};
    location /ml/flow/ {{ proxy_pass http://127.0.0.1:{behind}/; }}
    location /host/ {{ proxy_set_header Host tracking.example.com; proxy_pass http://127.0.0.1:{behind}/; }}
    location /moved/ {{ return 301 http://127.0.0.1:{behind}/; }}
    location /busy/ {{ limit_req zone=all; proxy_pass http://127.0.0.1:{behind}/; }}
    location /down/ {{ proxy_pass http://127.0.0.1:{dead}/; }}
    location /page/ {{ default_type text/html; return 200 "<html>Log in</html>"; }}
    location /tiny/ {{ client_max_body_size 2k; proxy_pass http://127.0.0.1:{behind}/; }}
  }}
  server {{
    listen 127.0.0.1:{tls} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_client_certificate {authority};
    ssl_verify_client on;
    location / {{ proxy_pass http://127.0.0.1:{behind}/; }}
  }}
}}
"""


@contextlib.contextmanager
def plain(base: Path) -> Iterator[list[Store]]:
    """SQLite, and a server that stores files itself; directly, and below a path of nginx with its usual limits."""
    if not os.access(NGINX, os.X_OK):
        raise Missing("nginx")
    arguments = ["--backend-store-uri", f"sqlite:///{base}/runs.db", "--artifacts-destination", str(base / "files")]
    with _tracking(base / "log", arguments) as port:

        trusted, tls = authority.make(base / "authority"), processes.free_port()
        own = base / "client.pem"
        own.write_bytes(trusted.client[0].read_bytes() + trusted.client[1].read_bytes())
        certified = {"MLFLOW_TRACKING_SERVER_CERT_PATH": str(trusted.certificate), "MLFLOW_TRACKING_CLIENT_CERT_PATH": str(own)}
        os.environ.update(certified)  # for the real client

        def command(front: int) -> list[str]:
            text = CONFIGURATION.format(
                base=base, port=front, behind=port, dead=processes.free_port(), tls=tls, authority=trusted.certificate,
                certificate=trusted.server[0], key=trusted.server[1],
            )  # fmt: skip
            (base / "nginx.conf").write_text(text)
            return [str(NGINX), "-p", str(base), "-e", str(base / "error.log"), "-c", str(base / "nginx.conf")]

        with processes.running(command, base / "nginx.log") as front:
            near, far = f"http://127.0.0.1:{port}", f"http://127.0.0.1:{front}"
            wrong = {
                f"{far}/host": ("configuration", "--allowed-hosts"),
                f"{far}/moved": ("configuration", "redirects to"),
                f"{far}/busy": ("transient", "429"),
                f"{far}/down": ("transient", "502"),
                f"{far}/page": ("configuration", "login page"),
                f"{far}/tiny": ("item", "413"),
                f"{far}/nowhere": ("configuration", "no MLflow API"),
                f"http://127.0.0.1:{processes.free_port()}": ("transient", "does not answer"),
                f"127.0.0.1:{port}": ("nothing", "http://127.0.0.1"),
            }
            yield [
                Store("a server with SQLite", near, kills=50, writers=(4, 8), trains=True),
                Store("below a path, behind nginx", f"{far}/ml/flow/", wrong=wrong),
                Store("over TLS with a certificate of the client's", f"https://127.0.0.1:{tls}", certified),
            ]


@contextlib.contextmanager
def guarded(base: Path) -> Iterator[list[Store]]:
    """A server that wants a login. It remembers whom it let in, since looking takes it half a second."""
    settings = configparser.RawConfigParser()
    settings["mlflow"] = {
        "default_permission": "READ",
        "database_uri": f"sqlite:///{base}/logins.db",
        "admin_username": "admin",
        "auth_cache_ttl_seconds": "600",
        "authorization_function": "mlflow.server.auth:authenticate_request_basic_auth",
    }
    with (base / "auth.ini").open("w") as file:
        settings.write(file)
    arguments = ["--backend-store-uri", f"sqlite:///{base}/runs.db", "--artifacts-destination", str(base / "files")]
    environment = {"MLFLOW_AUTH_CONFIG_PATH": str(base / "auth.ini"), "MLFLOW_FLASK_SERVER_SECRET_KEY": "tests"}
    environment["MLFLOW_AUTH_ADMIN_PASSWORD"] = PASSWORD
    with _tracking(base / "log", [*arguments, "--app-name", "basic-auth"], **environment) as port:
        login = {"MLFLOW_TRACKING_USERNAME": "admin", "MLFLOW_TRACKING_PASSWORD": PASSWORD}
        os.environ.update(login)  # for the real client; the other servers do not look at it
        yield [Store("a server with logins", f"http://127.0.0.1:{port}", login)]


@contextlib.contextmanager
def team(base: Path) -> Iterator[list[Store]]:
    """PostgreSQL behind the server, and files in S3, where clients put them themselves."""
    moto = Path(".venv/bin/python")
    if not moto.exists():
        raise Missing(".venv with moto")

    def bucket(port: int) -> list[str]:
        return [str(moto), "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]

    with processes.running(bucket, base / "moto.log", MOTO_LOG_LEVEL="ERROR") as storage, _postgres(base) as database:
        endpoint = f"http://127.0.0.1:{storage}"
        os.environ.update(KEYS | {"MLFLOW_S3_ENDPOINT_URL": endpoint})  # for the real client, which goes there itself
        boto3.client("s3", endpoint_url=endpoint).create_bucket(Bucket=BUCKET)
        arguments = ["--backend-store-uri", database, "--default-artifact-root", f"s3://{BUCKET}", "--no-serve-artifacts"]
        with _tracking(base / "log", [*arguments, "--workers", "2"]) as port:
            yield [Store("PostgreSQL and S3", f"http://127.0.0.1:{port}", kills=10, writers=(8,))]


@contextlib.contextmanager
def local(base: Path) -> Iterator[list[Store]]:
    """A file of SQLite, as a person with nothing but `pip install mlflow` has it."""
    yield [Store("a file of SQLite, through Python", f"sqlite:///{base}/mlflow.db", kills=3, writers=(3,))]


Server = Callable[[Path], AbstractContextManager[list[Store]]]
SERVERS: dict[str, Server] = {"plain": plain, "guarded": guarded, "team": team, "local": local}


@contextlib.contextmanager
def _tracking(log: Path, arguments: list[str], **environment: str) -> Iterator[int]:
    def command(port: int) -> list[str]:
        workers = [] if "--workers" in arguments else ["--workers", "1"]
        program = Path(sys.executable).with_name("mlflow")
        return [str(program), "server", "--host", "127.0.0.1", "--port", str(port), *arguments, *workers]

    with processes.running(command, log, **QUIET, **environment) as port:
        yield port


@contextlib.contextmanager
def _postgres(base: Path) -> Iterator[str]:
    """A server of PostgreSQL, which root must not be."""
    programs = max(Path("/usr/lib/postgresql").glob("*/bin"), default=Path("/nowhere"), key=lambda found: int(found.parts[-2]))
    if not (programs / "postgres").exists():
        raise Missing("postgresql")
    data = base / "postgres"
    data.mkdir(mode=0o700)
    other: list[str] = []
    if os.geteuid() == 0:
        shutil.chown(data, "postgres", "postgres")
        other = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]
    made = [str(programs / "initdb"), "-D", str(data), "-A", "trust", "-U", "tester", "-E", "UTF8", "--no-sync"]
    subprocess.run([*other, *made], check=True, stdout=subprocess.DEVNULL, cwd="/")

    def command(port: int) -> list[str]:
        settings = ["fsync=off", "listen_addresses=127.0.0.1", f"unix_socket_directories={data}"]
        options = [word for setting in settings for word in ("-c", setting)]
        return [*other, str(programs / "postgres"), "-D", str(data), "-p", str(port), *options]

    with processes.running(command, base / "postgres.log") as port:
        yield f"postgresql+psycopg2://tester@127.0.0.1:{port}/postgres"
