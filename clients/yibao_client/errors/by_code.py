"""From the code of a refusal to the class that stands nearest to it."""

from yibao_client.errors.refusal import Refusal, RefusedError
from yibao_client.errors.service import RateLimitedError, ServerFailureError


def refused(refusal: Refusal) -> RefusedError:
    """The error of the class that stands nearest to a refusal's code."""
    return _nearest(refusal.code, refusal.status)(refusal)


def _nearest(code: str, status: int) -> type[RefusedError]:
    families = _families(RefusedError)
    prefix = code
    while prefix:
        if prefix in families:
            return families[prefix]
        prefix = prefix.rpartition(".")[0]
    if status == 429:
        return RateLimitedError
    return ServerFailureError if status >= 500 else RefusedError


def _families(root: type[RefusedError]) -> dict[str, type[RefusedError]]:
    found = dict.fromkeys(root.__dict__.get("prefixes", ()), root)
    for child in root.__subclasses__():
        found |= _families(child)
    return found
