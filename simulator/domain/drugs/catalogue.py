"""The national drug catalogue under one seed: about 3,500 products, numbered in order of code.

Each therapeutic class has its substances, each substance one to six products, which differ in
dosage form, specification and maker. Since numbers follow the codes, all codes with a common
beginning are neighbours, and a code is found by bisection without a table of codes.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, groupby
from operator import mul

from simulator.domain.coined_words import walk
from simulator.domain.digests import derive_key, digest
from simulator.domain.drugs import naming
from simulator.domain.drugs.classes import WESTERN, TherapeuticClass, therapeutic_classes
from simulator.domain.drugs.forms import DosageForm, forms_of
from simulator.domain.name_search import holding

SUBSTANCES_PER_CLASS = 11
"""With 95 classes about 1,000 substances and 3,500 products (*assumed*). The national catalogue has
some 3,000 drugs, counted without makers and packs: far more codes than there are here."""

_PRODUCT_COUNTS = bytes((1, 1, 2, 2, 3, 3, 4, 6) * 32)
"""Products of a substance, by the first of its bytes (*assumed*)."""
_PRODUCTS_PER_FORM = 3
_MAKERS_PER_LANE = naming.MAKERS // 2
_SUBSTANCES_PER_DIGEST = 16

# Of 256 bytes those below the first mean 甲, those below the second 乙, the others 丙: 甲 is a
# fifth (*assumed*). 丙 is what an area lists and does not reimburse.
_CLASS_LIMITS = (56, 226)
_REIMBURSEMENTS = bytes(bisect_right(_CLASS_LIMITS, byte) for byte in range(256))
_SINGLE = tuple(bytes([number]) for number in range(3))
REIMBURSEMENT_CLASSES = ("甲", "乙", "丙")


@dataclass(frozen=True, slots=True)
class Substance:
    """What some products have in common."""

    therapeutic: TherapeuticClass
    rank: int
    """Among those of its class, which are ordered by initial."""
    initial: str
    name: str
    """With its salt, without a form."""
    facts: bytes
    """Four bytes: products, reimbursement class, first form, salt."""

    @property
    def forms(self) -> tuple[DosageForm, ...]:
        """The forms of all its products, product by product."""
        name = self.therapeutic.forms
        first = self.facts[2] % len(forms_of(name))
        return _forms(name, first, _PRODUCT_COUNTS[self.facts[0]])


@dataclass(frozen=True, slots=True)
class Product:
    """One entry of the national catalogue."""

    number: int
    code: str
    """X and 22, or Z and 19 characters."""
    name: str
    therapeutic: TherapeuticClass
    form: DosageForm
    specification: str
    maker: str
    reimbursement: int
    """Position among REIMBURSEMENT_CLASSES."""


class DrugCatalogue:
    """The catalogue of a seed. Immutable as seen from outside."""

    def __init__(self, seed: int) -> None:
        self._word_key = derive_key(seed, "drugs.words")
        self._product_key = derive_key(seed, "drugs.products")
        self._maker_shift = int.from_bytes(digest(self._word_key, 1 << 32, 4))
        substances = len(therapeutic_classes()) * SUBSTANCES_PER_CLASS
        key = derive_key(seed, "drugs.substances")
        chunks = -(-substances // _SUBSTANCES_PER_DIGEST)
        # Four bytes for each substance; see Substance.facts.
        self._facts = b"".join(digest(key, at) for at in range(chunks))[: 4 * substances]
        self._counts = self._facts[::4].translate(_PRODUCT_COUNTS)
        self._firsts = (0, *accumulate(self._counts))
        self._bare: dict[int, list[tuple[str, str]]] = {}

    def __len__(self) -> int:
        return self._firsts[-1]

    @cached_property
    def first_patent(self) -> int:
        """The number of the first Chinese patent drug; all western ones come before it."""
        western = sum(each.drug_class == WESTERN for each in therapeutic_classes())
        return self._firsts[western * SUBSTANCES_PER_CLASS]

    @cached_property
    def reimbursements(self) -> bytes:
        """For each product the position among REIMBURSEMENT_CLASSES."""
        classes = self._facts[1::4].translate(_REIMBURSEMENTS)
        return b"".join(map(mul, map(_SINGLE.__getitem__, classes), self._counts))

    def at(self, number: int) -> Product:
        """A product by number. Raise ValueError outside 0…len-1."""
        if not 0 <= number < len(self):
            raise ValueError(f"drugs are numbered 0…{len(self) - 1}, there is no {number}")
        substance, product = self._locate(number)
        form = substance.forms[product]
        specification, lane = _place_in_form(substance, product)
        return Product(
            number=number,
            code=self._code_of(number, substance, product),
            name=substance.name + form.suffix,
            therapeutic=substance.therapeutic,
            form=form,
            specification=form.specification(substance.facts[3] // 16 + specification),
            maker=naming.maker_name(self._maker(number, lane), self._maker_shift),
            reimbursement=_REIMBURSEMENTS[substance.facts[1]],
        )

    def number_of(self, code: str) -> int | None:
        """The number of the product with this code; None when there is none."""
        number = bisect_left(range(len(self)), code, key=self._code)
        return number if number < len(self) and self._code(number) == code else None

    def beginning_with(self, prefix: str) -> range:
        """The numbers of all products whose codes begin with some characters."""
        numbers, length = range(len(self)), len(prefix)
        first = bisect_left(numbers, prefix, key=self._code)
        return range(
            first, bisect_right(numbers, prefix, lo=first, key=lambda at: self._code(at)[:length])
        )

    def named(self, terms: tuple[str, ...]) -> list[int]:
        """The numbers of all products whose names hold all of one or more terms, ascending."""
        names, firsts = self._names
        return [
            number for at in holding(names, terms) for number in range(firsts[at], firsts[at + 1])
        ]

    @cached_property
    def _names(self) -> tuple[list[str], list[int]]:
        """Normalised names, and the number of the first product of each; last of all len.

        Neighbours that differ in maker or specification alone have a name in common. Made without
        the substances, for their sheer number: about 1 ms.
        """
        names: list[str] = []
        firsts = [0]
        at = number = 0
        first_forms, salts = self._facts[2::4], self._facts[3::4]
        for class_number, therapeutic in enumerate(therapeutic_classes()):
            forms, has_salts = therapeutic.forms, therapeutic.has_salts
            choices = len(forms_of(forms))
            for _, text in self._bare_names(class_number):
                name = naming.salt(salts[at]) + text if has_salts else text
                for suffix, products in _runs(forms, first_forms[at] % choices, self._counts[at]):
                    names.append(name + suffix)
                    number += products
                    firsts.append(number)
                at += 1
        return names, firsts

    def _bare_names(self, class_number: int) -> list[tuple[str, str]]:
        """Initials and names, without salts, of the substances of a class, by initial."""
        names = self._bare.get(class_number)
        if names is None:
            names = self._bare[class_number] = self._make_bare_names(class_number)
        return names

    def _make_bare_names(self, class_number: int) -> list[tuple[str, str]]:
        therapeutic = therapeutic_classes()[class_number]
        starts = naming.starts(therapeutic.drug_class)
        first, stride = walk(self._word_key, class_number, len(starts))
        stems = therapeutic.stems
        # The beginnings are in order of their initials.
        size, stop = len(starts), first + stride * SUBSTANCES_PER_CLASS
        places = sorted([place % size for place in range(first, stop, stride)])
        return [
            naming.joined(starts[place], stems[at % len(stems)]) for at, place in enumerate(places)
        ]

    def _locate(self, number: int) -> tuple[Substance, int]:
        """The substance of a product, and which of its products it is."""
        at = bisect_right(self._firsts, number) - 1
        class_number, rank = divmod(at, SUBSTANCES_PER_CLASS)
        therapeutic = therapeutic_classes()[class_number]
        facts = self._facts[4 * at : 4 * at + 4]
        initial, name = self._bare_names(class_number)[rank]
        if therapeutic.has_salts:
            name = naming.salt(facts[3]) + name
        return Substance(therapeutic, rank, initial, name, facts), number - self._firsts[at]

    def _code(self, number: int) -> str:
        return self._code_of(number, *self._locate(number))

    def _code_of(self, number: int, substance: Substance, product: int) -> str:
        """Class, name, form, specification, pack, maker: none of them falls when numbers rise."""
        form = substance.forms[product]
        specification, lane = _place_in_form(substance, product)
        rank, gap = substance.rank, substance.facts[3]
        if substance.therapeutic.drug_class == WESTERN:
            name = f"{100 + rank * 80 + gap % 80}{form.code}"
        else:
            # The form, whose codes end in P001…P009, is part of what the name's digits stand for.
            name = f"{1000 + rank * 800 + gap % 80 * 10 + int(form.code[1:])}"
        maker = naming.maker_code(self._maker(number, lane))
        return f"{substance.therapeutic.code}{substance.initial}{name}{specification:02}01{maker}"

    def _maker(self, number: int, lane: int) -> int:
        # Two makers of one specification are drawn from two lanes, the lower first.
        drawn = int.from_bytes(digest(self._product_key, number, 4))
        return lane * _MAKERS_PER_LANE + drawn % _MAKERS_PER_LANE


@cache
def _forms(name: str, first: int, products: int) -> tuple[DosageForm, ...]:
    """The forms of some products of one substance: three of each, the rest of the last."""
    listed = forms_of(name)
    return tuple(
        listed[min(first + product // _PRODUCTS_PER_FORM, len(listed) - 1)]
        for product in range(products)
    )


@cache
def _runs(name: str, first: int, products: int) -> tuple[tuple[str, int], ...]:
    """What names end in, each with the number of products that follow each other with it."""
    suffixes = [form.suffix for form in _forms(name, first, products)]
    return tuple((suffix, len(list(run))) for suffix, run in groupby(suffixes))


def _place_in_form(substance: Substance, product: int) -> tuple[int, int]:
    """Number of the specification, from 1, and which of its two makers a product has."""
    forms = substance.forms
    specification, lane = divmod(product - forms.index(forms[product]), 2)
    return specification + 1, lane


@lru_cache(maxsize=16)
def catalogue_of(seed: int) -> DrugCatalogue:
    """The catalogue of a seed in 0…2**128-1 (about 0.5 MB). It holds no state, so all share it."""
    return DrugCatalogue(seed)
