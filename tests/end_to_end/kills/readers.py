"""Somebody who asks for the rows of all tables again and again while harvests are killed."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from flask import Flask

PAUSE_SECONDS = 0.02


@contextmanager
def reading_on(app: Flask, tables: Mapping[str, str]) -> Iterator[list[str]]:
    """While the block lasts, ``tables`` (key to the id of its distribution) are asked for in turn; gives what went
    wrong: an answer that is none, or a version older than the one before."""
    wrong: list[str] = []
    end = threading.Event()

    def read() -> None:
        client = app.test_client()
        last: dict[str, int] = {}
        while not end.is_set():
            for key, distribution_id in tables.items():
                if end.wait(PAUSE_SECONDS):
                    return
                answer = client.get(f"/api/v1/tables/{distribution_id}/rows?_limit=2&_total=false")
                if answer.status_code != 200 or not answer.get_json()["rows"]:
                    wrong.append(f"meanwhile {key} was answered with {answer.status_code}")
                    continue
                number = answer.get_json()["version"]["number"]
                if number < last.get(key, 0):
                    wrong.append(f"meanwhile {key} went back to version {number}")
                last[key] = number

    thread = threading.Thread(target=read, name="reader")
    thread.start()
    try:
        yield wrong
    finally:
        end.set()
        thread.join()
