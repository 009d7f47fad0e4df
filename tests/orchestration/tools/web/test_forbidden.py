"""Which addresses no page comes from: every row of the table of addresses that others let through."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.tools.web.forbidden import is_forbidden

TABLE = [
    "64:ff9b::a9fe:a9fe",  # metadata through NAT64
    "2002:a9fe:a9fe::",  # metadata through 6to4
    "::127.0.0.1",
    "100.100.100.200",  # Alibaba
    "192.0.0.192",  # Oracle
    "168.63.129.16",  # Azure's wire server
    "fec0::1",
    "192.88.99.1",
    "224.0.0.1",
]
OTHERS = [
    *("0.0.0.0", "10.1.2.3", "127.0.0.1", "127.9.9.9", "169.254.169.254", "172.31.0.1", "192.168.1.1", "198.18.0.1"),
    *("192.0.2.1", "198.51.100.7", "203.0.113.9", "240.0.0.1", "255.255.255.255", "239.1.1.1", "100.64.0.1"),
    *("::", "::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254"),
    *("ff02::1", "2001:db8::1", "2001::1", "64:ff9b:1::1", "100::1", "3fff::1", "5f00::1", "4000::1"),
    *("localhost", "", "127.1", "0x7f000001", "2130706433"),
]
PUBLIC = ["8.8.8.8", "1.1.1.1", "93.184.216.34", "172.32.0.1", "100.128.0.1", "2606:4700::1111", "2a00:1450:4001::1"]


@pytest.mark.parametrize("address", [*TABLE, *OTHERS])
def test_what_is_not_public_is_forbidden(address: str) -> None:
    assert is_forbidden(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_what_is_public_is_not(address: str) -> None:
    assert not is_forbidden(address)


@given(st.ip_addresses())
def test_nothing_passes_that_the_standard_library_knows_to_be_private(address: ipaddress.IPv4Address) -> None:
    private = address.is_private or address.is_loopback or address.is_link_local or address.is_multicast
    assert is_forbidden(str(address)) or not private


@given(st.ip_addresses(v=4))
def test_no_ipv4_address_passes_in_the_clothes_of_an_old_ipv6_one(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dressed = (number, 0xFFFF << 32 | number, 0x64FF9B << 96 | number, 0x2002 << 112 | number << 80)
    assert all(is_forbidden(str(ipaddress.IPv6Address(each))) for each in dressed)
