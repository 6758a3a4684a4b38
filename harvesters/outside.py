"""What a kind of source may use of the outside world: the one guarded HTTP client, made when it is needed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from harvesters.http_client import ClientSettings, Fetched, HttpClient, Politeness


def _ignore(fetched: Fetched) -> None:
    """For callers that keep no record."""


@dataclass(frozen=True, slots=True)
class Outside:
    """``politeness`` is shared by all sources of a process, so that one server is spared by all of them together;
    ``record`` is told of everything that was fetched."""

    settings: ClientSettings = field(default_factory=ClientSettings)
    politeness: Politeness = field(default_factory=Politeness)
    record: Callable[[Fetched], object] = _ignore

    def client(self) -> HttpClient:
        """A client within the operator's settings; the caller closes it."""
        return HttpClient(self.settings, politeness=self.politeness, record=self.record)
