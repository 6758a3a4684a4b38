"""Joins everything: the only package that knows Flask, the command line and the environment.

:mod:`portal.wiring` alone chooses adapters, by the scheme of a URL.
"""
