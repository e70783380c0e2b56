"""Every component with sample data, to look at; only where DEBUG is on."""

import datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from coordination.base import signs, stepchart, timeline
from coordination.base.as_of import Request
from coordination.base.timeline import Bar, Group, Lane

Date = datetime.date
FIRST, UNTIL = Date(2018, 1, 1), Date(2029, 1, 1)
CHECKED = Date(2023, 2, 14)
SURE_UNTIL = Date(2024, 2, 15)


class SampleForm(forms.Form):
    name = forms.CharField(label=gettext_lazy("Name"), help_text=gettext_lazy("As the source writes it."))
    valid_from = forms.DateField(label=gettext_lazy("valid from"), required=False)
    kind = forms.ChoiceField(
        label=gettext_lazy("kind"),
        choices=[("a", "Instruktion"), ("b", "Regleringsbrev"), ("c", "Frivillig uppgift")],
    )
    levels = forms.MultipleChoiceField(
        label=gettext_lazy("levels"),
        choices=[("n", "Nationell"), ("r", "Regional"), ("l", "Lokal")],
        widget=forms.CheckboxSelectMultiple,
    )
    note = forms.CharField(
        label=gettext_lazy("note"), widget=forms.Textarea(attrs={"rows": 3}), required=False
    )
    explicit = forms.BooleanField(label=gettext_lazy("Names the strategy's goal"), required=False)


class SampleFilter(forms.Form):
    q = forms.CharField(
        label=gettext_lazy("Search"), required=False, widget=forms.TextInput(attrs={"type": "search"})
    )
    area = forms.ChoiceField(
        label=gettext_lazy("priority area"), choices=[("", "Alla"), ("b", "Boende")], required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("level"), choices=[("", "Alla"), ("n", "Nationell")], required=False
    )
    hide_optional = True


@require_safe
def components(request: Request) -> HttpResponse:
    """The style guide; `?as_of=` moves the chosen day of its charts."""
    as_of: datetime.date = request.as_of
    if not request.GET.get("as_of"):
        as_of = CHECKED
    known: dict[str, Any] = {"first": FIRST, "until": UNTIL, "as_of": as_of, "known_until": CHECKED}
    words = timeline.Words(
        chosen=_("Chosen day {}"),
        known=_("Known until {}"),
        both=_("Chosen day {}, known until the same day"),
        gap=_("Gap"),
        others=_("{} and others"),
    )
    rows = _mandates(as_of)
    invalid = SampleForm({"name": "", "valid_from": "2022-02-30", "kind": "a", "note": "x"})
    context: dict[str, Any] = {
        "statuses": signs.NAMES,
        "lanes": timeline.figure(
            _groups(), label=_("Coverage over time, a sample"), words=words, uid="lanes", **known
        ),
        "lane": timeline.single(
            _X02, label=_("Coverage over time, a sample"), words=words, uid="one", **known
        ),
        "strip": stepchart.figure(
            _STEPS,
            until=UNTIL,
            as_of=as_of,
            label=_("Expectations that are met and not, a sample"),
            words={name: str(word) for name, word in signs.WORDS.items()},
            labels={
                "covered": _("Covered"),
                "gap": _("12 gaps"),
                "not_mapped": _("Not mapped: nobody has checked"),
            },
            uid="strip",
        ),
        "rows": rows,
        "axis": rows[0]["mini"],
        "form": SampleForm(initial={"kind": "b"}, prefix="ok"),
        "invalid": invalid,
        "filter": SampleFilter(request.GET or None),
        "page": Paginator(range(480), 50).page(4),
        "periods": [
            _row(Date(2018, 1, 1), "year", None, ""),
            _row(None, "", None, ""),
            _row(Date(2018, 1, 1), "period", Date(2022, 12, 31), "period"),
            _row(Date(2022, 9, 1), "season", None, ""),
            _row(Date(2018, 1, 1), "day", Date(2022, 12, 31), "day"),
            _row(Date(2018, 7, 1), "month", Date(2022, 12, 31), "year"),
        ],
        "crumbs": [(_("Actors"), "/"), (_("Style guide"), "")],
        "facts": [
            (_("Name"), "Delegationen mot segregation (Delmos)"),
            (_("Established"), "2018-01-01"),
            (_("Ends"), "2022-12-31"),
        ],
        "citations": [
            SimpleNamespace(
                document=SimpleNamespace(
                    slug="statskontoret-2023-4",
                    title_sv="Kommuners och regioners arbete för att minska och motverka segregation (2023:4)",
                    title_en="",
                    publisher="Statskontoret",
                    published=Date(2023, 2, 14),
                    date_precision="day",
                    url="",
                ),
                place="avsnitt 3.2 och 3.3",
                url="",
                label="",
            ),
            SimpleNamespace(document=None, place="", url="https://www.delmos.se/om", label="Om Delmos"),
        ],
        "conflict": [
            {
                "label": _("Name"),
                "base": "Delmos",
                "theirs": "Delmos",
                "yours": "Delegationen",
                "field": None,
            },
            {"label": _("Ends"), "base": "2022", "theirs": "2022-12-31", "yours": "aug. 2022", "field": None},
        ],
        "chosen": as_of,
        "title": _("No actor holds this task on 2023-02-14"),
    }
    return render(request, "base/styleguide.html", context)


