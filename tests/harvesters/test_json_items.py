"""Long lists are read item by item: a bad item is told, a document that breaks off is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.errors import SourceUnreadable
from harvesters import json_document
from harvesters.json_items import Damage, Item, NoList, is_lines, items_of, member_text

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(codec="utf-8", exclude_characters="\0")),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=10,
).filter(lambda value: "\\u0000" not in json.dumps(value))
OBJECTS = st.dictionaries(st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=5), JSON, max_size=5)


def read(folder: Path, text: str | bytes, *, lines: bool = False) -> list[Item]:
    path = folder / "danh-muc.json"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(items_of(path, ("dataset",), shown="https://nguon.example/data.json", lines=lines or is_lines(path)))


def damages(items: list[Item]) -> list[Damage | None]:
    return [item.damage for item in items]


@settings(max_examples=50)
@given(found=st.lists(OBJECTS, max_size=8), indent=st.sampled_from([None, 2]), envelope=OBJECTS)
def test_what_was_written_is_read_whatever_stands_around_it(
    found: list[dict[str, object]],
    indent: int | None,
    envelope: dict[str, object],
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    around = {name: value for name, value in envelope.items() if name not in ("dataset", "@graph")}
    folder = tmp_path_factory.mktemp("json")
    for written in (found, {**around, "dataset": found}, {"dataset": found, **around}):
        items = read(folder, json.dumps(written, indent=indent, ensure_ascii=False))
        assert [item.value for item in items] == found
        assert [item.position for item in items] == list(range(1, len(found) + 1))
    if len(found) > 1:
        items = read(folder, "\n".join(json.dumps(item) for item in found))
        assert [item.value for item in items] == found


def test_items_larger_than_the_window_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_document, "PIECE", 7)
    found = [{"tên": "x" * length, "số": [length, -1.5]} for length in range(40)]
    assert [item.value for item in read(tmp_path, json.dumps({"a": {"b": 1}, "dataset": found, "z": 12345}))] == found


@pytest.mark.parametrize(
    ("item", "damage"),
    [
        ('{"a": 1, "a": 2}', Damage.TWICE),
        ('{"a": NaN}', Damage.BAD_NUMBER),
        ('{"a": 1e999}', Damage.BAD_NUMBER),
        ('{"a": nul}', Damage.NOT_JSON),
        ('{"a" 1}', Damage.NOT_JSON),
        ('"chữ"', Damage.NOT_AN_OBJECT),
        ("12", Damage.NOT_AN_OBJECT),
        ('{"a": "\\ud800"}', Damage.BAD_CHARACTERS),
        ('{"a": "\\u0000"}', Damage.BAD_CHARACTERS),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", Damage.TOO_DEEP),
        ('{"a": ' + "[" * 50_000 + "]" * 50_000 + "}", Damage.TOO_DEEP),
        ('{"a": "' + "x" * 1_000_001 + '"}', Damage.TOO_LARGE),
    ],
    ids=lambda value: value.name if isinstance(value, Damage) else value[:20],
)
def test_a_bad_item_is_told_by_its_place_and_the_others_are_read(tmp_path: Path, item: str, damage: Damage) -> None:
    good = '{"ten": "tốt"}'
    items = read(tmp_path, f'{{"dataset": [{good}, {item}, {good}]}}')
    assert damages(items) == [None, damage, None]
    assert [found.position for found in items] == [1, 2, 3]
    assert damages(read(tmp_path, f"{good}\n{item}\n\n{good}\n", lines=True)) == [None, damage, None]


def test_bytes_that_are_not_utf8_cost_their_item_alone(tmp_path: Path) -> None:
    items = read(tmp_path, b'[{"a": "t\xe1\xbb\x91t"}, {"a": "h\xe3ng"}, {"a": "x"}]')
    assert damages(items) == [None, Damage.BAD_CHARACTERS, None]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "xin chào",
        "<html></html>",
        '{"dataset": [{"a": 1}, {"a": ',
        '{"dataset": [{"a": 1}, ',
        '{"dataset": [{"a": 1}',
        '{"dataset": [{"a": 1}]',
        '{"dataset": [{"a": 1}] "b": 2}',
        '{"dataset": [{"a": 1},]}',
        '{"dataset": [{"a": 1}]} thừa',
        '{"dataset": [], "dataset": [{"a": 1}]}',
        '[{"a": 1} {"a": 2}]',
        '[{"a": "không hết]}',
        '{"b": nul, "dataset": []}',
    ],
)
def test_a_document_that_breaks_off_is_refused_by_name(tmp_path: Path, text: str) -> None:
    with pytest.raises(SourceUnreadable, match=r"nguon\.example"):
        read(tmp_path, text)


def test_an_object_without_the_list_says_what_it_has(tmp_path: Path) -> None:
    for text, members in (
        ("{}", {}),
        ('{"error": "không", "n": 1}', {"error": "không", "n": 1}),
        ('{"dataset": {"a": 1}}', {"dataset": {"a": 1}}),
        ('{"@context": {}, "@graph": [1, 2]}', {"@context": {}, "@graph": [1, 2]}),
    ):
        with pytest.raises(NoList) as caught:
            read(tmp_path, text)
        assert caught.value.members == members


def test_lines_declared_as_such_are_read_even_if_the_first_is_damaged(tmp_path: Path) -> None:
    items = read(tmp_path, '{"a": \n{"a": 1}', lines=True)
    assert damages(items) == [Damage.NOT_JSON, None]


def test_a_list_inside_another_object_is_found_and_what_stands_around_it_is_told(tmp_path: Path) -> None:
    path = tmp_path / "tra-loi.json"
    path.write_text(json.dumps({"success": True, "result": {"count": 2, "results": [{"a": 1}, {"a": 2}], "sort": ""}}))
    members: dict[str, object] = {}
    items = list(items_of(path, ("results",), shown="x", inside="result", members=members))
    assert [item.value for item in items] == [{"a": 1}, {"a": 2}]
    assert members == {"success": True, "count": 2, "sort": ""}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{"a": [{"id": "trong"}], "id": "ngoài", "b": NaN', "ngoài"),
        ('{"a": "id", "id" : "ngoài"', "ngoài"),
        ('{"id": 3, "b": "x"}', ""),
        ('{"id": {"b": "x"}, "c": "id"}', ""),
        ('{"id": "có \\"dấu\\""}', ""),
        ("[[[[", ""),
    ],
)
def test_a_damaged_object_still_tells_its_name(text: str, told: str) -> None:
    assert member_text(text, "id") == told
