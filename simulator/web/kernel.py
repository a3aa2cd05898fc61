"""The Flask application class: it answers operations itself and leaves pages to Flask.

A call of a platform is matched, carried out, rendered in the platform's dialect, journalled, and
returned as a Reply, without Flask's request context, signals or Response object: together they
cost more than a balance query does (see docs/performance.md). The routes are ordinary Flask rules
all the same, and everything that is not an operation (documentation, pages, static files) takes
Flask's ordinary way.

Two carriers use it: any WSGI server through `__call__`, which waits out injected latency in its
thread, and the RSGI front through `answer`, which does not.
"""

import logging
import re
import secrets
import time
from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache, partial
from http import HTTPStatus
from itertools import count
from typing import TYPE_CHECKING, Any

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import MapAdapter, RequestRedirect

from simulator.domain.digests import digest
from simulator.domain.latency import delay_ms
from simulator.errors import MethodNotAllowedError, SimulatorError, UnknownRouteError
from simulator.web.call import Call, WsgiEnvironment
from simulator.web.masking import mask, mask_query
from simulator.web.operations import PLACE, Operation, Platform
from simulator.web.parsing import load, load_query, read_files, read_form, read_json
from simulator.web.reply import Reply
from simulator.world import DEFAULT_WORLD, Worlds, real_ns

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_log = logging.getLogger("simulator")

