"""The domain: what the province knows about its data sets.

Knows nothing of the web, SQL, HTTP, search engines or file formats; everything outside is reached through the
doors in :mod:`catalog.ports`. Only :mod:`catalog.storage` holds SQL and file code, and only the wiring imports it.
"""
