"""A number of rows that cannot be meant is answered with a small one: any machine has done it in a moment."""

from __future__ import annotations

import pytest

from glue_sandbox import cli


@pytest.mark.parametrize("rows", ["abc", "0"])
def test_of_a_wrong_number_of_rows_a_small_one_is_told(
    rows: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["glue-sandbox", "seed"])
    monkeypatch.setenv("ROWS", rows)
    with pytest.raises(SystemExit) as ended:
        cli.main()

    assert ended.value.code == 1
    said = capsys.readouterr().err
    assert f"ROWS={rows}" in said
    assert "make seed ROWS=1000 DAYS=7 SEED=1" in " ".join(said.split())
