"""Hospitals, drugs and the e-credential, told in the portal's names."""

from collections.abc import Callable

from simulator.platforms.local import catalogues, credentials
from simulator.platforms.local.portal.spelling import in_camel
from simulator.platforms.local.portal.views import Told, insurance_row, retold


def _page(tell: Callable[[Told], Told]) -> Callable[[Told], Told]:
    def tell_page(page: Told) -> Told:
        return {
            "list": [tell(each) for each in page["items"]],
            "total": page["total"],
            "pageNum": page["page"],
            "pageSize": page["page_size"],
        }

    return tell_page


def _hospital(hospital: Told) -> Told:
    return {
        "medinsCode": hospital["code"],
        "medinsName": hospital["name"],
        "medinsTypeName": hospital["kind"],
        "medinsLvName": hospital["level"],
        "hospLv": hospital["tier"],
        "addr": hospital["address"],
        "designated": hospital["designated"],
        "openElec": hospital["accepts_e_credential"],
        "uscc": hospital["uscc"],
        "admdvs": hospital["region"],
        "county": hospital["county"],
    }


def _drug(drug: Told) -> Told:
    told: Told = in_camel(drug)
    told["hilistCode"], told["hilistName"] = told.pop("code"), told.pop("name")
    told["admdvs"] = told.pop("region")
    return told


def _decoded(decoded: Told) -> Told:
    return {
        "ecToken": decoded["ec_token"],
        "ecIndexNo": decoded["ec_index_no"],
        "authNo": decoded["auth_no"],
        "psnNo": decoded["psn_no"],
        "psnName": decoded["name"],
        "certno": decoded["id_number"],
        "gend": decoded["sex"],
        "brdy": decoded["birth_date"],
        "insuOrg": decoded["region"],
        "insuInfo": [insurance_row(row) for row in decoded["insurance"]],
        "issuedAt": decoded["issued_at"],
    }


list_hospitals = retold(catalogues.list_hospitals, _page(_hospital))
list_drugs = retold(catalogues.list_drugs, _page(_drug))
show_e_credential = retold(credentials.show, in_camel)
decode_e_credential = retold(credentials.decode, _decoded)
