"""The 166 communes are the facts everything else hangs on: counts, area, tricky names, and where former units went."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter

from catalog.vietnamese import canonical_tone, fold, nfc
from portal.demo.communes import (
    COMMUNE_LIST,
    PROVINCE_CODE,
    commune_code_list,
    communes,
    former_district_code_list,
    unit_changes,
)


def test_the_province_has_147_rural_and_19_urban_communes() -> None:
    assert Counter(commune.kind for commune in communes()) == {"xã": 147, "phường": 19}


def test_the_areas_sum_to_that_of_the_province() -> None:
    assert round(sum(commune.area for commune in communes()), 2) == 11_114.86


def test_codes_are_unique_text_of_five_digits() -> None:
    codes = [commune.code for commune in communes()]
    assert len(set(codes)) == 166
    assert all(re.fullmatch(r"\d{5}", code) for code in codes)
    assert codes == sorted(codes)


def test_known_communes_stand_under_their_codes() -> None:
    names = {commune.code: commune.name for commune in communes()}
    expected = {"14797": "Phường Hạc Thành", "14845": "Xã Mường Lát", "16531": "Phường Sầm Sơn", "16012": "Xã Hậu Lộc"}
    assert {code: names[code] for code in expected} == expected


def test_two_communes_are_alike_without_accents_and_are_kept_apart() -> None:
    names = {commune.code: commune.name for commune in communes()}
    assert names["15724"] == "Xã Đồng Tiến"
    assert names["15853"] == "Phường Đông Tiến"
    assert fold("Đồng Tiến") == fold("Đông Tiến")


def test_names_are_composed_and_in_the_catalogues_tone_style() -> None:
    names = [commune.name for commune in communes()]
    names += [name for change in unit_changes() for name in (change.old_name, change.old_district)]
    assert [name for name in names if nfc(name) != name or canonical_tone(name) != name] == []


def test_every_representative_point_lies_in_the_province() -> None:
    outside = [c.name for c in communes() if not (19.2 <= c.latitude <= 20.7 and 104.3 <= c.longitude <= 106.1)]
    assert outside == []


def test_558_pairs_lead_from_547_former_units_to_every_commune() -> None:
    changes = unit_changes()
    assert len(changes) == len({(change.old_code, change.new_code) for change in changes}) == 558
    assert {change.new_code for change in changes} == {commune.code for commune in communes()}
    assert len({change.old_code for change in changes}) == 547


def test_exactly_the_divided_units_lead_to_several_communes() -> None:
    targets = Counter(change.old_code for change in unit_changes())
    assert {code for code, count in targets.items() if count > 1} == {
        change.old_code for change in unit_changes() if change.divided
    }


def test_the_code_list_is_what_foreign_keys_ask_for() -> None:
    code_list = commune_code_list()
    assert code_list.name == COMMUNE_LIST
    assert code_list.titles()["15865"] == "Xã Hoằng Hóa"
    assert {code.parent for code in code_list.codes} == {PROVINCE_CODE}


def test_the_code_list_knows_what_became_of_the_former_communes() -> None:
    codes = {code.code: code for code in commune_code_list().codes}
    assert len(codes) == len(commune_code_list().codes)
    today = {code for code, entry in codes.items() if entry.valid_to is None}
    former = {code: entry for code, entry in codes.items() if entry.valid_to is not None}
    assert (len(today), len(former)) == (166, 381)
    assert all(entry.replaced_by and set(entry.replaced_by) <= today for entry in former.values())
    moved = {change.old_code: change.new_code for change in unit_changes() if not change.divided}
    assert all(entry.replaced_by == (moved[code],) for code, entry in former.items() if code in moved)
    assert "Phường Hàm Rồng" not in codes["14758"].aliases


def test_the_package_is_read_without_importing_it() -> None:
    program = (
        "import sys; from portal.demo.communes import communes; assert len(communes()) == 166;"
        " assert not {name for name in sys.modules if name.split('.')[0] in ('vietnamadminunits', 'pandas')}"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_former_districts_name_the_communes_that_lie_there_today() -> None:
    districts = {code.title: code for code in former_district_code_list().codes}
    today = {commune.code: commune for commune in communes()}
    assert len(districts) == len(former_district_code_list().codes) == 26
    assert all(set(code.replaced_by) <= set(today) for code in districts.values())
    assert {code for code in districts["Huyện Nga Sơn"].replaced_by if today[code].short_name == "Nga Sơn"}
