"""Opens a foreign database for reading: one connection, one state, no right to write, an end to every wait.

The messages never hold the URL, nor what the driver said, because drivers repeat hosts, accounts and sometimes more.
"""

from __future__ import annotations

import ipaddress
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import sqlalchemy
from sqlalchemy import Connection, Engine, exc
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import NullPool

from catalog.errors import InvalidInput, SourceUnreachable
from catalog.source_kinds import VARIABLE
from catalog.sources import HarvestSource
from catalog.vietnamese import grouped
from harvesters.sql_engines import (
    DRIVERS,
    EXTRAS,
    STATEMENT_SECONDS,
    connect_arguments,
    is_table_fault,
    isolation,
    limit_at_driver,
    opening_statements,
)

SQLITE_WAIT_SECONDS = 10
_OF_SERVER = {"host", "hostaddr", "unix_socket", "odbc_connect", "service", "read_default_file", "passfile", "sslkey"}
"""Parts of an address that lead to something of the harvesting server itself."""


def check_url(text: str) -> None:
    """Raises ``InvalidInput`` for an address that is none, or that holds a password: it has an option of its own, which
    is encrypted."""
    if VARIABLE.search(text):
        return
    try:
        url = make_url(text)
    except exc.ArgumentError:
        raise InvalidInput(
            "Mục “url” (Địa chỉ): không phải địa chỉ cơ sở dữ liệu; ví dụ postgresql://doc@may-chu:5432/noi_vu.",
            "Option “url” (Address): is no database address; postgresql://reader@host:5432/noi_vu, say.",
            option="url",
        ) from None
    if url.password or "password" in {name.lower() for name in url.query}:
        raise InvalidInput(
            "Mục “url” (Địa chỉ): không được chứa mật khẩu; ghi mật khẩu ở mục “password” để được mã hóa.",
            "Option “url” (Address): must not hold a password; give it in the option “password”, which is encrypted.",
            option="url",
        )


def is_on_server(text: str) -> bool:
    """Whether a database is a file or a service of the harvesting server itself, as far as its address tells."""
    try:
        url = make_url(text)
    except exc.ArgumentError:
        return False
    host = (url.host or "").strip("[]").rstrip(".").lower()
    if not host or _OF_SERVER & {name.lower() for name in url.query}:
        return True
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
    return address.is_loopback or address.is_unspecified


@contextmanager
def open_snapshot(source: HarvestSource) -> Iterator[Connection]:
    """A connection inside a read-only transaction that sees one state of the database; rolled back and closed at the
    end. Raises ``SourceUnreachable`` if the database cannot be reached or refuses."""
    engine = _engine(source)
    try:
        with closing(_connect(engine, source)) as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(source: HarvestSource) -> Engine:
    try:
        url = make_url(source.options.get("url", ""))
        if source.options.get("password"):
            url = url.set(password=source.options["password"])
        if url.get_backend_name() == "sqlite":
            path = _sqlite_path(source, url)
            return sqlalchemy.create_engine("sqlite://", creator=lambda: _open_sqlite(path), poolclass=NullPool)
        url = url.set(drivername=DRIVERS.get(url.drivername, url.drivername))
        arguments = connect_arguments(url.get_driver_name(), statement_seconds(source))
        return sqlalchemy.create_engine(url, poolclass=NullPool, connect_args=arguments)
    except ModuleNotFoundError as error:
        raise _no_driver(source, str(error.name)) from None
    except (exc.ArgumentError, exc.NoSuchModuleError, ImportError, ValueError) as error:
        # ``from None``: SQLAlchemy quotes the text it could not parse, and that may hold a password.
        raise SourceUnreachable(
            f"Nguồn “{source.name}”: địa chỉ cơ sở dữ liệu không đúng dạng, hoặc thuộc loại không có"
            f" ({type(error).__name__}).",
            f"Source “{source.name}”: the database URL is malformed, or of a make that is not known"
            f" ({type(error).__name__}).",
            source=source.name,
        ) from None


