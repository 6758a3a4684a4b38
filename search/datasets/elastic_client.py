"""The way to an Elasticsearch cluster: its hosts, who is asking, how long to wait, and what its errors mean."""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import unquote, urlsplit

from elastic_transport import ConnectionTimeout, TlsError, TransportError
from elasticsearch import ApiError, Elasticsearch

from catalog.errors import IndexIncomplete, IndexMissing, IndexUnavailable, InvalidInput, InvalidQuery

_SCHEMES = {"elasticsearch": "http", "elasticsearch+https": "https"}
_ALIAS = re.compile(r"[a-z0-9][a-z0-9_.-]{0,99}")
_TOO_LARGE = ("too_many_clauses", "too_many_nested_clauses", "too_complex_to_determinize", "nested depth of the query")
_NOT_WHOLE = ("no_shard_available", "missing shards")


@dataclass(frozen=True, slots=True)
class ElasticsearchAccess:
    """Where the cluster is and as whom it is asked. Its ``repr`` names no secret.

    ``hosts`` are ``http://host:port`` without credentials; ``authority`` is a PEM file that alone is trusted (empty:
    the machine's authorities). An API key goes before user and password. Times in seconds, for one host each.
    """

    hosts: tuple[str, ...]
    alias: str
    user: str = ""
    password: str = field(default="", repr=False)
    api_key: str = field(default="", repr=False)
    authority: str = ""
    search_seconds: float = 2.0
    write_seconds: float = 60.0

    @classmethod
    def from_url(cls, url: str, **given: Any) -> ElasticsearchAccess:
        """Reads ``elasticsearch[+https]://[user:password@]host[:9200][,host…]/alias``; what is ``given`` beside it and
        not empty goes before. Raises ``InvalidInput``, whose words repeat nothing of the address."""
        scheme, _, rest = url.partition("://")
        credentials, at, places = rest.rpartition("@")
        names, _, alias = places.partition("/")
        if scheme not in _SCHEMES or not _ALIAS.fullmatch(alias):
            raise _wrong_address()
        user, _, password = credentials.partition(":")
        hosts = tuple(_host(_SCHEMES[scheme], name) for name in names.split(","))
        access = cls(hosts, alias, unquote(user), unquote(password)) if at else cls(hosts, alias)
        return replace(access, **{name: value for name, value in given.items() if value not in (None, "")})

    @property
    def shows_secrets(self) -> bool:
        """Whether credentials would cross a network that may listen."""
        return bool(self.password or self.api_key) and any(
            host.startswith("http:") and urlsplit(host).hostname not in ("127.0.0.1", "::1", "localhost")
            for host in self.hosts
        )


def _host(scheme: str, name: str) -> str:
    try:
        parts = urlsplit(f"{scheme}://{name}")
        host, port = parts.hostname, parts.port or 9200
    except ValueError:
        raise _wrong_address() from None
    if not host or parts.path or parts.query or parts.fragment or parts.username is not None:
        raise _wrong_address()
    return f"{scheme}://{f'[{host}]' if ':' in host else host}:{port}"


def _wrong_address() -> InvalidInput:
    return InvalidInput(
        "Địa chỉ Elasticsearch phải có dạng elasticsearch://máy:9200[,máy:9200…]/tên hoặc elasticsearch+https://…; tên"
        " gồm chữ thường, chữ số, dấu gạch.",
        "The address of Elasticsearch must be elasticsearch://host:9200[,host:9200…]/name or elasticsearch+https://…;"
        " the name has lower-case letters, digits, dashes.",
        setting="DULIEUMO_INDEX",
    )