def _row(first: datetime.date | None, fp: str, last: datetime.date | None, tp: str) -> SimpleNamespace:
    return SimpleNamespace(valid_from=first, from_precision=fp, valid_to=last, to_precision=tp)


def _covered(
    first: datetime.date | None, until: datetime.date | None, *names: str, thin: bool = False, dark: int = 0
) -> Bar:
    dark_from = until.replace(year=until.year - 1) if until and dark else None
    return Bar(first, until, "covered", names, ", ".join(names), thin=thin, dark_from=dark_from)


def _future(first: datetime.date, gap_until: datetime.date = SURE_UNTIL) -> tuple[Bar, Bar]:
    return Bar(first, gap_until, "gap"), Bar(gap_until, UNTIL, "not_mapped")


_NONE = Bar(FIRST, Date(2018, 7, 1), "none")
_DELMOS_END = Date(2023, 1, 1)
_X02 = (_NONE, _covered(Date(2018, 7, 1), _DELMOS_END, "Delmos", dark=1), *_future(_DELMOS_END))


def _groups() -> list[Group]:
    dark = tuple(
        Lane(
            name,
            (
                _NONE,
                _covered(Date(2018, 7, 1), _DELMOS_END, "Delmos", thin=thin, dark=1),
                *_future(_DELMOS_END),
            ),
            code,
            "gap",
            _("Gap"),
        )
        for code, name, thin in (
            ("X02", "Sektorsövergripande nationell samordning", False),
            ("X04", "Samverkan mellan statliga myndigheter", True),
            ("X06", "Kunskapsstöd till kommunerna", True),
        )
    )
    others = (
        Lane(
            "Riktade statsbidrag till kommuner",
            (
                _NONE,
                _covered(Date(2018, 7, 1), Date(2019, 1, 1), "Delmos", "Tillväxtverket"),
                _covered(Date(2019, 1, 1), Date(2020, 1, 1), "Tillväxtverket", thin=True),
                _covered(Date(2020, 1, 1), Date(2021, 1, 1), "Delmos"),
                _covered(Date(2021, 1, 1), Date(2022, 1, 1), "Delmos", thin=True, dark=1),
                *_future(Date(2022, 1, 1)),
            ),
            "X10",
            "gap",
            _("Gap"),
        ),
        Lane(
            "Segregationsperspektiv: Utbildning",
            (
                Bar(FIRST, Date(2022, 4, 28), "none"),
                _covered(Date(2022, 4, 28), Date(2022, 10, 29), "Skolverket", thin=True, dark=1),
                *_future(Date(2022, 10, 29)),
            ),
            "X14",
            "gap",
            _("Gap"),
        ),
        Lane(
            "Samordning mellan kommunerna i länet",
            (Bar(FIRST, CHECKED, "none"), *_future(CHECKED)),
            "X03",
            "gap",
            _("Gap"),
        ),
    )
    covered = (
        Lane(
            "Nationell uppföljning av segregationens utveckling",
            (
                _NONE,
                _covered(Date(2018, 7, 1), _DELMOS_END, "Delmos", "SCB"),
                _covered(_DELMOS_END, Date(2024, 1, 1), "Boverket", thin=True, dark=1),
                Bar(Date(2024, 1, 1), Date(2024, 2, 15), "projected_gap"),
                Bar(Date(2024, 2, 15), UNTIL, "not_mapped"),
            ),
            "X09",
            "goes_dark",
            _("Ends"),
        ),
        Lane(
            "Erfarenhetsutbyte mellan kommuner",
            (
                _NONE,
                _covered(Date(2018, 7, 1), Date(2022, 9, 1), "Delmos", thin=True),
                _covered(Date(2022, 9, 1), None, "SKR", thin=True),
            ),
            "X05",
            "thin",
            _("Thin"),
        ),
        Lane(
            "Kunskapshöjning om metoder, känt bara för en period",
            (Bar(None, Date(2022, 12, 31), "covered", ("MUCF",), "MUCF", fades=True),),
            "X20",
            "covered",
            _("Covered"),
        ),
        Lane(
            "Arbete mot hedersrelaterat våld, skyldighet i lag",
            (Bar(Date(2020, 1, 1), UNTIL, "voluntary_only", ("Tre kommuner",), "Tre kommuner"),),
            "X21",
            "voluntary_only",
            _("Voluntary only"),
        ),
    )
    return [
        Group(dark, "Slocknade samtidigt 2023-01-01, dagen efter att Delmos upphört (3)", alarm=True),
        Group(others, "Andra luckor (3)"),
        Group(covered, "Täckta (4)"),
        Group(
            (
                Lane(
                    "Slututvärdering av strategin",
                    (Bar(FIRST, Date(2028, 1, 1), "none"), Bar(Date(2028, 1, 1), UNTIL, "not_mapped")),
                    "X17",
                    "none",
                    "–",
                ),
            ),
            "Förväntas inte den dagen (1)",
        ),
    ]


