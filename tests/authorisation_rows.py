"""Who may do what, address by address: the one table that the authorisation walk holds every URL to.

A new address needs a row here, or the walk fails. Names may hold `*`; the first row that fits counts.

Roles: `open` and `closed` are nobody logged in, where reading is and is not open to the public; `member` speaks
for an actor, `convener` for the actor that convenes a network; `disabled` has a session from before.
`own` is a row about the member's actor (in the convener's network), `foreign` is anybody else's.

Whoever is not named gets: the login page if not logged in; 403 if the row may be seen; else the 404 of a row
that does not exist (`HIDDEN`).
"""

from dataclasses import dataclass

OPEN, CLOSED, READER, MEMBER, CONVENER, REVIEWER, COORDINATOR, DISABLED = ROLES = (
    "open",
    "closed",
    "reader",
    "member",
    "convener",
    "reviewer",
    "coordinator",
    "disabled",
)
STAFF = "staff"  # opens Django's admin and nothing else; no row below names it but the admin's

EVERYBODY = frozenset(ROLES)
LOGGED_IN = frozenset({READER, MEMBER, CONVENER, REVIEWER, COORDINATOR})
READERS = LOGGED_IN | {OPEN}
MEMBERS = frozenset({MEMBER, CONVENER})
KEEPER = frozenset({COORDINATOR})
CHAIRS = frozenset({CONVENER, COORDINATOR})  # of a network's meetings
MAKERS = frozenset({COORDINATOR, REVIEWER})  # of scenarios and reviews
NOBODY: frozenset[str] = frozenset()

PAGE = ("GET",)
FORM = ("GET", "POST")
ACT = ("POST",)

SEEN, HIDDEN = "seen", "hidden"


@dataclass(frozen=True)
class Row:
    """`own`, `foreign`: who may. `rest`: whether others may know that the row exists, and who else may see it."""

    names: str
    methods: tuple[str, ...]
    own: frozenset[str]
    foreign: frozenset[str] | None = None
    rest: str = SEEN
    seers: frozenset[str] = NOBODY  # of a HIDDEN row: who may see it without being allowed this
    own_seers: frozenset[str] = NOBODY  # likewise, but only of an own row
    kind_first: bool = False  # the kind of row is asked about before the row is looked for
    some_public: bool = (
        False  # of the kind: whoever is not logged in gets the 404 of a missing row for the others
    )
    library: bool = False  # django-allauth's or Django's own view: other methods are its business

    def may(self, role: str, target: str) -> bool:
        return role in (self.own if target != "foreign" or self.foreign is None else self.foreign)


def public_page(names: str) -> Row:
    return Row(names, PAGE, EVERYBODY)


def page(names: str) -> Row:
    """Readers; the public where reading is open."""
    return Row(names, PAGE, READERS)


def coordinator_page(names: str) -> Row:
    return Row(names, PAGE, KEEPER)


def coordinator_form(names: str) -> Row:
    return Row(names, FORM, KEEPER)


def noun(
    name: str, *, editors: frozenset[str] = KEEPER, adders: frozenset[str] = KEEPER, ends: bool = True
) -> list[Row]:
    """Everything that can be done to a kind of row that readers see; `ends`: it has a last day to set."""
    return [
        Row(f"{name}-new", FORM, adders),
        Row(f"{name}-edit", FORM, editors, KEEPER),
        *([Row(f"{name}-end", FORM, editors, KEEPER)] if ends else []),
        Row(f"{name}-undo", FORM, editors, KEEPER),
        Row(f"{name}-remove", FORM, KEEPER),
        page(f"{name}-history"),
    ]


def concerns(name: str, who: frozenset[str], *, adders: frozenset[str] = MEMBERS) -> list[Row]:
    """Those whom the row is about may say that it is still correct, or propose a change; `adders` a new one."""
    return [
        Row(f"{name}-confirm", ACT, KEEPER | who, KEEPER),
        Row(f"{name}-propose", FORM, who, NOBODY),
        Row(f"{name}-propose-new", FORM, adders),
    ]


