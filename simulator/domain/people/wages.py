"""Monthly contribution bases: the province's average wage times the person's own spread."""

# Average monthly wage in urban units per province, yuan, about 2023, rounded to hundreds. The order
# of the provinces follows the published averages; the figures themselves are *assumed*.
_AVERAGE_YUAN = {
    "11": 11_900,
    "12": 8_500,
    "13": 6_700,
    "14": 6_600,
    "15": 7_300,
    "21": 7_000,
    "22": 6_800,
    "23": 6_700,
    "31": 12_300,
    "32": 8_800,
    "33": 8_400,
    "34": 7_200,
    "35": 7_400,
    "36": 6_700,
    "37": 7_500,
    "41": 6_200,
    "42": 7_400,
    "43": 6_900,
    "44": 9_300,
    "45": 6_800,
    "46": 7_700,
    "50": 7_300,
    "51": 7_400,
    "52": 7_200,
    "53": 7_300,
    "54": 10_700,
    "61": 7_400,
    "62": 7_100,
    "63": 8_100,
    "64": 7_700,
    "65": 7_900,
}

_LOWEST_PER_MILLE = 600
"""Contributions are levied on 60 % to 300 % of the average (documented, national rule)."""
_SPAN_PER_MILLE = 2_400


def contribution_base_fen(province: str, spread: int) -> int:
    """The monthly base in fen, in whole yuan, for a spread in 0…65535.

    The cube makes high bases rare: half of all lie below 0.9 of the average (*assumed*).
    """
    per_mille = _LOWEST_PER_MILLE + (_SPAN_PER_MILLE * spread * spread * spread >> 48)
    return _AVERAGE_YUAN[province] * per_mille // 1000 * 100
