"""Dosage forms: their codes, how a drug's name ends in them, and how packs are described.

Forms and units are those of the national catalogue's wording; codes (a letter and three digits in
the place where `A012` stands in the observed code XA02BCA211A012010100154), doses, packs and prices
are *assumed*.
"""

from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True, slots=True)
class DosageForm:
    """One form, with what packs of it hold and cost."""

    code: str
    """Four characters."""
    name: str
    """片剂"""
    suffix: str
    """What it puts at the end of a name: 片."""
    doses: tuple[str, ...]
    packs: tuple[str, ...]
    least_fen: int
    most_fen: int
    """The range of price ceilings, before an area's factor."""

    def specification(self, number: int) -> str:
        """The specification of a number: `0.25g×24片/盒`. Below 20, each is another one."""
        dose = self.doses[number % len(self.doses)]
        pack = self.packs[number // len(self.doses) % len(self.packs)]
        return f"{dose}×{pack}"


_MILLIGRAMS = ("5mg", "10mg", "20mg", "25mg", "50mg", "0.1g", "0.25g", "0.5g")
_TABLETS = ("14片/盒", "24片/盒", "28片/盒", "30片/盒", "7片/盒")
_CAPSULES = ("14粒/盒", "24粒/盒", "30粒/盒", "12粒/盒", "7粒/盒")
_VIALS = ("1ml:5mg", "2ml:0.1g", "5ml:50mg", "10ml:0.25g", "20ml:1g")
_AMPOULES = ("1支/盒", "5支/盒", "6支/盒", "10支/盒")
_TUBES = ("1支/盒", "2支/盒", "3支/盒", "4支/盒")
_BOXES = ("1盒", "2盒", "3盒", "4盒", "5盒")

_FORMS = (
    DosageForm("A001", "片剂", "片", _MILLIGRAMS, _TABLETS, 180, 18_000),
    DosageForm("A004", "分散片", "分散片", _MILLIGRAMS, _TABLETS, 400, 22_000),
    DosageForm("A012", "肠溶片", "肠溶片", _MILLIGRAMS, _TABLETS, 350, 16_000),
    DosageForm("A013", "缓释片", "缓释片", _MILLIGRAMS, _TABLETS, 600, 26_000),
    DosageForm("B001", "注射液", "注射液", _VIALS, _AMPOULES, 150, 90_000),
    DosageForm(
        "B002",
        "注射用无菌粉末",
        "粉针剂",
        ("0.25g", "0.5g", "1g", "2g", "50mg"),
        _AMPOULES,
        300,
        150_000,
    ),
    DosageForm(
        "B004",
        "注射液（预充式）",
        "单次注射液",
        ("40mg:0.4ml", "75mg:0.5ml", "100mg:4ml", "240mg:24ml", "150mg:1ml"),
        _AMPOULES,
        40_000,
        600_000,
    ),
    DosageForm("E001", "胶囊剂", "胶囊", _MILLIGRAMS, _CAPSULES, 300, 20_000),
    DosageForm("E004", "肠溶胶囊", "肠溶胶囊", _MILLIGRAMS, _CAPSULES, 400, 20_000),
    DosageForm(
        "F001",
        "颗粒剂",
        "颗粒",
        ("50mg", "0.125g", "0.25g", "1g", "3g"),
        ("6袋/盒", "10袋/盒", "12袋/盒", "18袋/盒"),
        500,
        12_000,
    ),
    DosageForm(
        "G001",
        "口服溶液剂",
        "口服溶液",
        ("10ml:50mg", "60ml:0.6g", "100ml:1g", "120ml:1.2g", "150ml:3g"),
        ("1瓶/盒", "2瓶/盒", "6支/盒", "10支/盒"),
        800,
        15_000,
    ),
    DosageForm("H001", "软膏剂", "软膏", ("5g", "10g", "15g", "20g", "30g"), _TUBES, 300, 6_000),
    DosageForm("H003", "乳膏剂", "乳膏", ("5g", "10g", "15g", "20g", "30g"), _TUBES, 400, 8_000),
    DosageForm(
        "K001",
        "滴眼剂",
        "滴眼液",
        ("5ml:15mg", "5ml:25mg", "2.5ml:0.125mg", "8ml:24mg", "10ml:50mg"),
        _TUBES,
        300,
        20_000,
    ),
    DosageForm(
        "K003",
        "眼膏剂",
        "眼膏",
        ("2g:10mg", "2.5g:12.5mg", "3.5g:17.5mg", "4g:20mg", "5g:25mg"),
        _TUBES,
        250,
        5_000,
    ),
    DosageForm(
        "L001",
        "吸入气雾剂",
        "气雾剂",
        ("50μg×60揿", "100μg×200揿", "125μg×120揿", "250μg×60揿", "4.5μg×60揿"),
        _TUBES,
        1_500,
        25_000,
    ),
    DosageForm(
        "L003",
        "吸入粉雾剂",
        "粉吸入剂",
        ("18μg×10粒", "18μg×30粒", "50μg×60吸", "160μg×60吸", "320μg×60吸"),
        _TUBES,
        3_000,
        40_000,
    ),
)

_PATENT_FORMS = (
    DosageForm("P001", "丸剂", "丸", ("6g", "9g", "3g", "0.2g×60丸", "2.5g"), _BOXES, 300, 9_000),
    DosageForm("P002", "片剂", "片", ("0.3g", "0.35g", "0.5g", "0.6g"), _TABLETS, 400, 8_000),
    DosageForm("P003", "胶囊剂", "胶囊", ("0.3g", "0.4g", "0.35g", "0.5g"), _CAPSULES, 600, 9_000),
    DosageForm(
        "P004",
        "颗粒剂",
        "颗粒",
        ("3g", "5g", "10g", "15g", "8g"),
        ("6袋/盒", "9袋/盒", "10袋/盒", "20袋/盒"),
        500,
        7_000,
    ),
    DosageForm(
        "P005",
        "合剂",
        "口服液",
        ("10ml", "20ml", "100ml", "150ml", "15ml"),
        ("6支/盒", "10支/盒", "12支/盒", "1瓶/盒"),
        700,
        9_000,
    ),
    DosageForm("P006", "滴丸剂", "滴丸", ("27mg", "25mg", "40mg", "50mg"), _BOXES, 900, 7_000),
    DosageForm(
        "P007",
        "注射剂",
        "注射液",
        ("2ml", "5ml", "10ml", "20ml", "50ml"),
        _AMPOULES,
        600,
        40_000,
    ),
    DosageForm("P008", "软膏剂", "膏", ("10g", "15g", "20g", "30g", "50g"), _TUBES, 500, 6_000),
    DosageForm(
        "P009",
        "贴膏剂",
        "贴膏",
        ("5cm×7cm", "7cm×10cm", "8cm×13cm", "9cm×12cm", "6cm×9cm"),
        _BOXES,
        600,
        7_000,
    ),
)

_LISTS = {
    "oral": ("A001", "A004", "A013", "E001", "F001", "G001"),
    "enteric": ("A012", "B002", "E004", "F001"),
    "anti_infective": ("A001", "A004", "B002", "E001", "F001"),
    "injected": ("B001", "B002"),
    "biological": ("B004",),
    "topical": ("H001", "H003"),
    "inhaled": ("L001", "L003"),
    "ocular": ("K001", "K003"),
    "patent": ("P001", "P002", "P003", "P004", "P005", "P006"),
    "patent_injected": ("P001", "P002", "P003", "P006", "P007"),
    "patent_topical": ("P003", "P008", "P009"),
}


@cache
def forms_of(name: str) -> tuple[DosageForm, ...]:
    """A list of dosage forms, ordered by code."""
    by_code = {form.code: form for form in (*_FORMS, *_PATENT_FORMS)}
    return tuple(by_code[code] for code in sorted(_LISTS[name]))
