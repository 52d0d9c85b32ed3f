"""The KPI API over tables in memory: what it answers, what it refuses, and in which words."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from typing import Any, get_type_hints
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError
from kpi_api_calls import (
    AVERAGE,
    BEFORE,
    DATE,
    METRICS,
    NASTY,
    answers,
    call,
    data,
    handler,
    kpi,
    kpis,
    use_cloudwatch,
    use_tables,
)
from kpi_tables import FakeDynamoDB, Item

from music_streams import contracts


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> FakeDynamoDB:
    return use_tables(monkeypatch)


Get = Callable[..., tuple[int, Any]]


@pytest.fixture
def get(dynamodb: FakeDynamoDB) -> Get:
    """Ask the handler; status and JSON, numbers exact."""

    def ask(path: str, **query: str) -> tuple[int, Any]:
        answer = call(path, urlencode(query))
        return answer["statusCode"], json.loads(answer["body"], parse_float=Decimal)

    return ask


def items(found: tuple[int, Any]) -> list[Item]:
    status, body = found
    assert (status, body["next_cursor"]) == (200, None), body
    listed: list[Item] = body["items"]
    return listed


def test_days_are_listed_newest_first(get: Get) -> None:
    assert items(get("/days")) == [{**METRICS, "listen_date": date} for date in (DATE, BEFORE)]
    assert [day["listen_date"] for day in items(get("/days", **{"from": DATE, "to": DATE}))] == [DATE]


def test_a_day_keeps_every_digit(get: Get) -> None:
    assert get(f"/days/{DATE}") == (200, {**METRICS, "listen_date": DATE})
    assert str(AVERAGE) in call(f"/days/{DATE}")["body"]


def test_genres_of_a_day_are_those_of_the_table(get: Get) -> None:
    assert [genre["track_genre"] for genre in items(get(f"/days/{DATE}/genres"))] == ["pop", NASTY]


def test_hours_of_a_day_are_those_with_listens(get: Get) -> None:
    assert [hour["hour"] for hour in items(get(f"/days/{DATE}/hours"))] == [0, 23]


def test_each_request_is_one_line_in_the_log(get: Get, capsys: pytest.CaptureFixture[str]) -> None:
    get(f"/days/{DATE}", unknown="\n")
    get("/nothing\nhere")

    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert all(line.pop("milliseconds") >= 0 for line in lines)
    assert lines == [
        {"method": "GET", "path": f"/days/{DATE}", "status": 400},
        {"method": "GET", "path": "/nothing\nhere", "status": 404},
    ]


def test_hours_are_told_genre_by_genre(get: Get) -> None:
    found = items(get(f"/days/{DATE}/hour-genres"))
    assert [(each["hour"], each["track_genre"]) for each in found] == [(23, "pop"), (23, NASTY)]


def test_top_songs_and_top_genres_are_ranked(get: Get) -> None:
    song = {"rank": 1, "track_id": "t1", "track_name": "<script>", "artists": None, "listens": 5}
    assert items(get(f"/days/{DATE}/top-songs")) == [
        {"listen_date": DATE, "track_genre": NASTY, "top_3_songs": [song]}
    ]
    ranked = [{"rank": 1, "track_genre": "pop", "listens": 5}]
    assert get(f"/days/{DATE}/top-genres") == (200, {"listen_date": DATE, "top_5_genres": ranked})


def test_a_genre_of_any_characters_is_found_over_days(get: Get) -> None:
    found = items(get("/genre-days", genre=NASTY, **{"from": BEFORE, "to": DATE}))
    assert found == [{**METRICS, "listen_date": DATE, "track_genre": NASTY}]


def test_a_track_is_found_over_days(get: Get) -> None:
    found = items(get("/track-days", track_id="t/1", **{"from": BEFORE, "to": DATE}))
    assert [(each["report_date"], each["total_listens"]) for each in found] == [(BEFORE, 4), (DATE, 4)]


def test_files_come_newest_first_with_what_became_of_them(get: Get) -> None:
    found = items(get("/files"))
    assert [file["rows"] for file in found] == [6, 5, 4]
    assert found[0]["rejected_reasons"] == {"user_id missing": 2}
    assert [file["rows"] for file in items(get("/files", delivered=BEFORE))] == [4]
    assert items(get("/files", kind="songs")) == []


def test_alerts_come_newest_first(get: Get) -> None:
    found = items(get("/alerts"))
    assert [(each["at"], each["subject"]) for each in found] == [
        ("2024-06-25T10:00:02.000Z", "s2"),
        ("2024-06-25T10:00:01.000Z", "s1"),
    ]
    first = get("/alerts", limit="1")[1]
    assert [each["subject"] for each in get("/alerts", cursor=first["next_cursor"])[1]["items"]] == ["s1"]


def test_a_metric_is_shown_over_time_with_its_latest_value_and_its_mean(get: Get) -> None:
    (found,) = items(get("/metrics"))
    points = found.pop("points")
    latest = all_points = Decimal("2.5")
    assert found == {
        **{"name": "RunSeconds", "of": "load", "statistic": "Average", "unit": "s"},
        **{"latest": latest, "all": all_points},
    }
    assert (len(points), [point for point in points if point is not None]) == (24, [latest])


def test_metrics_are_read_once_a_minute_however_many_ask(
    dynamodb: FakeDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    cloudwatch = use_cloudwatch(monkeypatch)
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    assert {call("/metrics")["statusCode"] for _ in range(3)} == {200}
    assert cloudwatch.calls == ["list_metrics", "get_metric_data"]
    monkeypatch.setattr("time.time", lambda: 1_700_000_060.0)
    call("/metrics")
    assert len(cloudwatch.calls) == 4


def test_metrics_that_may_not_be_read_are_told(
    dynamodb: FakeDynamoDB, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_cloudwatch(monkeypatch).fails = error("AccessDenied")
    refused = call("/metrics")
    assert (refused["statusCode"], json.loads(refused["body"])["expected"]) == (503, "AWS to allow the call")


def test_health_tells_the_age_of_the_newest_kpis(get: Get) -> None:
    status, found = get("/health")
    assert found.pop("age_seconds") > 10_000_000
    written = "2024-06-25T10:00:09Z"
    assert (status, found) == (
        200,
        {"status": "ok", "newest_day": DATE, "newest_kpis_written_at": written},
    )


def test_health_of_tables_without_items_is_empty(get: Get, dynamodb: FakeDynamoDB) -> None:
    dynamodb.tables.clear()
    nothing = {"newest_day": None, "newest_kpis_written_at": None, "age_seconds": None}
    assert get("/health") == (200, {"status": "empty", **nothing})


def test_cursors_lead_through_a_whole_list(get: Get, dynamodb: FakeDynamoDB) -> None:
    dynamodb.page_items = 1  # as if each item filled one of DynamoDB's pages
    found, cursor = [], ""
    while cursor is not None:
        status, body = get("/files", limit="2", **({"cursor": cursor} if cursor else {}))
        assert status == 200
        found += [file["rows"] for file in body["items"]]
        cursor = body["next_cursor"]
    assert found == [6, 5, 4]


def test_a_cursor_is_good_for_its_own_list_alone(get: Get) -> None:
    cursor = get("/files", limit="1")[1]["next_cursor"]
    forged = ["", "x", "e30", "W10", "WyJhIiwgMV0", cursor[:-4], f"{cursor}é", "A" * 7000]
    refused = [get("/files", cursor=each) for each in forged]
    refused.append(get("/files", kind="songs", cursor=cursor))
    refused.append(get("/days", cursor=cursor))
    of_genres = get(f"/days/{DATE}/genres", limit="1")[1]["next_cursor"]
    refused.append(get(f"/days/{DATE}/hour-genres", cursor=of_genres))
    assert [(status, body["expected"]) for status, body in refused] == [
        (400, "a cursor that this list has given")
    ] * len(refused)


REFUSED = [
    ("/days/2024-02-30", {}, "date to be a day that exists"),
    ("/days/2024-6-5", {}, "date as YYYY-MM-DD"),
    ("/days/२०२४-०६-२५", {}, "date as YYYY-MM-DD"),
    ("/days/0000-00-00/hours", {}, "date to be a day that exists"),
    ("/genre-days", {"genre": "pop", "from": DATE, "to": BEFORE}, "from no later than to"),
    ("/genre-days", {"genre": "pop", "from": "2014-06-25", "to": DATE}, "at most 366 days"),
    ("/genre-days", {"genre": "", "from": DATE, "to": DATE}, "genre of 1 to 900 bytes"),
    ("/genre-days", {"genre": "é" * 451, "from": DATE, "to": DATE}, "genre of 1 to 900 bytes"),
    ("/genre-days", {"from": DATE, "to": DATE}, "a parameter genre"),
    ("/track-days", {"track_id": "t" * 1025, "from": DATE, "to": DATE}, "track_id of 1 to 1024 bytes"),
    ("/days", {"limit": "0"}, "limit from 1 to 1000"),
    ("/days", {"limit": "1001"}, "limit from 1 to 1000"),
    ("/days", {"limit": "ten"}, "limit from 1 to 1000"),
    ("/metrics", {"hours": "337"}, "hours from 1 to 336"),
    ("/alerts", {"cursor": "e30"}, "a cursor that this list has given"),
    ("/days", {"order": "up"}, "cursor, from, limit, to in the query"),
    ("/health", {"x": "1"}, "no parameter in the query"),
    ("/files", {"kind": "users "}, "kind to be one of streams, songs, users, folder_marker, side_file"),
]


@pytest.mark.parametrize(("path", "query", "expected"), REFUSED)
def test_what_is_wrong_with_a_request_is_told(
    get: Get, path: str, query: dict[str, str], expected: str
) -> None:
    status, body = get(path, **query)
    assert (status, body["expected"], body["status"]) == (400, expected, 400)
    assert body["found"]
    assert body["next"]


def test_a_parameter_given_twice_and_bytes_that_are_no_utf8_are_refused(dynamodb: FakeDynamoDB) -> None:
    assert json.loads(call("/days", "limit=1&limit=2")["body"])["expected"] == "limit once"
    assert json.loads(call("/days", "from=%ff")["body"])["expected"] == "a query string in UTF-8"


def test_what_is_not_there_is_404(get: Get) -> None:
    assert get("/days/1999-01-01")[1]["expected"] == "data of 1999-01-01"
    assert [get(path)[0] for path in ("/days/1999-01-01/top-genres", "/nothing", "/days/")] == [404, 404, 400]
    assert items(get("/days/1999-01-01/genres")) == []


def test_only_reading_methods_are_allowed(dynamodb: FakeDynamoDB) -> None:
    for path in ("/days", "/", "/openapi.json"):
        refused = call(path, method="POST")
        assert (refused["statusCode"], refused["headers"]["allow"]) == (405, "GET, HEAD")
    assert call("/nothing", method="POST")["statusCode"] == 404


def test_an_item_with_missing_attributes_has_nulls(get: Get, dynamodb: FakeDynamoDB) -> None:
    dynamodb.tables["MUSIC_STREAMING_KPIS"] = [{"listen_date": {"S": DATE}, "kpi_type": {"S": "DAY"}}]
    assert get(f"/days/{DATE}") == (200, {**dict.fromkeys(METRICS), "listen_date": DATE})


def test_items_of_every_list_with_missing_attributes_have_nulls(get: Get, dynamodb: FakeDynamoDB) -> None:
    keys: dict[str, list[Item]] = {
        "MUSIC_STREAMING_KPIS": [
            {"listen_date": DATE, "kpi_type": kpi_type}
            for kpi_type in ("GENRE#pop", "HOUR#23", "HOUR#23#GENRE#pop")
        ],
        "TOP_SONGS_BY_GENRE": [{"listen_date": DATE, "track_genre": "pop", "top_3_songs": [{}]}],
        "TOP_GENRES_BY_DAY": [{"listen_date": DATE}],
        "TRACK_LEVEL_REPORTS": [{"track_id": "t", "report_date": DATE}],
        "FILE_VALIDATION_METADATA": [{"file_key": "f", "kind": "streams", "delivered_at": DATE}],
        "ALERTS": [{"list": "alerts", "at_and_id": "2024"}],
    }
    dynamodb.tables = FakeDynamoDB(keys).tables
    span = {"from": DATE, "to": DATE}
    asked = (
        get(f"/days/{DATE}/genres"),
        get(f"/days/{DATE}/hours"),
        get(f"/days/{DATE}/hour-genres"),
        get(f"/days/{DATE}/top-songs"),
        get("/genre-days", genre="pop", **span),
        get("/track-days", track_id="t", **span),
        get("/files"),
        get("/alerts"),
    )
    for found in asked:
        (item,) = items(found)
        assert None in item.values() or item["top_3_songs"] == [dict.fromkeys(names(answers.Song))]
    assert get(f"/days/{DATE}/top-genres") == (200, {"listen_date": DATE, "top_5_genres": []})
    assert get("/health")[1]["status"] == "empty"  # no day


def test_a_day_half_loaded_is_told_as_far_as_it_is_there(get: Get, dynamodb: FakeDynamoDB) -> None:
    loaded = data()
    loaded["MUSIC_STREAMING_KPIS"] = [kpi(DATE, "GENRE#pop")]  # its totals come last
    loaded["TOP_GENRES_BY_DAY"] = []
    dynamodb.tables = FakeDynamoDB(loaded).tables
    assert [genre["track_genre"] for genre in items(get(f"/days/{DATE}/genres"))] == ["pop"]
    assert items(get("/days")) == []
    for path in (f"/days/{DATE}", f"/days/{DATE}/top-genres"):
        status, body = get(path)
        assert (status, body["expected"], body["found"]) == (404, f"data of {DATE}", "none")


def error(code: str, message: str = "") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "Query")


FAILURES = [
    (error("ResourceNotFoundException"), 503, "the KPI tables and their indexes"),
    (error("AccessDeniedException"), 503, "AWS to allow the call"),
    (error("ThrottlingException"), 429, "fewer requests"),
    (
        error("ValidationException", "The provided starting key is invalid: ExclusiveStartKey"),
        400,
        "a cursor",
    ),
    (EndpointConnectionError(endpoint_url="http://x"), 503, "DynamoDB and CloudWatch to answer"),
    (ZeroDivisionError("a bug"), 500, "an answer"),
]


@pytest.mark.parametrize(("failure", "status", "expected"), FAILURES)
def test_tables_that_do_not_answer_are_told(
    get: Get, dynamodb: FakeDynamoDB, failure: Exception, status: int, expected: str
) -> None:
    dynamodb.fails = failure
    found, body = get("/days")
    assert (found, body["status"]) == (status, status)
    assert body["expected"].startswith(expected)


def test_what_the_client_has_is_not_sent_again(dynamodb: FakeDynamoDB) -> None:
    first = call(f"/days/{DATE}")
    assert first["headers"]["cache-control"] == "no-cache"
    again = call(f"/days/{DATE}", **{"If-None-Match": f'"other", W/{first["headers"]["etag"]}'})
    assert (again["statusCode"], again["body"]) == (304, "")
    assert call("/health")["headers"]["cache-control"] == "no-store"


def test_the_page_runs_nothing_but_its_own_files(dynamodb: FakeDynamoDB) -> None:
    page = call("/")
    assert page["statusCode"] == 200
    assert "default-src 'none'; script-src 'self'" in page["headers"]["content-security-policy"]
    assert page["headers"]["content-type"].startswith("text/html")


def test_the_description_names_every_route_and_its_answer(get: Get) -> None:
    status, described = get("/openapi.json")
    assert (status, described["openapi"]) == (200, "3.1.0")
    assert list(described["paths"]) == [route.path for route in handler.ROUTES]
    day = described["paths"]["/days/{date}"]["get"]
    assert day["responses"]["200"]["content"]["application/json"]["schema"] == {
        "$ref": "#/components/schemas/Day"
    }
    average = described["components"]["schemas"]["Day"]["properties"]["avg_listening_time_per_user"]
    assert average == {"anyOf": [{"type": "number"}, {"type": "null"}]}


def test_answers_have_the_names_of_the_contracts() -> None:
    metrics = {column.name for column in contracts.LISTENING_METRICS}
    tracks = {column.name for column in contracts.TRACK_LEVEL_REPORTS.columns}
    assert names(answers.Day) == metrics | {"listen_date"}
    assert names(answers.TrackOfDay) == tracks
    for contract, of_list in (
        (contracts.TOP_SONGS_BY_GENRE, answers.Song),
        (contracts.TOP_GENRES_BY_DAY, answers.RankedGenre),
    ):
        (column,) = (column for column in contract.columns if column.fields)
        assert names(of_list) == {each.name for each in column.fields}


def test_lists_are_read_by_the_indexes_of_the_contracts() -> None:
    (of_kpis,), of_files = contracts.MUSIC_STREAMING_KPIS.indexes, contracts.LEDGER_INDEX
    by_type = kpis.by_kpi_type("DAY", {})
    by_kind = kpis.of_kind("streams", None)
    assert (by_type.index, by_type.partition[0], by_type.sort_key) == (
        of_kpis.name,
        of_kpis.partition_key,
        of_kpis.sort_key,
    )
    assert (by_kind.index, by_kind.partition[0], by_kind.sort_key) == (
        of_files.name,
        of_files.partition_key,
        of_files.sort_key,
    )


def names(kind: type) -> set[str]:
    return set(get_type_hints(kind))
