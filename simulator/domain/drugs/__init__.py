"""The drug catalogue as a function of a seed: see `catalogue`, `regional`, docs/institutions.md."""

from simulator.domain.drugs.catalogue import REIMBURSEMENT_CLASSES, DrugCatalogue, catalogue_of
from simulator.domain.drugs.classes import DRUG_CLASSES
from simulator.domain.drugs.regional import AreaDrugs, Drug, drugs_of

__all__ = [
    "DRUG_CLASSES",
    "REIMBURSEMENT_CLASSES",
    "AreaDrugs",
    "Drug",
    "DrugCatalogue",
    "catalogue_of",
    "drugs_of",
]
