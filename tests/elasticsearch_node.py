"""One node of a genuine Elasticsearch as a process of ours: started, killed, frozen, thawed, started again."""

from __future__ import annotations

import base64
import io
import json
import os
import shutil
import signal
import socket
import ssl
import struct
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.elasticsearch_distribution import java_home
from tests.servers import as_nobody, ends_with_us, give_to_nobody

HEAP = "512m"
HEAP_FOR_SPEED = "1g"
"""Where something is measured; 100,000 datasets fill the smaller one while they are written."""
QUICK = "-XX:TieredStopAtLevel=1"
PATIENCE_SECONDS = 240
_DESCRIPTOR = 0x45534C44


@dataclass(frozen=True)
class Access:
    """How a server is reached: its address, and where security is on whom to trust and who is asking."""

    url: str
    authority: Path | None = None
    """The certificate authority in PEM that alone is trusted; ``None``: the machine's."""
    password: str = ""
    """Of the user ``elastic``, who may do everything; empty where security is off."""

    def ask(self, method: str, path: str, content: object = None, *, patience: float = 60, **headers: str) -> Any:
        """The decoded JSON answer; raises ``urllib.error.HTTPError`` and ``URLError`` (an ``OSError``).

        Asks as ``elastic`` unless ``headers`` say otherwise (``Authorization=""``: as nobody).
        """
        said = {"Authorization": _basic("elastic", self.password) if self.password else ""} | headers
        said = {name: text for name, text in said.items() if text}
        body = None
        if content is not None:
            body, said["Content-Type"] = json.dumps(content).encode(), "application/json"
        request = urllib.request.Request(f"{self.url}{path}", body, said, method=method)  # noqa: S310  ours
        # Proxies that the environment names are not for loopback.
        handlers: list[urllib.request.BaseHandler] = [urllib.request.ProxyHandler({})]
        if self.url.startswith("https:"):
            handlers.append(urllib.request.HTTPSHandler(context=ssl.create_default_context(cafile=self.authority)))
        with urllib.request.build_opener(*handlers).open(request, timeout=patience) as answer:
            return json.loads(answer.read() or b"null")


def _basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


