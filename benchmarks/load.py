"""Keeping a server busy: wrk where it is installed, else a loop of our own.

Both send the balance query over kept connections, each request with the next line of a file: path
and access token.
"""

import asyncio
import re
import shutil
import subprocess
import sys
import time
from itertools import cycle, islice
from pathlib import Path
from urllib.parse import urlsplit

_LUA = """
local paths, tokens = {{}}, {{}}
for line in io.lines("{sessions}") do
  paths[#paths + 1], tokens[#tokens + 1] = line:match("(%S+) (%S+)")
end
local at = {offset}
request = function()
  at = at % #tokens + 1
  return "GET " .. paths[at] .. " HTTP/1.1\\r\\nHost: localhost\\r\\n"
    .. "Authorization: Bearer " .. tokens[at] .. "\\r\\n\\r\\n"
end
done = function(summary, latency, requests)
  io.write(string.format("figures %d %d %d\\n", summary.requests, summary.duration,
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""
_FIGURES = re.compile(r"figures (\d+) (\d+) (\d+)")


def has_wrk() -> bool:
    """Whether wrk can be used."""
    return shutil.which("wrk") is not None


def throughput(
    url: str, sessions: Path, *, seconds: int, connections: int, offset: int = 0
) -> float:
    """Answers per second. Raises RuntimeError when an answer was not a success."""
    if has_wrk():
        return _wrk(url, sessions, seconds=seconds, connections=connections, offset=offset)
    command = [sys.executable, "-m", "benchmarks.load", url, str(sessions)]
    command += [str(seconds), str(connections), str(offset)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(answer)


def _wrk(url: str, sessions: Path, *, seconds: int, connections: int, offset: int) -> float:
    script = sessions.with_suffix(".lua")
    script.write_text(_LUA.format(sessions=sessions, offset=offset))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", str(script), url]
    answer = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    figures = _FIGURES.search(answer)
    if figures is None:
        raise RuntimeError(f"wrk did not answer as expected:\n{answer}")
    requests, microseconds, errors = map(int, figures.groups())
    if errors:
        raise RuntimeError(f"{errors} of {requests} answers were errors:\n{answer}")
    return requests / (microseconds / 1e6)


async def _connection(
    host: str, port: int, sessions: list[str], share: tuple[int, int], until: float
) -> int:
    reader, writer = await asyncio.open_connection(host, port)
    answered = 0
    for session in islice(cycle(sessions), share[0], None, share[1]):
        path, token = session.split()
        head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        writer.write(head.encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not a success: {answer[:100]!r}")
        length = re.search(rb"content-length: (\d+)", answer.lower())
        if length is not None:
            await reader.readexactly(int(length[1]))
        answered += 1
        if time.monotonic() >= until:
            break
    writer.close()
    return answered


async def _loop(url: str, sessions: list[str], seconds: float, connections: int) -> float:
    address = urlsplit(url)
    started = time.monotonic()
    counts = await asyncio.gather(
        *(
            _connection(
                address.hostname or "",
                address.port or 80,
                sessions,
                (n, connections),
                started + seconds,
            )
            for n in range(connections)
        )
    )
    return sum(counts) / (time.monotonic() - started)


def main() -> None:
    """Print the answers per second of one round."""
    url, file, seconds, connections, offset = sys.argv[1:]
    sessions = Path(file).read_text().splitlines()
    start = int(offset) % len(sessions)
    sessions = sessions[start:] + sessions[:start]
    print(asyncio.run(_loop(url, sessions, float(seconds), int(connections))))


if __name__ == "__main__":
    main()
