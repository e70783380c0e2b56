import datetime
import itertools
import random

import pytest

from coordination.base import stepchart, timeline
from coordination.base.timeline import Bar, Group, Lane, Words

D = datetime.date
FIRST, UNTIL = D(2018, 1, 1), D(2029, 1, 1)
CHECKED = D(2023, 2, 14)
WORDS = Words("Vald dag {}", "Känt t.o.m. {}", "Vald dag {}, känt t.o.m. samma dag", "Lucka", "{} m.fl.")
HOLDERS = (
    "Delmos",
    "Boverket",
    "Arbetsförmedlingen",
    "SKR",
    "Myndigheten för ungdoms- och civilsamhällesfrågor",
)


def figure(*bars, as_of=CHECKED, known=CHECKED, **kwargs):
    lane = Lane("Sektorsövergripande nationell samordning", tuple(bars), "X02", "gap", "Lucka")
    return timeline.figure(
        [Group((lane,))],
        first=FIRST,
        until=UNTIL,
        as_of=as_of,
        known_until=known,
        label="Täckning",
        words=WORDS,
        **kwargs,
    )


def texts(picture, css):
    return [text for text in picture.texts if css in text.css.split()]


def random_lane(chance):
    days = sorted(chance.sample(range(200, 3900), chance.randint(1, 7)))
    bars, begins = [], FIRST
    for day in days:
        ends = FIRST + datetime.timedelta(days=day)
        kind = chance.choice(["covered", "covered", "covered", "gap", "none", "projected_gap", "not_mapped"])
        names = tuple(chance.sample(HOLDERS, chance.randint(1, 2))) if kind == "covered" else ()
        bars.append(Bar(begins, ends, kind, names, fades=chance.random() < 0.2, thin=chance.random() < 0.3))
        begins = ends
    return Lane("Samordning av arbetet mot segregation i hela landet", tuple(bars), "X1", "thin", "Skör")


@pytest.mark.parametrize("seed", range(40))
def test_labels_are_never_clipped_never_overlap_and_never_lie_under_a_line(seed):
    chance = random.Random(seed)
    lanes = tuple(random_lane(chance) for _ in range(6))
    as_of = FIRST + datetime.timedelta(days=chance.randint(0, 4000))
    drawn = timeline.figure(
        [Group(lanes, "Slocknade samtidigt", alarm=True)],
        first=FIRST,
        until=UNTIL,
        as_of=as_of,
        known_until=D(2023, 2, 14),
        label="Täckning",
        words=WORDS,
    )
    for picture in (drawn.wide, drawn.narrow):
        assert all(text.left >= -0.5 and text.right <= picture.width + 0.5 for text in picture.texts)
        rows = itertools.groupby(sorted(picture.texts, key=lambda t: (t.y, t.left)), key=lambda t: t.y)
        for _y, row in rows:
            for a, b in itertools.pairwise(row):
                assert a.right <= b.left, (a, b)
        for text in [t for css in ("on-cov", "on-gap", "beside") for t in texts(picture, css)]:
            assert not any(text.left < mark.x1 < text.right for mark in picture.marks), text
        for text in texts(picture, "on-cov"):
            holding = [b for b in picture.bars if "covered" in b.css and b.y < text.y < b.y + b.height]
            assert min(b.x for b in holding) <= text.left and text.right <= max(
                b.x + b.width for b in holding
            )


def test_a_name_that_fits_stands_inside_its_bar():
    drawn = figure(Bar(D(2018, 7, 1), D(2023, 1, 1), "covered", ("Delmos",)))
    (text,) = texts(drawn.wide, "on-cov")
    (bar,) = drawn.wide.bars
    assert text.text == "Delmos" and bar.x < text.left and text.right < bar.x + bar.width


def test_a_name_that_does_not_fit_stands_beside_on_blank_ground():
    drawn = figure(
        Bar(FIRST, D(2022, 4, 28), "none"),
        Bar(D(2022, 4, 28), D(2022, 10, 29), "covered", ("Arbetsförmedlingen",)),
        Bar(D(2022, 10, 29), D(2024, 2, 15), "gap"),
    )
    (text,) = texts(drawn.wide, "beside")
    covered = next(bar for bar in drawn.wide.bars if "covered" in bar.css)
    assert text.anchor == "end" and text.right < covered.x


