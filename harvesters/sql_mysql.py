"""Takes the values of MySQL and MariaDB as the server writes them, so that nothing is lost on the way to text.

Python's own types would drop the zeros of a ``ZEROFILL`` code and cannot hold a time of more than a day. ``0000-00-00``
is MySQL's way to leave a date empty where NULL is forbidden: it is read as an empty cell, and counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from catalog.issues import Dimension, Issue, Severity
from catalog.vietnamese import grouped

_ZERO_DATE = "0000-00-00"
_FLOAT, _DOUBLE, _TIMESTAMP, _DATE, _TIME, _DATETIME, _BIT = 4, 5, 7, 10, 11, 12, 16


@dataclass(slots=True)
class ZeroDates:
    """How many dates were none."""

    count: int = 0

    def notices(self) -> Iterator[Issue]:
        if self.count:
            yield Issue(
                code="zero-dates",
                severity=Severity.WARNING,
                dimension=Dimension.COMPLETE,
                message=f"{grouped(self.count)} ô ngày ghi “{_ZERO_DATE}” ở nguồn; được đọc là ô trống.",
                message_en=f"{self.count} dates are “{_ZERO_DATE}” at the source; they were read as empty cells.",
                remedy="Thay bằng NULL ở cơ sở dữ liệu nguồn nếu ngày thật sự chưa biết.",
                remedy_en="Make them NULL in the source database if the day is really unknown.",
                count=self.count,
            )

    def date(self, text: str) -> str | None:
        if text == _ZERO_DATE:
            self.count += 1
            return None
        return text

    def moment(self, text: str) -> str | None:
        if text.startswith(_ZERO_DATE):
            self.count += 1
            return None
        return _even_fraction(text.replace(" ", "T"))


@contextmanager
def texts_of_server(connection: Connection) -> Iterator[ZeroDates]:
    """Within the block rows come as texts that :mod:`harvesters.staging` takes as they are, from any other database
    than MySQL (or another driver) unchanged."""
    found = ZeroDates()
    if connection.dialect.driver != "pymysql":
        yield found
        return
    driver: Any = connection.connection.driver_connection
    usual = driver.decoders
    driver.decoders = _forms(found)
    try:
        yield found
    finally:
        driver.decoders = usual


@contextmanager
def ends_with_its_rows(connection: Connection) -> Iterator[None]:
    """Where the block that reads rows is ended from outside, the connection ends too: pymysql would wait for all rows
    that are left, hours perhaps, even of a connection that is lost."""
    if connection.dialect.driver != "pymysql":
        yield
        return
    driver: Any = connection.connection.driver_connection
    try:
        yield
    except BaseException as error:
        if isinstance(error, GeneratorExit):
            connection.invalidate()
        if not driver.open and driver._result is not None:
            driver._result.unbuffered_active = False
        raise


def _forms(found: ZeroDates) -> Mapping[int, Callable[[Any], object]]:
    """What is done with the server's text of a value, by the protocol's number of its type; nothing where none is."""
    return {
        _FLOAT: float,
        _DOUBLE: float,
        _TIMESTAMP: found.moment,
        _DATE: found.date,
        _TIME: _even_fraction,
        _DATETIME: found.moment,
        _BIT: _number_of_bits,
    }


def _even_fraction(text: str) -> str:
    """A time with all six digits of its fraction, or with none: as Python's ``isoformat`` has it."""
    whole, point, fraction = text.partition(".")
    return f"{whole}.{fraction.ljust(6, '0')}" if point and fraction.strip("0") else whole


def _number_of_bits(value: bytes) -> int:
    return int.from_bytes(value)
