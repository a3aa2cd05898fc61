"""A small application that shows people the balance of their medical insurance account.

It knows nothing of the simulator: in production its base URL is the real platform's.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.error import HTTPError
from urllib.request import Request, urlopen


class WrongPassword(Exception):  # noqa: N818 -- an application may name its errors as it likes
    def __init__(self, tries_left: int) -> None:
        super().__init__(f"wrong password, {tries_left} tries left")
        self.tries_left = tries_left


class AccountLocked(Exception):  # noqa: N818
    def __init__(self, until: datetime) -> None:
        super().__init__(f"locked until {until:%H:%M}")
        self.until = until


class CodeExpired(Exception):  # noqa: N818
    pass


@dataclass(frozen=True)
class BalanceLookup:
    base_url: str

    def request_code(self, phone: str) -> None:
        self._call("POST", "/sms-codes", {"phone": phone, "purpose": "register"})

    def register(self, phone: str, code: str, password: str) -> None:
        self._call("POST", "/accounts", {"phone": phone, "sms_code": code, "password": password})

    def sign_in(self, phone: str, password: str) -> str:
        body = {"phone": phone, "password": password}
        return self._call("POST", "/sessions", body)["access_token"]

    def balance(self, phone: str, password: str) -> Decimal | None:
        """In yuan; None for somebody who has no personal account."""
        account = self._call("GET", "/balance", token=self.sign_in(phone, password))[
            "personal_account"
        ]
        return None if account is None else Decimal(account["amount"])

    def _call(self, method: str, path: str, body: dict | None = None, token: str = "") -> dict:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        request = Request(
            f"{self.base_url}/api/v1{path}",
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers=headers,
        )
        try:
            with urlopen(request, timeout=10) as response:
                return json.load(response)["data"]
        except HTTPError as refusal:
            with refusal:
                self._refused(json.load(refusal))
            raise

    def _refused(self, answer: dict) -> None:
        details = answer["data"]
        if answer["code"] == "sign_in.wrong_password":
            raise WrongPassword(details["remaining_attempts"])
        if answer["code"] == "sign_in.locked":
            raise AccountLocked(datetime.fromisoformat(details["locked_until"]))
        if answer["code"] == "sms.expired":
            raise CodeExpired
