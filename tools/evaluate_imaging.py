"""Measures how the inspection judges: `python -m tools.evaluate_imaging`.

Photographs the cards and faces of people whom no model was trained on, under good and bad
conditions, judges every photograph as an upload, and prints what share was accepted, refused and
misread, as the tables of docs/imaging.md (`--write` puts them there). What was measured is kept in
a file, person by person; a run that was interrupted goes on where it stopped.
"""

import argparse
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np

from simulator.imaging.verdicts import Thresholds
from tools.imaging_trials import SEED, TABLES, Subject, comparison
from tools.train_face_matcher import canonical_drawings

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "imaging.md"


def measure(number: int) -> dict[str, Any]:
    """Everything about one person, as it is kept in the file."""
    subject = Subject(number)
    outcomes: dict[str, list[Any]] = {}
    for table, rows in TABLES.items():
        for row in rows:
            if number % row.every == row.every - 1:
                outcome = row.judge(subject)
                outcomes[f"{table}/{row.name}"] = [outcome.verdict, round(outcome.cpu_ms, 1)]
    portrait, face = comparison(subject)
    return {
        "number": number,
        "outcomes": outcomes,
        "portrait": portrait,
        "face": face,
    }


def fingerprint() -> str:
    """Of the people, the drawings, the models and the limits: measurements are kept only while it
    lasts."""
    found = blake2b(canonical_drawings().tobytes(), digest_size=8)
    found.update(SEED.to_bytes(8, "little"))
    found.update(repr(Thresholds()).encode())
    package = ROOT / "simulator" / "imaging"
    for path in sorted([*package.glob("*.py"), package / "data" / "face_matcher.npz"]):
        found.update(path.read_bytes())
    return found.hexdigest()


def measured(people: int, kept: Path, processes: int) -> list[dict[str, Any]]:
    """The measurements of so many people; those in the file are not repeated."""
    mark = fingerprint()
    done: dict[int, dict[str, Any]] = {}
    if kept.exists():
        lines = kept.read_text("utf-8").splitlines()
        if lines and lines[0] == mark:
            for line in lines[1:]:
                try:
                    found = json.loads(line)
                except ValueError:  # cut short by an interruption
                    continue
                done[found["number"]] = found
    with kept.open("w", encoding="utf-8") as stream:
        stream.write(mark + "\n")
        for found in done.values():
            stream.write(json.dumps(found) + "\n")
        missing = [number for number in range(people) if number not in done]
        for found in _in_processes(missing, processes):
            done[found["number"]] = found
            stream.write(json.dumps(found) + "\n")
            stream.flush()
            _tell(f"\r{len(done)} of {people} people")
    if missing:
        _tell("\n")
    return [done[number] for number in range(people)]


def _in_processes(numbers: Sequence[int], processes: int) -> Iterator[dict[str, Any]]:
    if processes == 1:
        yield from map(measure, numbers)
        return
    with ProcessPoolExecutor(processes) as pool:
        yield from pool.map(measure, numbers)


def _tell(text: str) -> None:
    if sys.stderr.isatty() or text.endswith("\n"):
        sys.stderr.write(text)
        sys.stderr.flush()


def tables(found: Sequence[dict[str, Any]]) -> dict[str, str]:
    """The tables in Markdown, by name."""
    result = {}
    for table, rows in TABLES.items():
        lines = [
            "| photograph | uploads | accepted | misread | refused as | CPU |",
            "|---|--:|--:|--:|---|--:|",
        ]
        for row in rows:
            outcomes = [
                each["outcomes"][f"{table}/{row.name}"]
                for each in found
                if f"{table}/{row.name}" in each["outcomes"]
            ]
            if outcomes:
                lines.append(_line(row.name, outcomes))
        result[table] = "\n".join(lines) + "\n"
    result["impostors"] = _impostors(found)
    return result


def _line(name: str, outcomes: Sequence[Sequence[Any]]) -> str:
    verdicts = Counter(verdict for verdict, _ in outcomes)
    count = len(outcomes)
    refused = ", ".join(
        f"{verdict} {_percent(times, count)}"
        for verdict, times in verdicts.most_common()
        if verdict not in ("accepted", "misread")
    )
    cpu = float(np.median([cpu_ms for _, cpu_ms in outcomes]))
    accepted, misread = _percent(verdicts["accepted"], count), verdicts["misread"]
    return f"| {name} | {count} | {accepted} | {misread} | {refused or '–'} | {cpu:.0f} ms |"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.3g} %"


def _impostors(found: Sequence[dict[str, Any]]) -> str:
    """Every accepted selfie against every portrait."""
    pairs = [each for each in found if each["face"] is not None]
    if len(pairs) < 2:
        return ""
    scores = (
        np.array([each["face"] for each in pairs])
        @ np.array([each["portrait"] for each in pairs]).T
    )
    genuine = np.diag(scores)
    impostors = scores[~np.eye(len(pairs), dtype=bool)]
    limit = Thresholds().face.min_similarity
    low, high = np.percentile(genuine, 1), np.percentile(impostors, 99.9)
    return (
        "| comparisons | count | median | extreme percentile | at or above the threshold |\n"
        "|---|--:|--:|--:|--:|\n"
        f"| the same person | {len(genuine)} | {np.median(genuine):.2f} | 1st: {low:.2f} "
        f"| {100 * (genuine >= limit).mean():.4g} % |\n"
        f"| two people | {len(impostors)} | {np.median(impostors):.2f} | 99.9th: {high:.2f} "
        f"| {100 * (impostors >= limit).mean():.2g} % |\n"
    )


def write(found: dict[str, str], people: int) -> None:
    """Puts the tables between their marks in the page."""
    text = PAGE.read_text("utf-8")
    for name, table in found.items():
        begin, end = f"<!-- table: {name} -->\n", "<!-- end -->"
        before, _, rest = text.partition(begin)
        text = before + begin + table + end + rest.partition(end)[2]
    text = re.sub(r"over \d+ people", f"over {people} people", text)
    PAGE.write_text(text, "utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=500)
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--kept", type=Path, default=ROOT / ".imaging-evaluation.jsonl")
    parser.add_argument("--write", action="store_true", help="put the tables into docs/imaging.md")
    options = parser.parse_args()
    found = tables(measured(options.people, options.kept, options.processes))
    for name, table in found.items():
        sys.stdout.write(f"{name}\n\n{table}\n")
    if options.write:
        write(found, options.people)


if __name__ == "__main__":
    main()
