"""Tables and views of a department's database, whatever its make, through SQLAlchemy.

All tables of a run are read in one read-only transaction that sees one state of the database; nothing is ever written
there.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, replace
from pathlib import Path

import sqlalchemy
from sqlalchemy import Connection, FromClause, exc
from sqlalchemy.sql.elements import ColumnClause
from sqlalchemy.sql.expression import quoted_name

from catalog.errors import SourceError, SourceMissing, SourceUnreadable
from catalog.model import SourceShape
from catalog.ports import Fetched, Progress, StagedTable, TableRequest, Unchanged
from catalog.source_kinds import CheckStep, OfferedTable, Option, OptionType
from catalog.sources import HarvestSource
from catalog.vietnamese import grouped, nfc
from harvesters.full_reads import file_mark
from harvesters.kinds import Kind
from harvesters.outside import Outside
from harvesters.select_only import looks_like_statement, single_select
from harvesters.sql_copy import copied_blocks, copy_statement
from harvesters.sql_engines import (
    STATEMENT_SECONDS,
    broken_texts_kept,
    is_broken_text,
    is_refused_right,
    is_time_out,
    notice_of_states,
    promise,
)
from harvesters.sql_mysql import ends_with_its_rows, texts_of_server
from harvesters.sql_probe import probe
from harvesters.sql_shape import kept_name, shape_of
from harvesters.sql_snapshot import (
    check_url,
    concerns_whole_source,
    database_files,
    is_on_server,
    open_snapshot,
    unreachable,
)
from harvesters.staging import StagingFile, UnwritableValue, staging_path

BATCH_ROWS = 10_000


class SqlDatabase(Kind):
    name = "sql"
    title = "Cơ sở dữ liệu"
    title_en = "Database"
    help = "Bảng, khung nhìn hoặc một câu SELECT của PostgreSQL, MySQL/MariaDB, SQL Server, Oracle hay SQLite."
    help_en = "Tables, views or one SELECT of PostgreSQL, MySQL/MariaDB, SQL Server, Oracle or SQLite."
    locator_help = "Tên bảng hoặc khung nhìn (có thể kèm lược đồ: noi_vu.xa), hoặc một câu SELECT."
    locator_help_en = "The name of a table or view (schema.name too), or one SELECT."
    reads_tables = True
    options = (
        Option(
            "url",
            "Địa chỉ",
            "Address",
            "Dạng SQLAlchemy, không có mật khẩu: postgresql://doc@may-chu:5432/noi_vu",
            "As SQLAlchemy has it, without the password: postgresql://reader@host:5432/noi_vu",
            required=True,
        ),
        Option("password", "Mật khẩu", "Password", secret=True),
        Option("schema", "Lược đồ", "Schema", "Nếu bảng không nằm ở lược đồ mặc định.", "If not the default one."),
        Option(
            "incremental_column",
            "Cột đánh dấu thay đổi",
            "Column that moves with every change",
            "Ví dụ ngay_cap_nhat. Giá trị lớn nhất của cột và số dòng không đổi thì bảng không được đọc lại, nhiều nhất"
            " bảy ngày; thay đổi không làm đổi cả hai số ấy chỉ thấy ở lần đọc đủ tiếp theo.",
            "Such as updated_at. While its largest value and the number of rows stay, a table is not read again, for"
            " seven days at most; a change that leaves both alone is seen at the next full reading only.",
        ),
        Option(
            "statement_seconds",
            "Thời hạn một câu lệnh (giây)",
            "Most that a statement may take (seconds)",
            "Cơ sở dữ liệu dừng câu lệnh lâu hơn; đọc hết một bảng là một câu lệnh.",
            "The database ends what takes longer; reading a whole table is one statement.",
            type=OptionType.NUMBER,
            default=str(STATEMENT_SECONDS),
            minimum=1,
            maximum=86_400,
        ),
    )

    @classmethod
    def check_together(cls, options: Mapping[str, str]) -> None:
        check_url(options.get("url", ""))

    @classmethod
    def reads_server(cls, options: Mapping[str, str]) -> bool:
        return is_on_server(options.get("url", ""))

    def fetch(
        self,
        source: HarvestSource,
        requests: Sequence[TableRequest],
        folder: Path,
        progress: Progress,
        outside: Outside,
    ) -> Iterator[tuple[TableRequest, Fetched]]:
        return fetch_sql(source, requests, folder, progress)

    def check(self, source: HarvestSource, outside: Outside) -> Iterator[CheckStep]:
        try:
            with open_snapshot(source) as connection:
                seen_to = promise(connection)
            tables = list(self.offered(source, outside))
        except SourceError as error:
            yield CheckStep("Kết nối", "Connect", False, error.message, error.message_en)
            return
        yield CheckStep("Kết nối", "Connect", True, *seen_to)
        count = len(tables)
        yield CheckStep("Liệt kê bảng", "List tables", count > 0, f"thấy {count} bảng", f"{count} tables are seen")

    def offered(self, source: HarvestSource, outside: Outside) -> Iterator[OfferedTable]:
        with open_snapshot(source) as connection:
            inspector = sqlalchemy.inspect(connection)
            schema = source.options.get("schema") or None
            try:
                names = [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
                found = [OfferedTable(name, columns=_column_list(inspector, name, schema)) for name in names]
            except exc.SQLAlchemyError as error:
                raise unreachable(source, error) from None
        yield from found


def _column_list(inspector: sqlalchemy.Inspector, name: str, schema: str | None) -> tuple[str, ...]:
    return tuple(column["name"] for column in inspector.get_columns(name, schema))


def fetch_sql(
    source: HarvestSource, requests: Sequence[TableRequest], folder: Path, progress: Progress
) -> Iterator[tuple[TableRequest, Fetched]]:
    """See :class:`catalog.ports.Fetch`. A locator is the name of a table or view (``schema.name`` too), or one SELECT.

    Only the columns that the dictionary names are asked for, matched without regard to case and staged under the
    dictionary's spelling; the others are named in ``left_out``. Rows come in the order of the schema's primary key.
    """
    files = database_files(source)
    marks = {request.table.key: file_mark(request.table.key, *files) if files else "" for request in requests}
    with open_snapshot(source) as connection:
        for position, request in enumerate(requests):
            path = staging_path(folder, position, request.table.key)
            mark = marks[request.table.key]
            same = bool(mark) and mark == request.known
            yield request, Unchanged(mark) if same else _read_table(connection, source, request, path, progress, mark)


def _read_table(
    connection: Connection, source: HarvestSource, request: TableRequest, path: Path, progress: Progress, mark: str
) -> Fetched:
    """The staged table, that it is unchanged, or the error that concerns this table alone."""
    rows_read = [0]
    try:
        with _savepoint(connection):
            relation = _relation(connection, request, source.options.get("schema"))
            columns = _columns(connection, relation, request)
            mark = mark or _probed(connection, relation, columns, request, source.options.get("incremental_column", ""))
            if mark and mark == request.known:
                return Unchanged(mark)
            with broken_texts_kept(connection):
                table = _stage(connection, relation, columns, request, path, progress, rows_read)
            return replace(table, shape=columns.shape, fingerprint=mark)
    except SourceError as error:
        return error
    except exc.DBAPIError as error:
        if concerns_whole_source(connection, error):
            raise unreachable(source, error, table=request.table.key, rows=rows_read[0]) from None
        return _unreadable(request, rows_read[0], error)
    except (exc.SQLAlchemyError, UnwritableValue, ValueError, OverflowError) as error:
        return _unreadable(request, rows_read[0], error)


def _savepoint(connection: Connection) -> AbstractContextManager[object]:
    """PostgreSQL ends a transaction at the first error; a savepoint lets the other tables be read all the same."""
    return connection.begin_nested() if connection.dialect.name == "postgresql" else contextlib.nullcontext()


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of a table by the case-folded form of their names, and how they look to the source."""

    names: Mapping[str, str]
    shape: SourceShape


