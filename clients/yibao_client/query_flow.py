"""The main job from start to end for one person: from a phone number to a balance and its history.

The steps, in order: ask for a code and register (left out for somebody who has an account), sign
in, show the ID card and the face (left out without evidence, and for somebody verified), read the
insurance, the balance and the latest transactions, and compare the balance with what other
platforms show (left out when none is given). A flow stops at the first step that fails and can be
run again from there, once whatever stood in the way is gone.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from yibao_client.comparison import BalanceReader, Comparison, Credentials, compare
from yibao_client.errors import (
    AccountExistsError,
    SecondFactorRequiredError,
    YibaoError,
)
from yibao_client.history import TransactionPage
from yibao_client.results import (
    Account,
    Balance,
    FaceCheck,
    IdCardReading,
    InsuranceRow,
    SecondFactor,
    Session,
    SmsCodeSent,
)
from yibao_client.verification import EvidenceSource, Verification, Verifier

Outcome = Literal["done", "skipped", "failed"]
CodeSource = Callable[[str, str], str]
"""Called with a phone and a purpose; answers the code that came, waiting for it if need be."""


class Platform(Verifier, Protocol):
    """The calls a flow makes; the clients of the insurer's platforms have them."""

    @property
    def platform(self) -> str: ...
    @property
    def session(self) -> Session | None: ...

    def send_sms_code(self, phone: str, purpose: str) -> SmsCodeSent: ...
    def register(self, phone: str, sms_code: str, password: str) -> Account: ...
    def sign_in(
        self,
        *,
        phone: str | None = None,
        id_number: str | None = None,
        password: str | None = None,
        second_factor: SecondFactor | None = None,
    ) -> Session: ...
    def insurance(self) -> tuple[InsuranceRow, ...]: ...
    def balance(self) -> Balance: ...
    def transactions(self, *, page_size: int = 20) -> TransactionPage: ...


@dataclass(frozen=True, slots=True)
class QueryResult:
    """What the flow has learnt so far; a part not reached yet is None."""

    code_sent: SmsCodeSent | None = None
    account: Account | None = None
    session: Session | None = None
    id_card: IdCardReading | None = None
    face: FaceCheck | None = None
    insurance: tuple[InsuranceRow, ...] | None = None
    balance: Balance | None = None
    transactions: TransactionPage | None = None
    comparison: Comparison | None = None


@dataclass(frozen=True, slots=True)
class StepReport:
    """One step that was tried."""

    step: str
    outcome: Outcome
    seconds: float
    """Real time it took."""
    error: YibaoError | None = None


class QueryFlowError(YibaoError):
    """A step failed; its own error is the cause, and `error`. The flow can be run again."""

    def __init__(self, step: str, error: YibaoError) -> None:
        super().__init__(step, error)
        self.step = step
        self.error = error

    def __str__(self) -> str:
        return f"step {self.step}: {self.error}"


