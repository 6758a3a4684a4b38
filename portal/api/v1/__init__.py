"""The portal's own API, for programs that want rows and descriptions in plain JSON.

:mod:`portal.api.v1.endpoints` declares everything once: the declarations parse the requests and make the
OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, request

from portal.api.answers import conditional, json_response
from portal.api.v1.declarations import Endpoint, read_parameters
from portal.api.v1.endpoints import ENDPOINTS
from portal.api.v1.openapi import openapi_document
from portal.context import links, parts

v1 = Blueprint("v1", __name__, url_prefix="/api/v1")


def _view_of(endpoint: Endpoint) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        return endpoint.view(read_parameters(endpoint, request.args), **path)

    return view


@v1.get("/openapi.json")
def openapi() -> Response:
    """This API in OpenAPI 3.1."""
    return conditional(json_response(openapi_document(ENDPOINTS, links(), parts().settings.site_title)))


for _endpoint in ENDPOINTS:
    _rule = _endpoint.path.replace("{", "<").replace("}", ">")
    v1.add_url_rule(_rule, _endpoint.name, _view_of(_endpoint), methods=["GET"])
