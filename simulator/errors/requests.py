"""Refusals of the request itself, whatever it asks for."""

from simulator.errors.tree import SimulatorError


class RequestError(SimulatorError):
    """The request itself is at fault, whatever it asks for."""

    code, status = "request.invalid", 400
    zh = "请求参数不正确"
    en = "The request does not fit the schema; `fields` says where and what would be accepted."


class MalformedJsonError(RequestError):
    code = "request.malformed_json"
    zh = "请求体不是有效的 JSON"
    en = "The body is not valid JSON (UTF-8)."


class WrongContentTypeError(RequestError):
    code, status = "request.wrong_content_type", 415
    zh = "不支持的内容类型"
    en = "This call takes another content type."


class BodyTooLargeError(RequestError):
    code, status = "request.too_large", 413
    zh = "请求体过大"
    en = "The body is larger than this call accepts."


class UnknownRouteError(RequestError):
    code, status = "route.unknown", 404
    zh = "请求的地址不存在"
    en = "No call has this path."


class MethodNotAllowedError(RequestError):
    code, status = "route.method_not_allowed", 405
    zh = "不支持的请求方法"
    en = "This path exists, but not with this method."
