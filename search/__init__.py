"""Answers questions: which datasets (:mod:`search.datasets`), which rows of a table (:mod:`search.rows`).

Holds copies only; knows the domain, and nothing of sources, checks, files or the web.
"""
