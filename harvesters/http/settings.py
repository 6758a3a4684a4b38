"""What an operator may set about outside connections; nothing is read from the environment here."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from ipaddress import ip_network

from catalog.errors import InvalidInput
from harvesters.http.addresses import AddressRules
from harvesters.http.dialing import tls_context


@dataclass(frozen=True, slots=True)
class ClientSettings:
    """Closed by default. ``allow_loopback`` is the development switch; ``internal_networks`` (CIDR, private
    blocks only) opens networks of the administration; ``ports`` adds to 80, 443 and those from 1024; ``extra_ca_file``
    (PEM) adds to the public authorities. ``total_seconds`` are for one attempt with its
    redirects; none begins later than so many seconds after the first."""

    allow_loopback: bool = False
    internal_networks: tuple[str, ...] = ()
    ports: frozenset[int] = frozenset()
    extra_ca_file: str = ""
    user_agent: str = "dulieumo"
    connect_seconds: float = 5
    idle_seconds: float = 20
    total_seconds: float = 120
    attempts: int = 4
    longest_pause: float = 30
    connections: int = 8

    def rules(self) -> AddressRules:
        """The table of addresses with these exceptions. Raises ``InvalidInput`` for a network that is not private."""
        try:
            return AddressRules(self.allow_loopback, tuple(ip_network(network) for network in self.internal_networks))
        except ValueError as error:
            raise InvalidInput(
                f"Không mở được mạng nội bộ: {error}; chỉ nhận dải riêng dạng 10.1.0.0/16.",
                f"An internal network cannot be opened: {error}; only private ranges such as 10.1.0.0/16 are taken.",
            ) from error

    def context(self) -> ssl.SSLContext:
        """How TLS is verified. Raises ``InvalidInput`` for a file of authorities that cannot be read."""
        try:
            return tls_context(self.extra_ca_file)
        except OSError as error:
            raise InvalidInput(
                f"Không đọc được tệp chứng thư gốc “{self.extra_ca_file}”; cần tệp PEM có ít nhất một chứng thư.",
                f"The file of authorities “{self.extra_ca_file}” cannot be read; it must be PEM with a certificate.",
            ) from error
