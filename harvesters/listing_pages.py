"""Watches the pages of another catalogue's listing: none comes twice, they end, and there are as many as was said."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catalog.remote import ListingNotice, RemoteRecord
from harvesters.listing_notices import incomplete

MOST_PAGES = 10_000


class PageWatch:
    """Told of every record and the end of every page."""

    def __init__(self) -> None:
        self._before: set[str] = set()
        self._page: set[str] = set()
        self._totals: list[int] = []
        self._has_news = False
        self._repeated = 0
        self._repeated_on_page = 0
        self._stopped: ListingNotice | None = None

    def is_new(self, record: RemoteRecord) -> bool:
        """Whether no earlier page had the record. Two on one page are both new: that is a fault of the records."""
        known_by = record.identifier or json.dumps(record.raw, sort_keys=True)
        if known_by in self._before:
            self._repeated_on_page += 1
            return False
        self._page.add(known_by)
        self._has_news = True
        return True

    def saw_something_else(self) -> None:
        """An item of the page that cannot be told from others."""
        self._has_news = True

    def page_ended(self, total: int | None) -> bool:
        """Whether the page had anything new; ``total`` is how many records there are, as it says."""
        if total is not None:
            self._totals.append(total)
        has_news, self._has_news = self._has_news, False
        self._before |= self._page
        self._page = set()
        self._repeated += self._repeated_on_page if has_news else 0
        self._repeated_on_page = 0
        return has_news

    def stop_for_repeats(self) -> None:
        """The pages lead back to one that came before."""
        self._stopped = incomplete(
            "listing-repeats",
            "Danh mục nguồn trả lại trang đã có; đã dừng đọc ở đó.",
            "The listing gives pages again that came before; reading stopped there.",
        )

    def stop_for_length(self) -> None:
        """There are more pages than any catalogue has."""
        self._stopped = incomplete(
            "listing-too-long",
            f"Danh mục nguồn dài hơn {MOST_PAGES} trang; đã dừng đọc ở đó.",
            f"The listing has more than {MOST_PAGES} pages; reading stopped there.",
        )

    def notices(self, read: int) -> Iterator[ListingNotice]:
        """What there is to say at the end, when ``read`` records were listed."""
        total = self._totals[-1] if self._totals else read
        if self._stopped:
            yield self._stopped
        elif len(set(self._totals)) > 1 or (self._repeated and total == read):
            yield incomplete(
                "listing-moved",
                f"Danh mục nguồn thay đổi trong lúc đang đọc ({self._repeated} bản ghi gặp lại ở trang sau).",
                f"The listing changed while it was read ({self._repeated} records came again on later pages).",
            )
        elif total != read:
            yield incomplete(
                "listing-total",
                f"Danh mục nguồn báo có {total} bản ghi nhưng liệt kê {read}.",
                f"The listing says that it has {total} records, but lists {read}.",
            )
