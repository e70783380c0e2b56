"""Where the holders' names of a lane are written: inside, across adjoining bars, beside, or not at all. Pure.

A label is never clipped and never lies under a line: it steps aside, and is left out where nothing fits (its bar's
title and the table still say it).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from coordination.base.chartshapes import LINE_CLEARANCE, TEXT, Picture, Rect, Scale, Text
from coordination.base.lanes import BLANK, COVERED, Bar, Words
from coordination.base.textwidth import first_fit, free_intervals, text_width

PAD = 6.0


@dataclass(frozen=True)
class Span:
    """What a bar takes of its lane: [left, right], of which [inner_left, inner_right] is its unbroken body."""

    left: float
    right: float
    inner_left: float
    inner_right: float


def write_labels(
    picture: Picture,
    bars: Sequence[Bar],
    spans: Sequence[Span],
    scale: Scale,
    y: float,
    height: float,
    xs: list[float],
    words: Words,
) -> list[Text]:
    baseline = y + height / 2 + 4.5
    lines = [(x - LINE_CLEARANCE, x + LINE_CLEARANCE) for x in xs]
    taken = [(span.left, span.right) for span, bar in zip(spans, bars, strict=True) if bar.kind not in BLANK]
    texts: list[Text] = []

    def inside(text: str, left: float, right: float, css: str) -> bool:
        x = first_fit(text_width(text, TEXT), free_intervals(left + PAD, right - PAD, lines))
        if not text or x is None:
            return False
        texts.append(Text(x, baseline, text, css))
        return True

    for bar, span in zip(bars, spans, strict=True):
        left, right = span.inner_left, span.inner_right
        if bar.kind == "gap":
            inside(words.gap, left, right, "on-gap")
        elif bar.kind == "not_mapped" and bar.names:
            before = len(texts)
            middle = (left + right - text_width(bar.names[0], TEXT)) / 2 - PAD
            if inside(bar.names[0], middle, right, "quiet") and len(texts) > before:
                put = texts[-1]
                picture.plates.append(
                    Rect(put.left - 8, baseline - 14, put.right - put.left + 16, 20, "plate")
                )
    for run in _runs(bars, spans):
        fitting = [s for s in run if _fits(s.names, s, lines)]
        named = {name for segment in fitting for name in segment.names}
        everyone = _distinct(name for segment in run for name in segment.names)
        if not everyone:
            continue
        joint = _joint(run, everyone, words)
        left, right = run[0].left, run[-1].right
        if named >= set(everyone) or not (any(inside(text, left, right, "on-cov") for text in joint)):
            for segment in fitting:
                inside(", ".join(segment.names), segment.left, segment.right, "on-cov")
            if not fitting:
                outside = _outside(joint, left, right, scale, taken, lines, texts, baseline)
                texts += [outside] if outside else []
    return texts


@dataclass
class _Segment:
    """Adjoining bars with the same holders."""

    left: float
    right: float
    names: tuple[str, ...]


def _runs(bars: Sequence[Bar], spans: Sequence[Span]) -> list[list[_Segment]]:
    """Adjoining covered bars, as segments with the same holders."""
    runs: list[list[_Segment]] = []
    previous: Bar | None = None
    for bar, span in zip(bars, spans, strict=True):
        left, right = span.inner_left, span.inner_right
        if bar.kind in COVERED and right > left:
            adjoins = (
                previous is not None and previous.kind in COVERED and previous.until == bar.first is not None
            )
            if not adjoins:
                runs.append([_Segment(left, right, bar.names)])
            elif runs[-1][-1].names == bar.names:
                runs[-1][-1].right = right
            else:
                runs[-1].append(_Segment(left, right, bar.names))
        previous = bar
    return runs


def _fits(names: tuple[str, ...], segment: _Segment, lines: list[tuple[float, float]]) -> bool:
    width = text_width(", ".join(names), TEXT)
    return (
        bool(names)
        and first_fit(width, free_intervals(segment.left + PAD, segment.right - PAD, lines)) is not None
    )


def _joint(run: list[_Segment], everyone: list[str], words: Words) -> list[str]:
    """What a whole run may be labelled, longest first."""
    if len(everyone) == 1:
        return [everyone[0]]
    parts: list[str] = []
    before: set[str] = set()
    for segment in run:
        # "→" only where nobody stayed; where somebody did, the names are simply listed.
        if before & set(segment.names):
            return [", ".join(everyone), words.others.format(everyone[0])]
        parts.append(", ".join(segment.names))
        before = set(segment.names)
    return [" → ".join(parts), words.others.format(everyone[0])]


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _outside(
    candidates: list[str],
    left: float,
    right: float,
    scale: Scale,
    taken: list[tuple[float, float]],
    lines: list[tuple[float, float]],
    placed: list[Text],
    baseline: float,
) -> Text | None:
    """A label on blank ground right of the run, or left of it; None if there is no room."""
    used = [*taken, *lines, *[(text.left - PAD, text.right + PAD) for text in placed]]
    free = free_intervals(scale.left, scale.right, used)
    for text in candidates:
        width = text_width(text, TEXT)
        for low, high in free:
            start = max(low, right + PAD + 1)
            if right <= start <= right + 4 * PAD and high - start >= width:
                return Text(start, baseline, text, "beside")
        for low, high in reversed(free):
            end = min(high, left - PAD - 1)
            if left - 4 * PAD <= end <= left and end - low >= width:
                return Text(end, baseline, text, "beside", "end")
    return None
