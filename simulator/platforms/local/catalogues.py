"""Designated hospitals and the drug catalogue of a pooling area, as plain data."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from simulator.domain.drugs import Drug
from simulator.domain.institutions import LEVELS, TIERS, Hospital
from simulator.domain.name_search import Page
from simulator.errors import NotListedError
from simulator.platforms.insurer.visits import visit_of
from simulator.services import catalogues
from simulator.services.ledgers import yuan
from simulator.web.call import Call

Listed = TypeVar("Listed")

_TIERS_BY_NUMBER: Final = {str(number): name for name, number in TIERS.items()}

LEVEL_CHOICES: Final = (*_TIERS_BY_NUMBER, *TIERS, *(name for name in LEVELS if name not in TIERS))
"""How a level can be asked for: 3, 三级 or 三级甲等."""


def list_hospitals(call: Call) -> dict[str, Any]:
    query = call.query
    level = query.get("level")
    page = catalogues.hospitals(
        visit_of(call),
        name=query.get("name"),
        level=level and _TIERS_BY_NUMBER.get(level, level),
        designated=query.get("designated"),
        pharmacies=query["pharmacies"],
        page=query["page"],
        page_size=query["page_size"],
    )
    return _page_data(page, hospital_data)


def read_hospital(call: Call, code: str) -> dict[str, Any]:
    found = catalogues.hospital(visit_of(call), code)
    if found is None:
        raise NotListedError(details={"code": code[:40]})
    return hospital_data(found)


def list_drugs(call: Call) -> dict[str, Any]:
    query = call.query
    page = catalogues.drugs(
        visit_of(call),
        name=query.get("name"),
        code=query.get("code"),
        drug_class=query.get("drug_class"),
        reimbursement_class=query.get("reimbursement_class"),
        page=query["page"],
        page_size=query["page_size"],
    )
    return _page_data(page, drug_data)


def read_drug(call: Call, code: str) -> dict[str, Any]:
    found = catalogues.drug(visit_of(call), code)
    if found is None:
        raise NotListedError(details={"code": code[:40]})
    return drug_data(found)


def _page_data(page: Page[Listed], tell: Callable[[Listed], dict[str, Any]]) -> dict[str, Any]:
    return {
        "items": [tell(each) for each in page.items],
        "total": page.total,
        "page": page.page,
        "page_size": page.page_size,
    }


def hospital_data(hospital: Hospital) -> dict[str, Any]:
    """One institution."""
    return {
        "code": hospital.code,
        "name": hospital.name,
        "kind": hospital.kind,
        "level": hospital.level,
        "tier": hospital.tier,
        "address": hospital.address,
        "designated": hospital.designated,
        "accepts_e_credential": hospital.accepts_e_credential,
        "uscc": hospital.uscc,
        "region": hospital.region,
        "county": hospital.county,
    }


def drug_data(drug: Drug) -> dict[str, Any]:
    """One drug, as the area lists it."""
    return {
        "code": drug.code,
        "name": drug.name,
        "drug_class": drug.drug_class,
        "therapeutic_class": drug.therapeutic_class,
        "dosage_form": drug.dosage_form,
        "specification": drug.specification,
        "maker": drug.maker,
        "reimbursement_class": drug.reimbursement_class,
        "self_pay_ratio": f"{drug.self_pay_ratio // 10_000}.{drug.self_pay_ratio % 10_000:04d}",
        "price_ceiling": yuan(drug.price_ceiling_fen),
        "region": drug.region,
    }
