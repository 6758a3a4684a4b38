"""Harvests sources on the command line: with a progress display, and with the outcome told in words or as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from catalog.errors import RunInProgress
from catalog.harvesting import harvest
from catalog.issues import WEIGHTY
from catalog.ports import Progress
from catalog.sources import CATALOG_KEY, HarvestRun, HarvestSource, Outcome, RunState
from catalog.vietnamese import grouped
from portal.report_texts import OUTCOME_WORDS, listing_counts
from portal.wiring import Parts, open_harvester


def harvest_sources(
    parts: Parts, sources: tuple[HarvestSource, ...], *, trigger: str, quiet: bool
) -> Iterator[tuple[HarvestSource, HarvestRun]]:
    """Harvest one source after another with a progress display, saying what became of each."""
    harvester = open_harvester(parts)
    with progress_display(quiet, len(sources)) as (show, say, advance):
        for source in sources:
            try:
                run = harvest(harvester, source.id, trigger=trigger, progress=show(source.title))
            except RunInProgress as error:
                if len(sources) == 1:
                    raise
                say(f"… {source.title}: {error.message}")
                advance()
                continue
            say(summary_line(parts, source, run))
            advance()
            yield source, run


@contextmanager
def progress_display(
    quiet: bool, total: int
) -> Iterator[tuple[Callable[[str], Progress], Callable[[str], None], Callable[[], None]]]:
    """A progress bar over ``total`` sources; gives what shows rows of one source, says a line, and steps on."""
    console = Console(quiet=quiet, highlight=False)
    columns = (BarColumn(bar_width=24), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Bar(*columns, console=console, transient=True) as bar:
        task = bar.add_task("", total=total)

        def show(title: str) -> Callable[[str, int], None]:
            return lambda key, rows: bar.update(task, description=f"{title}: {key}, {grouped(rows)} dòng")

        yield show, lambda line: console.print(line, markup=False, soft_wrap=True), lambda: bar.advance(task)


_MARKS = {
    RunState.SUCCESS: "✓",
    RunState.PARTIAL: "◐",
    RunState.HELD: "✋",
    RunState.FAILED: "✗",
    RunState.CANCELLED: "■",
}


def summary_line(parts: Parts, source: HarvestSource, run: HarvestRun) -> str:
    """One line for the source, and one for each table that was not published, with the first reason."""
    with parts.store.read() as reader:
        outcomes = reader.outcomes(run.id)
    tables = Counter(outcome.outcome for outcome in outcomes if outcome.table_key != CATALOG_KEY)
    said = [", ".join(f"{count} {OUTCOME_WORDS[kind]}" for kind, count in tables.items())]
    listed = [listing_counts(outcome) for outcome in outcomes if outcome.table_key == CATALOG_KEY]
    said += [f"danh mục: {counts}" for counts in listed if counts]
    lines = [f"{_MARKS.get(run.state, '…')} {source.title}: {'; '.join(filter(None, (*said, run.error)))}"]
    for outcome in outcomes:
        if outcome.outcome not in (Outcome.PUBLISHED, Outcome.UNCHANGED):
            reasons = [issue.message for issue in outcome.issues if issue.severity in WEIGHTY]
            lines.append(f"    {OUTCOME_WORDS[outcome.outcome]} {outcome.table_key}: {reasons[0] if reasons else ''}")
    return "\n".join(lines)


def run_as_json(parts: Parts, source: HarvestSource, run: HarvestRun) -> dict[str, object]:
    with parts.store.read() as reader:
        outcomes = reader.outcomes(run.id)
    return {
        "source": source.name,
        "run": run.id,
        "state": run.state,
        "attempt": run.attempt,
        "error": {"code": run.error_code, "message": run.error} if run.error_code else None,
        "tables": [
            {
                "table": outcome.table_key,
                "outcome": outcome.outcome,
                "rows": outcome.row_count,
                "counts": dict(outcome.counts),
                "version": outcome.version_id,
                "seconds": {step: round(seconds, 3) for step, seconds in outcome.steps.items()},
                "issues": [
                    {"code": i.code, "severity": i.severity, "field": i.field, "count": i.count, "message": i.message}
                    for i in outcome.issues
                ],
            }
            for outcome in outcomes
        ],
    }
