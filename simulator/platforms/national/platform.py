"""The national platform: the insurer's calls for all pooling areas at once."""

from simulator.platforms.insurer.envelope import EnvelopeDialect
from simulator.platforms.insurer.operations import OPERATIONS
from simulator.platforms.insurer.visits import identify
from simulator.web.operations import Platform


def national_platform() -> Platform:
    """The national platform, ready to be added to the application."""
    return Platform(
        name="national",
        prefix="/national/api/v1",
        dialect=EnvelopeDialect(),
        operations=OPERATIONS,
        title="National platform 国家医保服务平台",
        identify=identify,
    )
