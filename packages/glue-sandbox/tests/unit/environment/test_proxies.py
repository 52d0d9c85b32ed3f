"""The user's proxies reach every process, container and image build in the same way."""

from __future__ import annotations

from pathlib import Path

import pytest

from glue_sandbox.environment.child_process import child_environment
from glue_sandbox.environment.proxies import PROXIES, build_variables, proxy_variables, with_loopback
from glue_sandbox.images.builder import Build, build_command
from glue_sandbox.settings import Settings
from local_glue.setup.jars import proxy_options

PROXY = "http://user:secret@proxy:3128"


@pytest.mark.parametrize("name", PROXIES)
def test_each_variable_reaches_processes_containers_and_builds(name: str, tmp_path: Path) -> None:
    environ = {name: PROXY}
    assert child_environment(Settings(state=tmp_path), {}, environ)[name] == PROXY
    assert proxy_variables(environ, "glue")[name] == PROXY
    assert build_variables(environ)[name] == PROXY


def test_hosts_that_need_none_are_the_user_s_this_machine_and_the_containers() -> None:
    variables = proxy_variables({"no_proxy": "intranet"}, "glue,emulator")
    assert variables == dict.fromkeys(("NO_PROXY", "no_proxy"), "intranet,localhost,127.0.0.1,glue,emulator")


def test_all_proxy_alone_serves_builds_and_java_too() -> None:
    environ = {"ALL_PROXY": PROXY}
    names = ("ALL_PROXY", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy")
    assert build_variables(environ) == dict.fromkeys(names, PROXY)
    assert "-Dhttps.proxyHost=proxy" in proxy_options(environ)
    assert "-Dhttp.proxyHost=proxy" in proxy_options(environ)


def test_one_scheme_s_own_proxy_is_not_replaced() -> None:
    environ = {"ALL_PROXY": PROXY, "https_proxy": "http://other:1"}
    variables = build_variables(environ)
    assert (variables["https_proxy"], variables["http_proxy"]) == ("http://other:1", PROXY)
    assert "HTTPS_PROXY" not in variables


def test_a_build_names_the_variables_and_tells_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.environ", {"ALL_PROXY": PROXY, "NO_PROXY": "intranet"})
    build = Build("glue", "tag", "BASE", "debian", {})
    command = build_command(build, "hash", Path("context"), {})
    named = {command[i + 1] for i, word in enumerate(command) if word == "--build-arg"} - {"BASE=debian"}
    assert named == {"ALL_PROXY", "NO_PROXY", "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"}
    assert "secret" not in " ".join(command)


def test_loopback_is_added_to_the_hosts_without_proxy() -> None:
    assert with_loopback({"no_proxy": "intranet"}) == "intranet,localhost,127.0.0.1"
