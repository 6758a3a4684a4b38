"""The state of a catalogue as its users can tell it apart: equal states, equal values. Times, runs and take-overs
differ between two histories and are left out.
"""

from __future__ import annotations

from typing import Any

from catalog.questions import SearchQuery
from catalog.sources import Outcome
from portal.wiring import Parts

_STANDING = {Outcome.UNCHANGED: Outcome.PUBLISHED}
"""A run that came to its end just before the kill makes the next one find everything unchanged."""


def catalogue_state(parts: Parts) -> dict[str, Any]:
    """What is published with which bytes, what became of every table, and what can be found and asked."""
    with parts.store.read() as reader:
        datasets = reader.datasets()
        versions = [
            version
            for dataset in datasets
            for distribution in dataset.distributions
            for version in reader.versions(distribution.id)
        ]
        derived = reader.derived_files([version.id for version in versions])
        outcomes = {
            (source.name, key): (
                _STANDING.get(outcome.outcome, outcome.outcome),
                outcome.snapshot_sha256,
                outcome.issues,
            )
            for source in reader.sources()
            for key, outcome in reader.last_outcomes(source.id).items()
        }
        waiting = len(reader.outbox())
        running = [run.state for source in reader.sources() for run in reader.runs(source.id) if not run.state.is_over]
    return {
        "datasets": [(d.name, d.title, d.status, d.issued is None) for d in datasets],
        "versions": [(v.id, v.number, v.row_count, v.snapshot_sha256, v.columns, v.files) for v in versions],
        "derived": {key: sorted(files, key=lambda file: file.format) for key, files in derived.items()},
        "outcomes": outcomes,
        "waiting": waiting,
        "running": running,
        "files": sorted(parts.files.keys()),
        "rows": sorted(parts.rows.versions()),
        "found": sorted(hit.name for hit in parts.index.search(SearchQuery(limit=1000)).hits),
    }
