# SPDX-License-Identifier: Apache-2.0
"""Which addresses a stranger's URL may lead to: those of the public internet, and no others.

A list of our own, from the IANA special-purpose address registries (RFC 6890 and its updates): ``ipaddress.is_global`` of Python 3.11
lets NAT64, 6to4, multicast and IETF protocol addresses pass, and its answer changes from one version to the next.
"""

from __future__ import annotations

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_REFUSED_V4: dict[IPv4Network, str] = {
    IPv4Network(network): told
    for network, told in {
        "0.0.0.0/8": "this network",
        "10.0.0.0/8": "private",
        "100.64.0.0/10": "shared behind a carrier",
        "127.0.0.0/8": "this machine",
        "168.63.129.16/32": "the host of a virtual machine",  # global by the registry, answered by Azure's hypervisor
        "169.254.0.0/16": "link-local",
        "172.16.0.0/12": "private",
        "192.0.0.0/24": "for protocols",
        "192.0.2.0/24": "for documentation",
        "192.31.196.0/24": "for protocols",  # AS112
        "192.52.193.0/24": "for protocols",  # AMT
        "192.88.99.0/24": "a 6to4 relay",
        "192.168.0.0/16": "private",
        "192.175.48.0/24": "for protocols",  # AS112
        "198.18.0.0/15": "for benchmarks",
        "198.51.100.0/24": "for documentation",
        "203.0.113.0/24": "for documentation",
        "224.0.0.0/4": "multicast",
        "240.0.0.0/4": "reserved",
    }.items()
}

_GLOBAL_UNICAST_V6 = IPv6Network("2000::/3")
"""All that IANA has given out for global unicast: what lies outside is loopback, private, multicast or unassigned."""

_REFUSED_V6: dict[IPv6Network, str] = {
    IPv6Network(network): told
    for network, told in {
        "2001::/23": "for protocols",  # Teredo, ORCHID, benchmarks, AMT, AS112
        "2001:db8::/32": "for documentation",
        "2002::/16": "6to4",
        "2620:4f:8000::/48": "for protocols",  # AS112
        "3fff::/20": "for documentation",
    }.items()
}

_NAT64 = IPv6Network("64:ff9b::/96")
_MAPPED = IPv6Network("::ffff:0:0/96")
_ISATAP = {0x0000_5EFE, 0x0200_5EFE}
"""The third quarter of an address that carries an IPv4 address in its fourth (RFC 5214)."""


def refusal(address: str) -> str:
    """Return why nobody may be sent to this address, as words that follow "is", or nothing where it is public.

    An IPv4 address inside an IPv6 one (mapped, NAT64, ISATAP) is judged as what it is: a gateway would lead there.

    :param address: as the resolver wrote it; what is no address is refused.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return "not an address"
    return _refusal_v4(parsed) if isinstance(parsed, IPv4Address) else _refusal_v6(parsed)


def _refusal_v4(address: IPv4Address) -> str:
    return next((told for network, told in _REFUSED_V4.items() if address in network), "")


def _refusal_v6(address: IPv6Address) -> str:
    if address in _NAT64 or address in _MAPPED:
        return _refusal_v4(_last_four_bytes(address))
    if address not in _GLOBAL_UNICAST_V6:
        return "not of the public internet"
    if told := next((told for network, told in _REFUSED_V6.items() if address in network), ""):
        return told
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return _refusal_v4(_last_four_bytes(address))
    return ""


def _last_four_bytes(address: IPv6Address) -> IPv4Address:
    return IPv4Address(int(address) & 0xFFFF_FFFF)
