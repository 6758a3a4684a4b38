"""One measured figure and the reference it is held against."""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    """``ours`` and ``reference`` in ``unit``, both from the same run; the ratio is ours to reference."""

    name: str
    ours: float
    reference: float
    unit: str
    reference_name: str
    note: str = ""

    @property
    def ratio(self) -> float:
        return self.ours / self.reference

    def __str__(self) -> str:
        return (
            f"{self.name}: ours {self.ours:,.2f} {self.unit}, reference {self.reference:,.2f} {self.unit} "
            f"({self.reference_name}), ratio {self.ratio:.3f}{f'; {self.note}' if self.note else ''}"
        )

    def as_json(self) -> dict[str, object]:
        return {**asdict(self), "ratio": self.ratio}


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the sorted values lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]
