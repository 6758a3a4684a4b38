"""Which IP addresses an outside connection may go to: an own table, asked at connect time.

``ipaddress.is_global`` is not enough: it calls IPv4-compatible, NAT64, 6to4 and site-local forms of loopback global.
Sources: the IANA special-purpose registries for IPv4 and IPv6 (RFC 6890 and updates), RFC 4291, and the address from
which a large cloud serves its metadata although it lies in a public block.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_V4 = {
    "0.0.0.0/8": "this network",
    "10.0.0.0/8": "private",
    "100.64.0.0/10": "shared by carriers",
    "127.0.0.0/8": "loopback",
    "168.63.129.16/32": "cloud metadata",
    "169.254.0.0/16": "link-local or cloud metadata",
    "172.16.0.0/12": "private",
    "192.0.0.0/24": "protocol assignments",
    "192.0.2.0/24": "documentation",
    "192.31.196.0/24": "special purpose",
    "192.52.193.0/24": "special purpose",
    "192.88.99.0/24": "6to4 relay",
    "192.168.0.0/16": "private",
    "192.175.48.0/24": "special purpose",
    "198.18.0.0/15": "benchmarking",
    "198.51.100.0/24": "documentation",
    "203.0.113.0/24": "documentation",
    "224.0.0.0/4": "multicast",
    "240.0.0.0/4": "reserved or broadcast",
}
_V6 = {
    "::1/128": "loopback",
    "::ffff:0:0/96": "IPv4-mapped",
    "::/96": "unspecified or IPv4-compatible",
    "64:ff9b::/96": "NAT64",
    "64:ff9b:1::/48": "local NAT64",
    "100::/64": "discard",
    "2001::/32": "Teredo",
    "2001::/23": "protocol assignments",
    "2001:db8::/32": "documentation",
    "2002::/16": "6to4",
    "2620:4f:8000::/48": "special purpose",
    "3fff::/20": "documentation",
    "fc00::/7": "unique local",
    "fe80::/10": "link-local",
    "fec0::/10": "site-local",
    "ff00::/8": "multicast",
}
_REFUSED_V4 = tuple((IPv4Network(network), why) for network, why in _V4.items())
_REFUSED_V6 = tuple((IPv6Network(network), why) for network, why in _V6.items())
_UNICAST_V6 = IPv6Network("2000::/3")
_ISATAP = frozenset({0x00005EFE, 0x02005EFE})
"""Upper half of an interface identifier whose lower half is an IPv4 address (RFC 5214)."""

_LOOPBACK = (IPv4Network("127.0.0.0/8"), IPv6Network("::1/128"))
_INTERNAL = tuple(
    IPv4Network(network) for network in ("10.0.0.0/8", "100.64.0.0/10", "172.16.0.0/12", "192.168.0.0/16")
)
_INTERNAL_V6 = IPv6Network("fc00::/7")


@dataclass(frozen=True, slots=True)
class AddressRules:
    """The table with its two exceptions, both off by default: ``allow_loopback`` for development, and ``internal``
    networks of the administration that an operator names. Raises ``ValueError`` for one that is not private."""

    allow_loopback: bool = False
    internal: tuple[Network, ...] = ()

    def __post_init__(self) -> None:
        for network in self.internal:
            if not _is_internal(network):
                raise ValueError(f"{network} is not a private network")

    def refusal(self, address: str | Address) -> str | None:
        """Why no connection may go to this address (English, for the log), or nothing. Text that is not exactly one
        address, or that carries a zone, is refused."""
        try:
            known = ip_address(address)
        except ValueError:
            return "not an IP address"
        if isinstance(known, IPv6Address) and known.scope_id is not None:
            return "an address with a zone"
        if self.allow_loopback and _in_any(known, _LOOPBACK):
            return None
        if _in_any(known, self.internal):
            return None
        return _refusal_v4(known) if isinstance(known, IPv4Address) else _refusal_v6(known)


def _refusal_v4(address: IPv4Address) -> str | None:
    return next((why for network, why in _REFUSED_V4 if address in network), None)


def _refusal_v6(address: IPv6Address) -> str | None:
    why = next((why for network, why in _REFUSED_V6 if address in network), None)
    if why is None and address not in _UNICAST_V6:
        return "not global unicast"
    if why is None and (int(address) >> 32) & 0xFFFFFFFF in _ISATAP:
        return "ISATAP"
    return why


def _in_any(address: Address, networks: tuple[Network, ...]) -> bool:
    return any(address.version == network.version and address in network for network in networks)


def _is_internal(network: Network) -> bool:
    if isinstance(network, IPv6Network):
        return network.subnet_of(_INTERNAL_V6)
    return any(network.subnet_of(block) for block in _INTERNAL)
