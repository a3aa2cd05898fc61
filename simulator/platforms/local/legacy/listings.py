"""Hospitals, drugs and the e-credential, told by indicators."""

from collections.abc import Callable
from typing import Final

from simulator.platforms.local import catalogues, credentials
from simulator.platforms.local.legacy.views import SEXES, Told, View, flag, insurance_row, told
from simulator.services.e_credentials import SHEET_KINDS
from simulator.web.call import Call

SHEETS: Final = "/eCredential"
"""Where the pictures of a token are, below the portal's own path."""


def _listed(view: Callable[[Call], Told], tell: Callable[[Told], Told]) -> View:
    def view_listed(call: Call) -> Told:
        # the modern call reads its query
        call.query = call.body
        page = view(call)
        rows = [tell(each) for each in page["items"]]
        return {"rows": rows, "total": page["total"], "page": page["page"]}

    return view_listed


def _hospital(hospital: Told) -> Told:
    return {
        "akb020": hospital["code"],
        "akb021": hospital["name"],
        "jglb": hospital["kind"],
        "aka101": hospital["level"],
        "aae006": hospital["address"],
        "ddbz": flag(hospital["designated"]),
        "dzpz": flag(hospital["accepts_e_credential"]),
        "aab301": hospital["region"],
    }


def _drug(drug: Told) -> Told:
    return {
        "aka060": drug["code"],
        "aka061": drug["name"],
        "yplb": drug["drug_class"],
        "aka065": drug["reimbursement_class"],
        "aka070": drug["dosage_form"],
        "aka074": drug["specification"],
        "sccj": drug["maker"],
        "zfbl": drug["self_pay_ratio"],
        "aka068": drug["price_ceiling"],
        "aab301": drug["region"],
    }


def show_e_credential(call: Call) -> Told:
    shown = credentials.show(call)
    token = shown["token"]
    home = call.environ["PATH_INFO"].rpartition("/")[0]
    links: dict[str, str] = {kind: f"{home}{SHEETS}.{kind}?token={token}" for kind in SHEET_KINDS}
    return {"ewm": token, "yxq": shown["expires_in"], **links}


def _decoded(decoded: Told) -> Told:
    return {
        "ectoken": decoded["ec_token"],
        "sqh": decoded["auth_no"],
        "aac001": decoded["psn_no"],
        "aac002": decoded["id_number"],
        "aac003": decoded["name"],
        "aac004": SEXES[decoded["sex"]],
        "aac006": decoded["birth_date"],
        "aab301": decoded["region"],
        "rows": [insurance_row(row) for row in decoded["insurance"]],
    }


list_hospitals = _listed(catalogues.list_hospitals, _hospital)
list_drugs = _listed(catalogues.list_drugs, _drug)
decode_e_credential = told(credentials.decode, _decoded)