def _probed(connection: Connection, relation: FromClause, columns: _Columns, request: TableRequest, moving: str) -> str:
    """The fingerprint of a table that has the column ``moving``."""
    name = columns.names.get(nfc(moving).casefold())
    return probe(connection, relation, _column(connection, name), columns.shape, request) if name else ""


def _stage(
    connection: Connection,
    relation: FromClause,
    columns: _Columns,
    request: TableRequest,
    path: Path,
    progress: Progress,
    rows_read: list[int],
) -> StagedTable:
    """Select what the dictionary asks for and write it; ``rows_read[0]`` follows how far that has come."""
    names, key = columns.names, request.table.key
    wanted = {name: names[name.casefold()] for name in request.schema.field_names if name.casefold() in names}
    left_out = [name for name in names.values() if name not in wanted.values()]
    with StagingFile(path, tuple(wanted)) as staging, texts_of_server(connection) as zero_dates:
        if wanted:
            selected = [_column(connection, name) for name in wanted.values()]
            order = [_column(connection, wanted[name]) for name in request.schema.primary_key if name in wanted]
            try:
                with closing(_written(connection, relation, selected, order, staging)) as batches:
                    for _ in batches:
                        progress(key, staging.row_count)
            finally:
                rows_read[0] = staging.row_count
    notices = (*notice_of_states(connection), *zero_dates.notices())
    return replace(staging.table(key, left_out), notices=notices)