class ElasticsearchNode:
    """A node in a folder of its own, which must be empty and which it is given; it ends with our process."""

    def __init__(
        self,
        distribution: Path,
        folder: Path,
        access: Access,
        settings: Mapping[str, object],
        configuration: Sequence[Path] = (),
        quick: bool = True,
    ) -> None:
        """``configuration``: files that ``settings`` name, copied to where the node looks for them.

        ``quick``: starts with half the work (11 s of processor time), but never compiles for speed.
        """
        self.access = access
        self._folder = folder
        for name in ("data", "logs", "tmp"):
            (folder / name).mkdir()
        self._home = _reachable(distribution, folder)
        shutil.copytree(distribution / "config", folder / "config")
        (folder / "config/elasticsearch.yml").write_text(
            "".join(f"{name}: {json.dumps(value)}\n" for name, value in {**self._defaults(), **settings}.items())
        )
        for file in configuration:
            shutil.copy(file, folder / "config")
        (folder / "config/jvm.options").write_text("\n".join(self._java_options(quick)) + "\n")
        for path in (folder, *(path for path in folder.rglob("*") if self._home not in (path, *path.parents))):
            give_to_nobody(path)
        self._java = java_home(folder)
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address of its API: ``http://127.0.0.1:PORT``, ``https://`` where security is on."""
        return self.access.url

    @property
    def pid(self) -> int:
        """The process of the node's virtual machine itself."""
        return self._running().pid

    def start(self) -> None:
        """Starts it on what its folder holds, and returns at once. Raises ``OSError`` with what it said."""
        command = self._command()
        with (self._folder / "logs/output").open("ab") as log:
            self._process = subprocess.Popen(
                [*ends_with_us(signal.SIGKILL), *command.words],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                env=command.environment,
                process_group=0,  # Ctrl-C is for the tests, which then end it
                **self._as_its_user(),
            )
        assert self._process.stdin is not None
        self._process.stdin.write(command.arguments)  # stays open: the node ends when it is closed
        self._process.stdin.flush()

    def wait_until_it_answers(self) -> None:
        """Also until it is settled: it has a master and a licence. Raises ``OSError`` with the end of what it said."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            try:
                self._running().wait(0.2)
            except subprocess.TimeoutExpired:
                try:
                    self.access.ask("GET", "/_license", patience=10)
                except (OSError, ValueError):
                    continue
                return
            break
        self.kill()
        raise OSError(f"Elasticsearch does not start: {self.log()[-3000:]}")

    def wait_until_it_ends(self) -> None:
        """Returns when the node ends by itself."""
        self._running().wait()

    def kill(self) -> None:
        """Ends it at once, as a power cut would, and waits until it is gone; also when it is frozen or has ended."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process = None

    def freeze(self) -> None:
        """Stops it where it stands: its connections stay open, and nothing is answered."""
        self._running().send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)

    def thaw(self) -> None:
        """Lets it go on after :meth:`freeze`."""
        self._running().send_signal(signal.SIGCONT)

    def log(self) -> str:
        """What it said since it was made."""
        output = self._folder / "logs/output"
        return output.read_text(errors="replace") if output.exists() else ""

    def add_to_keystore(self, name: str, secret: str) -> None:
        """Adds a secure setting; before :meth:`start`."""
        if not (self._folder / "config/elasticsearch.keystore").exists():
            self._tool("elasticsearch-keystore", "lib/tools/keystore-cli", "create")
        self._tool("elasticsearch-keystore", "lib/tools/keystore-cli", "add", "-x", name, secret=secret)

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise OSError("the node is not running")
        return self._process

    def _defaults(self) -> dict[str, object]:
        return {
            "path.data": str(self._folder / "data"),
            "path.logs": str(self._folder / "logs"),
            "network.host": "127.0.0.1",
            "http.port": int(self.url.rpartition(":")[2]),
            "cluster.routing.allocation.disk.threshold_enabled": False,
            "action.auto_create_index": False,
            "xpack.security.enabled": False,
            "xpack.security.autoconfiguration.enabled": False,
        }

    def _java_options(self, quick: bool) -> list[str]:
        heap = HEAP if quick else HEAP_FOR_SPEED
        size = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError"]
        speed = [QUICK] if quick else ["--add-modules=jdk.incubator.vector"]
        return [*size, *speed, f"-Djava.io.tmpdir={self._folder / 'tmp'}"]

    def _as_its_user(self) -> dict[str, Any]:
        # It looks for its modules in its working directory.
        return as_nobody(self._folder) | {"cwd": self._home}

    def _command(self) -> _Command:
        """What the distribution's own preparation says the server is to be started with."""
        told = self._tool("server", "lib/tools/server-cli", ES_REDIRECT_STDOUT_TO_STDERR="true")
        return _Command.read(io.BytesIO(told))

    def _tool(self, name: str, libraries: str, *arguments: str, secret: str = "", **environment: str) -> bytes:
        """Runs one of the distribution's command line tools, as its shell scripts would; what it wrote."""
        script = f"{self._home}/bin/{name}" if name != "server" else ""
        properties = {
            "cli.name": name if name == "server" else "",
            "cli.script": script,
            "cli.libs": libraries,
            "es.path.home": self._home,
            "es.path.conf": self._folder / "config",
            "es.distribution.type": "tar",
            "es.java.type": "ES_JAVA_HOME",
        }
        paths = f"{self._home}/lib/*:{self._home}/lib/cli-launcher/*"
        told = subprocess.run(
            [
                *(
                    *ends_with_us(signal.SIGKILL),
                    f"{self._java}/bin/java",
                    "-Xms4m",
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    QUICK,
                ),
                *(f"-D{key}={value}" for key, value in properties.items()),
                *("-cp", paths, "org.elasticsearch.launcher.CliToolLauncher", *arguments),
            ],
            input=secret.encode(),
            capture_output=True,
            check=False,
            env=self._environment() | environment,
            **self._as_its_user(),
        )
        if told.returncode:
            raise OSError(f"{name} of Elasticsearch: {(told.stdout + told.stderr).decode(errors='replace')[-3000:]}")
        written: bytes = told.stdout
        return written

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": "/usr/bin:/bin",
            "HOME": str(self._folder),
            "LANG": "C.UTF-8",
            "HOSTNAME": "localhost",
            "ES_TMPDIR": str(self._folder / "tmp"),
            "ES_HOME": str(self._home),
            "ES_PATH_CONF": str(self._folder / "config"),
            "ES_DISTRIBUTION_TYPE": "tar",
            "ES_JAVA_HOME": str(self._java),
            "JAVA": str(self._java / "bin/java"),
            "JAVA_TYPE": "ES_JAVA_HOME",
        }


@dataclass(frozen=True)
class _Command:
    """How to start a server: what Elasticsearch's ``server-cli`` hands to its launcher (its ``LaunchDescriptor``).

    Read here so that the server's process is a child of ours and not of a launcher: it ends surely with us, frozen too.
    """

    words: list[str]
    environment: dict[str, str]
    arguments: bytes
    """What the server reads from its standard input."""

    @classmethod
    def read(cls, told: IO[bytes]) -> _Command:
        if _integer(told) != _DESCRIPTOR:
            raise OSError("Elasticsearch's server-cli answers in an unknown format")
        program = _text(told)
        options = [_text(told) for _ in range(_integer(told))]
        arguments = [_text(told) for _ in range(_integer(told))]
        environment = {_text(told): _text(told) for _ in range(_integer(told))}
        _working_folder, _temporary_folder, _daemon = _text(told), _text(told), told.read(1)
        return cls([program, *options, *arguments], environment, told.read(_integer(told)))


def _integer(told: IO[bytes]) -> int:
    number: int = struct.unpack(">i", told.read(4))[0]
    return number


def _text(told: IO[bytes]) -> str:
    return told.read(struct.unpack(">H", told.read(2))[0]).decode()


def _reachable(distribution: Path, folder: Path) -> Path:
    """The distribution, where the server's user may read it: the folders above the cache may be closed to others."""
    if os.geteuid() != 0:
        return distribution
    copy = folder / "distribution"
    shutil.copytree(distribution, copy, copy_function=_link_or_copy)
    return copy


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def free_ports(count: int) -> list[int]:
    """Different ports of the loopback that nobody listens on."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [opened.getsockname()[1] for opened in sockets]
    for opened in sockets:
        opened.close()
    return ports
