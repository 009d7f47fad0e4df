"""Addresses that no page may be fetched from: everything that is not a public host of the internet.

An explicit list, for what the standard library calls global differs between versions and leaves out what clouds
answer on. What is not written here for IPv4 is public; for IPv6 only 2000::/3 is, without what is written here.
"""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",
            "100.64.0.0/10",  # shared by carriers; 100.100.100.200 is Alibaba's metadata service
            "127.0.0.0/8",
            "168.63.129.16/32",  # Azure's wire server
            "169.254.0.0/16",  # link local; 169.254.169.254 is the metadata service of most clouds
            "172.16.0.0/12",
            "192.0.0.0/24",  # protocol assignments; 192.0.0.192 is Oracle's metadata service
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4
            "192.168.0.0/16",
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved and broadcast
        ),
    )
)
_PUBLIC_IPV6 = IPv6Network("2000::/3")
"""Outside it: loopback, link and site local, multicast, and IPv4 in IPv6 (::/96, ::ffff:0:0/96, 64:ff9b::/96)."""
_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # protocol assignments, Teredo among them
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4 carries any IPv4 address
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
        ),
    )
)


def is_forbidden(address: str) -> bool:
    """Whether this IP address, as a resolver gives it, is none that a page may come from; True for what is none."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return True
    if isinstance(parsed, IPv4Address):
        return any(parsed in network for network in _IPV4)
    return _is_forbidden_ipv6(parsed)


def _is_forbidden_ipv6(address: IPv6Address) -> bool:
    if address.scope_id or address not in _PUBLIC_IPV6:
        return True
    return any(address in network for network in _IPV6)
