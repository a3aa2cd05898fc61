"""Refusals about no person: request, catalogues, customer service, server, world."""

from yibao_client.errors.refusal import RefusedError


class InvalidRequestError(RefusedError):
    prefixes = ("request", "route")


class CatalogueError(RefusedError):
    prefixes = ("catalogue",)


class NotListedError(CatalogueError):
    """The pooling area lists no such hospital or drug."""

    prefixes = ("catalogue.not_listed",)


class SupportError(RefusedError):
    prefixes = ("support", "ticket")


class RateLimitedError(RefusedError):
    prefixes = ("rate", "rate_limit")


class ServerFailureError(RefusedError):
    prefixes = ("server", "system")


class WorldError(RefusedError):
    prefixes = (
        *("world", "clock", "policy", "person", "region", "anomaly"),
        *("platform", "journal", "ledger", "control"),
    )
