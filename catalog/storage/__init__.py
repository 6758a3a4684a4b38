"""The only SQL and the only file code: adapters of ``CatalogStore`` and ``FileStore``.

Translates every error of a database or disk into :mod:`catalog.errors`. Knows no rule of the domain beyond what the
doors promise, and is imported by the wiring alone.
"""
