"""Draws the chart of an account as SVG: the balance as a line, income and spending as bars.

One picture for telephones and desktops: it is laid out 480 units wide with letters that can be
read when it is shown at 360 pixels and do not shout at 720. Whoever cannot see it gets title and
description, the latter with every value of the series. Colours are told apart in grey as well, and
each has a word beside it.
"""

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Final
from xml.sax.saxutils import escape

from simulator.domain.charts import Month

WIDTH: Final = 480
HEIGHT: Final = 400

_LEFT, _RIGHT = 62, 466
_LINE_TOP, _LINE_BOTTOM = 74, 210
_BARS_TOP, _BARS_BOTTOM = 262, 354
_MONTHS_Y = 374
_TICKS = 3
_LABEL_ROOM = 46
"""What a month's label needs, in units."""

# Below a class of their own, since a style within a page would be one of the whole page.
_STYLE: Final = "".join(
    f".yibao-chart {rule}"
    for rule in (
        "text{font-family:'PingFang SC','Noto Sans SC','Microsoft YaHei',sans-serif;fill:#24303c}",
        ".h{font-size:17px;font-weight:600}",
        ".s{font-size:13px;fill:#51606e}",
        ".v{font-size:15px;font-weight:600;fill:#0b5cad}",
        ".g{stroke:#dfe5ea}",
        ".a{stroke:#8b98a5}",
        ".b{fill:none;stroke:#0b5cad;stroke-width:2.5;stroke-linejoin:round}",
        ".f{fill:#0b5cad;fill-opacity:.12}",
        ".d{fill:#0b5cad}",
        ".i{fill:#1d8a5b}",
        ".o{fill:#e08a2c}",
        ".p{fill:#6a5acd}",
    )
)


