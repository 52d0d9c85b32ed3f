"""Secrets among a run's arguments are not shown, whatever they are called and however they are printed."""

from __future__ import annotations

import base64
import json
from urllib.parse import quote, quote_plus, urlencode

import pytest

from local_glue.runs.process.masking import mask, secrets_of

SECRET = 'p@ss "w\\ord"/ü+1'


SECRET_NAMES = """
    --db_password --dbPasswd --PWD --client-secret --secrets --API_TOKEN --apiKey --aws_secret_access_key
    --access-key --PrivateKey --key_passphrase --credentials
"""


@pytest.mark.parametrize("name", SECRET_NAMES.split())
def test_a_value_is_masked_by_the_name_of_its_argument(name: str) -> None:
    assert mask(f"it is {SECRET}!", secrets_of({name: SECRET})) == "it is *****!"


@pytest.mark.parametrize("name", ["--user", "--partition_keys", "--passenger", "--primary_key", "--access"])
def test_other_values_are_shown(name: str) -> None:
    assert secrets_of({name: "hunter2"}) == []


@pytest.mark.parametrize(
    "printed",
    [
        repr({"a": SECRET}),
        json.dumps({"a": SECRET}),
        json.dumps({"a": SECRET}, ensure_ascii=False),
        f"https://u:{quote(SECRET, safe='')}@host/",
        f"https://host/{quote(SECRET)}",
        f"https://host/?{urlencode({'a': SECRET})}",
        f"a={quote_plus(SECRET)}",
        f"Authorization: {base64.b64encode(SECRET.encode()).decode()}",
    ],
)
def test_a_value_is_masked_in_each_form_that_it_is_printed_in(printed: str) -> None:
    shown = mask(printed, secrets_of({"--password": SECRET}))
    assert "*****" in shown
    assert "ord" not in shown


@pytest.mark.parametrize(
    ("argument", "secret"),
    [
        (json.dumps({"host": "db.local", "db": {"password": SECRET}}), SECRET),
        ("spark.hadoop.my.secret.key=hunter2 --conf spark.sql.host=db.local", "hunter2"),
        ("jdbc:postgresql://db.local/d?user=u&password=hunter2&ssl=true", "hunter2"),
        ("Server=db.local;PWD=hunter2;Timeout=3", "hunter2"),
        ("{'token': 'hunter2', 'host': 'db.local'}", "hunter2"),
    ],
)
def test_a_secret_named_within_a_value_is_masked_and_what_is_beside_it_is_not(
    argument: str, secret: str
) -> None:
    found = secrets_of({"--conf": argument})
    assert mask(f"{secret} at db.local", found) == "***** at db.local"


def test_what_would_mask_half_of_the_log_is_shown() -> None:
    assert secrets_of({"--use_token": "true", "--password": "abc", "--secret": ""}) == []


def test_of_several_lines_each_is_masked_and_the_longest_first() -> None:
    found = secrets_of({"--private_key": "first line\nsecond", "--token": "first line and more"})
    lines = ["a first line", "second", repr("first line\nsecond"), "first line and more"]
    assert [mask(line, found) for line in lines] == ["a *****", "*****", "'*****'", "*****"]
