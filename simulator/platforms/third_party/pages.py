"""Pages as bytes: Jinja templates, one inline style sheet, and the headers that go with them.

Nothing is loaded from elsewhere and no script runs; the content security policy says so. A page
that refuses something bears code and details in its head, for programs (*assumed*, as are the
pages).
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from typing import Any, Final

import orjson
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulator.errors import SimulatorError
from simulator.web.reply import Reply

HTML: Final = "text/html; charset=utf-8"


def page(template: str, refusal: SimulatorError | None, **values: Any) -> Reply:
    """A page of a template, as an answer with the status of what is refused on it, if anything."""
    style, policy = _style()
    text = _environment().get_template(template).render(style=style, refusal=refusal, **values)
    reply = Reply(200, text.encode(), [("content-type", HTML), *_headers(policy)])
    if refusal is not None:
        reply.status = refusal.status
        if refusal.retry_after_s is not None:
            reply.headers.append(("retry-after", str(refusal.retry_after_s)))
    return reply


def send_to(url: str) -> Reply:
    """An answer that leads to a URL, which is ASCII without spaces."""
    text = Markup('<!DOCTYPE html>\n<title>302</title>\n<a href="{0}">{0}</a>\n').format(url)
    _, policy = _style()
    headers = [("content-type", HTML), ("location", url), *_headers(policy)]
    return Reply(302, text.encode(), headers)


def _headers(policy: str) -> list[tuple[str, str]]:
    return [
        ("cache-control", "no-store"),
        ("content-security-policy", policy),
        # The address bears what the application sent, and where to it goes back is its own matter.
        ("referrer-policy", "no-referrer"),
        ("x-content-type-options", "nosniff"),
    ]


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("simulator.platforms.third_party"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    # Jinja's own filter is for scripts: what it writes would not be escaped for an attribute.
    environment.filters["as_json"] = lambda value: orjson.dumps(value).decode()
    return environment


@cache
def _style() -> tuple[Markup, str]:
    """The style sheet, and a policy that allows it and what is within the page, no more."""
    source, _, _ = PackageLoader("simulator.platforms.third_party").get_source(
        _environment(), "style.css"
    )
    digest = b64encode(sha256(source.encode()).digest()).decode()
    policy = (
        # Pictures are part of a page, so that none has to be asked for.
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    return Markup(source), policy
