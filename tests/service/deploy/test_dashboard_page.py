"""The dashboard in a real browser: what it shows, on any screen, on paper, and to who cannot see it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError
from browser_page import Page, browser_page
from browsers import browser_or_skip
from dashboard_data import GENRES, METRICS, Served, many_days, sample, served_api
from deliveries import ROOT

AXE = (ROOT / "tests" / "vendor" / "axe.min.js").read_text(encoding="utf-8")
BUSIEST, BEFORE, NEWEST = "2024-06-25", "2024-06-26", "2024-06-27"
READY = "document.body.dataset.ready"
NOTHING = "\u2013"
SIZES = (360, 768, 1280, 3840)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    with served_api() as found:
        yield found


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    browser = browser_or_skip("the dashboard was not opened")
    with browser_page(browser, tmp_path_factory.mktemp("browser")) as found:
        yield found


@pytest.fixture(autouse=True)
def on_a_usual_screen(page: Page, served: Served) -> None:
    page.show_as(1280)
    served.show(sample())


def opened(page: Page, url: str) -> None:
    """Open the page, and wait until it has shown what there is."""
    page.open(url)
    page.wait_for(READY)


def texts(page: Page, selector: str) -> list[str]:
    found: list[str] = page.ask(f"[...document.querySelectorAll('{selector}')].map(each => each.innerText)")
    return found


def error_of(page: Page) -> str:
    return str(page.ask("(e => e.hidden ? '' : e.innerText)(document.querySelector('#error'))"))


def test_alerts_are_shown_as_they_were_told(page: Page, served: Served) -> None:
    opened(page, served.url)
    alerts = texts(page, "#alerts li")
    assert [alert.splitlines()[0] for alert in alerts] == [
        "2024-06-26 10:01:00 UTC",
        "2024-06-26 10:00:00 UTC",
    ]
    assert alerts[1].splitlines()[1] == "music_streaming_pipeline: insert_metrics_dynamo failed"
    assert "Next: the next run tries again by itself" in alerts[1]


def test_metrics_have_their_numbers_and_a_bar_for_each_hour(page: Page, served: Served) -> None:
    opened(page, served.url)
    found = page.ask("[...document.querySelectorAll('#metrics tbody tr')].map(row => row.dataset.metric)")
    assert found == [f"{name} {of}".rstrip() for name, of in METRICS]
    row = "document.querySelector('[data-metric=FilesProcessed]')"
    assert page.ask(f"[...{row}.cells].slice(0, 5).map(cell => cell.innerText)") == [
        *("FilesProcessed", NOTHING, "sum", "12", "20")
    ]
    bars = page.ask(f"[...{row}.querySelectorAll('rect')].map(bar => +bar.getAttribute('height'))")
    assert [bar for bar in bars if bar] == [10.0, 6.0, 24.0]
    assert len(bars) == 24


def test_refused_files_and_rejected_rows_have_their_reasons(page: Page, served: Served) -> None:
    items = sample()
    again = {"file_key": "again.csv", "kind": "streams", "delivered_at": "2024-06-26T11:00:00Z"}
    items["FILE_VALIDATION_METADATA"].append({**again, "rejected_reasons": {"bad_listen_time": 5}})
    served.show(items)
    opened(page, served.url)
    refused = page.ask(
        "[...document.querySelectorAll('#refused tbody tr')].map(r => r.innerText.split('\\t'))"
    )
    rows = items["FILE_VALIDATION_METADATA"]
    assert sorted(refused) == sorted(
        [row["file_key"].rpartition("/")[2], row["error"]]
        for row in rows
        if row.get("validation_status") == "FAILED"
    )
    shown = page.ask("[...document.querySelectorAll('#reasons tbody tr')].map(r => r.innerText.split('\\t'))")
    wanted: dict[tuple[str, str], list[int]] = {}
    for row in rows:
        for reason, count in row.get("rejected_reasons", {}).items():
            wanted.setdefault((reason, row["kind"]), []).append(int(count))
    assert sorted(shown) == sorted(
        [reason, kind, str(sum(counts)), str(len(counts))] for (reason, kind), counts in wanted.items()
    )


def test_the_days_top_genres_are_shown_over_all_days(page: Page, served: Served) -> None:
    served.show(many_days(3))
    opened(page, f"{served.url}#day=2024-06-24")
    titles = [
        title.strip()
        for title in page.ask("[...document.querySelectorAll('#trend thead th')].map(t => t.textContent)")
    ]
    assert titles[0] == "Day"
    assert set(titles[1:]) < set(GENRES)
    rows = page.ask(
        "[...document.querySelectorAll('#trend tbody tr')].map(r => [...r.cells].map(c => c.textContent))"
    )
    known = {
        (item["listen_date"], item["kpi_type"].removeprefix("GENRE#")): f"{item['listen_count']:,}"
        for item in many_days(3)["MUSIC_STREAMING_KPIS"]
    }
    dates = sorted({date for date, kpi_type in known if kpi_type == "DAY"}, reverse=True)
    assert rows == [[date, *(known.get((date, genre), NOTHING) for genre in titles[1:])] for date in dates]
    assert len(rows) >= 5
    assert page.ask("document.querySelector('#trend-chart canvas').width") > 600


def test_a_delivery_appears_by_itself_within_the_polling_interval(page: Page, served: Served) -> None:
    served.show({}, {})
    opened(page, served.url)
    assert page.ask("document.querySelector('#content').hidden")
    page.ask("window.isTheSamePage = true")
    served.show(sample())
    page.wait_for("document.querySelectorAll('#files tbody tr').length > 10", 10)
    page.wait_for(f"document.querySelector('#day').value === '{BUSIEST}'", 10)
    assert texts(page, "#which-day") == ["the busiest of 3 days"]
    assert page.ask("window.isTheSamePage")
    # Who has chosen none goes on to a busier day; who has chosen a day stays there.
    busier = sample()
    busier["MUSIC_STREAMING_KPIS"].append(
        {"listen_date": "2024-07-01", "kpi_type": "DAY", "listen_count": 77}
    )
    served.show(busier)
    page.wait_for("document.querySelector('[data-kpi=listen_count]')?.dataset.value === '77'", 10)
    for button, day in (("earlier", "2024-06-27"), ("later", "2024-07-01")):
        page.ask(f"document.querySelector('#{button}').click()")
        page.wait_for(f"{READY} === '{day}'", 10)
    assert page.ask("document.querySelector('#which-day').hidden")
    busier["MUSIC_STREAMING_KPIS"].append(
        {"listen_date": "2024-07-02", "kpi_type": "DAY", "listen_count": 78}
    )
    served.show(busier)
    page.wait_for("document.querySelector('#day').options.length === 5", 10)
    page.wait_for("document.querySelector('#files tbody tr')")
    assert page.ask("document.querySelector('#day').value") == "2024-07-01"


def test_figures_have_the_units_of_the_terminal(page: Page, served: Served) -> None:
    opened(page, served.url)
    figures = page.ask(
        "[...document.querySelectorAll('#totals dd')].map(each => each.firstChild.textContent)"
    )
    assert figures == ["35", "16", "1:37:22", "0:06:05"]
    row = "document.querySelector('#genres [data-genre=pop]')"
    assert page.ask(f"[...{row}.cells].slice(0, 5).map(cell => cell.innerText)") == [
        *("pop", "10", "8", "0:29:11", "0:03:38")
    ]
    opened(page, f"{served.url}#day=2024-06-26")
    page.wait_for(f"{READY} === '2024-06-26'")
    changes = page.ask("[...document.querySelectorAll('#totals small')].map(each => each.textContent)")
    assert [change.split(" ")[0] for change in changes] == ["-27", "-11", "-1:09:06", "-0:00:25"]


def test_without_data_it_says_so(page: Page, served: Served) -> None:
    served.show({}, {})
    opened(page, served.url)
    said = page.text()
    for words in ("No KPIs yet", "no run failed", "None of the latest files", "No job has published any"):
        assert words in said
    tables = "['#alerts', '#refusals', '#metrics-scroll', '#files-scroll', '#content']"
    assert page.ask(f"{tables}.every(each => document.querySelector(each).hidden)")
    assert error_of(page) == ""


def test_one_part_that_fails_leaves_the_others(page: Page, served: Served) -> None:
    denied: Any = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "ListMetrics")
    served.cloudwatch.fails = denied
    opened(page, served.url)
    assert error_of(page).startswith("expected AWS to allow the call\nfound AccessDenied: no")
    assert texts(page, "#totals dd")
    assert texts(page, "#alerts li")
    served.dynamodb.fails = denied
    page.open(served.url)
    page.wait_for("!document.querySelector('#error').hidden")
    assert page.ask("document.querySelector('#content').hidden && document.querySelector('#pipeline').hidden")
    assert texts(page, "#freshness") == ["No answer"]
    served.show(sample())  # and is well again by itself
    page.wait_for("document.querySelector('#error').hidden && document.querySelector('#totals dd')", 10)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("state", ["full", "empty", "failing"])
def test_axe_finds_nothing(page: Page, served: Served, scheme: str, state: str) -> None:
    page.show_as(1280, scheme=scheme)
    if state == "full":
        served.show(many_days(20))
    elif state == "empty":
        served.show({}, {})
    else:
        served.dynamodb.fails = served.cloudwatch.fails = ClientError({"Error": {"Code": "X"}}, "Query")
    opened(page, served.url)
    page.ask("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    page.ask(f"{AXE}; 0")
    found = page.ask("axe.run().then(r => r.violations.map(v => [v.id, v.nodes.map(n => n.html)]))")
    assert found == []
    assert page.ask("axe.run().then(r => r.passes.some(p => p.id === 'color-contrast'))")


@pytest.mark.parametrize("width", SIZES)
def test_no_screen_is_too_narrow_or_too_wide(page: Page, served: Served, width: int) -> None:
    page.show_as(width)
    served.show(many_days(40))
    opened(page, f"{served.url}#day=2024-06-24")
    assert page.ask("document.documentElement.scrollWidth") <= width
    # What does not fit scrolls in its own place, which the keyboard reaches.
    too_wide = """[...document.querySelectorAll('main *')].filter(each =>
        each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX === 'auto'
        && each.tabIndex !== 0).map(each => each.id || each.className)"""
    assert page.ask(too_wide) == []
    letters = page.ask("parseFloat(getComputedStyle(document.body).fontSize)")
    assert letters >= (16 if width < 3840 else 24)


def test_paper_is_white_and_has_no_controls(page: Page, served: Served) -> None:
    page.show_as(794, 1123, scheme="dark", media="print")
    opened(page, served.url)
    for selector in ("form", "footer", "details"):
        assert page.ask(f"getComputedStyle(document.querySelector('{selector}')).display") == "none"
    assert page.ask("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.ask("document.documentElement.scrollWidth") <= 794
    assert page.ask("getComputedStyle(document.querySelector('#alerts')).maxHeight") == "none"
    headings = "[...document.querySelectorAll('#files-scroll thead th')]"
    assert page.ask(
        f"{headings}.every(each => each.offsetHeight < 2 * parseFloat(getComputedStyle(each).lineHeight))"
    )


def test_the_keyboard_chooses_a_day(page: Page, served: Served) -> None:
    opened(page, f"{served.url}#day={NEWEST}")
    page.ask("document.querySelector('#earlier').focus()")
    page.press("Enter")
    page.wait_for(f"{READY} === '{BEFORE}'")
    assert page.ask("location.hash") == f"#day={BEFORE}"


def test_what_others_have_written_stays_text(page: Page, served: Served) -> None:
    nasty = "<img src=x onerror=window.isHit=1>"
    items = sample()
    items["ALERTS"] = [{"list": "alerts", "at_and_id": "2024#1", "subject": nasty, "text": nasty}]
    served.show(items, {("RowsRejected", nasty): (1,)})
    opened(page, served.url)
    assert nasty in page.ask("document.querySelector('#alerts').innerText")
    assert page.ask("document.querySelector('#metrics tbody td').innerText") == nasty
    assert page.ask("window.isHit === undefined && !document.querySelector('main img')")