def _written(
    connection: Connection,
    relation: FromClause,
    selected: list[ColumnClause[object]],
    order: list[ColumnClause[object]],
    staging: StagingFile,
) -> Generator[None, None, None]:
    """Writes batch by batch and pauses after each."""
    statement = copy_statement(connection, relation, selected, order)
    if statement is not None:
        with closing(copied_blocks(connection, statement, BATCH_ROWS)) as blocks, ThreadPoolExecutor(1) as writer:
            earlier: Future[None] | None = None  # is written while the next block is read
            for block, count in blocks:
                if earlier is not None:
                    earlier.result()
                    yield
                earlier = writer.submit(staging.write_lines, block, count)
            if earlier is not None:
                earlier.result()
                yield
        return
    query = sqlalchemy.select(*selected).select_from(relation).order_by(*order)
    options = {"stream_results": True, "max_row_buffer": BATCH_ROWS}
    with connection.execute(query, execution_options=options) as result, ends_with_its_rows(connection):
        for rows in result.partitions(BATCH_ROWS):
            staging.write_rows(rows)
            yield


def _column(connection: Connection, name: str) -> ColumnClause[object]:
    return sqlalchemy.column(quoted_name(kept_name(connection, name), quote=True))


def _columns(connection: Connection, relation: FromClause, request: TableRequest) -> _Columns:
    """Asks for no row of ``relation``. Raises ``SourceUnreadable`` where two columns go by one name."""
    empty = sqlalchemy.select(sqlalchemy.text("*")).select_from(relation).where(sqlalchemy.text("1 = 0"))
    with connection.execute(empty) as result:
        found = list(result.keys())
        shape = shape_of(connection, relation, found, result.cursor)
    names: dict[str, str] = {}
    for name in found:
        if names.setdefault(nfc(name).casefold(), name) is not name:
            raise SourceUnreadable(
                f"Bảng “{request.table.key}”: có hai cột cùng tên “{name}”; đặt tên khác nhau cho từng cột.",
                f"Table “{request.table.key}”: two columns are called “{name}”; give each its own name.",
                table=request.table.key,
                column=name,
            )
    return _Columns(names, shape)