def chart_svg(months: Sequence[Month], as_of: str) -> bytes:
    """The picture of a series of at least one month, oldest first; `as_of` as it is to be read."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        'class="yibao-chart" aria-labelledby="chart-title chart-desc" lang="zh-CN" width="100%" '
        f'style="max-width:{WIDTH * 3 // 2}px">',
        f'<title id="chart-title">医保个人账户近{len(months)}个月余额与收支</title>',
        f'<desc id="chart-desc">{escape(_described(months, as_of))}</desc>',
        f"<style>{_STYLE}</style>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" rx="8" fill="#fff"/>',
        *_heading(months, as_of),
        *_balance(months),
        *_flows(months),
        *_month_labels(months),
        "</svg>",
    ]
    return "\n".join(parts).encode()


def _described(months: Sequence[Month], as_of: str) -> str:
    """The series as a table in words: one line a month."""
    lines = [f"截至{as_of}，单位：元。", "月份 | 余额 | 收入 | 支出 | 统筹基金支付"]
    lines += [
        f"{each.label} | {'无个人账户' if each.closing_fen is None else _yuan(each.closing_fen)}"
        f" | {_yuan(each.income_fen)} | {_yuan(each.spending_fen)} | {_yuan(each.fund_paid_fen)}"
        for each in months
    ]
    return "\n".join(lines)


def _heading(months: Sequence[Month], as_of: str) -> Iterator[str]:
    yield '<text class="h" x="16" y="30">个人账户余额（元）</text>'
    yield f'<text class="s" x="16" y="51">截至 {escape(as_of)}</text>'
    balance_fen = months[-1].closing_fen
    if balance_fen is not None:
        yield f'<text class="v" x="{_RIGHT}" y="30" text-anchor="end">{_yuan(balance_fen)}</text>'


def _balance(months: Sequence[Month]) -> Iterator[str]:
    balances = [each.closing_fen for each in months if each.closing_fen is not None]
    if not balances:
        middle = (_LEFT + _RIGHT) // 2
        yield f'<text class="s" x="{middle}" y="145" text-anchor="middle">没有个人账户</text>'
        return
    low_fen, high_fen, step_fen = _scale(min(0, *balances), max(0, *balances))
    place = _Place(low_fen, high_fen, _LINE_TOP, _LINE_BOTTOM)
    yield from _grid(low_fen, high_fen, step_fen, place)
    points = [
        (_x(number, len(months)), place(each.closing_fen))
        for number, each in enumerate(months)
        if each.closing_fen is not None
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    (first_x, _), (last_x, last_y), zero_y = points[0], points[-1], place(0)
    yield (
        f'<polygon class="f" points="{first_x:.1f},{zero_y:.1f} {line} {last_x:.1f},{zero_y:.1f}"/>'
    )
    yield f'<polyline class="b" points="{line}"/>'
    yield f'<circle class="d" cx="{last_x:.1f}" cy="{last_y:.1f}" r="4.5"/>'


def _flows(months: Sequence[Month]) -> Iterator[str]:
    """Bars: what came in and went out, or what the pool paid for somebody without an account."""
    if months[-1].closing_fen is None:
        kinds = [("p", "统筹基金支付（元）", [each.fund_paid_fen for each in months])]
    else:
        kinds = [
            ("i", "收入", [each.income_fen for each in months]),
            ("o", "支出", [each.spending_fen for each in months]),
        ]
    y = _BARS_TOP - 18
    for number, (kind, word, _) in enumerate(kinds):
        x = 16 + 68 * number
        yield f'<rect class="{kind}" x="{x}" y="{y - 11}" width="12" height="12" rx="2"/>'
        yield f'<text class="s" x="{x + 18}" y="{y}">{word}</text>'
    low_fen, high_fen, step_fen = _scale(
        min(0, *(min(amounts) for *_, amounts in kinds)),
        max(0, *(max(amounts) for *_, amounts in kinds)),
    )
    place = _Place(low_fen, high_fen, _BARS_TOP, _BARS_BOTTOM)
    yield from _grid(low_fen, high_fen, step_fen, place)
    wide = min(11.0, (_RIGHT - _LEFT) / len(months) * 0.36)
    for number, (kind, _, amounts) in enumerate(kinds):
        for month, amount_fen in enumerate(amounts):
            if amount_fen:
                left = _x(month, len(months)) + (number - len(kinds) / 2) * (wide + 0.5)
                top, bottom = sorted((place(amount_fen), place(0)))
                yield (
                    f'<rect class="{kind}" x="{left:.1f}" y="{top:.1f}" width="{wide:.1f}" '
                    f'height="{bottom - top:.1f}"/>'
                )


def _grid(low_fen: int, high_fen: int, step_fen: int, place: "_Place") -> Iterator[str]:
    for value_fen in range(low_fen, high_fen + 1, step_fen):
        y = place(value_fen)
        kind = "a" if value_fen == 0 else "g"
        yield f'<line class="{kind}" x1="{_LEFT}" y1="{y:.1f}" x2="{_RIGHT}" y2="{y:.1f}"/>'
        yield (
            f'<text class="s" x="{_LEFT - 8}" y="{y + 4.5:.1f}" text-anchor="end">'
            f"{_short(value_fen)}</text>"
        )


def _month_labels(months: Sequence[Month]) -> Iterator[str]:
    """As many months as there is room for, the last one always; a year where it is a new one."""
    every = -(-len(months) * _LABEL_ROOM // (_RIGHT - _LEFT))
    shown_year = 0
    for number, each in enumerate(months):
        if (len(months) - 1 - number) % every:
            continue
        x = _x(number, len(months))
        yield (
            f'<text class="s" x="{x:.1f}" y="{_MONTHS_Y}" text-anchor="middle">'
            f"{each.month}月</text>"
        )
        if each.year != shown_year:
            shown_year = each.year
            yield (
                f'<text class="s" x="{x:.1f}" y="{_MONTHS_Y + 17}" text-anchor="middle">'
                f"{each.year}</text>"
            )


class _Place:
    """From an amount to where it stands."""

    def __init__(self, low_fen: int, high_fen: int, top: int, bottom: int) -> None:
        self._low_fen = low_fen
        self._span_fen = high_fen - low_fen
        self._top, self._bottom = top, bottom

    def __call__(self, amount_fen: int) -> float:
        share = (amount_fen - self._low_fen) / self._span_fen
        return self._bottom - share * (self._bottom - self._top)


def _x(number: int, count: int) -> float:
    """The middle of a month."""
    return _LEFT + (_RIGHT - _LEFT) * (number + 0.5) / count


def _scale(low_fen: int, high_fen: int) -> tuple[int, int, int]:
    """Round bounds around a range that holds 0, and the step between the lines: 1, 2 or 5 and
    noughts of yuan, so that a few of them do."""
    step_fen = next(
        mantissa * 10**power
        for power in count(2)
        for mantissa in (1, 2, 5)
        if mantissa * 10**power * _TICKS >= high_fen - low_fen
    )
    low_fen = low_fen // step_fen * step_fen
    high_fen = -(-high_fen // step_fen) * step_fen
    return low_fen, max(high_fen, low_fen + step_fen), step_fen


def _short(amount_fen: int) -> str:
    """A whole amount of yuan in a few characters: `1.5万`, `2亿`."""
    yuan = amount_fen // 100
    for unit, word in ((10**8, "亿"), (10**4, "万")):
        if abs(yuan) >= unit:
            return f"{yuan / unit:,.8g}{word}"
    return f"{yuan:,}"


def _yuan(amount_fen: int) -> str:
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{abs(amount_fen) // 100}.{abs(amount_fen) % 100:02d}"