class Cluster:
    """The client, made when it is first asked for; may be shared by threads. Another host is tried when one does not
    answer or says that it cannot, each host once; a single one is asked again when it hangs up."""

    def __init__(self, access: ElasticsearchAccess) -> None:
        self._access = access
        self._opened: tuple[Elasticsearch, Elasticsearch] | None = None
        self._lock = threading.Lock()

    @property
    def searching(self) -> Elasticsearch:
        """For questions that people wait for."""
        return self._clients()[0]

    @property
    def writing(self) -> Elasticsearch:
        """For changes and everything that takes its time."""
        return self._clients()[1]

    def _clients(self) -> tuple[Elasticsearch, Elasticsearch]:
        with self._lock:
            if self._opened is None:
                with engine_errors():
                    client = _open(self._access)
                self._opened = client.options(request_timeout=self._access.search_seconds), client
            return self._opened


def _open(access: ElasticsearchAccess) -> Elasticsearch:
    # It tells each failure with a page of traceback; those that matter are raised, and told once.
    logging.getLogger("elastic_transport.node_pool").setLevel(logging.ERROR)
    options: dict[str, Any] = {}
    if access.api_key:
        options["api_key"] = access.api_key
    elif access.user:
        options["basic_auth"] = (access.user, access.password)
    if access.authority:
        options["ca_certs"] = access.authority
    return Elasticsearch(
        list(access.hosts),
        request_timeout=access.write_seconds,
        max_retries=max(1, len(access.hosts) - 1),
        retry_on_timeout=len(access.hosts) > 1,
        retry_on_status=(502, 503, 504),
        **options,
    )


@contextmanager
def engine_errors() -> Iterator[None]:
    """Tell what the cluster refuses as ``IndexUnavailable``, a question that is too much for it as ``InvalidQuery``."""
    try:
        yield
    except ConnectionTimeout as error:
        raise unavailable("không trả lời kịp", "does not answer in time", error) from error
    except TlsError as error:
        raise unavailable("không có chứng thư tin được", "has no certificate that is trusted", error) from error
    except (TransportError, OSError, ValueError) as error:
        raise unavailable("không kết nối được", "cannot be reached", error) from error
    except ApiError as error:
        raise _refused(error) from error


def _refused(error: ApiError) -> IndexUnavailable | InvalidQuery:
    if error.meta.status in (401, 403) and "security_exception" in str(error):
        return unavailable("từ chối tài khoản hoặc khóa của cổng", "refuses the portal's user or key", error)
    if error.meta.status == 404:
        return unavailable("chưa có chỉ mục; hãy tạo lại chỉ mục", "has no index; rebuild it", error)
    if "index_closed_exception" in str(error.body):
        return IndexMissing(
            "Chỉ mục tìm kiếm đã bị đóng; hãy tạo lại chỉ mục.", "The search index was closed; rebuild it."
        )
    if error.meta.status == 503 and any(words in str(error.body) for words in _NOT_WHOLE):
        return IndexIncomplete(
            "Chỉ mục tìm kiếm đang thiếu một phần: máy giữ phần đó không trả lời.",
            "Parts of the search index are not to be had: the node that holds them does not answer.",
            cause=_cause(error)[:300],
        )
    if error.meta.status in (400, 500) and any(words in str(error.body) for words in _TOO_LARGE):
        return InvalidQuery(
            "Điều kiện tìm kiếm quá phức tạp; hãy tách thành nhiều câu hỏi.",
            "The condition is too complex; ask several questions.",
        )
    return unavailable("không làm được việc này", "refuses this", error)


def unavailable(state: str, state_en: str, cause: object = "") -> IndexUnavailable:
    return IndexUnavailable(
        f"Máy tìm kiếm Elasticsearch {state}.", f"Elasticsearch {state_en}.", cause=_cause(cause)[:300]
    )


def _cause(cause: object) -> str:
    """What was said; credentials never stand in it, for addresses of hosts are kept without."""
    if isinstance(cause, ApiError):
        said = cause.body.get("error") if isinstance(cause.body, dict) else cause.body
        if isinstance(said, dict):
            root = (said.get("root_cause") or [said])[0]
            said = f"{root.get('type')}: {root.get('reason')}"
        return f"{cause.meta.status} {said}"
    return str(cause)
