"""What people let applications do in their name: codes, grants, and the proof of whoever began.

OAuth 2.0 (RFC 6749) as the two platforms speak it: consent gives a code, the code once a pair of
tokens, the tokens access until they expire or somebody revokes them. Pure rules on plain values:
tokens are made by the caller and seen here as digests, time is passed in.
"""

from simulator.domain.authorisation import codes, grants, pkce
from simulator.domain.authorisation.codes import AuthorisationCode, Codes, CodeUse
from simulator.domain.authorisation.grants import Grant, Grants
from simulator.domain.authorisation.policy import AuthorisationPolicy

__all__ = [
    "AuthorisationCode",
    "AuthorisationPolicy",
    "CodeUse",
    "Codes",
    "Grant",
    "Grants",
    "codes",
    "grants",
    "pkce",
]
