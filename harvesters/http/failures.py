"""Why nothing was fetched. People read one sentence whatever the reason, so that an address typed into a form tells
nothing about the network behind the portal; operators find the reason on the error and in the log."""

from __future__ import annotations

from enum import Enum

from catalog.errors import SourceMissing, SourceUnreachable, SourceUnreadable

MISSING_STATUSES = frozenset({404, 410})


class Reason(Enum):
    """What went wrong: a stable code, and an explanation for operators in Vietnamese and English."""

    NOT_WEB = "not-web", "không phải địa chỉ http(s) hợp lệ", "not a valid http(s) address"
    CREDENTIALS = (
        "credentials",
        "địa chỉ chứa tên hoặc mật khẩu; khai báo ở mục xác thực",
        "the address holds a name or password; declare them as credentials",
    )
    PORT = "port", "cổng này không được phép", "this port is not allowed"
    ADDRESS = (
        "address",
        "địa chỉ thuộc mạng nội bộ hoặc dải dành riêng",
        "the address lies in an internal or reserved network",
    )
    NAME = "name", "không phân giải được tên miền", "the name cannot be resolved"
    CONNECT = "connect", "máy chủ không nhận kết nối hoặc cắt ngang", "the server refuses or cuts the connection"
    TLS = "tls", "chứng thư hoặc kết nối TLS không hợp lệ", "the certificate or TLS connection is not valid"
    SILENT = "silent", "máy chủ không trả lời kịp", "the server does not answer in time"
    SLOW = "slow", "quá thời gian cho phép", "the time for the whole exchange is over"
    BROKEN = "broken", "câu trả lời đứt quãng hoặc sai giao thức", "the answer ends early or breaks the protocol"
    HEADERS = "headers", "phần đầu câu trả lời quá lớn", "the head of the answer is too large"
    REDIRECTS = "redirects", "chuyển hướng quá nhiều lần hoặc không hợp lệ", "too many redirects, or a wrong one"
    COOLING = (
        "cooling",
        "tạm ngừng gọi máy chủ này sau nhiều lần lỗi",
        "this server is left alone for a while after failures",
    )
    STATUS = "status", "máy chủ báo lỗi", "the server answers with an error"

    def __init__(self, code: str, explanation: str, explanation_en: str) -> None:
        self.code = code
        self.explanation = explanation
        self.explanation_en = explanation_en

    @property
    def of_server(self) -> bool:
        """Whether the server is at fault, so that it should be spared when it happens again and again."""
        return self in _OF_SERVER

    @property
    def passing(self) -> bool:
        """Whether another attempt soon may do better."""
        return self in _PASSING


_OF_SERVER = frozenset({Reason.NAME, Reason.CONNECT, Reason.TLS, Reason.SILENT, Reason.SLOW, Reason.BROKEN})
_PASSING = frozenset({Reason.NAME, Reason.CONNECT, Reason.SILENT, Reason.BROKEN})


class FetchFailed(SourceUnreachable):
    """Nothing came, or nothing may be asked for. ``reason`` and ``detail`` (English, without secrets) are for
    operators only; ``status`` is the server's, 0 without one; ``retry_after`` seconds it wants to be left alone."""

    def __init__(
        self, reason: Reason, detail: str = "", *, status: int = 0, retry_after: float | None = None, url: str = ""
    ) -> None:
        super().__init__(*_sentences(reason, status, url), **({"url": url} if url else {}))
        self.reason = reason
        self.detail = detail
        self.status = status
        self.retry_after = retry_after

    def at(self, url: str) -> FetchFailed:
        """The same, saying which address was asked for; ``url`` is shown to people and must hold no secret."""
        return FetchFailed(self.reason, self.detail, status=self.status, retry_after=self.retry_after, url=url)

    @property
    def explanation(self) -> str:
        """For operators, Vietnamese."""
        return f"{self.reason.explanation} ({self.status})" if self.status else self.reason.explanation

    @property
    def explanation_en(self) -> str:
        """For operators, English, with the detail."""
        return f"{self.reason.explanation_en}: {self.detail}" if self.detail else self.reason.explanation_en


def _sentences(reason: Reason, status: int, url: str) -> tuple[str, str]:
    place, place_en = (f"“{url}”", f"“{url}”") if url else ("địa chỉ này", "this address")
    if reason is not Reason.STATUS:
        return (
            f"Không tải được {place}; kiểm tra địa chỉ, hoặc hỏi quản trị viên của cổng dữ liệu.",
            f"Cannot fetch {place_en}; check the address, or ask the portal's administrator.",
        )
    if status in (401, 403):
        return (
            f"Máy chủ ở {place} từ chối ({status}); kiểm tra khóa hoặc mật khẩu truy cập.",
            f"The server at {place_en} refuses ({status}); check the key or password.",
        )
    return (
        f"Máy chủ ở {place} báo lỗi {status}; thử lại sau hoặc hỏi đơn vị quản lý máy chủ.",
        f"The server at {place_en} answers with error {status}; try again later or ask those who run it.",
    )


def missing(url: str, status: int) -> SourceMissing:
    """The server answers that there is nothing at this address."""
    return SourceMissing(
        f"Không có gì ở “{url}” (máy chủ trả lời {status}); kiểm tra địa chỉ.",
        f"There is nothing at “{url}” (the server answers {status}); check the address.",
        url=url,
        status=status,
    )


class TooLargeDocument(SourceUnreadable):
    """More was sent, or came out when it was unpacked, than may be."""


def too_large(url: str, most_bytes: int) -> TooLargeDocument:
    """See :class:`TooLargeDocument`."""
    return TooLargeDocument(
        f"Tài liệu ở “{url}” lớn hơn {most_bytes} byte.",
        f"The document at “{url}” is larger than {most_bytes} bytes.",
        url=url,
    )


def unreadable(url: str, why: str, why_en: str) -> SourceUnreadable:
    """It came, but is not what it should be."""
    return SourceUnreadable(
        f"Không đọc được câu trả lời của “{url}”: {why}.", f"The answer of “{url}” cannot be read: {why_en}.", url=url
    )
