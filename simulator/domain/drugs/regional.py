"""The drugs a pooling area lists, what of their price the insured pay themselves, and its ceiling.

Class 甲 is listed everywhere and reimbursed by the general ratio alone; of 乙 the insured first pay
a share that the area sets; 丙 is not reimbursed (documented, as rules of the national catalogue).
Shares, prices and which 乙 and 丙 an area leaves out are *assumed*.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import compress
from operator import ge

from simulator.domain.digests import derive_key, digest
from simulator.domain.drugs.catalogue import REIMBURSEMENT_CLASSES, DrugCatalogue, catalogue_of
from simulator.domain.drugs.classes import DRUG_CLASSES, GROUPS, WESTERN
from simulator.domain.name_search import normalise, terms_of
from simulator.domain.regions import Area

WHOLE = 10_000
"""A ratio of one, in basis points."""

_UNLISTED = bytes([0, 20, 110])
"""By reimbursement class, how many in 256 products an area leaves out."""

_OWN_SHARES = (500, 1_000, 1_000, 1_500, 2_000)
_EXTRA_SHARES = (0, 0, 500, 1_000)
"""What the insured pay of 乙 drugs: by area, and added by area and therapeutic group."""

_CHUNK = 64
_AREA_BITS = 1 << 32


@dataclass(frozen=True, slots=True)
class Drug:
    """One drug as an area lists it."""

    code: str
    """X and 22 characters (western) or Z and 19 (patent)."""
    name: str
    drug_class: str
    """西药 or 中成药."""
    therapeutic_class: str
    """The group of the national catalogue: 消化道和代谢方面的药物."""
    dosage_form: str
    specification: str
    """Dose and pack: 0.25g×24片/盒."""
    maker: str
    reimbursement_class: str
    """甲, 乙 or 丙."""
    self_pay_ratio: int
    """What the insured pay before any reimbursement, in basis points: 0 for 甲, 10,000 for 丙."""
    price_ceiling_fen: int
    """For one pack."""
    region: str
    """admdvs of the pooling area."""


class AreaDrugs:
    """The drugs of an area under one seed. Immutable as seen from outside."""

    def __init__(self, seed: int, area: Area) -> None:
        self.area = area
        self.catalogue: DrugCatalogue = catalogue_of(seed)
        self._listing_key = derive_key(seed, "drugs.listed")
        self._price_key = derive_key(seed, "drugs.price")
        terms = digest(derive_key(seed, "drugs.terms"), area.number)
        self._own_share = _OWN_SHARES[terms[0] % len(_OWN_SHARES)]
        self._per_mille = 900 + int.from_bytes(terms[1:3]) % 251
        self._extra_shares = {
            group: _EXTRA_SHARES[byte % len(_EXTRA_SHARES)]
            for group, byte in zip(GROUPS.values(), terms[3:], strict=False)
        }

    def at(self, number: int) -> Drug:
        """The drug that has a number in the national catalogue. Raise ValueError for no number."""
        product = self.catalogue.at(number)
        drawn = int.from_bytes(digest(self._price_key, number, 2))
        form = product.form
        # By the cube: most drugs are cheap and few are dear.
        price = form.least_fen + ((form.most_fen - form.least_fen) * drawn**3 >> 48)
        return Drug(
            code=product.code,
            name=product.name,
            drug_class=product.therapeutic.drug_class,
            therapeutic_class=product.therapeutic.group,
            dosage_form=form.name,
            specification=product.specification,
            maker=product.maker,
            reimbursement_class=REIMBURSEMENT_CLASSES[product.reimbursement],
            self_pay_ratio=self._self_pay_ratio(product.reimbursement, product.therapeutic.group),
            price_ceiling_fen=price * self._per_mille // 1000,
            region=self.area.admdvs,
        )

    def by_code(self, code: str) -> Drug | None:
        """The drug of a whole code; None when there is none or the area does not list it."""
        number = self.catalogue.number_of(code)
        return None if number is None or not self._listed[number] else self.at(number)

    def search(
        self,
        *,
        name: str | None = None,
        code: str | None = None,
        drug_class: str | None = None,
        reimbursement_class: str | None = None,
    ) -> Sequence[int]:
        """The numbers of all listed drugs that fit every condition, ascending: in order of code.

        `name` is one or more parts of the name (see `name_search`); `code` what a code begins with,
        in any case. Raise ValueError for a class that is none of DRUG_CLASSES or
        REIMBURSEMENT_CLASSES.
        """
        numbers = self._of_class(drug_class)
        prefix = normalise(code or "").upper()
        if prefix:
            numbers = _common(numbers, self.catalogue.beginning_with(prefix))
        listed = self._listed
        terms = terms_of(name)
        if terms:
            named = self.catalogue.named(terms)
            found = [number for number in named if number in numbers and listed[number]]
        else:
            found = list(compress(numbers, listed[numbers.start : numbers.stop]))
        if reimbursement_class is None:
            return found
        if reimbursement_class not in REIMBURSEMENT_CLASSES:
            known = "、".join(REIMBURSEMENT_CLASSES)
            raise ValueError(f"{reimbursement_class!r} is none of the classes {known}")
        wanted = REIMBURSEMENT_CLASSES.index(reimbursement_class)
        classes = self.catalogue.reimbursements
        return [number for number in found if classes[number] == wanted]

    def _of_class(self, drug_class: str | None) -> range:
        whole, first_patent = range(len(self.catalogue)), self.catalogue.first_patent
        if drug_class is None:
            return whole
        if drug_class not in DRUG_CLASSES:
            raise ValueError(f"{drug_class!r} is none of the classes {'、'.join(DRUG_CLASSES)}")
        return whole[:first_patent] if drug_class == WESTERN else whole[first_patent:]

    @cached_property
    def _listed(self) -> bytes:
        """A byte for each drug of the national catalogue, 1 for one that the area lists."""
        count, first = len(self.catalogue), self.area.number * _AREA_BITS
        chunks = -(-count // _CHUNK)
        drawn = b"".join(digest(self._listing_key, first + at) for at in range(chunks))
        return bytes(map(ge, drawn, self.catalogue.reimbursements.translate(_LIMITS)))

    def _self_pay_ratio(self, reimbursement: int, group: str) -> int:
        return (0, self._own_share + self._extra_shares[group], WHOLE)[reimbursement]


_LIMITS = _UNLISTED + bytes(256 - len(_UNLISTED))
"""A table for bytes.translate, from reimbursement class to how many are left out."""


def _common(one: range, other: range) -> range:
    first = max(one.start, other.start)
    return range(first, max(first, min(one.stop, other.stop)))


@lru_cache(maxsize=64)
def drugs_of(seed: int, area: Area) -> AreaDrugs:
    """The drugs of an area under a seed in 0…2**128-1; beside the catalogue about 5 kB."""
    return AreaDrugs(seed, area)
