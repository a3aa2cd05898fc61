"""The evaluation: it judges uploads, keeps what it measured, and goes on where it stopped."""

import json
from pathlib import Path

import pytest

from tools import evaluate_imaging


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("evaluation") / "kept.jsonl"
    evaluate_imaging.measured(2, path, processes=1)
    return path


def test_tables_count_every_upload(kept: Path) -> None:
    found = evaluate_imaging.measured(2, kept, processes=1)
    tables = evaluate_imaging.tables(found)
    assert set(tables) == {"front", "back", "face", "impostors"}
    assert "| clean | 2 | 100 % | 0 | – |" in tables["front"]
    assert "| blur σ 3 | 2 | 0 % | 0 | photo_unclear 100 % |" in tables["front"]
    assert "| another person, same sex | 2 | 0 % | 0 | face_mismatch 100 % |" in tables["face"]
    assert "| two people | 2 |" in tables["impostors"]


def test_what_was_measured_is_not_measured_again(
    kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def measure(number: int) -> dict[str, object]:
        raise AssertionError(number)

    before = kept.read_text("utf-8")
    monkeypatch.setattr(evaluate_imaging, "measure", measure)
    evaluate_imaging.measured(2, kept, processes=1)
    assert kept.read_text("utf-8") == before


def test_only_the_missing_and_the_broken_are_measured(
    kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    lines = kept.read_text("utf-8").splitlines()
    cut = tmp_path / "cut.jsonl"
    cut.write_text("\n".join([lines[0], lines[1], lines[2][:90]]), "utf-8")
    asked: list[int] = []

    def measure(number: int) -> dict[str, object]:
        asked.append(number)
        return {**json.loads(lines[1]), "number": number}

    monkeypatch.setattr(evaluate_imaging, "measure", measure)
    found = evaluate_imaging.measured(3, cut, processes=1)
    assert asked == [1, 2]
    assert [each["number"] for each in found] == [0, 1, 2]


def test_measurements_of_another_program_are_thrown_away(
    kept: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    old = tmp_path / "old.jsonl"
    old.write_text("another\n" + kept.read_text("utf-8").partition("\n")[2], "utf-8")
    line = json.loads(kept.read_text("utf-8").splitlines()[1])
    monkeypatch.setattr(evaluate_imaging, "measure", lambda number: {**line, "number": number})
    evaluate_imaging.measured(1, old, processes=1)
    assert old.read_text("utf-8").splitlines()[0] == evaluate_imaging.fingerprint()


def test_every_table_has_its_place_on_the_page() -> None:
    text = evaluate_imaging.PAGE.read_text("utf-8")
    for name in (*evaluate_imaging.TABLES, "impostors"):
        assert f"<!-- table: {name} -->" in text
