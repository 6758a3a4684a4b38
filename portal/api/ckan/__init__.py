"""CKAN's Action API, so that every CKAN client and harvester can read the portal without knowing it is none.

One dictionary (:data:`portal.api.ckan.actions.ACTIONS`) names what can be asked; this module is the transport.
"""

from __future__ import annotations

import logging
import re
from typing import Any

import orjson
from flask import Blueprint, Response, request

from catalog.errors import CatalogError, IndexUnavailable, InvalidInput, NotFound
from portal.api.ckan.actions import ACTIONS, WRITING_ACTIONS
from portal.api.ckan.arguments import read_arguments
from portal.api.ckan.errors import ActionError, BadRequestError, login_required, not_found, validation_error
from portal.context import links

logger = logging.getLogger(__name__)

ckan = Blueprint("ckan", __name__)

_CALLBACK = re.compile(r"[A-Za-z_$][\w$.]{0,99}", re.ASCII)


@ckan.get("/api", strict_slashes=False)
@ckan.get("/api/3", strict_slashes=False)
def api_version() -> Response:
    return _json({"version": 3}, 200)


@ckan.route("/api/action/<name>", methods=["GET", "POST"], strict_slashes=False)
@ckan.route("/api/3/action/<name>", methods=["GET", "POST"], strict_slashes=False)
def call_action(name: str) -> Response:
    """Read the request, run the action, wrap what came of it."""
    action = ACTIONS.get(name)
    if name in WRITING_ACTIONS:
        return _refused_write(name)
    if action is None:
        return _json(f"Bad request: Action name not known: {name}", 400)
    try:
        result = action(read_arguments(request))
    except BadRequestError as error:
        return _json(str(error), error.status)
    except (ActionError, CatalogError) as error:
        failed = error if isinstance(error, ActionError) else _translated(error)
        return _failed(name, failed)
    return _with_callback(_json({"help": _help(name), "success": True, "result": result}, 200))


def _refused_write(name: str) -> Response:
    if request.method != "POST":
        return _json("Bad request: JSON Error: Invalid request. Please use POST method for your request", 400)
    return _failed(name, login_required(name))


def _failed(name: str, error: ActionError) -> Response:
    return _json({"help": _help(name), "error": error.body, "success": False}, error.status)


def _translated(error: CatalogError) -> ActionError:
    """What the domain refuses, in the words that CKAN's clients branch on."""
    if isinstance(error, NotFound):
        return not_found()
    if isinstance(error, InvalidInput):
        return validation_error("message", error.message_en)
    logger.error("action failed: %s", error.message_en)
    kind = "Search Connection Error" if isinstance(error, IndexUnavailable) else "Internal Server Error"
    return ActionError(500, kind, message=error.message_en)


def _help(name: str) -> str:
    return f"{links().action('help_show')}?name={name}"


def _json(body: Any, status: int) -> Response:
    response = Response(orjson.dumps(body), status)
    response.headers["Content-Type"] = "application/json;charset=utf-8"
    response.headers["Cache-Control"] = "no-cache"
    return response


def _with_callback(response: Response) -> Response:
    """JSONP for old browser code: only on GET, only for an answer, only into a plain function name."""
    callback = request.args.get("callback", "")
    if request.method != "GET" or not _CALLBACK.fullmatch(callback):
        return response
    script = callback.encode() + b"(" + response.get_data() + b");"
    return Response(script, content_type="application/javascript")
