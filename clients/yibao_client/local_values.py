"""What the local platforms answer beyond what all of the insurer's platforms do, as typed values.

Amounts are Decimals in yuan; shares are Decimals of one.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Generic, Literal, Self, TypeVar

from yibao_client.fields import Fields
from yibao_client.results import Account, InsuranceRow, Session

T_co = TypeVar("T_co", covariant=True)

ImageKind = Literal["svg", "png", "pdf"]


@dataclass(frozen=True, slots=True)
class LocalSession(Session):
    """The tokens of somebody signed in, and the insurance the platform linked by itself."""

    insurance: tuple[InsuranceRow, ...] = ()
    """Empty where nobody is known behind the account, and for tokens made elsewhere."""

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(**cls._values(data), insurance=data.rows("insurance", InsuranceRow.read))


@dataclass(frozen=True, slots=True)
class LocalAccount(Account):
    """An account's masked profile on a local platform."""

    card_number: str | None
    """The social-security card given at registration, masked."""
    linked: bool
    """Whether local insurance is linked to the account."""

    @classmethod
    def read(cls, data: Fields) -> Self:
        return cls(
            **cls._values(data),
            card_number=data.maybe("card_number", data.text),
            linked=data.flag("linked"),
        )


@dataclass(frozen=True, slots=True)
class NewLocalAccount(LocalAccount):
    """An account just made, and what was linked to it through the card."""

    insurance: tuple[InsuranceRow, ...]

    @classmethod
    def read(cls, data: Fields) -> Self:
        account = data.child("account")
        return cls(
            **cls._values(account),
            card_number=account.maybe("card_number", account.text),
            linked=account.flag("linked"),
            insurance=data.rows("insurance", InsuranceRow.read),
        )


@dataclass(frozen=True, slots=True)
class Hospital:
    """One institution of a pooling area: a hospital in the wide sense, or a pharmacy."""

    code: str
    name: str
    kind: str
    """`hospital`, `clinic`, `pharmacy`, …"""
    level: str
    """三级甲等 … 一级丙等, 未定级."""
    tier: int
    """3, 2, 1, or 0 for 未定级."""
    address: str
    designated: bool
    """定点: whether the insurance pays there."""
    accepts_e_credential: bool
    uscc: str
    """Unified social credit code, GB 32100."""
    region: str
    """admdvs of the pooling area."""
    county: str

    @classmethod
    def read(cls, data: Fields) -> "Hospital":
        return cls(
            code=data.text("code"),
            name=data.text("name"),
            kind=data.text("kind"),
            level=data.text("level"),
            tier=data.count("tier"),
            address=data.text("address"),
            designated=data.flag("designated"),
            accepts_e_credential=data.flag("accepts_e_credential"),
            uscc=data.text("uscc"),
            region=data.text("region"),
            county=data.text("county"),
        )


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug as a pooling area lists it."""

    code: str
    name: str
    drug_class: str
    """西药 or 中成药."""
    therapeutic_class: str
    dosage_form: str
    specification: str
    maker: str
    reimbursement_class: str
    """甲, 乙 or 丙."""
    self_pay_ratio: Decimal
    """Share of the price, 0…1, that the insured pay before any reimbursement."""
    price_ceiling: Decimal
    """Yuan, for one pack."""
    region: str
    """admdvs of the pooling area."""

    @classmethod
    def read(cls, data: Fields) -> "Drug":
        return cls(
            code=data.text("code"),
            name=data.text("name"),
            drug_class=data.text("drug_class"),
            therapeutic_class=data.text("therapeutic_class"),
            dosage_form=data.text("dosage_form"),
            specification=data.text("specification"),
            maker=data.text("maker"),
            reimbursement_class=data.text("reimbursement_class"),
            self_pay_ratio=data.share("self_pay_ratio"),
            price_ceiling=data.money("price_ceiling"),
            region=data.text("region"),
        )


@dataclass(frozen=True, slots=True)
class CataloguePage(Generic[T_co]):
    """One page of hospitals or drugs; an unknown page is empty."""

    items: tuple[T_co, ...]
    total: int
    """How many fit, on all pages."""
    page: int
    page_size: int


def page_of(read: Callable[[Fields], T_co]) -> Callable[[Fields], CataloguePage[T_co]]:
    """Reads a page whose items `read` reads."""

    def opened(data: Fields) -> CataloguePage[T_co]:
        return CataloguePage(
            items=data.rows("items", read),
            total=data.count("total"),
            page=data.count("page"),
            page_size=data.count("page_size"),
        )

    return opened


@dataclass(frozen=True, slots=True)
class ECredential:
    """A token to be shown at an institution, good for a moment."""

    token: str = field(repr=False)
    expires_in: int
    """Seconds of its lifetime."""
    expires_at: datetime
    svg: str = field(repr=False)
    """Where the QR code is, as a path on the server; no session is needed there."""
    png: str = field(repr=False)
    pdf: str = field(repr=False)
    """Where a page to print is."""

    @classmethod
    def read(cls, data: Fields) -> "ECredential":
        return cls(
            token=data.text("token"),
            expires_in=data.count("expires_in"),
            expires_at=data.instant("expires_at"),
            svg=data.text("svg"),
            png=data.text("png"),
            pdf=data.text("pdf"),
        )

    def link(self, kind: ImageKind) -> str:
        """Where one of the pictures is."""
        return {"svg": self.svg, "png": self.png, "pdf": self.pdf}[kind]


@dataclass(frozen=True, slots=True)
class DecodedCredential:
    """Whom a token stands for, as an institution learns it; names and numbers are masked."""

    ec_token: str
    """Stands for the person, the same at each decoding."""
    ec_index_no: str
    auth_no: str
    """What showing this token authorised."""
    psn_no: str
    name: str
    id_number: str
    sex: str
    """`male` or `female`."""
    birth_date: date
    region: str
    """admdvs of the pooling area that insures the person."""
    insurance: tuple[InsuranceRow, ...]
    issued_at: datetime

    @classmethod
    def read(cls, data: Fields) -> "DecodedCredential":
        return cls(
            ec_token=data.text("ec_token"),
            ec_index_no=data.text("ec_index_no"),
            auth_no=data.text("auth_no"),
            psn_no=data.text("psn_no"),
            name=data.text("name"),
            id_number=data.text("id_number"),
            sex=data.text("sex"),
            birth_date=data.day("birth_date"),
            region=data.text("region"),
            insurance=data.rows("insurance", InsuranceRow.read),
            issued_at=data.instant("issued_at"),
        )