def test_a_name_with_no_room_anywhere_is_left_out_and_kept_in_the_title():
    drawn = figure(
        Bar(FIRST, D(2020, 1, 1), "gap"),
        Bar(
            D(2020, 1, 1),
            D(2020, 2, 1),
            "covered",
            ("Arbetsförmedlingen",),
            "Arbetsförmedlingen, januari 2020",
        ),
        Bar(D(2020, 2, 1), UNTIL, "gap"),
    )
    assert not texts(drawn.wide, "on-cov") and not texts(drawn.wide, "beside")
    assert "Arbetsförmedlingen, januari 2020" in {bar.title for bar in drawn.wide.bars}


def test_successive_holders_are_joined_by_an_arrow_only_where_nobody_stayed():
    replaced = figure(
        Bar(D(2018, 7, 1), D(2022, 11, 1), "covered", ("Delmos",)),
        Bar(D(2022, 11, 1), D(2023, 2, 1), "covered", ("SKR",)),
        Bar(D(2023, 2, 1), UNTIL, "gap"),
    )
    assert [t.text for t in texts(replaced.wide, "on-cov")] == ["Delmos → SKR"]
    stayed = figure(
        Bar(D(2018, 7, 1), D(2022, 11, 1), "covered", ("Delmos",)),
        Bar(D(2022, 11, 1), D(2023, 2, 1), "covered", ("Delmos", "SKR")),
        Bar(D(2023, 2, 1), UNTIL, "gap"),
    )
    assert [t.text for t in texts(stayed.wide, "on-cov")] == ["Delmos, SKR"]


def test_a_joint_label_too_long_for_its_run_becomes_and_others():
    drawn = figure(
        Bar(D(2020, 1, 1), D(2020, 10, 1), "covered", ("Delmos",)),
        Bar(D(2020, 10, 1), D(2021, 8, 1), "covered", ("Myndigheten för ungdoms- och civilsamhällesfrågor",)),
        Bar(D(2021, 8, 1), UNTIL, "gap"),
    )
    assert [t.text for t in texts(drawn.wide, "on-cov")] == ["Delmos m.fl."]


def test_one_line_and_one_label_when_the_chosen_day_is_the_last_known():
    same = figure(as_of=D(2023, 2, 14), known=D(2023, 2, 14)).wide
    assert [mark.css for mark in same.marks] == ["chosen"]
    assert [t.text for t in texts(same, "day")] == ["Vald dag 2023-02-14, känt t.o.m. samma dag"]
    apart = figure(as_of=D(2022, 6, 30), known=D(2023, 2, 14)).wide
    assert {mark.css for mark in apart.marks} == {"chosen", "known"}
    chosen, known = sorted(texts(apart, "day"), key=lambda t: t.left)
    assert chosen.right < known.left


def test_time_after_known_until_lies_on_a_tint_to_the_end():
    picture = figure(known=D(2023, 2, 14)).wide
    (after,) = [ground for ground in picture.grounds if ground.css == "after"]
    assert after.x + after.width == pytest.approx(picture.width)
    assert not [g for g in figure(known=None).wide.grounds if g.css == "after"]


def test_an_end_known_only_for_a_period_breaks_up_and_does_not_run_into_the_next_bar():
    bars = figure(Bar(D(2018, 1, 1), D(2023, 1, 1), "covered", ("MUCF",), fades=True)).wide.bars
    slices = [bar for bar in bars if "slice" in bar.css]
    (body,) = (bar for bar in bars if "slice" not in bar.css)
    assert len(slices) == 3 and all(s.x >= body.x + body.width for s in slices)
    followed = figure(
        Bar(D(2018, 1, 1), D(2023, 1, 1), "covered", ("MUCF",), fades=True), Bar(D(2023, 1, 1), None, "gap")
    ).wide.bars
    assert not [bar for bar in followed if "slice" in bar.css]