_REQUEST_ID = re.compile(r"[\x21-\x7e]{1,128}", re.ASCII)
_PENDING_INTERVAL_S = 0.02
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class SimulatorFlask(Flask):
    """A Flask application made of platforms. `worlds` and `max_body_bytes` are set once."""

    def __init__(self, worlds: Worlds, *, max_body_bytes: int) -> None:
        super().__init__("simulator", static_folder=None)
        # A path with an empty part is an unknown one, to be refused in its platform's dialect.
        self.url_map.merge_slashes = False
        self.worlds = worlds
        self.platforms: list[Platform] = []
        self._max_body_bytes = max_body_bytes
        self._routes: dict[str, tuple[Platform, Operation]] = {}
        self._constant: dict[str, dict[str, tuple[Platform, Operation]]] = {}
        self._placed: dict[str, dict[str, dict[str, tuple[Platform, Operation]]]] = {}
        self._adapter: MapAdapter | None = None
        self._request_ids = map(f"{secrets.token_hex(6)}-{{}}".format, count(1))

    def add_platform(self, platform: Platform) -> None:
        """Route a platform's operations."""
        self.platforms.append(platform)
        for operation in platform.operations:
            endpoint = f"{platform.interface}.{operation.name}"
            path = platform.prefix + operation.path
            rule = _PLACEHOLDER.sub(r"<\1>", path)
            self.add_url_rule(rule, endpoint, _not_called, methods=[operation.method])
            self._routes[endpoint] = (platform, operation)
            if platform.in_world and "{" not in operation.path:
                self._quick_table(path).setdefault(operation.method, (platform, operation))

    def _quick_table(self, path: str) -> dict[str, tuple[Platform, Operation]]:
        """Where a path without parameters, or with a place in it alone, is looked up by method."""
        head, place, tail = path.partition("{" + PLACE + "}/")
        if not place:
            return self._constant.setdefault(path, {})
        return self._placed.setdefault(head, {}).setdefault(tail, {})

    def _look_up(self, path: str) -> tuple[dict[str, tuple[Platform, Operation]] | None, str]:
        """The operations at a path with a place in it, by method, and the place."""
        end = path.find("/", 1) + 1
        tails = self._placed.get(path[:end])
        if tails is None:
            return None, ""
        place, _, tail = path[end:].partition("/")
        return tails.get(tail), place

    # --- carriers -------------------------------------------------------------------------------

    def wsgi_app(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        reply = self.answer(environ)
        if reply is None:
            return self._page(environ, start_response)
        if reply.work is not None:
            reply = reply.work()
        while reply.pending is not None:
            time.sleep(_PENDING_INTERVAL_S)
            reply = reply.pending()
        if reply.delay_ms:
            time.sleep(reply.delay_ms / 1000)
        start_response(
            _STATUS_LINES[reply.status],
            [*reply.headers, ("content-length", str(len(reply.body)))],
        )
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else reply.body]

    def _page(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """One of Flask's own pages, with the request's id."""
        header = _id_header(self._request_id(environ))

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            return start_response(status, [*headers, header], *rest)

        return super().wsgi_app(environ, start)

    def _request_id(self, environ: WsgiEnvironment) -> str:
        """The request's own id where it has a usable one, else a new one."""
        request_id = environ.get("HTTP_X_REQUEST_ID")
        if request_id is None or not _REQUEST_ID.fullmatch(request_id):
            return next(self._request_ids)
        return str(request_id)

    def answer(self, environ: WsgiEnvironment) -> Reply | None:
        """Answer a call of a platform; None: the path is one of Flask's own pages.

        Of the WSGI environment only the request's line, address and body are looked at, and the
        headers Authorization, Content-Length, Content-Type and X-Request-Id.
        """
        path = environ["PATH_INFO"]
        if not path.isascii():
            path = path.encode("latin-1").decode("utf-8", "replace")
        world_name = DEFAULT_WORLD
        if path.startswith("/w/"):
            world_name, slash, rest = path[3:].partition("/")
            path = slash + rest
        request_id = self._request_id(environ)
        method = environ["REQUEST_METHOD"]
        methods, place = self._constant.get(path), ""
        if methods is None:
            methods, place = self._look_up(path)
        found = methods and methods.get(method)
        if found:
            platform, operation = found
            call = Call(environ, self.worlds, world_name, platform, operation, request_id)
            call.place = place
            return self._carry_out(call, path, {})
        return self._route(environ, path, method, world_name, request_id)

    # --- the uncommon ways ----------------------------------------------------------------------

    def _route(
        self, environ: WsgiEnvironment, path: str, method: str, world_name: str, request_id: str
    ) -> Reply | None:
        platform = self._platform_at(path)
        call = Call(environ, self.worlds, world_name, platform, None, request_id)
        try:
            endpoint, arguments = self._matcher().match(path, method)
        except RequestRedirect:
            # To one of Flask's own pages, which are in no world.
            if environ["PATH_INFO"].startswith("/w/"):
                return self._refuse(call, path, self._unknown_route(path))
            return None
        except MethodNotAllowed as error:
            allowed = sorted(error.valid_methods or [])
            refusal: SimulatorError = MethodNotAllowedError(details={"allowed": allowed})
            reply = self._refuse(call, path, refusal)
            reply.headers.append(("allow", ", ".join(allowed)))
            return reply
        except (NotFound, HTTPException):
            return self._refuse(call, path, self._unknown_route(path))
        route = self._routes.get(endpoint)
        if route is None:
            if environ["PATH_INFO"].startswith("/w/"):
                return self._refuse(call, path, self._unknown_route(path))
            return None
        platform, operation = route
        if method == "OPTIONS":
            allowed = sorted(self._matcher().allowed_methods(path))
            return Reply(204, headers=[("allow", ", ".join(allowed)), _id_header(request_id)])
        if not platform.in_world and environ["PATH_INFO"].startswith("/w/"):
            return self._refuse(call, path, self._unknown_route(path))
        call.platform, call.operation = platform, operation
        parameters = dict(arguments)
        call.place = parameters.pop(PLACE, "")
        return self._carry_out(call, path, parameters)

    def _matcher(self) -> MapAdapter:
        if self._adapter is None:
            self._adapter = self.url_map.bind("localhost")
        return self._adapter

    def _platform_at(self, path: str) -> Platform:
        """Whose dialect speaks at a path; the last platform's where none claims it."""

        def matched(text: str) -> int:
            found = _pattern(text).match(path)
            return len(found[0]) if found else 0

        def claims(platform: Platform) -> tuple[int, int]:
            """How much of the path is the platform's, and how much of it one of its operations';
            of several that claim as much, the first."""
            prefix = platform.prefix
            return (
                matched(prefix) or matched(prefix.partition("{")[0]),
                max(matched(prefix + operation.path) for operation in platform.operations),
            )

        best = max(self.platforms, key=claims)
        return best if claims(best)[0] else self.platforms[-1]

    def _unknown_route(self, path: str) -> UnknownRouteError:
        known = [
            each.prefix + operation.path for each in self.platforms for operation in each.operations
        ]
        near = get_close_matches(path, known, n=3, cutoff=0.7)
        return UnknownRouteError(details={"path": path[:200], "near": near})

    # --- carrying out ---------------------------------------------------------------------------

    def body_limit(self, path: str) -> int:
        """The largest body that is taken at a path, bytes."""
        if path.startswith("/w/"):
            path = "/" + path[3:].partition("/")[2]
        methods = self._constant.get(path) or self._look_up(path)[0]
        limits = (
            operation.max_body_bytes
            for _, operation in (methods or {}).values()
            if operation.max_body_bytes is not None
        )
        return max(limits, default=self._max_body_bytes)

    def _carry_out(self, call: Call, path: str, arguments: dict[str, Any]) -> Reply:
        slow = call.operation is not None and call.operation.slow
        if slow is True or (slow and slow(call)):
            return Reply(503, work=partial(self._carry_out_now, call, path, arguments))
        return self._carry_out_now(call, path, arguments)

    def _carry_out_now(self, call: Call, path: str, arguments: dict[str, Any]) -> Reply:
        started_ns = time.perf_counter_ns()
        platform, operation = call.platform, call.operation
        assert operation is not None
        error: SimulatorError | None = None
        try:
            if platform.admit is not None:
                platform.admit(call)
            if platform.in_world:
                call.enter_world()
            if platform.locate is not None:
                call.region = platform.locate(call)
            if operation.signed_in and platform.identify is not None:
                call.identify()
            if not operation.raw:
                self._read_input(call, operation)
            result = operation.view(call, **arguments)
            if isinstance(result, Reply):
                reply, error = result, result.refusal
            else:
                reply = platform.dialect.success(call, result, operation.status)
        except SimulatorError as refusal:
            error = refusal
            reply = platform.dialect.refusal(call, refusal)
        except Exception:
            _log.exception("request %s failed", call.request_id)
            error = SimulatorError(details={"request_id": call.request_id})
            reply = platform.dialect.refusal(call, error)
        reply.headers.append(_id_header(call.request_id))
        if platform.in_world and hasattr(call, "world"):
            self._delay(call, reply)
            self._journal(call, path, reply, error, (time.perf_counter_ns() - started_ns) // 1000)
        return reply

    def _read_input(self, call: Call, operation: Operation) -> None:
        """Body, files and query of a call, checked."""
        if operation.body is not None:
            limit = self._max_body_bytes
            if operation.form:
                call.body = read_form(call, operation.body, max_bytes=limit)
            else:
                call.body = read_json(
                    call, max_bytes=limit, any_content_type=operation.any_content_type
                )
            call.body = load(operation.body, call.body)
        elif operation.files is not None:
            limit = operation.max_body_bytes or self._max_body_bytes
            call.files = read_files(call, operation.files, max_bytes=limit)
        if operation.query is not None or call.environ.get("QUERY_STRING"):
            call.query = load_query(operation.query, call)

    def _refuse(self, call: Call, path: str, error: SimulatorError) -> Reply:
        """A refusal outside any operation; that the place itself is unknown goes before it."""
        if call.platform.in_world:
            try:
                call.enter_world()
                prefix = _pattern(call.platform.prefix).match(path)
                if prefix and call.platform.locate is not None:
                    call.place = prefix[PLACE]
                    call.region = call.platform.locate(call)
            except SimulatorError as unknown_place:
                error = unknown_place
        reply = call.platform.dialect.refusal(call, error)
        reply.headers.append(_id_header(call.request_id))
        if hasattr(call, "world"):
            self._journal(call, path, reply, error, 0)
        return reply

    def _delay(self, call: Call, reply: Reply) -> None:
        policy = call.world.policy(call.platform.name, call.region).latency
        if policy.delay_ms or policy.spread_ms:
            draw = digest(call.world.key("latency"), hash_of(call.request_id), 8)
            reply.delay_ms = delay_ms(policy, draw)

    def _journal(
        self, call: Call, path: str, reply: Reply, error: SimulatorError | None, took_us: int
    ) -> None:
        environ = call.environ
        query = environ.get("QUERY_STRING")
        if call.operation is not None and call.operation.raw and call.body is not None:
            query = None
        call.world.journal_record(
            (
                real_ns(),
                call.now_ms,
                call.request_id,
                call.platform.name,
                call.region,
                call.operation and call.operation.name,
                environ["REQUEST_METHOD"],
                path,
                mask_query(call.query_text()) if query else "",
                None if call.body is None else mask(call.body),
                reply.status,
                error and error.code,
                call.subject,
                took_us,
                reply.delay_ms,
                mask(error.details) if error else None,
                error.reason if error else None,
            )
        )


def hash_of(text: str) -> int:
    """A text as a number for `digest`: the same in every process."""
    return int.from_bytes(text.encode()[:64], "big") % (2**64 - 59)


@cache
def _pattern(prefix: str) -> re.Pattern[str]:
    """What begins with a prefix."""
    return re.compile(_PLACEHOLDER.sub(r"(?P<\1>[^/]+)", prefix))


def _id_header(request_id: str) -> tuple[str, str]:
    return ("x-request-id", request_id)


def _not_called(**_arguments: Any) -> str:
    """Stands in Flask's table of views for operations, which `answer` carries out before Flask."""
    raise AssertionError("an operation reached Flask's own dispatch")
