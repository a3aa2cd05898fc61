"""Run everything once and print one table; ratios are what counts on a shared machine."""

import asyncio
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote, urlsplit

import click
import httpx
from rich.console import Console
from rich.table import Table

from benchmarks.load import has_wrk, throughput
from benchmarks.preparation import ask, balance_body, sign_card_queries, sign_people_in
from benchmarks.servers import bare_flask, first_answer, simulator
from simulator.app import create_app
from simulator.domain.regions import pooling_areas
from simulator.settings import Settings

_CONNECTIONS = 16
_LET_IN = 2000
"""People who let an application in for the signed requests; each takes three requests."""
_WAITING = 1000
_DELAY_MS = 200

Row = tuple[str, str, str, bool]


@click.command()
@click.option("--rounds", default=5, show_default=True, help="Interleaved rounds of each figure.")
@click.option(
    "--seconds",
    type=click.IntRange(1),
    default=3,
    show_default=True,
    help="Length of a throughput round; wrk knows whole seconds only.",
)
@click.option(
    "--tokens", "token_count", default=30_000, show_default=True, help="People signed in."
)
@click.option("--people", default=1_000_000, show_default=True, help="People read for memory.")
def main(rounds: int, seconds: int, token_count: int, people: int) -> None:
    """Measure the simulator; exit 1 when a target is missed."""
    table = Table("figure", "measured", "target", "", title="yibao-simulator")
    missed = 0
    steps: list[Callable[[], list[Row]]] = [
        lambda: balance_throughput(rounds, seconds, token_count),
        lambda: signed_throughput(rounds, seconds, min(token_count, _LET_IN)),
        lambda: start_up(rounds),
        lambda: memory(people),
        lambda: waiting(rounds),
        world_creation,
        catalogue_search,
    ]
    for step in steps:
        for figure, measured, target, good in step():
            missed += not good
            table.add_row(figure, measured, target, "ok" if good else "MISSED")
    Console(width=118).print(table)
    print(f"load by {'wrk' if has_wrk() else 'the bundled loop'}; medians of {rounds} rounds")
    sys.exit(1 if missed else 0)


def balance_throughput(rounds: int, seconds: int, count: int) -> list[Row]:
    """Signed-in balance queries against bare Flask returning the same bytes, and the platforms
    against each other."""
    national: list[float] = []
    local: list[float] = []
    bare: list[float] = []
    with tempfile.TemporaryDirectory() as name, simulator() as url:
        everywhere, at_home, body_file = (Path(name, file) for file in ("all", "home", "body"))
        sessions = sign_people_in(url, count)
        everywhere.write_text("\n".join(sessions))
        at_home.write_text("\n".join(sign_people_in(url, count, at_home=True)))
        body_file.write_bytes(balance_body(url, sessions[0]))
        with bare_flask(body_file) as bare_url:
            for number in range(rounds):
                offset = number * count // rounds
                for address, file, figures in (
                    (url, everywhere, national),
                    (bare_url, everywhere, bare),
                    (url, at_home, local),
                ):
                    rate = throughput(
                        address, file, seconds=seconds, connections=_CONNECTIONS, offset=offset
                    )
                    figures.append(rate)
    ratio, measured = _share(national, bare)
    local_ratio, local_measured = _share(local, national)
    return [
        ("signed-in balance, share of bare Flask", measured, ">= 0.60, aim 1.00", ratio >= 0.6),
        ("local balance, share of the national", local_measured, ">= 0.90", local_ratio >= 0.9),
    ]


def signed_throughput(rounds: int, seconds: int, count: int) -> list[Row]:
    """Alipay's card query, whose request and answer are signed, against the national balance."""
    signed: list[float] = []
    national: list[float] = []
    with tempfile.TemporaryDirectory() as name, simulator() as url:
        cards, balances = Path(name, "cards"), Path(name, "balances")
        cards.write_text("\n".join(sign_card_queries(url, count)))
        balances.write_text("\n".join(sign_people_in(url, count)))
        for number in range(rounds):
            offset = number * count // rounds
            for file, figures in ((cards, signed), (balances, national)):
                rate = throughput(
                    url, file, seconds=seconds, connections=_CONNECTIONS, offset=offset
                )
                figures.append(rate)
    ratio, measured = _share(signed, national)
    figure = "signed Alipay request, share of the national"
    return [(figure, measured, ">= 0.15, aim 0.30", ratio >= 0.15)]


