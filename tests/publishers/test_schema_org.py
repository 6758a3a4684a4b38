"""JSON-LD for search engines, inside a page."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

from publishers.schema_org import dataset_json_ld
from tests.publishers.examples import CLINICS_PUBLISHED, LINKS, NASTY, NASTY_PUBLISHED, SHARED_PUBLISHED


def test_a_dataset_has_what_google_requires_and_recommends() -> None:
    described = json.loads(dataset_json_ld(CLINICS_PUBLISHED, LINKS))
    assert described["@type"] == "Dataset"
    assert described["name"] == "Cơ sở khám chữa bệnh, giường bệnh"
    assert len(described["description"]) >= 50
    assert described["license"] == "https://creativecommons.org/licenses/by/4.0/"
    assert described["isAccessibleForFree"] is True
    assert described["creator"]["name"] == "Sở Y tế"
    assert described["temporalCoverage"] == "2026-07-01/2026-10-31"
    assert described["spatialCoverage"] == {"@type": "Place", "name": "Tỉnh Thanh Hóa"}
    assert described["distribution"][0]["encodingFormat"] == "text/csv"
    assert {"@type": "PropertyValue", "name": "Giường bệnh", "unitText": "giường"} in described["variableMeasured"]


def test_in_english_where_there_is_english() -> None:
    described = json.loads(dataset_json_ld(CLINICS_PUBLISHED, LINKS, "en"))
    assert (described["name"], described["alternateName"]) == ("Health facilities", "Cơ sở khám chữa bệnh, giường bệnh")
    assert described["description"] == "Health facilities in the province."


def test_shared_data_offer_no_file_and_no_columns() -> None:
    described = json.loads(dataset_json_ld(SHARED_PUBLISHED, LINKS))
    assert described["isAccessibleForFree"] is False
    assert "distribution" not in described
    assert "variableMeasured" not in described


def test_no_text_ends_the_script_element_early() -> None:
    class Scripts(HTMLParser):
        """Collects the text inside the element as a browser would see it."""

        def __init__(self) -> None:
            super().__init__()
            self.found: list[str] = []
            self.tags: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, Any]]) -> None:
            self.tags.append(tag)

        def handle_data(self, data: str) -> None:
            self.found.append(data)

    parser = Scripts()
    parser.feed(f'<script type="application/ld+json">{dataset_json_ld(NASTY_PUBLISHED, LINKS)}</script>')
    assert parser.tags == ["script"]
    assert json.loads("".join(parser.found))["name"] == NASTY
