"""Webhook signatures, against the scheme written out by hand."""

import hashlib
import hmac

from simulator.domain.webhook_signature import headers, signature


def test_signature_covers_time_and_body():
    # RFC 4231, test case 2: key "Jefe", data "what do ya want for nothing?".
    known = hmac.new(b"Jefe", b"what do ya want for nothing?", hashlib.sha256).hexdigest()
    assert known.startswith("5bdcc146bf60754e6a042426089575c7")
    by_hand = hmac.new(b"whsec_x", b'1735689600.{"id":"1"}', hashlib.sha256).hexdigest()
    assert signature("whsec_x", 1735689600, b'{"id":"1"}') == by_hand
    others = {
        signature("whsec_x", 1735689601, b'{"id":"1"}'),
        signature("whsec_x", 1735689600, b'{"id":"2"}'),
        signature("whsec_y", 1735689600, b'{"id":"1"}'),
    }
    assert by_hand not in others


def test_headers_name_alert_time_and_signature():
    sent = headers("whsec_x", "AL-1", 1735689600, b"{}")
    assert sent["X-Yibao-Id"] == "AL-1"
    assert sent["X-Yibao-Timestamp"] == "1735689600"
    assert sent["X-Yibao-Signature"] == signature("whsec_x", 1735689600, b"{}")
    assert sent["Content-Type"] == "application/json"