def database_files(source: HarvestSource) -> tuple[Path, ...]:
    """The files of a database that lies in files, as far as its address tells: it, and what is written beside it."""
    try:
        url = make_url(source.options.get("url", ""))
    except (exc.ArgumentError, ValueError):
        return ()
    if url.get_backend_name() != "sqlite" or not url.database:
        return ()
    return Path(url.database), Path(f"{url.database}-wal")


def statement_seconds(source: HarvestSource) -> int:
    """The most that a statement may take there."""
    return int(source.options.get("statement_seconds") or STATEMENT_SECONDS)


def _no_driver(source: HarvestSource, driver: str) -> SourceUnreachable:
    extra = EXTRAS.get(driver)
    remedy = f"chạy pip install '.[{extra}]' trong thư mục chương trình" if extra else "cài gói này rồi thử lại"
    remedy_en = f"run pip install '.[{extra}]' in the program's folder" if extra else "install it and try again"
    return SourceUnreachable(
        f"Nguồn “{source.name}”: máy chủ thu thập chưa cài trình điều khiển “{driver}”; {remedy}.",
        f"Source “{source.name}”: the driver “{driver}” is not installed on the harvesting server; {remedy_en}.",
        source=source.name,
    )


def _sqlite_path(source: HarvestSource, url: URL) -> Path:
    path = Path(url.database or "")
    if not url.database or not path.is_file():
        raise SourceUnreachable(
            f"Nguồn “{source.name}”: không có tệp cơ sở dữ liệu “{path.name}”.",
            f"Source “{source.name}”: there is no database file “{path.name}”.",
            source=source.name,
        )
    return path


def _open_sqlite(path: Path) -> sqlite3.Connection:
    uri = f"file:{quote(str(path.absolute()))}?mode=ro"
    return sqlite3.connect(uri, uri=True, timeout=SQLITE_WAIT_SECONDS, isolation_level=None)


def _connect(engine: Engine, source: HarvestSource) -> Connection:
    try:
        connection = engine.connect()
        try:
            seconds = statement_seconds(source)
            limit_at_driver(connection, seconds)
            connection.execution_options(**isolation(connection))
            is_mariadb = bool(getattr(engine.dialect, "is_mariadb", False))
            for statement in opening_statements(engine.dialect.name, seconds, is_mariadb=is_mariadb):
                connection.exec_driver_sql(statement)
        except BaseException:
            connection.close()
            raise
    except (exc.SQLAlchemyError, OSError, sqlite3.Error) as error:
        raise unreachable(source, error) from None
    return connection


def concerns_whole_source(connection: Connection, error: exc.DBAPIError) -> bool:
    """Whether an error means that the database is lost (gone, cut off) rather than one table at fault, such as a view
    that PostgreSQL gave up as too slow."""
    if connection.invalidated or error.connection_invalidated:
        return True
    return not is_table_fault(error)


def unreachable(source: HarvestSource, error: Exception, **details: object) -> SourceUnreachable:
    """The error for a database that does not answer, with its cause in words and with nothing secret."""
    cause, cause_en = _cause(error)
    rows = grouped(int(str(details.get("rows", 0))))
    read = f" khi đang đọc bảng “{details['table']}” (đã đọc {rows} dòng)" if "table" in details else ""
    read_en = f" while reading “{details['table']}” ({details['rows']} rows read)" if "table" in details else ""
    return SourceUnreachable(
        f"Nguồn “{source.name}”: {cause}{read}.",
        f"Source “{source.name}”: {cause_en}{read_en}.",
        source=source.name,
        **details,
    )


def _cause(error: Exception) -> tuple[str, str]:
    said = str(getattr(error, "orig", error)).casefold()
    if "password" in said or "authentication" in said or "access denied" in said or "login failed" in said:
        return "sai tài khoản hoặc mật khẩu", "wrong account or password"
    if "timeout" in said or "timed out" in said or "database is locked" in said:
        return "quá thời gian chờ", "time-out"
    if "not a database" in said or "malformed" in said:
        return "tệp cơ sở dữ liệu bị hỏng", "the database file is damaged"
    return "cơ sở dữ liệu không trả lời hoặc từ chối kết nối", "the database does not answer or refuses the connection"
