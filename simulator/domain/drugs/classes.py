"""Therapeutic classes: the middle of a drug code, the stems of their drugs' names, their forms.

Classes of western drugs follow the anatomical groups of the ATC (documented, the national
catalogue is arranged by them), classes of Chinese patent drugs the groups of its second part (named
after it, codes *assumed*). Stems are those that non-proprietary names have in Chinese; which class
is spelt with which five characters is *assumed* beyond the anatomical letter and two digits.
"""

from dataclasses import dataclass
from functools import cache

WESTERN = "西药"
PATENT = "中成药"
DRUG_CLASSES = (WESTERN, PATENT)

GROUPS = {
    "XA": "消化道和代谢方面的药物",
    "XB": "血液和造血器官药",
    "XC": "心血管系统",
    "XD": "皮肤病用药",
    "XG": "泌尿生殖系统药和性激素",
    "XH": "除性激素和胰岛素外的全身激素制剂",
    "XJ": "全身用抗感染药",
    "XL": "抗肿瘤药及免疫调节剂",
    "XM": "肌肉-骨骼系统药物",
    "XN": "神经系统药物",
    "XP": "抗寄生虫药、杀虫药和驱虫药",
    "XR": "呼吸系统",
    "XS": "感觉器官药物",
    "XV": "其他",
    "ZA": "内科用药",
    "ZB": "外科用药",
    "ZC": "肿瘤用药",
    "ZD": "妇科用药",
    "ZE": "眼科用药",
    "ZF": "耳鼻喉科用药",
    "ZG": "骨伤科用药",
    "ZI": "皮肤科用药",
}
"""Therapeutic groups by the first two characters of a drug code."""


@dataclass(frozen=True, slots=True)
class TherapeuticClass:
    """Drugs whose codes begin alike."""

    code: str
    """X or Z and five characters: `XA02BC`."""
    stems: tuple[str, ...]
    """What names end in, before the dosage form; of patent drugs the effect. Where there is a `~`,
    it stands for what a name begins with elsewhere."""
    forms: str
    """Which list of dosage forms (see `forms`)."""

    @property
    def drug_class(self) -> str:
        return WESTERN if self.code[0] == "X" else PATENT

    @property
    def has_salts(self) -> bool:
        """Whether names can begin with an acid."""
        return self.code[0] == "X" and self.forms not in ("biological", "topical")

    @property
    def group(self) -> str:
        return GROUPS[self.code[:2]]


# Code, stems, forms; one line a class.
_WESTERN = """
A02BA 替丁 oral
A02BC 拉唑 enteric
A03FA 必利 oral
A04AA 司琼 injected
A07EC 沙拉秦 enteric
A10BB 格列脲,列吡脲 oral
A10BG 格列酮 oral
A10BH 格列汀 oral
A10BK 格列净 oral
A10BJ 那肽,鲁肽 injected
A11CC 骨化醇 oral
B01AC 格雷 oral
B01AE 加群 oral
B01AF 沙班 oral
B01AX 肝素钠 injected
C01BD 达隆 oral
C02CA 唑嗪 oral
C03CA 塞米 oral
C07AB 洛尔 oral
C08CA 地平 oral
C09AA 普利 oral
C09CA 沙坦 oral
C10AA 伐他汀 oral
C10AB 贝特 oral
D01AC 康唑 topical
D07AC 米松,奈德 topical
D10AD 罗汀 topical
G03CA 雌醇 oral
G04BD 那新 oral
G04CA 洛辛 oral
H02AB 泼尼松,可松 oral
H03BB 咪唑 oral
J01CA 西林 anti_infective
J01DC 头孢~ anti_infective
J01DH 培南 injected
J01FA 红霉素 anti_infective
J01MA 沙星 anti_infective
J02AC 康唑 oral
J05AB 洛韦 oral
J05AF 夫定 oral
J05AP 布韦 oral
L01BC 他滨 injected
L01CD 他赛 injected
L01EA 替尼 oral
L01EF 西利 oral
L01FF 利单抗 biological
L01XG 佐米 injected
L04AC 奇单抗 biological
L04AF 替布 oral
M01AC 昔康 oral
M01AE 洛芬 oral
M01AH 昔布 oral
M03AC 库铵 injected
M05BA 膦酸钠 oral
N01AH 芬太尼 injected
N01BB 卡因 injected
N02CC 普坦 oral
N03AX 巴林 oral
N05AH 氮平 oral
N05BA 西泮 oral
N05CF 吡坦 oral
N06AB 西汀 oral
N06AX 法辛 oral
P01BF 蒿醚 oral
P02CA 苯达唑 oral
R03AC 特罗 inhaled
R03BB 溴铵 inhaled
R03DC 司特 oral
R06AE 利嗪 oral
R06AX 他定 oral
S01AE 沙星 ocular
S01EC 佐胺 ocular
S01EE 前列素 ocular
V03AF 巴隆 injected
V08AB 碘醇 injected
"""

_PATENT = """
A01AA 解表,疏风 patent
A01BA 清瘟,感冒 patent
A02BA 清暑 patent
A03CA 通便 patent
A04BA 清热,解毒 patent
A04CA 清肝,泻火 patent
A05AA 温中 patent
A06AA 止咳,化痰 patent
A06CA 平喘,清肺 patent
A07AA 开窍 patent_injected
A09AA 益气,补中 patent
A09BA 养血,补血 patent
A09CA 滋阴,地黄 patent
A09DA 补肾,温阳 patent
A10BA 安神 patent
A11AA 止血 patent
A12AA 活血,化瘀 patent_injected
A12BA 通脉,心脑 patent
A12DA 通络 patent
A13AA 理气,疏肝 patent
A14AA 消食,健脾 patent
A15AA 熄风,定眩 patent
A16AA 祛湿,除痹 patent
A16CA 通淋,利尿 patent
A17AA 化浊,降脂 patent
B01AA 消痈 patent_topical
B03AA 痔疮,消痔 patent_topical
C01AA 扶正,消瘤 patent_injected
C02AA 抗癌 patent
D01AA 调经 patent
D03AA 止带 patent
D04AA 乳癖 patent
E01AA 明目 patent
F01AA 通窍,鼻炎 patent
F05AA 利咽,润喉 patent
G01AA 接骨,续筋 patent
G02AA 壮骨,健骨 patent
G03AA 镇痛,跌打 patent_topical
I01AA 止痒,润肤 patent_topical
"""


@cache
def therapeutic_classes() -> tuple[TherapeuticClass, ...]:
    """All classes in the order of their codes."""
    classes = []
    for first, table in (("X", _WESTERN), ("Z", _PATENT)):
        for line in table.split("\n")[1:-1]:
            code, stems, forms = line.split(" ")
            classes.append(TherapeuticClass(first + code, tuple(stems.split(",")), forms))
    return tuple(sorted(classes, key=lambda each: each.code))