class QueryFlow:
    """One person's way through a platform.

    `registered` says whether the person has an account already; None: find out, by trying to
    register. `evidence_source` takes the photographs, and takes them anew when they are refused;
    without one the real name is not verified on the way. `observer` is told of every step that was
    tried. `elsewhere` holds clients of other platforms by name; those that nobody is signed in at
    are signed in with the flow's phone and password when it comes to comparing.
    """

    STEPS = (
        "send_code",
        "register",
        "sign_in",
        "id_card",
        "face",
        "insurance",
        "balance",
        "transactions",
        "compare",
    )

    def __init__(
        self,
        client: Platform,
        *,
        phone: str,
        password: str,
        code_source: CodeSource,
        evidence_source: EvidenceSource | None = None,
        registered: bool | None = None,
        elsewhere: Mapping[str, BalanceReader] | None = None,
        observer: Callable[[StepReport], None] = lambda _: None,
        page_size: int = 20,
        timer: Callable[[], float] = time.perf_counter,
    ) -> None:
        if elsewhere and client.platform in elsewhere:
            raise ValueError(f"elsewhere is where the flow is not, and it is at {client.platform}")
        self._client = client
        self._phone = phone
        self._password = password
        self._code_source = code_source
        self._verification = evidence_source and Verification(client, evidence_source)
        self._registered = registered
        self._elsewhere = dict(elsewhere or {})
        self._observer = observer
        self._page_size = page_size
        self._timer = timer
        self._position = 0
        self.result = QueryResult()

    @property
    def next_step(self) -> str | None:
        """The step that comes next, or None when all are done."""
        return self.STEPS[self._position] if self._position < len(self.STEPS) else None

    def run(self) -> QueryResult:
        """Go on to the end. Raises QueryFlowError at the first step that fails."""
        for report in self.steps():
            if report.error is not None:
                raise QueryFlowError(report.step, report.error) from report.error
        return self.result

    def steps(self) -> Iterator[StepReport]:
        """Take the remaining steps one at a time; ends after a step that failed."""
        actions = self._actions()
        while (step := self.next_step) is not None:
            began = self._timer()
            outcome: Outcome = "done"
            error: YibaoError | None = None
            try:
                if not actions[step]():
                    outcome = "skipped"
            except YibaoError as failure:
                outcome, error = "failed", failure
            else:
                self._position += 1
            report = StepReport(step, outcome, self._timer() - began, error)
            self._observer(report)
            yield report
            if error is not None:
                return

    def _actions(self) -> dict[str, Callable[[], bool]]:
        return {
            "send_code": self._send_code,
            "register": self._register,
            "sign_in": self._sign_in,
            "id_card": self._show_id_card,
            "face": self._show_face,
            "insurance": self._insurance,
            "balance": self._balance,
            "transactions": self._transactions,
            "compare": self._compare,
        }

    # Each step answers whether there was anything to do.

    def _send_code(self) -> bool:
        if self._registered:
            return False
        try:
            sent = self._client.send_sms_code(self._phone, "register")
        except AccountExistsError:
            if self._registered is False:
                raise
            self._registered = True
            return False
        self.result = replace(self.result, code_sent=sent)
        return True

    def _register(self) -> bool:
        if self._registered:
            return False
        code = self._code_source(self._phone, "register")
        try:
            account = self._client.register(self._phone, code, self._password)
        except AccountExistsError:
            if self._registered is False:
                raise
            self._registered = True
            return False
        self.result = replace(self.result, account=account)
        return True

    def _sign_in(self) -> bool:
        try:
            session = self._client.sign_in(phone=self._phone, password=self._password)
        except SecondFactorRequiredError as asked:
            if asked.challenge is None or asked.method != "sms":
                raise
            code = self._code_source(self._phone, "second_factor")
            session = self._client.sign_in(
                phone=self._phone,
                password=self._password,
                second_factor=SecondFactor(asked.challenge, code),
            )
        self.result = replace(self.result, session=session)
        return True

    def _show_id_card(self) -> bool:
        if self._verification is None:
            return False
        self.result = replace(self.result, id_card=self._verification.show_id_card())
        return self.result.id_card is not None

    def _show_face(self) -> bool:
        if self._verification is None:
            return False
        self.result = replace(self.result, face=self._verification.show_face())
        return self.result.face is not None

    def _insurance(self) -> bool:
        self.result = replace(self.result, insurance=self._client.insurance())
        return True

    def _balance(self) -> bool:
        self.result = replace(self.result, balance=self._client.balance())
        return True

    def _transactions(self) -> bool:
        page = self._client.transactions(page_size=self._page_size)
        self.result = replace(self.result, transactions=page)
        return True

    def _compare(self) -> bool:
        if not self._elsewhere:
            return False
        everywhere = {self._client.platform: self._client, **self._elsewhere}
        found = compare(everywhere, Credentials(self._password, phone=self._phone))
        self.result = replace(self.result, comparison=found)
        return True
