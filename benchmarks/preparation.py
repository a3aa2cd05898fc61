"""What a run needs beforehand: many people signed in, and one answer's bytes."""

import asyncio
import re
from base64 import b64encode
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
import orjson
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from simulator.domain.people import People, Person
from simulator.web.kernel import SimulatorFlask

_PAGE = 1000
_CONNECTIONS = 8
_DEFAULT_SEED = 1
_LENGTH = re.compile(rb"content-length: (\d+)")


def ask(
    app: SimulatorFlask, method: str, path: str, body: Any = None, token: str | None = None
) -> tuple[int, bytes]:
    """One request to an application in this process; answers status and body."""
    text = b"" if body is None else orjson.dumps(body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path.partition("?")[0],
        "QUERY_STRING": path.partition("?")[2],
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_TYPE": "application/json",
        "CONTENT_LENGTH": str(len(text)),
        "wsgi.input": BytesIO(text),
    }
    if token is not None:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    reply = app.answer(environ)
    assert reply is not None
    return reply.status, reply.body


def sign_people_in(url: str, count: int, *, at_home: bool = False) -> list[str]:
    """Sessions of that many different people of a server of the default seed.

    A session is written as the path of the balance query, a space and the access token; `at_home`
    at each person's local platform, else at the national one.
    """
    return asyncio.run(_sign_in_all(url, count, at_home))


def balance_body(url: str, session: str) -> bytes:
    """The bytes of one signed-in balance answer."""
    path, token = session.split()
    head = f"GET {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
    return asyncio.run(_once(url, head.encode()))


async def _sign_in_all(url: str, count: int, at_home: bool) -> list[str]:
    people = _people()
    sessions: list[str] = []

    async def keep_signing_in() -> None:
        address = urlsplit(url)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        while len(sessions) < count:
            person = next(people)
            base = f"/local/{person.region}/api/v1" if at_home else "/national/api/v1"
            body = orjson.dumps({"phone": person.phone, "password": person.default_password})
            head = (
                f"POST {base}/sessions HTTP/1.1\r\nHost: x\r\n"
                f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
            )
            writer.write(head.encode() + body)
            status, answer = await _read(reader)
            if status == 200:  # the others have no account, or not any more the default password
                token = orjson.loads(answer)["data"]["access_token"]
                sessions.append(f"{base}/balance {token}")
        writer.close()

    await asyncio.gather(*(keep_signing_in() for _ in range(_CONNECTIONS)))
    return sessions[:count]


def _people() -> Iterator[Person]:
    listing = People(_DEFAULT_SEED).listing()
    offset = 0
    while True:
        yield from listing.page(offset, _PAGE)
        offset += _PAGE


async def _once(url: str, request: bytes) -> bytes:
    address = urlsplit(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(request)
    status, body = await _read(reader)
    writer.close()
    if status != 200:
        raise RuntimeError(f"answered {status}: {body[:200]!r}")
    return body


async def _read(reader: asyncio.StreamReader) -> tuple[int, bytes]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = _LENGTH.search(head)
    body = await reader.readexactly(int(length[1])) if length else b""
    return int(head[9:12]), body


def sign_card_queries(url: str, count: int) -> list[str]:
    """Requests to Alipay's gateway for the cards of that many different people who let the
    ready-made application in, each as the path of a GET, a space and a dash."""
    with httpx.Client(base_url=url, timeout=30) as client:
        base = "/_control/worlds/default/applications"
        [first, *_] = client.get(f"{base}?platform=alipay").json()["items"]
        app_id: str = first["app_id"]
        keys = client.get(f"{base}/alipay/{app_id}/keys").json()
        key = load_pem_private_key(keys["private_key"]["pkcs8_pem"].encode(), None)
        assert isinstance(key, RSAPrivateKey)
        people = islice(_people(), count)
        return [_card_query(key, app_id, _let_in(client, key, app_id, each)) for each in people]


def _card_query(key: RSAPrivateKey, app_id: str, user_id: str) -> str:
    content = orjson.dumps({"buyer_id": user_id, "ins_type": "YB"}).decode()
    return _signed(key, app_id, "alipay.commerce.medical.card.query", biz_content=content) + " -"


def _let_in(client: httpx.Client, key: RSAPrivateKey, app_id: str, person: Person) -> str:
    """Have a person let an application in; the person's id on Alipay."""
    query = {"app_id": app_id, "scope": "auth_user", "redirect_uri": "http://127.0.0.1/callback"}
    form = {"card_number": person.card_number, "card_password": person.card_password}
    page = client.post(f"/alipay/oauth2/publicAppAuthorize.htm?{urlencode(query)}", data=form)
    code = parse_qs(urlsplit(page.headers["Location"]).query)["auth_code"][0]
    method = "alipay.system.oauth.token"
    path = _signed(key, app_id, method, grant_type="authorization_code", code=code)
    answer = client.get(path).json()["alipay_system_oauth_token_response"]
    return str(answer["user_id"])


def _signed(key: RSAPrivateKey, app_id: str, method: str, **given: str) -> str:
    """A request to the gateway as the path of a GET."""
    values = {
        "app_id": app_id,
        "method": method,
        "charset": "utf-8",
        "sign_type": "RSA2",
        "timestamp": "2026-06-15 10:00:00",
        "version": "1.0",
    } | given
    content = "&".join(f"{name}={value}" for name, value in sorted(values.items()))
    sign = b64encode(key.sign(content.encode(), PKCS1v15(), SHA256())).decode()
    return f"/alipay/gateway.do?{urlencode(values | {'sign': sign})}"
