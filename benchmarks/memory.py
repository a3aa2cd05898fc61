"""A process of its own that reads many different people, and prints how its memory grew, in MB."""

import sys
from pathlib import Path

from simulator.app import create_app
from simulator.services import ledgers
from simulator.settings import Settings

_WARM_UP = 20_000
_PAGE = 1000


def resident_mb() -> float:
    """Memory of this process that is in RAM."""
    fields = Path("/proc/self/statm").read_text().split()
    return int(fields[1]) * 4096 / 1e6


def main() -> None:
    """Read the identity, insurance and position of so many people."""
    count = int(sys.argv[1])
    app = create_app(Settings())
    world = app.worlds.find("default")
    listing = world.people.listing()
    now_ms = world.now_ms()
    base_mb = 0.0
    for offset in range(0, _WARM_UP + count, _PAGE):
        if offset == _WARM_UP:
            base_mb = resident_mb()
        for person in listing.page(offset, _PAGE):
            _ = (person.id_number, person.phone, person.name)
            ledgers.position_of(world, person, now_ms)
    print(f"{resident_mb() - base_mb:.1f}")


if __name__ == "__main__":
    main()
