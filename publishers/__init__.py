"""From the catalogue to a standard or a file: tables as CSV, Parquet, XLSX and JSON; DCAT, Data Package, CKAN, feeds.

Pure functions of the domain's values; knows nothing of storage, search or the web framework.
"""