BOTH = MEMBERS
JUDGES = frozenset({REVIEWER, COORDINATOR})
ROLES_IN_WORK = MEMBERS | JUDGES
ROWS: list[Row] = [
    # The register
    page("home"),
    page("due"),
    coordinator_page("changes"),
    coordinator_page("confirm"),
    *(page(f"mandates:{name}") for name in ("mandates", "mandate", "timeline", "amounts", "coverage")),
    *(page(f"mandates:{name}") for name in ("expectations", "expectation")),
    page("network:graph"),
    page("mandates:area-graph"),
    *(page(f"network:{name}") for name in ("actors", "actor", "groups", "group", "milestones", "milestone")),
    *(
        page(f"network:{name}")
        for name in ("collaborations", "collaboration", "networks", "network", "encounters", "encounter")
    ),
    *(page(f"base:{name}") for name in ("documents", "document", "places", "place")),
    *(page(f"base:{name}") for name in ("strategies", "strategy", "area", "functions", "function")),
    *(page(f"base:{name}") for name in ("place-tree", "cite", "search", "suggest")),
    # Meetings: what everybody may know of them; an invitation's own link needs no login
    *(page(f"meetings:{name}") for name in ("meetings", "meeting", "meeting-calendar")),
    Row("meetings:invitation", FORM, EVERYBODY),
    Row("meetings:meeting-history", PAGE, MEMBERS | KEEPER, KEEPER),
    Row("meetings:meeting-undo-hold", FORM, KEEPER),
    *(
        Row(f"meetings:{name}", FORM, CHAIRS, KEEPER)
        for name in ("meeting-edit", "meeting-invite", "meeting-people", "meeting-cancel", "meeting-hold")
    ),
    *(Row(f"meetings:{name}", FORM, CHAIRS) for name in ("meeting-new", "series-new")),
    Row("meetings:invitation-answer", FORM, MEMBERS | KEEPER, KEEPER, rest=HIDDEN),
    # From finding to decision: whoever runs the network; those at its table read
    Row("meetings:convene", FORM, CHAIRS),
    *(
        Row(f"meetings:item-{name}", FORM, CHAIRS, KEEPER, rest=HIDDEN, own_seers=frozenset({MEMBER}))
        for name in ("decide", "action")
    ),
    Row("meetings:decision", PAGE, CHAIRS | {MEMBER}, KEEPER, rest=HIDDEN),
    page("meetings:network-health"),
    Row("meetings:network-health-answer", FORM, MEMBERS, NOBODY, rest=HIDDEN, kind_first=True),
    Row("meetings:actions", PAGE, CHAIRS | {MEMBER}),
    Row("meetings:action", FORM, CHAIRS | {MEMBER}, KEEPER, rest=HIDDEN),
    # Agendas and minutes: for those at the table; made by whoever runs the network
    Row("meetings:agenda", PAGE, MEMBERS | KEEPER, KEEPER),
    Row("meetings:minutes", PAGE, MEMBERS | KEEPER, KEEPER),
    Row("meetings:minutes-act", ACT, MEMBERS | KEEPER, KEEPER),
    Row("meetings:minutes-file", PAGE, NOBODY, NOBODY, rest=HIDDEN),
    Row("meetings:item-text", ACT, CHAIRS, KEEPER, rest=HIDDEN, own_seers=frozenset({MEMBER})),
    Row("meetings:agenda-change", ACT, CHAIRS, KEEPER),
    Row("meetings:item-edit", FORM, CHAIRS, KEEPER, rest=HIDDEN, own_seers=frozenset({MEMBER})),
    # Replies by mail: for those who run the meeting; of no known meeting, for coordinators
    Row("meetings:replies", PAGE, KEEPER | {CONVENER}),
    Row("meetings:incoming", FORM, KEEPER | {CONVENER}, KEEPER, rest=HIDDEN),
    Row("meetings:incoming-mail", PAGE, KEEPER | {CONVENER}, KEEPER, rest=HIDDEN),
    # Finding a date: seen by the seats, run by whoever convenes; answered by link
    Row("meetings:poll-new", FORM, KEEPER | {CONVENER}),
    Row("meetings:poll", PAGE, KEEPER | BOTH, KEEPER, HIDDEN),
    Row("meetings:poll-remind", ACT, KEEPER | {CONVENER}, KEEPER, HIDDEN, own_seers=BOTH),
    *(
        Row(f"meetings:poll-{name}", FORM, KEEPER | {CONVENER}, KEEPER, HIDDEN, own_seers=BOTH)
        for name in ("edit", "times", "send", "choose", "close")
    ),
    Row("meetings:invitation-poll", FORM, EVERYBODY),
    # A network's own life
    Row("meetings:seat-address", FORM, KEEPER | BOTH, KEEPER, HIDDEN, kind_first=True),
    Row("meetings:network-pause", FORM, KEEPER | {CONVENER}, KEEPER, kind_first=True),
    Row("meetings:pause-edit", FORM, KEEPER | {CONVENER}, KEEPER),
    Row("meetings:pause-end", ACT, KEEPER | {CONVENER}, KEEPER),
    Row("meetings:network-write", FORM, KEEPER | {CONVENER}, KEEPER, HIDDEN, kind_first=True),
    Row("meetings:circular", PAGE, KEEPER | BOTH, KEEPER, HIDDEN),
    Row("meetings:network-ask", FORM, BOTH, kind_first=True),
    Row("meetings:seatrequest", PAGE, KEEPER | BOTH, KEEPER, HIDDEN),
    Row("meetings:seatrequest-decide", ACT, KEEPER | {CONVENER}, KEEPER, HIDDEN, own_seers=BOTH),
    Row(
        "meetings:seatrequest-take-back",
        ACT,
        frozenset({MEMBER}),
        NOBODY,
        HIDDEN,
        seers=KEEPER,
        own_seers=BOTH,
    ),
    # Calendars: a feed's own address needs no login either
    Row("meetings:calendars", FORM, LOGGED_IN),
    Row("meetings:feed", PAGE, EVERYBODY),
    Row("meetings:feed-revoke", ACT, frozenset({MEMBER}), NOBODY, rest=HIDDEN),
    # What mail one wants: one's own, or by the link that was mailed
    Row("meetings:own-preferences", FORM, LOGGED_IN),
    Row("meetings:preferences", FORM, EVERYBODY),
    Row("meetings:preferences-unsubscribe", FORM, EVERYBODY),
    # Outgoing mail
    coordinator_page("meetings:mails"),
    Row("meetings:mails-again", ACT, KEEPER),
    *(Row(f"meetings:mail{name}", PAGE, KEEPER, rest=HIDDEN) for name in ("", "-html", "-file")),
    Row("meetings:mail-again", ACT, KEEPER, rest=HIDDEN),
    # Files in and out
    page("base:exports"),
    page("base:export"),
    coordinator_form("base:imports"),
    coordinator_page("base:import-template"),
    *(Row(f"base:{name}", PAGE, KEEPER, rest=HIDDEN) for name in ("import", "import-remarks")),
    *(Row(f"base:import-{name}", ACT, KEEPER, rest=HIDDEN) for name in ("check", "apply", "discard")),
    Row("base:import-undo", FORM, KEEPER, rest=HIDDEN),
    # Reviews, frozen and not published: of those with a role. (Drafts and published ones: test_reviews)
    page("mandates:reviews"),
    Row("mandates:review-new", FORM, MAKERS),
    *(
        Row(f"mandates:{name}", PAGE, ROLES_IN_WORK, rest=HIDDEN, some_public=True)
        for name in ("review", "review-report")
    ),
    *(
        Row(f"mandates:review-{name}", FORM, frozenset({REVIEWER}), NOBODY, HIDDEN, seers=ROLES_IN_WORK)
        for name in ("edit", "freeze", "remove")
    ),
    Row("mandates:review-publish", FORM, frozenset({REVIEWER}), rest=HIDDEN, seers=ROLES_IN_WORK),
    # A draft assignment is checked by those who make scenarios; nothing is stored
    Row("mandates:pre-check", PAGE, MAKERS),
    Row("mandates:pre-check-keep", ACT, MAKERS),
    Row("mandates:pre-check-memo", PAGE, MAKERS),
    # About the product
    *(public_page(f"base:{name}") for name in ("how_we_count", "accessibility", "privacy", "styleguide")),
    # Insights: register pages, but whom to bring together is for those with a role
    *(page(f"mandates:insights{name}") for name in ("", "-holding", "-closing", "-sectors", "-change")),
    Row("mandates:insights-introductions", PAGE, ROLES_IN_WORK),
    Row("mandates:insights-closing-keep", ACT, MAKERS),
    # Findings: those with a role see all of them, others what is published
    page("mandates:findings"),
    Row("mandates:findings-publish", ACT, frozenset({REVIEWER})),
    *(
        Row(f"mandates:finding-{name}", methods, JUDGES, rest=HIDDEN, seers=ROLES_IN_WORK)
        for name, methods in (("dispose", ACT), ("act", FORM), ("note", ACT))
    ),
    Row("mandates:finding-publish", ACT, frozenset({REVIEWER}), rest=HIDDEN, seers=ROLES_IN_WORK),
    Row("mandates:finding-reply", ACT, frozenset({MEMBER}), NOBODY, HIDDEN, seers=ROLES_IN_WORK),
    *(Row(f"{space}:finding", PAGE, ROLES_IN_WORK, rest=HIDDEN) for space in ("mandates", "api")),
    page("api:findings"),
    # Rows: edit, end, undo, remove, add
    *noun("mandates:mandate"),
    *noun("mandates:expectation"),
    *noun("network:seat", editors=KEEPER | BOTH, adders=KEEPER | {CONVENER}),
    *noun("network:convener", editors=KEEPER | {CONVENER}, adders=KEEPER | {CONVENER}),
    *noun("network:encounter", editors=KEEPER | {CONVENER}, adders=KEEPER | {CONVENER}, ends=False),
    *noun("network:network", editors=KEEPER | {CONVENER}),
    *noun("network:collaboration", adders=KEEPER | BOTH),
    *(
        row
        for name in (
            "actor",
            "group",
            "actor-name",
            "identifier",
            "actor-parent",
            "group-member",
        )
        for row in noun(f"network:{name}")
    ),
    *noun("network:milestone", ends=False),
    *noun("base:document", ends=False),
    *noun("base:place", ends=False),
    *noun("base:strategy"),
    *noun("base:area"),
    *noun("base:function", ends=False),
    Row("network:side", FORM, KEEPER | {MEMBER}, KEEPER),
    # Contact persons are for members and up
    Row("network:contact-new", FORM, KEEPER | BOTH),
    Row("network:contact-confirm", ACT, KEEPER | {MEMBER}, KEEPER, HIDDEN, seers=BOTH),
    Row("network:contact-*", FORM, KEEPER | {MEMBER}, KEEPER, HIDDEN, seers=BOTH),
    # Rows: still correct, and proposals
    Row("mandates:mandate-confirm", ACT, KEEPER | {MEMBER}, KEEPER),
    Row("mandates:mandate-propose", FORM, frozenset({MEMBER, REVIEWER}), frozenset({REVIEWER})),
    Row("mandates:mandate-propose-new", FORM, BOTH | {REVIEWER}),
    Row("mandates:expectation-confirm", ACT, KEEPER),
    Row("mandates:expectation-propose", FORM, BOTH | {REVIEWER}),
    Row("mandates:expectation-propose-new", FORM, BOTH | {REVIEWER}),
    *(
        row
        for name in ("actor", "group", "actor-name", "identifier", "actor-parent", "group-member", "seat")
        for row in concerns(f"network:{name}", frozenset({MEMBER}))
    ),
    *concerns("network:collaboration", frozenset({MEMBER}), adders=MEMBERS | KEEPER),
    *concerns("network:convener", frozenset({CONVENER})),
    *(row for name in ("network", "encounter", "milestone") for row in concerns(f"network:{name}", BOTH)),
    *(
        Row(f"base:{name}-confirm", ACT, KEEPER)
        for name in ("document", "place", "strategy", "area", "function")
    ),
    *(Row(f"base:{name}-propose*", FORM, NOBODY) for name in ("document", "place")),
    *(page(f"mandates:{name}") for name in ("matrix", "matrix-cell")),
    # The machine interface
    Row("api-*", FORM, EVERYBODY, library=True),
    *(public_page(f"api:{name}") for name in ("openapi-json", "api-root")),
    *(page(f"api:{name}") for name in ("coverage", "mandates", "mandate", "expectations", "expectation")),
    *(
        page(f"api:{name}")
        for name in (
            "actors",
            "actor",
            "networks",
            "network",
            "conveners",
            "graph",
            "graph_measures",
            "measured_actors",
            "meanings",
        )
    ),
    # Work
    Row("my", FORM, LOGGED_IN),
    Row("base:my-proposals", PAGE, LOGGED_IN),
    coordinator_page("base:proposals"),
    Row("base:proposal", FORM, KEEPER | {MEMBER}, KEEPER, HIDDEN),
    Row("base:proposal-withdraw", ACT, frozenset({MEMBER}), NOBODY, HIDDEN, seers=KEEPER),
    coordinator_page("base:removed"),
    Row("base:restore", ACT, KEEPER, kind_first=True),
    coordinator_page("network:merges"),
    Row("network:merge", FORM, KEEPER, kind_first=True),
    coordinator_form("network:actor-merge"),
    # Scenarios: reviewer and coordinator are named in both; the first is the reviewer's own
    Row("mandates:scenarios", PAGE, LOGGED_IN),
    Row("api:scenarios", PAGE, LOGGED_IN),
    Row("api:scenario", PAGE, MAKERS, MAKERS, HIDDEN),
    Row("mandates:scenario-new", FORM, MAKERS),
    Row("mandates:scenario", PAGE, MAKERS, MAKERS, HIDDEN),
    Row("mandates:scenario-copy", ACT, MAKERS, MAKERS, HIDDEN),
    Row("mandates:scenario-apply", FORM, KEEPER, KEEPER, HIDDEN, seers=MAKERS),
    *(
        Row(f"mandates:scenario-{name}", methods, frozenset({REVIEWER}), NOBODY, HIDDEN, seers=MAKERS)
        for name, methods in (
            ("edit", FORM),
            ("remove", FORM),
            ("add", FORM),
            ("change", FORM),
            ("change-*", ACT),
        )
    ),
    coordinator_page("mandates:applied-list"),
    Row("mandates:applied", FORM, KEEPER, KEEPER, HIDDEN),
    coordinator_form("mandates:reorganise"),
    # Accounts
    Row("accounts:account", FORM, LOGGED_IN),
    coordinator_page("accounts:users"),
    coordinator_form("accounts:invite"),
    Row("accounts:user", PAGE, KEEPER, KEEPER, HIDDEN),
    Row("accounts:*", ACT, KEEPER, KEEPER, HIDDEN),
    *(
        Row(f"account_{name}", FORM, EVERYBODY, library=True)
        for name in ("login", "logout", "inactive", "reset_password*")
    ),
    Row("mfa_authenticate", FORM, NOBODY, library=True),  # only between the password and the code
    *(Row(name, FORM, LOGGED_IN, library=True) for name in ("account_*", "mfa_*", "usersessions_list")),
    # Django's admin
    Row("admin:logout", FORM, EVERYBODY, library=True),
    Row("admin:*", FORM, NOBODY, library=True),
]
