"""The register of applications: those every world has, and those that a tester makes.

Ready-made ones are a function of the seed, one in each state; nothing is stored of them until they
change. A name belongs to the first application of a platform that took it: another one under the
same name is an impostor, registered or not.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from hmac import compare_digest
from itertools import count
from typing import Final

from simulator.domain.applications import (
    PLATFORMS,
    SCOPES,
    TRANSITIONS,
    Application,
    PlatformName,
    State,
    change_state,
    event_leading_to,
    normalised_name,
    synthetic_app_id,
)
from simulator.errors import (
    ApplicationExistsError,
    ApplicationImpostorError,
    ApplicationNotFoundError,
    ApplicationRevokedError,
    ApplicationStateError,
    ApplicationSuspendedError,
    ApplicationUnknownError,
    SimulatorError,
    WrongSecretError,
)
from simulator.services.visit import Visit
from simulator.world import World

_KEY: Final = "applications"
_OWNER: Final = "示例科技有限公司"
_READY_MADE: Final[tuple[tuple[str, State], ...]] = (
    ("医保查询示例", "active"),
    ("医保查询示例（暂停使用）", "suspended"),
    ("医保查询示例（已下架）", "revoked"),
    ("医保查询示例（未登记）", "unregistered"),
)
"""Name and state of the applications that every world has on each platform."""

_REDIRECT_URIS: Final = ("http://127.0.0.1/callback", "http://localhost/callback")
"""Of the ready-made ones: on loopback addresses any port fits."""


@dataclass(frozen=True, slots=True)
class NewApplication:
    """What a tester says of an application to be made; the rest is derived."""

    platform: PlatformName
    name: str
    redirect_uris: tuple[str, ...] = _REDIRECT_URIS
    scopes: tuple[str, ...] | None = None
    """None: all that the platform knows."""
    app_id: str | None = None
    """None: a synthetic one."""
    owner: str = _OWNER
    state: State = "active"
    public_key_pem: str | None = None


@dataclass(frozen=True, slots=True)
class _NameHolder:
    app_id: str


def platform_of(visit: Visit) -> PlatformName:
    """The third-party platform that is visited."""
    assert visit.platform in PLATFORMS, f"{visit.platform} has no applications"
    return visit.platform


def application(world: World, platform: PlatformName, app_id: str) -> Application | None:
    """The application of an id, in whatever state; None when the world has none."""
    stored = world.read(_key(platform, app_id), Application)
    if stored is not None:
        return stored
    return _ready_made(world.key(_KEY), platform).get(app_id)


def applications(world: World, platform: PlatformName | None = None) -> list[Application]:
    """All applications, of one platform or of both: the ready-made ones first, then by id."""
    return [
        found
        for each in PLATFORMS
        if platform in (None, each)
        for app_id in _app_ids(world, each)
        if (found := application(world, each, app_id)) is not None
    ]


def admitted(world: World, platform: PlatformName, app_id: str) -> Application:
    """The application of an id, if it may act on the platform now.

    Raises ApplicationUnknownError (also for one that is not registered), ApplicationImpostorError,
    ApplicationSuspendedError or ApplicationRevokedError.
    """
    found = application(world, platform, app_id)
    if found is None:
        raise ApplicationUnknownError
    genuine = genuine_of(world, found)
    if genuine is not None:
        raise ApplicationImpostorError(
            reason={"impostor": "name", "name": found.name, "genuine": genuine}
        )
    refusal = refusal_of_state(found)
    if refusal is not None:
        raise refusal
    return found


def refusal_of_state(found: Application) -> SimulatorError | None:
    """Why an application may not act in its state; None where it may."""
    match found.state:
        case "active":
            return None
        case "unregistered":
            return ApplicationUnknownError(reason={"application": "unregistered"})
        case "suspended":
            return ApplicationSuspendedError()
        case "revoked":
            return ApplicationRevokedError()


def genuine_of(world: World, found: Application) -> str | None:
    """The id of the application whose name this one goes by; None where the name is its own."""
    holder = _name_holder(world, found.platform, found.name)
    return None if holder in (None, found.app_id) else holder


def check_secret(found: Application, presented: str) -> None:
    """Raises WrongSecretError, with the journal told of an impostor."""
    kept = found.secret or ""
    if not kept or not compare_digest(kept.encode(), presented.encode("utf-8", "replace")):
        raise WrongSecretError(reason={"impostor": "secret", "name": found.name})


def partner(world: World, partner_id: str) -> Application | None:
    """WeChat's application of a partner id; None where there is none."""
    return next(
        (each for each in applications(world, "wechat") if each.partner_id == partner_id), None
    )


