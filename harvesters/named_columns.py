"""Which of a service's columns the dictionary asks for, by name, and rows made of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from catalog.errors import SourceUnreadable
from catalog.ports import TableRequest
from catalog.vietnamese import nfc
from harvesters.json_services import text_of_json


class NamedColumns:
    """``names`` are the dictionary's, in its order, as far as the service ``given`` has them (without regard to case);
    ``left_out`` the service's others. Raises ``SourceUnreadable`` where two columns go by one name."""

    def __init__(self, request: TableRequest, given: Iterable[str]) -> None:
        by_name: dict[str, str] = {}
        for name in given:
            if by_name.setdefault(folded(name), name) != name:
                raise SourceUnreadable(
                    f"Bảng “{request.table.key}”: có hai cột cùng tên “{name}”; đặt tên khác nhau cho từng cột.",
                    f"Table “{request.table.key}”: two columns are called “{name}”; give each its own name.",
                    table=request.table.key,
                    column=name,
                )
        wanted = {name: by_name[folded(name)] for name in request.schema.field_names if folded(name) in by_name}
        self.names = tuple(wanted)
        self._given = tuple(wanted.values())
        self.left_out = tuple(name for name in by_name.values() if name not in self._given)

    def row(self, record: Mapping[str, Any]) -> list[object]:
        """The values of a record, in the order of ``names``."""
        return [staged_value(record.get(name)) for name in self._given]


def folded(name: str) -> str:
    return nfc(name).casefold()


def staged_value(value: Any) -> object:
    """A value of JSON as it is staged: lists and objects as JSON text, numbers with their digits."""
    return text_of_json(value) if isinstance(value, list | dict) else value
