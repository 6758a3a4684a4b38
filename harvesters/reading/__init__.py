"""Reads tables out of files as offices make them: text in any encoding, workbooks, records.

What comes in is untrusted and is parsed in a child process with limits. What goes out is a staged table of ours, or a
proposal of how the table lies in the file; what the values mean is the gate's to judge.
"""

from __future__ import annotations

from harvesters.reading.parent import read_file

__all__ = ["read_file"]
