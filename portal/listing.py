"""What a list shows of the datasets that a search found."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from catalog.errors import StorageError
from catalog.listed import ListedDataset
from catalog.ports import CatalogStore
from catalog.questions import SearchHit, Viewer
from catalog.reading import listed_now

logger = logging.getLogger(__name__)


def listed(store: CatalogStore, hits: Sequence[SearchHit], viewer: Viewer) -> tuple[ListedDataset, ...]:
    """The datasets as they are now; while the database cannot be asked, as they were when the index took them."""
    found = [hit.listed for hit in hits]
    if not found:
        return ()
    try:
        with store.read() as reader:
            return listed_now(reader, found, viewer)
    except StorageError as error:
        logger.warning("[%s] %s The list is shown as the index holds it.", error.code, error.message_en)
        return tuple(found)
