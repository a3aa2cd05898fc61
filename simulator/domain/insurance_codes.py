"""What the codes of an insurance row mean; domain-facts.md §2 (codes observed, names assumed)."""

INSURANCE_TYPES = {
    "310": "职工基本医疗保险",
    "320": "公务员医疗补助",
    "330": "大额医疗费用补助",
    "340": "离休人员医疗保障",
    "370": "企业补充医疗保险",
    "390": "城乡居民基本医疗保险",
    "392": "城乡居民大病医疗保险",
    "410": "长期照护保险",
    "510": "生育保险",
}

PERSON_TYPES = {
    "1101": "在职职工",
    "1102": "公务员",
    "1103": "灵活就业人员",
    "1201": "退休人员",
    "1300": "离休人员",
    "1401": "未成年居民",
    "1501": "成年居民",
    "1601": "老年居民",
}

INSURANCE_STATES = {"0": "not_insured", "1": "normal", "2": "suspended", "3": "ended"}
"""psn_insu_stas as the simulator's own interfaces say it."""