def make(world: World, wanted: NewApplication) -> Application:
    """A new application. Raises ApplicationExistsError where the id is taken."""
    for attempt in count():
        app_id = wanted.app_id or _drawn_id(world, wanted, attempt)
        made = _complete(
            world.key(_KEY),
            Application(
                app_id=app_id,
                platform=wanted.platform,
                name=wanted.name,
                owner=wanted.owner,
                state=wanted.state,
                redirect_uris=wanted.redirect_uris,
                scopes=tuple(SCOPES[wanted.platform]) if wanted.scopes is None else wanted.scopes,
                public_key_pem=wanted.public_key_pem,
            ),
        )
        if _insert(world, made):
            break
        if wanted.app_id is not None:
            raise ApplicationExistsError(details={"app_id": app_id})
    _claim_name(world, made)
    return made


def change(
    world: World,
    platform: PlatformName,
    app_id: str,
    *,
    state: State | None = None,
    redirect_uris: tuple[str, ...] | None = None,
) -> Application:
    """Bring an application into another state, or register other redirect URIs.

    Raises ApplicationNotFoundError, or ApplicationStateError where no one step leads to the state.
    """

    def on_stored(stored: Application | None) -> tuple[Application | None, Application]:
        known = stored or _ready_made(world.key(_KEY), platform).get(app_id)
        if known is None:
            raise ApplicationNotFoundError(details={"platform": platform, "app_id": app_id[:40]})
        changed = known
        if state is not None and state != known.state:
            event = event_leading_to(known.state, state)
            if event is None:
                accepted = sorted(TRANSITIONS[known.state].values())
                raise ApplicationStateError(details={"state": known.state, "accepted": accepted})
            changed = change_state(changed, event)
        if redirect_uris is not None:
            changed = replace(changed, redirect_uris=redirect_uris)
        return (stored if changed == known else changed), changed

    return world.update(_key(platform, app_id), Application, on_stored)


def _insert(world: World, made: Application) -> bool:
    if made.app_id in _ready_made(world.key(_KEY), made.platform):
        return False

    def on_stored(stored: Application | None) -> tuple[Application, bool]:
        return (made, True) if stored is None else (stored, False)

    return world.update(_key(made.platform, made.app_id), Application, on_stored)


def _app_ids(world: World, platform: PlatformName) -> Iterator[str]:
    ready = _ready_made(world.key(_KEY), platform)
    yield from ready
    prefix = _key(platform, "")
    for key in world.keys(prefix):
        app_id = key.removeprefix(prefix)
        if app_id not in ready:
            yield app_id


def _name_holder(world: World, platform: PlatformName, name: str) -> str | None:
    wanted = normalised_name(name)
    for ready in _ready_made(world.key(_KEY), platform).values():
        if normalised_name(ready.name) == wanted:
            return ready.app_id
    holder = world.read(_name_key(platform, wanted), _NameHolder)
    return None if holder is None else holder.app_id


def _claim_name(world: World, made: Application) -> None:
    def on_stored(stored: _NameHolder | None) -> tuple[_NameHolder, None]:
        return stored or _NameHolder(made.app_id), None

    world.update(_name_key(made.platform, normalised_name(made.name)), _NameHolder, on_stored)


@lru_cache(maxsize=64)
def _ready_made(key: bytes, platform: PlatformName) -> dict[str, Application]:
    made = (
        _complete(
            key,
            Application(
                app_id=synthetic_app_id(platform, _number(key, f"ready/{platform}/{place}")),
                platform=platform,
                name=name,
                owner=_OWNER,
                state=state,
                redirect_uris=_REDIRECT_URIS,
                scopes=tuple(SCOPES[platform]),
            ),
        )
        for place, (name, state) in enumerate(_READY_MADE)
    )
    return {each.app_id: each for each in made}


def _complete(key: bytes, wanted: Application) -> Application:
    """With the secrets of its platform, which depend on the seed and the id alone."""
    if wanted.platform != "wechat":
        return wanted
    secret, partner_secret = (
        _text(key, f"{purpose}/{wanted.app_id}") for purpose in ("secret", "partner-secret")
    )
    # Eight digits: assumed.
    partner_id = f"{_number(key, f'partner/{wanted.app_id}') % 10**8:08d}"
    return replace(wanted, secret=secret, partner_id=partner_id, partner_secret=partner_secret)


def _drawn_id(world: World, wanted: NewApplication, attempt: int) -> str:
    # The same names in the same order give the same ids, in any world of the seed.
    purpose = f"made/{wanted.platform}/{wanted.name}/{attempt}"
    return synthetic_app_id(wanted.platform, _number(world.key(_KEY), purpose))


def _number(key: bytes, purpose: str) -> int:
    """32 bits of a purpose."""
    return int(_text(key, purpose)[:8], 16)


def _text(key: bytes, purpose: str) -> str:
    """32 hexadecimal digits of a purpose."""
    return blake2b(purpose.encode(), key=key, digest_size=16).hexdigest()


def _key(platform: PlatformName, app_id: str) -> str:
    return f"application/{platform}/{app_id}"


def _name_key(platform: PlatformName, name: str) -> str:
    return f"application-name/{platform}/{name}"
