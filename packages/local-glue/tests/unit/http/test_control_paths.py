"""Paths that show or change a service as a whole are for who knows the token, however they are written."""

from __future__ import annotations

from typing import Any

import pytest

from local_glue.http.control_paths import TOKEN_HEADER, may_use

TOKEN = "a token"
CONTROL = [
    *("/_ministack/reset", "/_ministack/config", "/_ministack/lambda-code/f", "/_ministack"),
    *("/_localstack/state/reset", "/_localstack/", "/_aws/ses", "/_aws/sns/subscription-tokens"),
    *("/_glue/cloudformation", "/_glue/authorize", "/_extension/x", "/_cluster"),
    *("//_ministack/reset", "/x/../_ministack/reset", "/_ministack/health/../reset", "/./_glue/authorize"),
    *("/_ministack//reset", "/_aws/execute-api/../ses", "/_aws/lambda-url/../../_glue/authorize"),
]
OPEN = [
    *("/", "/bucket/key", "/bucket/_ministack/reset", "/my_ministack", "/2015-03-31/functions"),
    *("/_ministack/health", "/_localstack/health", "/_glue/health", "/_glue/bookmarks"),
    "/_glue/jdbc-drivers",
    *("/_aws/execute-api/b4a5d398/kpis", "/_ministack/cfn-response/long-token"),
]


def scope(path: str, token: str | None) -> dict[str, Any]:
    headers = [] if token is None else [(TOKEN_HEADER.encode(), token.encode())]
    return {"type": "http", "path": path, "headers": headers}


@pytest.mark.parametrize("path", CONTROL)
def test_a_control_path_is_for_who_knows_the_token(path: str) -> None:
    assert may_use(scope(path, TOKEN), TOKEN)
    for wrong in (None, "", TOKEN[:-1], f"{TOKEN} ", "test"):
        assert not may_use(scope(path, wrong), TOKEN)


@pytest.mark.parametrize("path", CONTROL)
def test_where_there_is_no_token_nobody_may(path: str) -> None:
    for sent in (None, "", TOKEN):
        assert not may_use(scope(path, sent), "")


@pytest.mark.parametrize("path", OPEN)
def test_every_other_path_is_for_everybody(path: str) -> None:
    assert may_use(scope(path, None), TOKEN)