_STEPS = [
    stepchart.Step(Date(2018, 1, 1), {}),
    stepchart.Step(Date(2018, 7, 1), {"covered": 9, "goes_dark": 1}),
    stepchart.Step(Date(2019, 1, 1), {"covered": 9, "gap": 1}),
    stepchart.Step(Date(2020, 1, 1), {"covered": 10}),
    stepchart.Step(Date(2020, 5, 20), {"covered": 10, "gap": 1}),
    stepchart.Step(Date(2021, 1, 1), {"covered": 9, "goes_dark": 2}),
    stepchart.Step(Date(2021, 7, 1), {"covered": 9, "goes_dark": 2, "gap": 1}),
    stepchart.Step(Date(2022, 1, 1), {"covered": 4, "goes_dark": 5, "gap": 3}),
    stepchart.Step(Date(2022, 4, 28), {"covered": 5, "goes_dark": 9, "gap": 3}),
    stepchart.Step(Date(2022, 10, 29), {"covered": 6, "goes_dark": 5, "gap": 6}),
    stepchart.Step(Date(2023, 1, 1), {"covered": 5, "goes_dark": 1, "gap": 11}),
    stepchart.Step(Date(2023, 2, 14), {"covered": 5, "goes_dark": 1, "gap": 12}),
    stepchart.Step(Date(2023, 3, 1), {"covered": 4, "goes_dark": 1, "gap": 12}),
    stepchart.Step(Date(2024, 1, 1), {"covered": 4, "gap": 12, "projected_gap": 1}),
    stepchart.Step(Date(2024, 2, 15), {"covered": 4, "not_mapped": 13}),
    stepchart.Step(Date(2028, 1, 1), {"covered": 4, "not_mapped": 12}),
]


def _mandates(as_of: datetime.date) -> list[dict[str, Any]]:
    until = Date(2023, 1, 1)
    rows = []
    for code, title, sub, bar, ends, successor in (
        (
            "DEL-01",
            "Sektorsövergripande bidra till ökade långsiktiga effekter av insatser mot segregation",
            "Samordning av arbetet · Instruktion",
            _covered(FIRST, until),
            "2022-12-31",
            "",
        ),
        (
            "DEL-07",
            "Bidra till strategins genomförande och uppföljning; nav för arbetet",
            "Samordning av arbetet · Regeringsuppdrag",
            _covered(Date(2018, 7, 1), until),
            "2022",
            "",
        ),
        (
            "DEL-15",
            "Sammankalla kommunnätverket mot segregation",
            "Främja samverkan · Frivillig uppgift",
            _covered(FIRST, Date(2022, 9, 1)),
            "aug. 2022",
            "SKR",
        ),
        (
            "MUCF-20",
            "Stöd till ideella föreningar",
            "Kunskapsstöd · Regeringsuppdrag",
            Bar(None, Date(2022, 1, 1), "covered", (), "", fades=True),
            "känt för 2021",
            "SKR",
        ),
    ):
        drawn = timeline.mini(
            [bar],
            first=FIRST,
            until=until,
            as_of=as_of if as_of < until else Date(2022, 6, 30),
            label=f"{title}, {ends}",
        )
        rows.append(
            {"code": code, "title": title, "sub": sub, "mini": drawn, "ends": ends, "successor": successor}
        )
    return rows
