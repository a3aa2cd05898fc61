"""The certification of an identity, begun and asked about; and messages to people.

alipay.user.certify.open.initialize, alipay.user.certify.open.query and
alipay.commerce.medical.message.notify (names documented; the wordings of reasons *assumed*).
"""

from typing import Any, Final

import orjson

from simulator.domain.face_service import FaceOutcome
from simulator.platforms.alipay.methods import MethodCall
from simulator.services import certifications, medical_notices
from simulator.services.medical_notices import Notice

_REASONS: Final[dict[FaceOutcome, str]] = {
    "not_in_library": "证件号码不存在",
    "no_such_user": "证件信息无法核验",
    "id_mismatch": "姓名与证件号码不匹配",
    "face_mismatch": "人脸比对不一致",
    "too_bright": "照片过亮",
    "poor_photo": "照片质量不合格",
    "no_face": "未检测到人脸",
    "not_alive": "未通过活体检测",
}


def begin_certification(call: MethodCall) -> dict[str, Any]:
    """alipay.user.certify.open.initialize"""
    given = call.given
    identity = given["identity_param"]
    certify_id = certifications.begin(
        call.visit,
        call.application,
        given["outer_order_no"],
        scene=given["biz_code"],
        name=identity["cert_name"],
        id_number=identity["cert_no"],
        picture=given.get("face_contrast_picture"),
    )
    return {"certify_id": certify_id}


def query_certification(call: MethodCall) -> dict[str, Any]:
    """alipay.user.certify.open.query"""
    found = certifications.find(call.visit, call.application, call.given["certify_id"])
    identity = {
        "cert_type": "IDENTITY_CARD",
        "cert_no": found.id_number,
        "cert_name": found.name,
    }
    answer = {
        "passed": "T" if found.outcome == "passed" else "F",
        "identity_info": orjson.dumps(identity).decode(),
        # Texts of JSON, as answered by the real one (observed).
        "material_info": "{}",
    }
    if found.outcome != "passed" and call.visit.policy.gateway.discloses_fail_reason:
        answer["fail_reason"] = _REASONS[found.outcome]
    return answer


def notify(call: MethodCall) -> dict[str, Any]:
    """alipay.commerce.medical.message.notify"""
    given = call.given
    person = call.person(given.get("to_user_id"), given.get("to_open_id"))
    notice = Notice(
        out_msg_id=given["out_msg_id"],
        biz_type=given["biz_type"],
        template_code=given["template_code"],
        arguments=[(each["key"], each["value"]) for each in given["msg_arg_list"]],
    )
    return {"msg_id": medical_notices.send(call.visit, call.application, person, notice)}
