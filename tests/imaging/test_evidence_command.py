"""`yibao-sim evidence`: files for a test without a server."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from simulator.cli import evidence, main
from simulator.domain.people import People

SOMEONE = People(1).at(4_321_000)
OTHER = People(1).at(8_765_000)


def refusal(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line on stderr with which the command refuses."""
    with pytest.raises(SystemExit) as stop:
        main(["evidence", *arguments])
    said = capsys.readouterr()
    assert (stop.value.code, said.out) == (2, "")
    assert said.err.startswith("yibao-sim: ")
    assert said.err.count("\n") == 1
    return said.err


def facts(folder: Path) -> dict[str, object]:
    record: dict[str, object] = json.loads((folder / "facts.json").read_text("utf-8"))
    return record


def test_writes_a_set_of_pictures_and_their_facts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "new" / "set"
    main(["evidence", SOMEONE.id_number, "--out", str(folder), "--on", "2026-05-01"])
    written = capsys.readouterr().out.split()
    assert sorted(Path(path).name for path in written) == [
        "back.jpg",
        "face-mouth-open.jpg",
        "face.jpg",
        "facts.json",
        "front.jpg",
    ]
    for path in written:
        if path.endswith(".jpg"):
            with Image.open(path) as picture:
                assert picture.format == "JPEG"
    record = facts(folder)
    assert (record["id_number"], record["name"]) == (SOMEONE.id_number, SOMEONE.name)
    assert record["as_of"] == "2026-05-01"
    assert str(record["valid_from"]) <= "2026-05-01"


def test_same_call_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        folder = str(tmp_path / name)
        main(["evidence", SOMEONE.id_number, "--out", folder, "--on", "2026-05-01", "--blur", "2"])
    for file in (tmp_path / "one").iterdir():
        assert file.read_bytes() == (tmp_path / "two" / file.name).read_bytes()


def test_expired_card_and_another_face_are_told_in_the_facts(tmp_path: Path) -> None:
    options = ("--on", "2026-05-01", "--expired", "--other", OTHER.id_number)
    main(["evidence", SOMEONE.id_number, "--out", str(tmp_path), *options])
    record = facts(tmp_path)
    assert str(record["valid_until"]) < "2026-05-01"
    assert record["face_of"] == OTHER.id_number


def test_day_defaults_to_a_valid_card(tmp_path: Path) -> None:
    main(["evidence", SOMEONE.id_number, "--out", str(tmp_path)])
    record = facts(tmp_path)
    assert record["valid_until"] is None or str(record["valid_until"]) >= str(record["as_of"])


def test_unknown_person_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "none"
    assert "nobody's" in refusal(capsys, "110101199003078881", "--out", str(folder))
    assert "nobody's" in refusal(capsys, SOMEONE.id_number, "--out", str(folder), "--other", "1234")
    assert not folder.exists()


def test_folder_that_takes_no_files_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    assert "cannot write to" in refusal(capsys, SOMEONE.id_number, "--out", str(file))
    assert "cannot write to" in refusal(capsys, SOMEONE.id_number, "--out", str(file / "below"))


@pytest.mark.parametrize(
    ("option", "value"),
    [("--blur", "-1"), ("--darkness", "2"), ("--brightness", "nan"), ("--on", "tomorrow")],
)
def test_option_outside_its_range_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], option: str, value: str
) -> None:
    said = refusal(capsys, SOMEONE.id_number, "--out", str(tmp_path), option, value)
    assert option.strip("-") in said


def test_day_before_the_birth_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = refusal(capsys, SOMEONE.id_number, "--out", str(tmp_path), "--on", "1800-01-01")
    assert "born" in said


def test_server_and_command_line_start_without_imaging() -> None:
    script = (
        "import sys; import simulator.cli, simulator.serving, simulator.app;"
        "from simulator.settings import Settings;"
        "simulator.app.create_app(Settings());"
        "print([m for m in ('PIL', 'numpy', 'simulator.imaging') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
    )
    assert run.stdout.strip() == "[]"


def test_page_tells_every_option_and_every_condition(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "evidence.md").read_text("utf-8")
    options = [option for each in evidence.params for option in each.opts if "--" in option]
    assert len(options) == 13
    assert [option for option in options if f"`{option}`" not in page] == []


def test_page_shows_pictures_that_are_there_and_small(pytestconfig: pytest.Config) -> None:
    docs = pytestconfig.rootpath / "docs"
    shown = re.findall(r"\]\((pictures/[^)]+)\)", (docs / "evidence.md").read_text("utf-8"))
    assert len(shown) == 4
    for name in shown:
        assert (docs / name).stat().st_size <= 300 * 1024
        with Image.open(docs / name) as picture:
            assert picture.format == "JPEG"


def test_example_of_the_page_runs(pytestconfig: pytest.Config) -> None:
    page = (pytestconfig.rootpath / "docs" / "evidence.md").read_text("utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    names: dict[str, Any] = {}
    exec(compile(example, "docs/evidence.md", "exec"), names)
    pictures = [names[name] for name in ("clean", "blurred", "answer", "impostor")]
    assert len(set(pictures)) == 4
    assert all(data.startswith(b"\xff\xd8") for data in pictures)
