"""Links that were made to a CKAN portal lead on to what stands here instead, for good."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from catalog.model import stable_id
from catalog.vocabularies import THEMES
from publishers.ckan import group_id
from publishers.links import resource_id

DATASET = "co-so-kham-chua-benh"
TABLE = stable_id("distribution", DATASET, "bang")
SITE = "http://du-lieu.test"


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/dataset", "/datasets"),
        ("/dataset/", "/datasets"),
        ("/dataset?q=y+t%E1%BA%BF&sort=title_string+asc&page=2", "/datasets?q=y+t%E1%BA%BF&page=2&sort=title"),
        ("/dataset?organization=so-y-te&groups=y-te&_groups_limit=0", "/datasets?organization=so-y-te&theme=y-te"),
        ("/dataset?res_format=CSV&res_format=XLSX&tags=d%C6%B0%E1%BB%A3c",
         "/datasets?keyword=d%C6%B0%E1%BB%A3c&format=csv&format=xlsx"),
        ("/en/dataset?license_id=cc-by", "/en/datasets?license=cc-by"),
        ("/group", "/datasets"),
        ("/group/y-te", "/datasets?theme=y-te"),
        (f"/group/{group_id(THEMES['y-te'])}", "/datasets?theme=y-te"),
        ("/tag", "/datasets"),
        ("/tag/nhà thuốc", "/datasets?keyword=nh%C3%A0+thu%E1%BB%91c"),
        ("/organization", "/organizations"),
        (f"/organization/{stable_id('organization', 'so-y-te')}", "/organization/so-y-te"),
        (f"/dataset/{stable_id('dataset', DATASET)}", f"/dataset/{DATASET}"),
        (f"/dataset/{stable_id('dataset', DATASET)}/resource/{resource_id(TABLE, 'csv')}", f"/dataset/{DATASET}"),
        (f"/dataset/{DATASET}/resource/{resource_id(TABLE, 'csv')}/download/bang.csv",
         f"{SITE}/download/{DATASET}/{DATASET}-bang.csv"),
    ],
)  # fmt: skip
def test_an_old_address_leads_on_for_good(client: FlaskClient, address: str, place: str) -> None:
    answer = client.get(address)
    assert (answer.status_code, answer.headers.get("Location")) == (301, place)
    with client.get(place.removeprefix(SITE)) as there:
        assert there.status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "/group/khong-co",
        "/tag/khong-co",
        "/dataset/khong-co/resource/x",
        f"/dataset/{DATASET}/resource/khong-co/download/bang.csv",
        f"/dataset/{DATASET}/resource/{resource_id(TABLE, 'link')}/download/bang.csv",
        f"/dataset/nhan-luc-y-te/resource/{resource_id(TABLE, 'csv')}/download/bang.csv",
    ],
)
def test_what_is_not_here_leads_nowhere(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404
