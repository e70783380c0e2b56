"""How wide a text is drawn, so that charts can place labels without a browser. Pure.

Advance widths of Source Sans 3 at weight 600, in thousandths of the font size (the Latin subset of
@fontsource-variable/source-sans-3 5.3.1). Lighter text is a little narrower, so a label that fits by this table
fits at every weight the charts use.
"""

from collections.abc import Callable

_GROUPS = {
    200: " \N{NO-BREAK SPACE}",
    255: "|",
    263: "ij",
    275: "l',.:;·’",
    282: "I",
    317: "!f",
    324: "-()[]{}",
    344: "/\\",
    361: "t",
    373: "r",
    438: "s*",
    444: "z?",
    462: "c",
    482: '–x"“”',
    495: "Jvy",
    510: "_YLeéF",
    520: "#$+0123456789<=>^~§aåäg",
    522: "k",
    546: "VEÉZXST",
    564: "`oöuüAhÅÄnbdpqé",
    582: "CP",
    597: "RBK",
    639: "DG&",
    663: "UÜNH",
    674: "OQÖ",
    748: "Mw",
    800: "W",
    843: "%m",
    875: "@",
    1000: "…→",
}
_WIDTHS = {char: width for width, chars in _GROUPS.items() for char in chars}
_WIDEST = 1000


def text_width(text: str, size: float) -> float:
    """Width of `text` at font size `size`, in the unit of `size`; an unknown character counts as the widest.

    >>> text_width("Delmos", 10)
    32.69
    """
    return round(sum(_WIDTHS.get(char, _WIDEST) for char in text) * size / 1000, 3)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines of `text`, broken between words so that each fits in `width`; a single long word stays whole.

    >>> wrap("Nationell uppföljning av segregationen", 13, 160)
    ['Nationell uppföljning av', 'segregationen']
    """
    lines: list[str] = []
    for word in text.split():
        if lines and text_width(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines or [""]


def free_intervals(start: float, end: float, taken: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The parts of [start, end] outside all of `taken`, in order.

    >>> free_intervals(0, 10, [(2, 3), (6, 12)])
    [(0, 2), (3, 6)]
    """
    free: list[tuple[float, float]] = []
    cursor = start
    for low, high in sorted(taken):
        if low > cursor:
            free.append((cursor, min(low, end)))
        cursor = max(cursor, high)
    if cursor < end:
        free.append((cursor, end))
    return [(low, high) for low, high in free if high > low]


def first_fit(
    width: float,
    intervals: list[tuple[float, float]],
    wanted: Callable[[tuple[float, float]], bool] = lambda interval: True,
) -> float | None:
    """Left edge of the first of `intervals` that holds `width`; None if none does.

    >>> first_fit(2.5, [(0, 2), (3, 6)])
    3
    """
    return next((low for low, high in intervals if high - low >= width and wanted((low, high))), None)
