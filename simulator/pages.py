"""The server's own pages: health, the OpenAPI document, and its viewer, where `/` leads."""

from functools import cache
from typing import Any

import orjson
from flask import Flask, Response, redirect
from flask_swagger_ui import get_swaggerui_blueprint

from simulator.web.kernel import SimulatorFlask
from simulator.web.openapi import openapi_document


def add_pages(app: SimulatorFlask) -> None:
    """Route `/`, `/healthz`, `/openapi.json` and `/docs`."""

    @cache
    def document() -> bytes:
        return orjson.dumps(openapi_document(app.platforms), option=orjson.OPT_INDENT_2)

    def healthz() -> Response:
        return Response(b'{"status":"ok"}', mimetype="application/json")

    def openapi() -> Response:
        return Response(document(), mimetype="application/json")

    app.add_url_rule("/healthz", "healthz", healthz)
    app.add_url_rule("/openapi.json", "openapi", openapi)
    app.add_url_rule("/", "root", lambda: redirect("/docs/"))
    _add_viewer(app)


def _add_viewer(app: Flask) -> None:
    """Swagger UI from its package: nothing is fetched from elsewhere."""
    config: dict[str, Any] = {
        "app_name": "yibao-simulator",
        "layout": "BaseLayout",
        "docExpansion": "list",
        "validatorUrl": "none",
    }
    app.register_blueprint(get_swaggerui_blueprint("/docs", "/openapi.json", config=config))
