"""A script finds the machine's proxies, without the logins, and AWS's endpoint beside them."""

from __future__ import annotations

import pytest

from local_glue.runs.process.proxies import script_proxies

ENDPOINT = "http://glue:4566"
NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")


@pytest.mark.parametrize("name", NAMES)
def test_each_variable_is_passed_on_and_hosts_of_the_sandbox_need_no_proxy(name: str) -> None:
    hosts = "intranet,localhost,127.0.0.1,::1,glue"
    assert script_proxies(
        {name: "http://proxy:3128", "no_proxy": "intranet,localhost", "X": "1"}, ENDPOINT
    ) == {
        name: "http://proxy:3128",
        "NO_PROXY": hosts,
        "no_proxy": hosts,
    }


@pytest.mark.parametrize(
    ("proxy", "seen"),
    [
        ("http://user:secret@proxy:3128", "http://proxy:3128"),
        ("socks5h://user:se@cr:://et@proxy", "socks5h://proxy"),
        ("user:secret@proxy:3128", "proxy:3128"),
        ("user://secret@proxy:3128", "user://proxy:3128"),
        ("proxy:3128", "proxy:3128"),
    ],
)
def test_no_login_is_passed_on(proxy: str, seen: str) -> None:
    assert script_proxies({"HTTPS_PROXY": proxy}, ENDPOINT)["HTTPS_PROXY"] == seen


def test_without_a_proxy_there_is_nothing_to_pass_on() -> None:
    assert script_proxies({"NO_PROXY": "intranet", "HTTP_PROXY": ""}, ENDPOINT) == {}
