"""Checks a CSV file by a Table Schema as Frictionless 5.21 does: same faults, same words, many times faster.

Blocks of the file are parsed and judged as columns; only rows in which something may be wrong are read again by
Frictionless's own row, so that its meaning of types and constraints, and its order of errors, hold by construction.
What the columns cannot judge is left to Frictionless altogether.
"""

from __future__ import annotations

from schemas.engine.plan import Reference, RowCheck
from schemas.engine.run import Findings, check_file

__all__ = ["Findings", "Reference", "RowCheck", "check_file"]