def _share(mine: list[float], other: list[float]) -> tuple[float, str]:
    """The median of one rate's share of another's, and the figures in words."""
    ratios = [a / b for a, b in zip(mine, other, strict=True)]
    ratio = statistics.median(ratios)
    return ratio, (
        f"{ratio:.2f} ({min(ratios):.2f}-{max(ratios):.2f}): "
        f"{statistics.median(mine):,.0f}/s and {statistics.median(other):,.0f}/s"
    )


def start_up(rounds: int) -> list[Row]:
    """From starting the process to its first answer."""
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        with simulator() as url:
            first_answer(urlsplit(url).port or 0, "/healthz")
            times.append(time.perf_counter() - started)
    median = statistics.median(times)
    measured = f"{median:.2f} s"
    return [("process start to first answer", measured, "<= 1.0 s, aim 0.5 s", median <= 1)]


def memory(people: int) -> list[Row]:
    """Growth of resident memory while different people are read."""
    command = [sys.executable, "-m", "benchmarks.memory", str(people)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    grown_mb = float(answer)
    figure = f"memory growth, {people:,} people read"
    return [(figure, f"{grown_mb:.1f} MB", "<= 20 MB", grown_mb <= 20)]


def waiting(rounds: int) -> list[Row]:
    """Many requests at once, each held back by injected latency, on one worker."""
    times = []
    with simulator() as url:
        policy = {"platforms": {"national": {"latency": _DELAY_MS}}}
        httpx.patch(f"{url}/_control/worlds/default/policy", json=policy).raise_for_status()
        port = urlsplit(url).port or 0
        times = [asyncio.run(_all_at_once(port)) for _ in range(rounds)]
    median = statistics.median(times)
    figure = f"{_WAITING} requests of {_DELAY_MS} ms injected latency at once"
    return [(figure, f"{median:.2f} s", "<= 0.5 s", median <= 0.5)]


async def _all_at_once(port: int) -> float:
    connections = [await asyncio.open_connection("127.0.0.1", port) for _ in range(_WAITING)]
    request = b"GET /national/api/v1/balance HTTP/1.1\r\nHost: x\r\n\r\n"
    started = time.perf_counter()
    for _, writer in connections:
        writer.write(request)
    answers = await asyncio.gather(*(reader.readline() for reader, _ in connections))
    took_s = time.perf_counter() - started
    if any(b"401" not in answer for answer in answers):
        raise RuntimeError("an answer is not the refusal that was to be delayed")
    for _, writer in connections:
        writer.close()
    return took_s


def world_creation() -> list[Row]:
    """Making a world, measured inside the process."""
    app = create_app(Settings())
    times = []
    for number in range(1000):
        body = {"name": f"bench-{number}", "policy": {"lockout": {"threshold": 3}}}
        started = time.perf_counter()
        status, _ = ask(app, "POST", "/_control/worlds", body)
        times.append(time.perf_counter() - started)
        if status != 201:
            raise RuntimeError(f"a world could not be made: status {status}")
    median_ms = statistics.median(times) * 1000
    return [("making a world with a policy", f"{median_ms:.2f} ms", "< 1 ms", median_ms < 1)]


def catalogue_search() -> list[Row]:
    """Searching hospitals and drugs by name, the first page, measured inside the process."""
    app = create_app(Settings())
    times = []
    for area in pooling_areas():
        for search in (f"hospitals?name={quote('人民')}", f"drugs?name={quote('颗粒')}"):
            for _ in range(3):
                started = time.perf_counter()
                status, _ = ask(app, "GET", f"/local/{area.admdvs}/api/v1/{search}")
                times.append(time.perf_counter() - started)
                if status != 200:
                    raise RuntimeError(f"a search was refused: status {status}")
    median_ms, most_ms = statistics.median(times) * 1000, max(times) * 1000
    measured = f"{median_ms:.2f} ms, {most_ms:.1f} ms at most"
    return [("a page of hospitals or drugs by name", measured, "median < 2 ms", median_ms < 2)]


if __name__ == "__main__":
    main()
