"""Counts so small that the persons counted may be known by them, in tables about health and social matters.

A table counts persons or households by commune or by group; a cell of one to four (zero is none) tells a neighbour who
is meant. A field of the dictionary switches this off (``"smallCells": false``) or sets the smallest count that may be
shown (``"smallCells": 10``); the same property of the schema holds for all its fields.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as default
from typing import Any

import numpy as np

from catalog.dictionary import Field, TableSchema
from catalog.errors import InvalidInput
from catalog.issues import Dimension, Issue, Severity
from catalog.layout import UNSHIFTED, RowNumbers
from catalog.vietnamese import fold
from schemas.messages import column_name, first_seen, issue, number_text
from schemas.personal_blocks import Cells
from schemas.personal_labels import folded_label, says_commune
from schemas.places import Places
from schemas.staged_rows import declared

PROPERTY = "smallCells"
CODE = "small-cell"
DEFAULT_THRESHOLD = 5
LARGEST_THRESHOLD = 100

_SUBJECT = re.compile(
    r"y te|suc khoe|benh|dich te|tiem chung|dinh duong|khuyet tat|tam than|ngheo|bao tro|tro cap|an sinh|nguoi co cong"
    r"|tre em|mo coi|cao tuoi|ma tuy|hiv|bao luc|xam hai|tu vong|khai tu|ho tich|ly hon|that nghiep|dan toc thieu so"
    r"|tai nan|xa hoi"
)
_THEMES = frozenset({"y-te", "an-sinh-xa-hoi", "HEAL", "SOCI"})
_DELICATE = re.compile(
    r"hiv|aids|ma_tuy|nghien|tam_than|tu_vong|tu_tu|khai_tu|bao_luc|xam_hai|khuyet_tat|mo_coi|ho_ngheo|can_ngheo|ca_mac"
    r"|ca_benh|mac_benh|nhiem_benh|duong_tinh|mac_moi|pha_thai|tao_hon|ly_hon|benh_nhan|tro_cap|suy_dinh_duong"
)
_PERSON_UNITS = re.compile(
    r"^(?:so )?(?:nguoi|ho|ho gia dinh|truong hop|ca|benh nhan|cap|tre|chau|doi tuong|nhan khau|hoc sinh|vu|em)\b"
    r"[^/%]*$"
)
_COUNTS_PERSONS = re.compile(r"^(?:so_)?(?:nguoi|ho|ca|tre|benh_nhan|truong_hop|nan_nhan|doi_tuong|hoc_sinh)(?:_|$)")
_RATES = re.compile(r"ty_le|ti_le|phan_tram|ty_suat|pct|diem|tien|kinh_phi|von|gia_tri")
_STAFF = re.compile(
    r"bac_si|y_si|duoc_si|dieu_duong|ho_sinh|can_bo|cong_chuc|vien_chuc|giao_vien|nhan_luc|nhan_vien|bien_che|nguoi_hanh"
    r"|ky_thuat_vien|cong_chung_vien|cong_tac_vien|dai_bieu"
)
_GROUPS = re.compile(
    r"gioi_tinh|nhom_tuoi|do_tuoi|dan_toc|ton_giao|ten_benh|ma_benh|nhom_benh|loai_benh|chan_doan|nghe_nghiep|icd"
    r"|(?:^|_)(?:thon|xom|ban|ap|to_dan_pho|khu_pho)(?:_|$)"
)


@dataclass(slots=True)
class SmallCells:
    """Counts of one field that are below its threshold."""

    field: Field
    threshold: int
    numbers: RowNumbers = UNSHIFTED
    places: Places = default(default_factory=Places)

    def look(self, cells: Cells, number: Callable[[int], int]) -> None:
        """Take a block of cells; ``number`` gives the number of a row."""
        counts = "|".join(map(str, range(1, self.threshold)))
        small = cells.matches(rf"^\s*0*(?:{counts})(?:[.,]0+)?\s*$")
        if not small.any():
            return
        rows = cells.rows(small)
        for row in rows[:5].tolist():
            self.places.add(self.numbers.in_source(number(row)))
        self.places.count += int(np.size(rows)) - min(5, int(np.size(rows)))

    def finding(self, schema: TableSchema) -> Issue:
        seen, seen_en = first_seen(self.places)
        most = self.threshold - 1
        name, count = self.field.name, number_text(self.places.count)
        texts = (
            f"Cột {column_name(schema, name)}: {count} ô đếm từ 1 đến {most}, có thể nhận ra từng người{seen}.",
            f"Column {name}: {self.places.count} cells count 1 to {most}; persons may be recognised by them{seen_en}.",
            (
                f"Gộp nhóm hoặc địa bàn để mỗi ô từ {self.threshold} trở lên, hoặc để trống ô đó và thêm một ô cùng"
                f" hàng để không suy ngược được từ tổng; nếu được công khai, khai {PROPERTY} trong từ điển dữ liệu."
            ),
            (
                f"Merge groups or areas until each cell counts {self.threshold} or more, or suppress the cell and one"
                f" more of its row, so that totals do not give it away; if it may be shown, declare {PROPERTY}."
            ),
        )
        return issue(CODE, Severity.HOLD, Dimension.SHARED, texts, self.places, name)


def small_cell_fields(schema: TableSchema) -> Iterator[tuple[Field, int]]:
    """The fields whose small counts hold the table, each with the smallest count that may be shown.

    Without a declaration: counts of persons or households (not of staff), in their own unit, by commune or group, where
    the subject of the table or the name of the field is about health or social matters. Raises ``InvalidInput``.
    """
    raw = declared(schema)
    whole = _threshold(schema.name, schema.descriptor)
    by_group = any(
        says_commune(folded_label(item.name)) or _GROUPS.search(folded_label(item.name)) for item in schema.fields
    )
    about = _is_delicate_subject(schema)
    for item in schema.fields:
        if item.type not in ("integer", "number") or item.multiplier:
            continue
        own = _threshold(item.name, raw.get(item.name, {}))
        wanted = own if own is not None else whole
        if wanted is None and by_group and _counts_persons(item, about):
            wanted = DEFAULT_THRESHOLD
        if wanted and (own is not None or _counts_persons(item, True)):
            yield item, wanted


def _is_delicate_subject(schema: TableSchema) -> bool:
    themes = schema.descriptor.get("theme", schema.descriptor.get("themes", ()))
    named = {themes} if isinstance(themes, str) else set(themes) if isinstance(themes, list | tuple) else set()
    subject = fold(f"{schema.name} {schema.title}").replace("-", " ")
    return not named.isdisjoint(_THEMES) or _SUBJECT.search(subject) is not None


def _counts_persons(item: Field, about: bool) -> bool:
    label = folded_label(item.name)
    if _STAFF.search(label) or _STAFF.search(folded_label(item.title)):
        return False
    delicate = _DELICATE.search(label) is not None
    if item.unit:
        in_persons = _PERSON_UNITS.search(fold(item.unit)) is not None
    else:
        in_persons = _COUNTS_PERSONS.search(label) is not None or (delicate and item.type == "integer")
    return in_persons and not _RATES.search(label) and (about or delicate)


def _threshold(name: str, raw: Mapping[str, Any]) -> int | None:
    """The declared threshold; 0 switches off, ``None`` says nothing."""
    value = raw.get(PROPERTY)
    if value is None or value is True:
        return None if value is None else DEFAULT_THRESHOLD
    if value is False:
        return 0
    if isinstance(value, int) and 2 <= value <= LARGEST_THRESHOLD:
        return value
    raise InvalidInput(
        f"{name}: {PROPERTY} phải là true, false hoặc số nguyên từ 2 đến {LARGEST_THRESHOLD}, không phải {value!r}.",
        f"{name}: {PROPERTY} must be true, false or a whole number from 2 to {LARGEST_THRESHOLD}, not {value!r}.",
        field=name,
    )