def test_an_unknown_start_reaches_the_left_edge_in_pieces():
    picture = figure(Bar(None, D(2023, 1, 1), "covered", ("MUCF",))).wide
    slices = [bar for bar in picture.bars if "slice" in bar.css]
    body = next(bar for bar in picture.bars if "slice" not in bar.css)
    assert len(slices) == 3 and all(s.x + s.width <= body.x for s in slices)
    assert texts(picture, "on-cov")[0].left >= body.x


def test_the_amber_edge_covers_only_the_last_stretch_of_its_bar():
    picture = figure(Bar(D(2018, 7, 1), D(2023, 1, 1), "covered", ("Delmos",), dark_from=D(2022, 1, 1))).wide
    (edge,), (bar,) = picture.edges, picture.bars
    assert edge.height == 5 and bar.x < edge.x and edge.x + edge.width == pytest.approx(bar.x + bar.width)
    assert edge.y + edge.height == pytest.approx(bar.y + bar.height)


def test_bars_outside_the_plot_are_cut_at_its_edges_or_left_out():
    picture = figure(
        Bar(D(2010, 1, 1), D(2019, 1, 1), "covered", ("Delmos",)), Bar(D(2030, 1, 1), None, "gap")
    ).wide
    (bar,) = picture.bars
    assert bar.x + bar.width <= picture.width


@pytest.mark.parametrize("years", [1, 3, 11, 40, 120])
def test_year_numbers_do_not_touch(years):
    drawn = timeline.single(
        [],
        first=D(1950, 1, 1),
        until=D(1950 + years, 1, 1),
        as_of=D(1950, 6, 1),
        known_until=None,
        label="",
        narrow_width=300,
    )
    for picture in (drawn.wide, drawn.narrow):
        shown = texts(picture, "year")
        assert shown
        assert all(a.right < b.left for a, b in itertools.pairwise(shown))


def test_the_mini_time_line_marks_the_day_only_inside_its_span():
    bar = Bar(D(2018, 1, 1), D(2023, 1, 1), "covered")
    inside = timeline.mini([bar], first=FIRST, until=D(2023, 1, 1), as_of=D(2022, 6, 30), label="2018–2022")
    assert [mark.css for mark in inside.picture.marks] == ["chosen"]
    outside = timeline.mini([bar], first=FIRST, until=D(2023, 1, 1), as_of=D(2024, 6, 30), label="2018–2022")
    assert not outside.picture.marks and outside.picture.bars


STEPS = [
    stepchart.Step(D(2018, 7, 1), {"covered": 9, "goes_dark": 1}),
    stepchart.Step(D(2022, 1, 1), {"covered": 4, "gap": 8}),
    stepchart.Step(D(2024, 2, 15), {"covered": 4, "not_mapped": 13}),
]


def strip(steps):
    return stepchart.figure(
        steps, until=UNTIL, as_of=D(2023, 2, 14), label="", words={"gap": "Lucka"}, labels={"gap": "8 luckor"}
    )


def test_steps_are_stacked_from_zero_in_whole_steps():
    picture = strip(STEPS).wide
    areas = {area.kind: area for area in picture.areas}
    assert list(areas) == ["covered", "goes_dark", "gap", "not_mapped"]
    assert set(
        "".join(areas["covered"].path.split()).translate(str.maketrans("", "", "0123456789.-"))
    ) <= set("MVHZ")
    assert areas["gap"].title == "Lucka"
    assert [t.text for t in texts(picture, "area")] == ["8 luckor"]


def test_a_label_of_an_area_keeps_clear_of_the_chosen_day():
    for picture in (strip(STEPS).wide, strip(STEPS).narrow):
        for text in texts(picture, "area"):
            assert not any(text.left < mark.x1 < text.right for mark in picture.marks)


def test_steps_out_of_order_are_refused():
    with pytest.raises(ValueError, match="earliest first"):
        strip(list(reversed(STEPS)))
    with pytest.raises(ValueError, match="earliest first"):
        strip([])
