"""What words mean follows the catalogue, without a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from catalog.editing_synonyms import add_synonyms, remove_synonyms, switch_off, switch_on
from catalog.errors import StorageError
from catalog.ports import CatalogReader
from catalog.storage.database import SqlCatalogStore
from portal.search_lexicon import SearchLexicon
from portal.settings import Settings
from portal.wiring import open_parts
from search.datasets.lexicon import Lexicon
from search.datasets.words import words_of
from tests.contracts.dataset_indexes import described, found

NOW = datetime(2026, 1, 31, 8, tzinfo=UTC)


class Hand:
    """A clock that is moved by hand; seconds."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def lexicon(store: SqlCatalogStore, hand: Hand) -> SearchLexicon:
    return SearchLexicon(store, clock=hand)


def rows(lexicon: Lexicon, text: str) -> list[str]:
    return [" ".join(word.exact for word in row) for row in lexicon.meant(words_of(text)).rows]


def test_shipped_words_are_known(lexicon: SearchLexicon) -> None:
    assert rows(lexicon(), "HTX") == ["hợp tác xã"]


def test_an_edit_is_seen_two_seconds_later(store: SqlCatalogStore, lexicon: SearchLexicon, hand: Hand) -> None:
    assert rows(lexicon(), "đò") == []
    group = add_synonyms(store, ("đò", "bến đò"), actor="quan-tri", at=NOW)
    assert rows(lexicon(), "đò") == []
    hand.at += 2
    assert rows(lexicon(), "đò") == ["bến đò"]
    remove_synonyms(store, group.id, actor="quan-tri", at=NOW)
    hand.at += 2
    assert rows(lexicon(), "đò") == []


def test_what_is_switched_off_counts_no_longer(store: SqlCatalogStore, lexicon: SearchLexicon, hand: Hand) -> None:
    switch_off(store, ("HTX", "hợp tác xã"), actor="quan-tri", at=NOW)
    assert rows(lexicon(), "HTX") == []
    switch_on(store, ("HTX", "hợp tác xã"), actor="quan-tri", at=NOW)
    hand.at += 2
    assert rows(lexicon(), "HTX") == ["hợp tác xã"]


def test_it_is_made_anew_only_where_something_differs(lexicon: SearchLexicon, hand: Hand) -> None:
    first = lexicon()
    hand.at += 100
    assert lexicon() is first


def test_a_catalogue_that_cannot_be_read_is_no_reason_not_to_search(
    store: SqlCatalogStore, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_synonyms(store, ("đò", "bến đò"), actor="quan-tri", at=NOW)
    known, unknown = SearchLexicon(store, clock=hand), SearchLexicon(store, clock=hand)
    known()

    @contextmanager
    def gone() -> Iterator[CatalogReader]:
        raise StorageError("Cơ sở dữ liệu không trả lời.", "The database does not answer.")
        yield

    monkeypatch.setattr(store, "read", gone)
    hand.at += 100
    assert rows(known(), "đò") == ["bến đò"]
    assert rows(unknown(), "HTX") == ["hợp tác xã"]
    monkeypatch.undo()
    hand.at += 2
    assert rows(unknown(), "đò") == ["bến đò"]


def test_a_search_of_the_portal_uses_it(tmp_path: Path) -> None:
    parts = open_parts(Settings(home=tmp_path))
    parts.store.upgrade()
    parts.index.rebuild([described("ben", "Bến khách ngang sông"), described("cho", "Chợ")])
    add_synonyms(parts.store, ("đò", "bến khách ngang sông"), actor="quan-tri", at=NOW)
    assert found(parts.index, "đò") == found(parts.index, "do") == ["ben"]
    parts.store.close()
