"""Cut the card font out of Debian's fonts-noto-cjk: `python -m tools.make_font`.

Needs fonttools, which nothing else here does, and the package's NotoSansCJK-Regular.ttc, whose
place may be given as the only argument. The same source and the same fonttools give the same bytes.
The characters are GB 2312 (all that its 87 rows define), ASCII, the interpunct, and the few that
names of counties use beyond them; tests/imaging holds names, areas and labels against the result.
"""

import sys
from pathlib import Path

SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = Path(__file__).parents[1] / "simulator" / "imaging" / "data" / "specimen_sans.otf"
FACE = "Noto Sans CJK SC"
# Derived fonts are named anew, so that nobody takes the subset for the font (OFL, clause 3).
FAMILY = "Yibao Specimen Sans"


def characters() -> set[str]:
    """What the font is to hold."""
    wanted = {chr(code) for code in range(0x20, 0x7F)} | {"·"}
    for row in range(0xA1, 0xF8):
        for cell in range(0xA1, 0xFF):
            try:
                wanted.add(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return wanted | _beyond_gb2312()


def _beyond_gb2312() -> set[str]:
    from simulator.domain.regions import pooling_areas

    return {
        character
        for area in pooling_areas()
        for name in (area.name, area.province_name, *(county.name for county in area.counties))
        for character in name
    }


def make(source: Path, target: Path) -> int:
    """Write the subset; the count of its characters."""
    from fontTools.subset import Options, Subsetter
    from fontTools.ttLib import TTCollection

    with TTCollection(source, lazy=True) as collection:
        font = next(each for each in collection.fonts if each["name"].getDebugName(4) == FACE)
        options = Options(
            hinting=False,
            layout_features=[],
            name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
            name_languages=[0x409],
            notdef_outline=True,
            recalc_timestamp=False,
            drop_tables=["DSIG", "BASE", "GPOS", "GSUB", "VORG", "vhea", "vmtx"],
        )
        wanted = characters()
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=map(ord, wanted))
        subsetter.subset(font)
        for record in font["name"].names:
            if record.nameID in (1, 3, 4):
                record.string = FAMILY
            elif record.nameID == 6:
                record.string = FAMILY.replace(" ", "")
        top = font["CFF "].cff
        top.fontNames = [FAMILY.replace(" ", "")]
        font.recalcTimestamp = False
        font.save(target)
        missing = {each for each in wanted if ord(each) not in font.getBestCmap()}
    return len(wanted) - len(missing)


if __name__ == "__main__":
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    count = make(source, TARGET)
    sys.stdout.write(f"{TARGET.name}: {count} characters, {TARGET.stat().st_size} bytes\n")
