"""Tokens of applications, and the subscribe messages they send with them."""

from typing import Any

from simulator.domain.identifiers import mask_phone
from simulator.domain.message_templates import TEMPLATES, Template
from simulator.errors import OpenIdUnknownError
from simulator.platforms.wechat.access import admitted, opened_grant, visit_of
from simulator.platforms.wechat.authorisation import DONE
from simulator.services import (
    applications,
    client_tokens,
    subscribe_messages,
    third_party_ids,
)
from simulator.services.client_tokens import Issued
from simulator.web.call import Call

_ONE_TIME = 2
"""A template's type: one message per acceptance (documented)."""


def issue_token(call: Call) -> dict[str, Any]:
    application = admitted(call, call.query["app_id"])
    applications.check_secret(application, call.query["secret"])
    return _issued(client_tokens.issue(visit_of(call), application))


def issue_stable_token(call: Call) -> dict[str, Any]:
    body = call.body
    application = admitted(call, body["app_id"])
    applications.check_secret(application, body["secret"])
    return _issued(
        client_tokens.issue_stable(visit_of(call), application, force=body["force_refresh"])
    )


def list_templates(call: Call) -> dict[str, Any]:
    app_id = call.session.app_id
    return DONE | {"data": [_template(call, app_id, each) for each in TEMPLATES]}


def send_message(call: Call) -> dict[str, Any]:
    app_id, body, world = call.session.app_id, call.body, call.world
    person = third_party_ids.person_of_open_id(world, "wechat", app_id, body["to_user"])
    if person is None:
        raise OpenIdUnknownError
    call.subject = mask_phone(person.phone)
    template = subscribe_messages.find_template(world, app_id, body["template_id"])
    values = {name: given["value"] for name, given in body["data"].items()}
    subscribe_messages.send(visit_of(call), app_id, person, template, values)
    return DONE


def answer_request(call: Call) -> dict[str, Any]:
    """What the person's phone says when a mini-program has asked to send messages.

    The shape is that of wx.requestSubscribeMessage (documented); that it can be had as a call, by
    whoever holds the person's token, is the simulator's own.
    """
    opened = opened_grant(call, call.query["access_token"])
    application, ids = opened.application, call.body["template_ids"]
    for each in ids:
        subscribe_messages.find_template(call.world, application.app_id, each)
    if call.body["accept"]:
        subscribe_messages.permit(visit_of(call), application, opened.person, ids)
    said = "accept" if call.body["accept"] else "reject"
    return DONE | dict.fromkeys(ids, said)


def _issued(issued: Issued) -> dict[str, Any]:
    return {"access_token": issued.text, "expires_in": issued.expires_in_s}


def _template(call: Call, app_id: str, template: Template) -> dict[str, Any]:
    lines = [f"{label}:{{{{{name}.DATA}}}}" for name, label in template.fields.items()]
    return {
        "priTmplId": subscribe_messages.template_id(call.world, app_id, template),
        "title": template.title,
        "content": "\n".join(lines),
        "example": "",
        "type": _ONE_TIME,
    }
