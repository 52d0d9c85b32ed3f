"""Spark's readers and writers have the driver for an address as soon as they are given it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from local_glue.dynamicframe import drivers


class Reader:
    """The methods of Spark's reader through which an address comes."""

    _spark = "the session"

    def __init__(self) -> None:
        self.said: dict[str, Any] = {}

    def option(self, key: str, value: Any) -> Reader:
        self.said[key] = value
        return self

    def options(self, **options: Any) -> Reader:
        self.said.update(options)
        return self

    def jdbc(self, url: str, table: str, properties: dict[str, str] | None = None) -> Reader:
        self.said.update({"url": url, "table": table, **(properties or {})})
        return self


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, str]]:
    found: list[tuple[Any, str]] = []
    monkeypatch.setattr(drivers, "load_driver", lambda spark, vendor: found.append((spark, vendor)))
    for name in ("option", "options", "jdbc"):
        monkeypatch.setattr(Reader, name, drivers._offering(getattr(Reader, name)))
    return found


POSTGRESQL, URL = drivers.DRIVERS["postgresql"], "jdbc:postgresql://h/d"


@pytest.mark.parametrize(
    ("give", "said"),
    [
        (lambda r: r.option("url", URL), {"url": URL}),
        (lambda r: r.option(key="URL", value=URL), {"URL": URL}),
        (lambda r: r.options(dbtable="t", url=URL), {"dbtable": "t", "url": URL}),
        (lambda r: r.jdbc(URL, "t", {"user": "u"}), {"url": URL, "table": "t", "user": "u"}),
        (lambda r: r.jdbc(url=URL, table="t"), {"url": URL, "table": "t"}),
    ],
)
def test_an_address_brings_its_driver_however_it_is_given(
    loaded: list[tuple[Any, str]], give: Callable[[Reader], Reader], said: dict[str, str]
) -> None:
    assert give(Reader()).said == {"driver": POSTGRESQL, **said}
    assert loaded == [("the session", "postgresql")]


def test_a_driver_that_the_script_names_stays(loaded: list[tuple[Any, str]]) -> None:
    own = Reader().options(url=URL, driver="org.own.Driver").said
    assert own == {"url": URL, "driver": "org.own.Driver"}
    assert loaded


@pytest.mark.parametrize("vendor", drivers.DRIVERS)
def test_each_kind_of_database_has_its_driver(loaded: list[tuple[Any, str]], vendor: str) -> None:
    assert Reader().option("url", f"jdbc:{vendor}:x").said["driver"] == drivers.DRIVERS[vendor]
    assert loaded == [("the session", vendor)]


def test_other_options_and_addresses_bring_nothing(loaded: list[tuple[Any, str]]) -> None:
    reader = Reader()
    reader.option("dbtable", "jdbc:mysql://h")
    reader.option("url", "jdbc:derby:memory:x")
    reader.options(url=None)
    reader.jdbc("jdbc:sqlite:x", "t")
    assert loaded == []
    assert "driver" not in reader.said


def test_where_no_driver_can_be_had_the_reason_is_said_and_spark_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def no_network(_spark: Any, _vendor: str) -> None:
        raise RuntimeError("postgresql-42.7.3.jar can't be fetched")

    monkeypatch.setattr(drivers, "load_driver", no_network)
    read = drivers._offering(Reader.option)
    assert read(Reader(), "url", URL).said == {"url": URL}
    assert capsys.readouterr().err == "local Glue: postgresql-42.7.3.jar can't be fetched\n"