def _relation(connection: Connection, request: TableRequest, schema: str | None) -> FromClause:
    """What the locator stands for: a table or view that exists, or a SELECT as a derived table."""
    locator = request.table.locator
    if not looks_like_statement(locator):
        return _named_relation(connection, request, schema)
    select = single_select(locator)
    if select is None:
        raise SourceUnreadable(
            f"Bảng “{request.table.key}”: chỉ nhận tên bảng hoặc đúng một câu lệnh SELECT.",
            f"Table “{request.table.key}”: only the name of a table or a single SELECT is accepted.",
            table=request.table.key,
        )
    if connection.dialect.name == "mssql" and select.lower().startswith("with"):
        raise SourceUnreadable(
            f"Bảng “{request.table.key}”: SQL Server không cho WITH nằm trong một truy vấn khác; hãy tạo khung nhìn.",
            f"Table “{request.table.key}”: SQL Server takes no WITH inside another query; make it a view.",
            table=request.table.key,
        )
    # A colon in the text is a colon, never the beginning of a parameter.
    return sqlalchemy.text(select.replace(":", r"\:")).columns().subquery("bang_nguon")


def _named_relation(connection: Connection, request: TableRequest, schema: str | None) -> FromClause:
    inspector = sqlalchemy.inspect(connection)
    name = request.table.locator.strip()
    places = [(schema, name)]
    if "." in name:
        before, _, after = name.partition(".")
        places.append((before.strip('"[]`'), after.strip('"[]`')))
    for place_schema, place_name in places:
        if inspector.has_table(place_name, schema=place_schema):
            return _table(connection, place_name, place_schema)
        try:
            known = [*inspector.get_table_names(place_schema), *inspector.get_view_names(place_schema)]
        except exc.NoSuchTableError:  # a schema that is not there, for some makes
            continue
        alike = [other for other in known if other.casefold() == place_name.casefold()]
        if len(alike) == 1:
            return _table(connection, alike[0], place_schema)
    raise SourceMissing(
        f"Không tìm thấy bảng “{name}” trong cơ sở dữ liệu nguồn; kiểm tra tên bảng và quyền đọc của tài khoản.",
        f"No table “{name}” in the source database; check its name and the account's right to read it.",
        table=request.table.key,
    )


def _table(connection: Connection, name: str, schema: str | None) -> FromClause:
    place = None if schema is None else quoted_name(kept_name(connection, schema), quote=True)
    return sqlalchemy.table(quoted_name(kept_name(connection, name), quote=True), schema=place)


def _unreadable(request: TableRequest, rows: int, error: Exception) -> SourceUnreadable:
    """One table that cannot be read to its end, naming how far it could."""
    reason, reason_en = _reason(error)
    return SourceUnreadable(
        f"Bảng “{request.table.key}”: không đọc được tiếp sau khoảng {grouped(rows)} dòng ({reason}).",
        f"Table “{request.table.key}”: cannot be read further than about {rows} rows ({reason_en}).",
        table=request.table.key,
        rows=rows,
    )


def _reason(error: Exception) -> tuple[str, str]:
    """What a clerk or a database administrator can act on; never what the driver said."""
    if isinstance(error, UnwritableValue):
        place, place_en = f"dòng {error.row}, cột “{error.column}”", f"row {error.row}, column “{error.column}”"
        if not error.kind:
            return f"{place}: chữ sai bảng mã", f"{place_en}: text in a broken encoding"
        return f"{place}: kiểu {error.kind} không ghi được thành chữ", f"{place_en}: a {error.kind} has no form as text"
    if is_refused_right(error):
        return "tài khoản thu thập không có quyền đọc bảng này", "the account has no right to read it"
    if is_time_out(error):
        return "quá thời gian chờ", "time-out"
    if is_broken_text(error):
        return "dòng tiếp theo có chữ sai bảng mã", "the next row has text in a broken encoding"
    return type(error).__name__, type(error).__name__
