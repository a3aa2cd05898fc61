"""Refusals that are about no person: the request, customer service, the server, the world."""

from yibao_client.errors.refusal import RefusedError


class InvalidRequestError(RefusedError):
    prefixes = ("request", "route")


class SupportError(RefusedError):
    prefixes = ("support", "ticket")


class RateLimitedError(RefusedError):
    prefixes = ("rate", "rate_limit")


class ServerFailureError(RefusedError):
    prefixes = ("server", "system")


class WorldError(RefusedError):
    prefixes = (
        *("world", "clock", "policy", "person", "region"),
        *("platform", "journal", "ledger", "control"),
    )
