"""Chooses adapters by the scheme of a URL, once. Nobody else knows which engine stands behind a door."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from catalog.errors import InvalidInput
from catalog.indexing import Indexing
from catalog.people_ports import Passwords
from catalog.ports import CatalogStore, Clock, DatasetIndex, FileStore, RowStore
from catalog.reading import PublishedDataset
from catalog.runs import Harvester
from portal.passwords import Argon2Passwords
from portal.search_lexicon import SearchLexicon
from portal.secrets import Vault, open_vault
from portal.settings import Settings, check_mail_settings
from search.datasets.catalogue_search import CatalogueSearch
from search.datasets.fallback import FallbackIndex
from search.datasets.last_resort import LastResort
from search.datasets.lexicon import LexiconOf, no_lexicon


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Parts:
    """The opened doors that pages, APIs and commands share."""

    settings: Settings
    store: CatalogStore
    files: FileStore
    index: DatasetIndex
    rows: RowStore
    vault: Vault
    passwords: Passwords
    lexicon: LexiconOf
    clock: Clock = utc_now

    @property
    def indexing(self) -> Indexing:
        """What keeps the search index up to date."""
        from portal.describing import describe_under
        from portal.reading_processes import read_many_from

        site, catalog = self.settings.public_url, self.settings.catalog_url
        described, read_many = describe_under(site), read_many_from(catalog, site)
        index = self.index.index if isinstance(self.index, LastResort) else self.index
        indexing = Indexing(self.store, index, self.rows, described, self.clock, read_many=read_many)
        if isinstance(index, FallbackIndex):
            members = {"index": index.proper, "copy": index.copy}
            return replace(indexing, members=members, trust=index.trust)
        return indexing

    @property
    def staging(self) -> Path:
        """Where harvests have their half-done work."""
        return self.settings.folder / "staging"


def open_parts(settings: Settings) -> Parts:
    """Open every door that the settings name. Opens connections lazily; makes folders, never a database."""
    vault = open_vault(settings)
    check_mail_settings(settings)
    settings.folder.mkdir(parents=True, exist_ok=True)
    store = open_store(settings.catalog_url)
    lexicon = SearchLexicon(store)
    return Parts(
        settings=settings,
        store=store,
        files=open_files(settings.files_url),
        index=LastResort(open_index_and_copy(settings, lexicon), open_catalogue_search(settings, store, lexicon)),
        lexicon=lexicon,
        rows=open_rows(settings.rows_url),
        vault=vault,
        passwords=Argon2Passwords(),
    )


def open_store(url: str) -> CatalogStore:
    if url.startswith(("sqlite:", "postgresql+psycopg:", "postgresql:")):
        from catalog.storage.database import SqlCatalogStore

        return SqlCatalogStore(url.replace("postgresql:", "postgresql+psycopg:", 1))
    raise _unknown("DULIEUMO_CATALOG", url, "sqlite:///…, postgresql://…")


def open_files(url: str) -> FileStore:
    if url.startswith("file:"):
        from catalog.storage.local_files import LocalFileStore

        return LocalFileStore(_path_of(url))
    raise _unknown("DULIEUMO_FILES", url, "file:///…")


def open_index(url: str, lexicon: LexiconOf = no_lexicon, settings: Settings | None = None) -> DatasetIndex:
    """``settings`` say how a cluster is reached; they are read from the environment where none are given."""
    if url.startswith("tantivy:"):
        from search.datasets.tantivy_index import TantivyIndex

        return TantivyIndex(_path_of(url), lexicon=lexicon)
    if url.startswith(("elasticsearch:", "elasticsearch+https:")):
        return _open_elasticsearch(url, lexicon, settings or Settings())
    raise _unknown("DULIEUMO_INDEX", url, "tantivy:///…, elasticsearch://…, elasticsearch+https://…")


def open_index_and_copy(settings: Settings, lexicon: LexiconOf = no_lexicon) -> DatasetIndex:
    """The index that the settings name, and behind one that lies elsewhere an embedded copy unless it is not wanted."""
    index, folder = open_index(settings.index_url, lexicon, settings), settings.index_copy_folder
    if folder is None:
        return index
    copy = open_index(f"tantivy://{folder}", lexicon)
    return FallbackIndex(index, copy, mark=folder / "index-is-behind")


def open_catalogue_search(settings: Settings, store: CatalogStore, lexicon: LexiconOf) -> CatalogueSearch:
    """What answers while no index does."""

    def describe(published: PublishedDataset) -> bytes:
        from portal.describing import describe_under

        return describe_under(settings.public_url)(published)

    return CatalogueSearch(store, lexicon, utc_now, describe)


def _open_elasticsearch(url: str, lexicon: LexiconOf, settings: Settings) -> DatasetIndex:
    from search.datasets.elastic_client import ElasticsearchAccess
    from search.datasets.elastic_index import ElasticsearchIndex, IndexShape

    access = ElasticsearchAccess.from_url(
        url,
        user=settings.elasticsearch_user,
        password=settings.elasticsearch_password.get_secret_value(),
        api_key=settings.elasticsearch_api_key.get_secret_value(),
        authority=settings.elasticsearch_ca,
        search_seconds=settings.elasticsearch_seconds,
        write_seconds=settings.elasticsearch_write_seconds,
    )
    if settings.is_production and access.shows_secrets:
        raise InvalidInput(
            "Mật khẩu hoặc khóa của Elasticsearch sẽ đi qua mạng không mã hóa; hãy dùng elasticsearch+https://… trong"
            " DULIEUMO_INDEX.",
            "The password or key of Elasticsearch would cross the network unencrypted; use elasticsearch+https://… in"
            " DULIEUMO_INDEX.",
            setting="DULIEUMO_INDEX",
        )
    shape = IndexShape(settings.elasticsearch_shards, settings.elasticsearch_replicas)
    return ElasticsearchIndex(access, lexicon=lexicon, shape=shape)


def open_rows(url: str) -> RowStore:
    if url.startswith("duckdb:"):
        from search.rows.duckdb_rows import DuckdbRows

        return DuckdbRows(_path_of(url))
    raise _unknown("DULIEUMO_ROWS", url, "duckdb:///…")


def _path_of(url: str) -> Path:
    return Path(unquote(urlsplit(url).path))


def _unknown(setting: str, url: str, known: str) -> InvalidInput:
    scheme = url.split(":", 1)[0]
    return InvalidInput(
        f"Cài đặt {setting} có kiểu địa chỉ không biết “{scheme}:”; dùng {known}.",
        f"Setting {setting} has the unknown scheme “{scheme}:”; use {known}.",
        setting=setting,
    )


def open_harvester(parts: Parts) -> Harvester:
    """The parts of a harvest; loads the libraries that read, check and write tables."""
    from portal.source_access import SourceAccess
    from publishers.tables import write_table
    from schemas.gate import judge_table

    access = SourceAccess.of(parts)
    return Harvester(
        store=parts.store,
        files=parts.files,
        rows=parts.rows,
        fetch=access.fetch,
        open_catalog=access.open_catalog,
        judge=judge_table,
        write=write_table,
        clock=parts.clock,
        owner=process_name(),
        is_dead=process_is_dead,
        staging=parts.staging,
    )


def process_name() -> str:
    """This process as others can recognise it: host, process id and when it started."""
    return f"{socket.gethostname()}/{os.getpid()}/{_started(os.getpid())}"


def process_is_dead(name: str) -> bool:
    """Whether a process named so is known to be gone: it ran on this host, and is not there any more."""
    host, _, rest = name.partition("/")
    pid, _, started = rest.partition("/")
    if host != socket.gethostname() or not pid.isdigit():
        return False
    now = _started(int(pid))
    if started:
        return now != started
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _started(pid: int) -> str:
    """Start time of a process in clock ticks since boot, from Linux's /proc; empty where there is none."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] == "Z" else fields[19]
