"""Which indexes of a cluster are ours: the one that is read, and the one that is being built.

Every index is named ``ALIAS-lLAYOUT-NUMBER``. The current one carries two aliases: ``ALIAS``, and ``ALIAS-lLAYOUT``, by
which it is read and written, so that a program of another layout finds nothing rather than nonsense. One that is being
built carries ``ALIAS-building``; there is one such at a time. A single call moves the aliases, and refuses if another
program has moved them meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from elasticsearch import ApiError, Elasticsearch, TransportError

from catalog.errors import IndexMissing, IndexUnavailable
from search.datasets.elastic_client import unavailable

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Writable:
    """The aliases to write to: the current index, and the one being built if there is one."""

    current: str
    building: str = ""


class ElasticGenerations:
    def __init__(self, client: Callable[[], Elasticsearch], alias: str, layout: int, mappings: Settings) -> None:
        self._client = client
        self._alias = alias
        self._building = f"{alias}-building"
        self._mappings = mappings
        self.current = f"{alias}-l{layout}"
        """The alias of the current index of this layout: 404 where there is none."""

    def missing(self) -> IndexUnavailable:
        """Why there is no current index of this layout."""
        held = self._holders(self._alias)
        return self._of_another_layout(held) if held else _must_be_built("chưa được tạo", "has not been built yet")

    def _of_another_layout(self, names: Iterable[str]) -> IndexUnavailable:
        """One of a newer layout is not to be built anew by itself: the program that made it may be at work."""
        if any(_layout_of(name) > _layout_of(f"{self.current}-0") for name in names):
            return unavailable(
                "giữ chỉ mục của phiên bản mới hơn của chương trình; để dùng bản này hãy dựng lại chỉ mục",
                "holds the index of a newer program; to go on with this one rebuild it",
            )
        return _must_be_built("thuộc phiên bản khác", "is of another version")

    def writable(self) -> Writable | None:
        """``None`` where no index was ever built. Raises ``IndexUnavailable`` where it, or the one being built, is of
        another layout: what is written here would be missing there."""
        found = self._client().options(ignore_status=404).indices.get_alias(name=f"{self._alias},{self._building}")
        aliases = {
            name: set(index["aliases"]) for name, index in found.body.items() if isinstance(index, dict) and index
        }
        if any(not self._is_of_this_layout(name) for name in aliases):
            raise self._of_another_layout(aliases)
        carried = set().union(*aliases.values())
        if self._alias not in carried:
            held = self._holders(self.current)
            if not held:
                return None
            # Somebody took its name away; an index begun beside it would hide it.
            self._client().indices.update_aliases(actions=[_add(index, self._alias) for index in held])
        return Writable(self.current, self._building if self._building in carried else "")

    def start(self, settings: Settings) -> None:
        """An empty current index; nothing where another program was quicker."""
        name = f"{self.current}-{self._next_number()}"
        aliases: dict[str, Any] = {self._alias: {}, self.current: {}}
        try:
            self._client().indices.create(index=name, settings=settings, mappings=self._mappings, aliases=aliases)
        except ApiError as error:
            if "resource_already_exists" not in str(error.body):
                raise

    def begin(self, settings: Settings) -> str:
        """An empty index to be built, and leftovers of builders that ended or were overtaken are deleted."""
        client = self._client()
        name = f"{self.current}-{self._next_number()}"
        client.indices.create(index=name, settings=settings, mappings=self._mappings)
        before = self._holders(self._building)
        moves = [_remove(held, self._building) for held in before] + [_add(name, self._building)]
        try:
            client.indices.update_aliases(actions=moves)
        except ApiError as error:
            self._delete(name)
            raise _overtaken(error) from error
        self._delete_leftovers(name)
        return name

    def finish(self, name: str) -> None:
        """Makes it the current one, at once, and deletes the one before."""
        before = self._current_aliases()
        moves = [_remove(held, alias) for held, aliases in before.items() for alias in aliases]
        moves += [_remove(name, self._building), _add(name, self._alias), _add(name, self.current)]
        try:
            self._client().indices.update_aliases(actions=moves)
        except ApiError as error:
            raise _overtaken(error) from error
        with suppress(ApiError, TransportError):  # the next rebuild deletes what is left
            for index in before:
                self._delete(index)

    def _current_aliases(self) -> dict[str, list[str]]:
        """Every index that is current in some way, also where somebody took one of its aliases away."""
        every = {index: {self._alias} for index in self._holders(self._alias)} | self._all()
        carried = {index: sorted(aliases & {self._alias, _alias_of(index)}) for index, aliases in every.items()}
        return {index: aliases for index, aliases in carried.items() if aliases}

    def abandon(self, name: str) -> None:
        """Deletes it unless it became the current one after all: an answer may have been lost."""
        self._client().indices.update_aliases(actions=[_remove(name, self._building)])
        self._delete(name)

    def _delete(self, name: str) -> None:
        self._client().options(ignore_status=404).indices.delete(index=name)

    def _holders(self, alias: str) -> list[str]:
        found = self._client().options(ignore_status=404).indices.get_alias(name=alias)
        return [] if found.meta.status == 404 else list(found.body)

    def _all(self) -> dict[str, set[str]]:
        """Every index of ours with its aliases."""
        found = self._client().options(ignore_status=404).indices.get_alias(index=f"{self._alias}-l*")
        ours = re.compile(re.escape(self._alias) + r"-l\d+-\d+")
        if found.meta.status == 404:
            return {}
        return {name: set(held["aliases"]) for name, held in found.body.items() if ours.fullmatch(name)}

    def _delete_leftovers(self, name: str) -> None:
        """Only while ``name`` is still the one being built: the call refuses otherwise, as a whole."""
        unused = [index for index, aliases in self._all().items() if not aliases]
        if not unused:
            return
        moves = [_remove(name, self._building), _add(name, self._building)]
        try:
            self._client().indices.update_aliases(
                actions=moves + [{"remove_index": {"index": index}} for index in unused]
            )
        except ApiError as error:
            self._delete(name)
            raise _overtaken(error) from error

    def _next_number(self) -> int:
        return max((int(name.rpartition("-")[2]) for name in self._all()), default=0) + 1

    def _is_of_this_layout(self, name: str) -> bool:
        return _alias_of(name) == self.current


def _layout_of(index: str) -> int:
    found = re.search(r"-l(\d+)-\d+$", index)
    return int(found[1]) if found else 0


def _alias_of(index: str) -> str:
    """The alias of its layout."""
    return index.rpartition("-")[0]


def _remove(index: str, alias: str) -> dict[str, Any]:
    return {"remove": {"index": index, "alias": alias, "must_exist": True}}


def _add(index: str, alias: str) -> dict[str, Any]:
    return {"add": {"index": index, "alias": alias}}


def _overtaken(error: ApiError) -> IndexUnavailable:
    return unavailable(
        "đang được tiến trình khác tạo lại chỉ mục; hãy thử lại sau",
        "is being rebuilt by another process; try again later",
        error,
    )


def _must_be_built(state: str, state_en: str) -> IndexMissing:
    return IndexMissing(f"Chỉ mục tìm kiếm {state}; hãy tạo lại chỉ mục.", f"The search index {state_en}; rebuild it.")
