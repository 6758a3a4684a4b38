"""Everything the domain raises, as one tree.

::

    CatalogError                 has a stable code, a Vietnamese sentence for people, an English one for logs
    ├── NotFound                 no such organization, dataset, version, source …
    │   └── Withdrawn            it was public once, and is not any more
    ├── AlreadyExists            a name or key is taken
    ├── EditConflict             somebody changed the record since it was read
    ├── LeaseLost                another worker took this run over
    ├── RunCancelled             somebody asked that this run end
    ├── RunInProgress            the source is being harvested already
    ├── NotSignedIn              only somebody who has signed in may ask this
    ├── Forbidden                this person may not do this
    ├── TooManyAttempts          wait before signing in again
    ├── InvalidInput             what the caller gave cannot be used; names the place and the remedy
    │   └── InvalidQuery         a question about rows or datasets that cannot be asked
    ├── SourceError              a harvest source could not be read
    │   ├── SourceUnreachable    no answer, refused, time-out, wrong password
    │   ├── SourceMissing        the table or file is not there
    │   ├── SourceChanged        its columns are not those of the data dictionary
    │   ├── SourceUnreadable     it is there, but not what it claims to be
    │   └── SourceIncomplete     its listing broke off: nothing may be concluded from it
    ├── StorageError             our own disk or database refuses
    │   └── StorageFull          no space left
    ├── IndexUnavailable         the search index cannot be asked just now
    │   ├── IndexMissing         it is empty, gone or of another version, and must be built
    │   │   └── IndexDamaged     it is there, but not as it was written
    │   └── IndexIncomplete      parts of it are not to be had; if that lasts it must be built
    └── NotDelivered             a message could not be sent; it is kept and tried again
"""

from __future__ import annotations

import errno
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

KINDS = {
    "bản sao dòng của phiên bản": "row copy of version",
    "báo cáo của phiên bản": "report of version",
    "chủ đề": "theme",
    "bản ghi nguồn": "source record",
    "bảng": "table",
    "bộ dữ liệu": "dataset",
    "cơ quan": "organization",
    "danh mục dùng chung": "code list",
    "gói dữ liệu": "data package",
    "đề nghị công bố": "release request",
    "kết quả thu thập": "outcome",
    "lược đồ bảng": "table schema",
    "lượt thu thập": "run",
    "người dùng": "user",
    "nguồn thu thập": "harvest source",
    "phiên bản": "version",
    "sơ đồ trang": "sitemap",
    "tài nguyên": "resource",
    "từ khóa": "keyword",
    "tệp": "file",
    "tệp Parquet của phiên bản": "Parquet file of version",
    "nhóm từ đồng nghĩa": "group of synonyms",
}
"""What can be looked for in vain, in both languages."""


class CatalogError(Exception):
    """Base of all errors the domain raises.

    ``code`` is stable and meant for programs; ``message`` is Vietnamese and meant for people; ``message_en`` is its
    English form; ``details`` carries the data a caller can act on. None of them ever holds a secret.
    """

    code = "loi"
    http_status = 500

    def __init__(self, message: str, message_en: str = "", **details: object) -> None:
        super().__init__(message)
        self.message = message
        self.message_en = message_en or message
        self.details: Mapping[str, object] = details


class NotFound(CatalogError):
    code = "not-found"
    http_status = 404

    @classmethod
    def of(cls, kind: str, key: str) -> NotFound:
        """The usual case: nothing of this ``kind`` (one of :data:`KINDS`) has this ``key``."""
        return cls(f"Không tìm thấy {kind} “{key}”.", f"Not found: {KINDS[kind]} “{key}”.", kind=KINDS[kind], key=key)


class Withdrawn(NotFound):
    code = "withdrawn"
    http_status = 410


class AlreadyExists(CatalogError):
    code = "already-exists"
    http_status = 409


class EditConflict(CatalogError):
    code = "edit-conflict"
    http_status = 409


class LeaseLost(CatalogError):
    code = "lease-lost"
    http_status = 409


class RunCancelled(CatalogError):
    code = "run-cancelled"
    http_status = 409


class RunInProgress(CatalogError):
    code = "run-in-progress"
    http_status = 409


class NotSignedIn(CatalogError):
    code = "not-signed-in"
    http_status = 401


class Forbidden(CatalogError):
    code = "forbidden"
    http_status = 403


class TooManyAttempts(CatalogError):
    code = "too-many-attempts"
    http_status = 429


class InvalidInput(CatalogError):
    code = "invalid-input"
    http_status = 400


class InvalidQuery(InvalidInput):
    code = "invalid-query"


class SourceError(CatalogError):
    code = "source-error"
    http_status = 502


class SourceUnreachable(SourceError):
    code = "source-unreachable"


class SourceMissing(SourceError):
    code = "source-missing"


class SourceChanged(SourceError):
    code = "source-changed"


class SourceUnreadable(SourceError):
    code = "source-unreadable"


class StorageError(CatalogError):
    code = "storage-error"
    http_status = 503


class StorageFull(StorageError):
    code = "storage-full"
    http_status = 507


class NotDelivered(CatalogError):
    code = "not-delivered"
    http_status = 503


class IndexUnavailable(CatalogError):
    code = "index-unavailable"
    http_status = 503


class IndexMissing(IndexUnavailable):
    code = "index-missing"


class IndexDamaged(IndexMissing):
    code = "index-damaged"


class IndexIncomplete(IndexUnavailable):
    code = "index-incomplete"


class SourceIncomplete(SourceError):
    code = "source-incomplete"


@contextmanager
def reporting_full_disk() -> Iterator[None]:
    """Raises ``StorageFull`` for an ``OSError`` of the block that says there is no space left; others pass."""
    try:
        yield
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise StorageFull(
            "Ổ đĩa của cổng dữ liệu đã đầy; giải phóng chỗ trống rồi chạy lại.",
            "The portal's disk is full; free some space and run again.",
        ) from error
