# SPDX-License-Identifier: Apache-2.0
"""Which addresses a stranger's URL may lead to."""

from __future__ import annotations

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from touchstone.network.addresses import refusal

REFUSED = """
0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.100.100.200 100.127.255.255 127.0.0.1 127.255.255.254 168.63.129.16
169.254.169.254 169.254.0.1 172.16.0.1 172.31.255.255 192.0.0.8 192.0.0.192 192.0.2.1 192.31.196.1 192.52.193.1 192.88.99.1
192.168.0.1 192.168.255.255 192.175.48.1 198.18.0.1 198.19.255.255 198.51.100.7 203.0.113.9 224.0.0.1 239.255.255.255 240.0.0.1
255.255.255.255
:: ::1 ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
64:ff9b:1::8.8.8.8 100::1 2001::1 2001:0:7f00:1::1 2001:2::1 2001:10::1 2001:20::1 2001:db8::1 2002:7f00:1:: 2002:808:808::1
2620:4f:8000::1 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254 fe80::1 fe80::1%1 fec0::1 ff02::1 ff0e::1 2606:4700::5efe:7f00:1
2606:4700::200:5efe:10.1.2.3
127.1 0x7f.0.0.1 2130706433 0177.0.0.1 127.0.0.1. localhost
"""  # the last line: no addresses, though inet_aton would read some of them

PUBLIC = """
1.1.1.1 8.8.8.8 100.63.255.255 100.128.0.1 126.255.255.255 128.0.0.1 172.15.255.255 172.32.0.1 191.255.255.255 192.0.1.1
192.167.255.255 198.17.255.255 198.20.0.1 223.255.255.255
2001:200::1 2001:4860:4860::8888 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808 2606:4700::5efe:808:808
"""


@pytest.mark.parametrize("address", [*REFUSED.split(), "", " 8.8.8.8"])
def test_an_address_that_is_not_of_the_public_internet_is_refused(address):
    assert refusal(address)


@pytest.mark.parametrize("address", PUBLIC.split())
def test_a_public_address_is_not_refused(address):
    assert refusal(address) == ""


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_inside_an_ipv6_one_is_judged_as_what_it_is(address):
    for prefix in ("::ffff:", "64:ff9b::"):
        assert refusal(prefix + str(address)) == refusal(str(address))


@given(st.ip_addresses())
def test_whatever_python_calls_not_global_is_refused(address):
    inside = getattr(address, "ipv4_mapped", None) or address
    if not inside.is_global and inside not in ipaddress.ip_network("2000::/3"):
        assert refusal(str(address))
