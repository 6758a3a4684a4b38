"""The quality score in the Data Quality Vocabulary (https://www.w3.org/TR/vocab-dqv/): one measurement a dimension.

Metrics and dimensions have addresses in the portal's own help, which explains how the points are given; the value is
the share of the possible points, from 0 to 1.
"""

from __future__ import annotations

from collections.abc import Iterator

from catalog.issues import Dimension
from catalog.quality_values import DimensionScore, QualityScore
from publishers.links import Links
from publishers.rdf import Iri, Node, Term, Text, Typed


def quality_statements(score: QualityScore, dataset_iri: str, links: Links) -> list[tuple[str, Term]]:
    """What a dataset says of its own quality."""
    return [("dqv:hasQualityMeasurement", _measurement(item, score, dataset_iri, links)) for item in score.dimensions]


def _measurement(item: DimensionScore, score: QualityScore, dataset_iri: str, links: Links) -> Node:
    moment = score.computed_on.isoformat(timespec="seconds")
    return Node(
        None,
        ("dqv:QualityMeasurement",),
        (
            ("dqv:computedOn", Iri(dataset_iri)),
            ("dqv:isMeasurementOf", Iri(_metric_iri(item.dimension, links))),
            ("dqv:value", Typed(f"{item.share:.4f}", "xsd:decimal")),
            ("rdfs:comment", Text(f"{item.points:g}/{item.possible:g} điểm", "vi")),
            ("prov:generatedAtTime", Typed(moment, "xsd:dateTime")),
        ),
    )


def quality_vocabulary(links: Links) -> Iterator[Node]:
    """The six metrics and dimensions that measurements refer to."""
    for dimension in Dimension:
        metric: tuple[tuple[str, Term], ...] = (
            ("dqv:inDimension", Iri(_dimension_iri(dimension, links))),
            ("dqv:expectedDataType", Iri("http://www.w3.org/2001/XMLSchema#decimal")),
            ("skos:definition", Text(f"Tỷ lệ điểm đạt được của tiêu chí “{dimension.label}”.", "vi")),
            ("skos:definition", Text(f"Share of the points possible for “{dimension.label_en}”.", "en")),
        )
        labels: tuple[tuple[str, Term], ...] = (
            ("skos:prefLabel", Text(dimension.label, "vi")),
            ("skos:prefLabel", Text(dimension.label_en, "en")),
        )
        yield Node(_metric_iri(dimension, links), ("dqv:Metric",), metric)
        yield Node(_dimension_iri(dimension, links), ("dqv:Dimension",), labels)


def _metric_iri(dimension: Dimension, links: Links) -> str:
    return links.quality(f"diem-{dimension.value}")


def _dimension_iri(dimension: Dimension, links: Links) -> str:
    return links.quality(dimension.value)
