"""Bodies of answers, unpacked piece by piece so that none grows beyond what its reader allows."""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

PIECE = 1 << 16


class TooLarge(Exception):
    """More bytes than allowed, as sent or unpacked."""


class BadPacking(Exception):
    """Packed in a way that was not asked for, damaged, or cut short."""


def unpacked(pieces: Iterable[bytes], encoding: str, most_bytes: int) -> Iterator[bytes]:
    """The content of a body sent in ``encoding`` (empty, ``identity``, ``gzip``, ``deflate``), in pieces of at most
    64 KiB when packed. Raises ``TooLarge`` as soon as either side of the unpacking passes ``most_bytes``."""
    received = given = 0
    decoder = _decoder(encoding)
    for piece in pieces:
        received += len(piece)
        if received > most_bytes:
            raise TooLarge
        for part in decoder.feed(piece):
            given += len(part)
            if given > most_bytes:
                raise TooLarge
            yield part
    decoder.finish()


class _AsSent:
    def feed(self, piece: bytes) -> Iterator[bytes]:
        yield piece

    def finish(self) -> None:
        """Its length is checked against the head of the answer."""


class _Packed:
    """gzip (also several members, RFC 1952) or deflate (with or without the zlib frame, as servers send both)."""

    def __init__(self, window: int) -> None:
        self._window = window
        self._unpacker = zlib.decompressobj(window)
        self._begun = False
        self._raw_tried = window != zlib.MAX_WBITS

    def feed(self, piece: bytes) -> Iterator[bytes]:
        while piece:
            if self._unpacker.eof:
                if self._window == zlib.MAX_WBITS or not piece.strip(b"\0"):
                    return
                self._unpacker = zlib.decompressobj(self._window)
            part, piece = self._unpack(piece)
            self._begun = True
            if part:
                yield part

    def _unpack(self, piece: bytes) -> tuple[bytes, bytes]:
        try:
            part = self._unpacker.decompress(piece, PIECE)
        except zlib.error:
            if self._begun or self._raw_tried:
                raise BadPacking from None
            self._raw_tried = True
            self._unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
            return self._unpack(piece)
        return part, self._unpacker.unconsumed_tail or self._unpacker.unused_data

    def finish(self) -> None:
        if self._begun and not self._unpacker.eof:
            raise BadPacking


def _decoder(encoding: str) -> _AsSent | _Packed:
    match encoding.strip().lower():
        case "" | "identity":
            return _AsSent()
        case "gzip" | "x-gzip":
            return _Packed(16 + zlib.MAX_WBITS)
        case "deflate":
            return _Packed(zlib.MAX_WBITS)
        case _:
            raise BadPacking
