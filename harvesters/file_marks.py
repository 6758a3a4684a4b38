"""What content at an address is recognised by, so that it need not be read again."""

from __future__ import annotations

import json
from dataclasses import dataclass

from harvesters.http_client import Fetched


@dataclass(frozen=True, slots=True)
class FileMark:
    """What the server says of the content (ETag, Last-Modified), and its hash."""

    etag: str = ""
    modified: str = ""
    sha256: str = ""

    @classmethod
    def of(cls, download: Fetched) -> FileMark:
        return cls(download.etag, download.last_modified, download.sha256)

    @classmethod
    def parse(cls, fingerprint: str) -> FileMark:
        """The mark that was given out as ``fingerprint``; an empty one for anything else."""
        try:
            etag, modified, sha256 = json.loads(fingerprint)
        except (ValueError, TypeError):
            return cls()
        return cls(str(etag), str(modified), str(sha256))

    def fingerprint(self) -> str:
        return json.dumps([self.etag, self.modified, self.sha256], ensure_ascii=True)
