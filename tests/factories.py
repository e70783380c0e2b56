"""Rows for tests. Deterministic: sequences and fixed dates, no random text.

The code lists (`ActorKind("agency")`, `Level("national")` …) are those every instance starts with;
`post_migrate` loads them, hence they are looked up and not made. Codes have a T, so that none is the first case's.
"""

import datetime
import hashlib
from typing import Any

import factory
from factory.django import DjangoModelFactory

from coordination.base.models import (
    ActorKind,
    Citation,
    CollaborationKind,
    Document,
    Function,
    ImportJob,
    Level,
    MandateKind,
    MeetingKind,
    MilestoneKind,
    Place,
    PlaceKind,
    PriorityArea,
    Proposal,
    Strategy,
    User,
)
from mandates import review_content
from mandates.models import (
    AppliedChanges,
    Disposition,
    Expectation,
    Finding,
    Mandate,
    Reply,
    Review,
    Scenario,
)
from meetings.models import (
    Action,
    AgendaItem,
    CircularMail,
    Decision,
    Feed,
    IncomingReply,
    Invitation,
    Meeting,
    Minutes,
    OutgoingMail,
    Pause,
    Poll,
    PollSlot,
    Recipient,
    SeatContact,
    SeatRequest,
)
from network.models import (
    Actor,
    ActorName,
    ActorParent,
    Collaboration,
    Contact,
    Convener,
    Encounter,
    GroupMember,
    Identifier,
    Membership,
    Milestone,
    Network,
    Participant,
    Seat,
)

FIRST_DAY = datetime.date(2018, 1, 1)
PASSWORD = "correct horse battery staple"


def _code(model: Any, code: str) -> Any:
    """The default code, made if the instance lacks it."""
    return model.objects.get_or_create(code=code, defaults={"name_sv": code, "name_en": code})[0]


class UserFactory(DjangoModelFactory):
    """A reader. `password` is PASSWORD."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@example.org")
    name = factory.Sequence(lambda n: f"Person {n}")
    password = factory.django.Password(PASSWORD)


class CoordinatorFactory(UserFactory):
    is_coordinator = True


class ReviewerFactory(UserFactory):
    is_reviewer = True


class StrategyFactory(DjangoModelFactory):
    class Meta:
        model = Strategy
        django_get_or_create = ("slug",)

    slug = "strategi"
    name_sv = "Strategin"
    name_en = "The strategy"
    valid_from = datetime.date(2018, 7, 1)
    from_precision = "day"
    known_until = datetime.date(2023, 2, 14)


class PriorityAreaFactory(DjangoModelFactory):
    class Meta:
        model = PriorityArea

    strategy = factory.SubFactory(StrategyFactory)
    code = factory.Sequence(lambda n: f"omrade-{n}")
    name_sv = factory.Sequence(lambda n: f"Område {n}")
    name_en = factory.Sequence(lambda n: f"Area {n}")
    position = factory.Sequence(lambda n: n)


class FunctionFactory(DjangoModelFactory):
    class Meta:
        model = Function

    code = factory.Sequence(lambda n: f"funktion-{n}")
    name_sv = factory.Sequence(lambda n: f"Funktion {n}")
    name_en = factory.Sequence(lambda n: f"Function {n}")
    position = factory.Sequence(lambda n: n)


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place

    code = factory.Sequence(lambda n: f"T{n:04}")
    kind = factory.LazyFunction(lambda: _code(PlaceKind, "municipality"))
    name_sv = factory.Sequence(lambda n: f"Plats {n}")
    name_en = factory.Sequence(lambda n: f"Place {n}")


class DocumentFactory(DjangoModelFactory):
    class Meta:
        model = Document

    slug = factory.Sequence(lambda n: f"dokument-{n}")
    title_sv = factory.Sequence(lambda n: f"Dokument {n}")
    publisher = "statskontoret"
    published = datetime.date(2023, 2, 14)
    date_precision = "day"


class CitationFactory(DjangoModelFactory):
    """`row` is the row that rests on the source."""

    class Meta:
        model = Citation

    document = factory.SubFactory(DocumentFactory)
    place = "avsnitt 3.2"


class ActorFactory(DjangoModelFactory):
    """A national agency without end."""

    class Meta:
        model = Actor

    slug = factory.Sequence(lambda n: f"aktor-{n}")
    name_sv = factory.Sequence(lambda n: f"Aktör {n}")
    name_en = factory.Sequence(lambda n: f"Actor {n}")
    kind = factory.LazyFunction(lambda: _code(ActorKind, "agency"))
    level = factory.LazyFunction(lambda: _code(Level, "national"))
    valid_from = FIRST_DAY
    from_precision = "day"


class GroupFactory(ActorFactory):
    """A group that is kept as a list."""

    slug = factory.Sequence(lambda n: f"grupp-{n}")
    name_sv = factory.Sequence(lambda n: f"Grupp {n}")
    is_group = True
    rule = "list"


class ActorNameFactory(DjangoModelFactory):
    class Meta:
        model = ActorName

    actor = factory.SubFactory(ActorFactory)
    name_sv = factory.Sequence(lambda n: f"Tidigare namn {n}")
    valid_until = datetime.date(2020, 1, 1)
    to_precision = "day"


class ActorParentFactory(DjangoModelFactory):
    class Meta:
        model = ActorParent

    actor = factory.SubFactory(ActorFactory)
    parent = factory.SubFactory(ActorFactory)


class IdentifierFactory(DjangoModelFactory):
    class Meta:
        model = Identifier

    actor = factory.SubFactory(ActorFactory)
    scheme = "se-orgnr"
    value = "202100-5489"


class GroupMemberFactory(DjangoModelFactory):
    class Meta:
        model = GroupMember

    group = factory.SubFactory(GroupFactory)
    actor = factory.SubFactory(ActorFactory)
    valid_from = FIRST_DAY


class MembershipFactory(DjangoModelFactory):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory)
    actor = factory.SubFactory(ActorFactory)


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    actor = factory.SubFactory(ActorFactory)
    role_sv = "Samordnare"
    email = "registrator@example.org"


class CollaborationFactory(DjangoModelFactory):
    """`participants=[actor, …]` makes its sides; without it, two new actors."""

    class Meta:
        model = Collaboration
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"SAM-T{n}")
    title_sv = factory.Sequence(lambda n: f"Samverkan {n}")
    kind = factory.LazyFunction(lambda: _code(CollaborationKind, "agreement"))
    valid_from = FIRST_DAY
    from_precision = "day"

    @factory.post_generation
    def participants(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if not create:
            return
        actors = extracted if extracted is not None else ActorFactory.create_batch(2)
        for position, actor in enumerate(actors):
            Participant.objects.create(collaboration=self, actor=actor, position=position)


class NetworkFactory(DjangoModelFactory):
    class Meta:
        model = Network
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"natverk-{n}")
    name_sv = factory.Sequence(lambda n: f"Nätverk {n}")
    name_en = factory.Sequence(lambda n: f"Network {n}")
    level = factory.LazyFunction(lambda: _code(Level, "national"))
    valid_from = FIRST_DAY
    from_precision = "day"

    @factory.post_generation
    def areas(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.areas.set(extracted)


class SeatFactory(DjangoModelFactory):
    class Meta:
        model = Seat

    network = factory.SubFactory(NetworkFactory)
    actor = factory.SubFactory(ActorFactory)
    role_sv = "medlem"
    valid_from = FIRST_DAY
    from_precision = "day"


class ConvenerFactory(DjangoModelFactory):
    class Meta:
        model = Convener

    network = factory.SubFactory(NetworkFactory)
    actor = factory.SubFactory(ActorFactory)
    valid_from = FIRST_DAY
    from_precision = "day"


class EncounterFactory(DjangoModelFactory):
    class Meta:
        model = Encounter

    code = factory.Sequence(lambda n: f"MOTE-T{n}")
    title_sv = factory.Sequence(lambda n: f"Möte {n}")
    kind = factory.LazyFunction(lambda: _code(MeetingKind, "network_meeting"))
    network = factory.SubFactory(NetworkFactory)
    date_from = datetime.date(2022, 5, 10)
    date_until = datetime.date(2022, 5, 11)
    date_precision = "day"


class MilestoneFactory(DjangoModelFactory):
    class Meta:
        model = Milestone

    code = factory.Sequence(lambda n: f"MIL-T{n}")
    title_sv = factory.Sequence(lambda n: f"Milstolpe {n}")
    kind = factory.LazyFunction(lambda: _code(MilestoneKind, "deadline"))
    date_from = datetime.date(2023, 5, 10)
    date_until = datetime.date(2023, 5, 11)
    date_precision = "day"


class MandateFactory(DjangoModelFactory):
    """Decided, in force from 2018 without end, aimed at the national level (`levels=[…]` changes that)."""

    class Meta:
        model = Mandate
        skip_postgeneration_save = True

    code = factory.Sequence(lambda n: f"UPP-{n:03}")
    holder = factory.SubFactory(ActorFactory)
    title_sv = factory.Sequence(lambda n: f"Uppdrag {n}")
    title_en = factory.Sequence(lambda n: f"Mandate {n}")
    kind = factory.LazyFunction(lambda: _code(MandateKind, "instruction"))
    strategy = factory.SubFactory(StrategyFactory)
    function = factory.SubFactory(FunctionFactory)
    valid_from = FIRST_DAY
    from_precision = "day"

    @factory.post_generation
    def levels(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create:
            self.levels.set(extracted if extracted is not None else [_code(Level, "national")])


class ExpectationFactory(DjangoModelFactory):
    class Meta:
        model = Expectation

    code = factory.Sequence(lambda n: f"XT{n}")
    strategy = factory.SubFactory(StrategyFactory)
    title_sv = factory.Sequence(lambda n: f"Förväntan {n}")
    function = factory.SubFactory(FunctionFactory)
    level = factory.LazyFunction(lambda: _code(Level, "national"))
    valid_from = datetime.date(2018, 7, 1)
    mapped_from = datetime.date(2018, 7, 1)
    mapped_until = datetime.date(2023, 2, 14)


class ProposalFactory(DjangoModelFactory):
    """Needs `row`; asks for a new Swedish title or name."""

    class Meta:
        model = Proposal

    row_version = factory.SelfAttribute("row.version")
    reason = "Beslutet har fått ett nytt namn."
    source = "Regeringsbeslut 2022-06-30"
    proposed_by = factory.SubFactory(UserFactory)


class ScenarioFactory(DjangoModelFactory):
    """Ends a mandate that there is not; `readers=[user, …]` names them."""

    class Meta:
        model = Scenario
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"scenario-{n}")
    title_sv = factory.Sequence(lambda n: f"Scenario {n}")
    owner = factory.SubFactory(ReviewerFactory)
    changes = factory.LazyFunction(lambda: [{"kind": "end_mandate", "code": "UPP-FINNS-INTE"}])

    @factory.post_generation
    def readers(self, create: bool, extracted: Any, **kwargs: Any) -> None:
        if create and extracted:
            self.readers.set(extracted)


class AppliedChangesFactory(DjangoModelFactory):
    class Meta:
        model = AppliedChanges

    title = factory.Sequence(lambda n: f"Omorganisering {n}")
    day = datetime.date(2023, 1, 1)
    reason = "Regeringens beslut"
    applied_by = factory.SubFactory(CoordinatorFactory)


class ImportJobFactory(DjangoModelFactory):
    """A file of one actor that waits to be tried."""

    class Meta:
        model = ImportJob

    kind = "actors"
    file_name = factory.Sequence(lambda n: f"fil-{n}.csv")
    content = factory.Sequence(lambda n: f"id,name_sv,kind,level\nny-{n},Ny {n},agency,national\n".encode())
    size = factory.LazyAttribute(lambda job: len(job.content))
    sha256 = factory.LazyAttribute(lambda job: hashlib.sha256(job.content).hexdigest())
    language = "sv"
    sent_by = factory.SubFactory(CoordinatorFactory)


class FindingFactory(DjangoModelFactory):
    class Meta:
        model = Finding

    key = factory.Sequence(lambda n: f"gap-{n}")
    rule = "gap"


class DispositionFactory(DjangoModelFactory):
    class Meta:
        model = Disposition

    finding = factory.SubFactory(FindingFactory)
    choice = Disposition.Choice.NEED_FACTS
    reason = "Uppgifterna räcker inte."
    author = factory.SubFactory(ReviewerFactory)
    at = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)
    as_of = datetime.date(2023, 2, 14)


class ReplyFactory(DjangoModelFactory):
    """Needs `actor`."""

    class Meta:
        model = Reply

    finding = factory.SubFactory(FindingFactory)
    text = "Vi delar inte bilden."
    author = factory.SubFactory(UserFactory)
    at = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)
    as_of = datetime.date(2023, 2, 14)


class SeatContactFactory(DjangoModelFactory):
    """Where mail to a seat goes."""

    class Meta:
        model = SeatContact

    seat = factory.SubFactory(SeatFactory)
    name = factory.Sequence(lambda n: f"Kontakt {n}")
    email = factory.Sequence(lambda n: f"seat{n}@example.org")


class FeedFactory(DjangoModelFactory):
    """Somebody's own calendar. `secret` opens it, of which the row keeps the digest only."""

    class Meta:
        model = Feed

    class Params:
        secret = factory.Sequence(lambda n: f"{n:06}-hemlig-adress-som-ingen-annan-har")

    owner = factory.SubFactory(UserFactory)
    kind = "mine"
    digest = factory.LazyAttribute(lambda feed: hashlib.sha256(feed.secret.encode()).hexdigest())
    prefix = factory.LazyAttribute(lambda feed: feed.secret[:6])


class OutgoingMailFactory(DjangoModelFactory):
    """One that waits; `content` is no more than it must be."""

    class Meta:
        model = OutgoingMail

    recipient = factory.Sequence(lambda n: f"mottagare{n}@example.org")
    sender = "moten@samsyn.example.org"
    subject = factory.Sequence(lambda n: f"Ärende {n}")
    message_id = factory.Sequence(lambda n: f"<{n}@samsyn.example.org>")
    dedupe_key = factory.Sequence(lambda n: f"mail {n}")
    order_key = factory.Sequence(lambda n: f"order {n}")
    content = b"Subject: x\r\n\r\nHej\r\n"
    created = next_at = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)


class MeetingFactory(DjangoModelFactory):
    """A draft, on 8 December 2026 from 9 to 11 in Stockholm."""

    class Meta:
        model = Meeting

    network = factory.SubFactory(NetworkFactory)
    slug = factory.Sequence(lambda n: f"mote-{n}")
    uid = factory.Sequence(lambda n: f"mote-{n}@samsyn.example.org")
    title = factory.Sequence(lambda n: f"Nätverksmöte {n}")
    location = "Rosenbad, Stockholm"
    starts = datetime.datetime(2026, 12, 8, 8, tzinfo=datetime.UTC)
    ends = datetime.datetime(2026, 12, 8, 10, tzinfo=datetime.UTC)


class InvitationFactory(DjangoModelFactory):
    """A seat's, with an address."""

    class Meta:
        model = Invitation

    meeting = factory.SubFactory(MeetingFactory)
    actor = factory.SubFactory(ActorFactory)
    name = factory.Sequence(lambda n: f"Person {n}")
    email = factory.Sequence(lambda n: f"person{n}@example.org")
    nonce = factory.Sequence(lambda n: f"{n:024x}")


class IncomingReplyFactory(DjangoModelFactory):
    """An ordinary mail about a meeting, which waits for somebody to read it."""

    class Meta:
        model = IncomingReply

    meeting = factory.SubFactory(MeetingFactory)
    key = factory.Sequence(lambda n: f"<{n}@example.org>")
    received_at = datetime.datetime(2026, 11, 27, 12, tzinfo=datetime.UTC)
    sender = factory.Sequence(lambda n: f"person{n}@example.org")
    content = b"From: a@example.org\r\n\r\nHej!\r\n"
    outcome = "letter"
    said = factory.LazyFunction(lambda: {"subject": "Svar", "text": "Hej!"})


class PauseFactory(DjangoModelFactory):
    """The whole of December 2026."""

    class Meta:
        model = Pause

    network = factory.SubFactory(NetworkFactory)
    reason = "Samordnaren är tjänstledig"
    valid_from = datetime.date(2026, 12, 1)
    valid_until = datetime.date(2027, 1, 1)


class CircularMailFactory(DjangoModelFactory):
    class Meta:
        model = CircularMail

    network = factory.SubFactory(NetworkFactory)
    subject = factory.Sequence(lambda n: f"Utskick {n}")
    text = "Hej!"


class SeatRequestFactory(DjangoModelFactory):
    """An actor asks to leave."""

    class Meta:
        model = SeatRequest

    network = factory.SubFactory(NetworkFactory)
    actor = factory.SubFactory(ActorFactory)
    kind = "leave"
    reason = "Vi har lagt ner enheten."


class RecipientFactory(DjangoModelFactory):
    class Meta:
        model = Recipient

    email = factory.Sequence(lambda n: f"recipient{n}@example.org")
    nonce = factory.Sequence(lambda n: f"{n:024x}")


class PollFactory(DjangoModelFactory):
    """About a draft without a time; no time is proposed yet."""

    class Meta:
        model = Poll

    meeting = factory.SubFactory(MeetingFactory, starts=None, ends=None)
    deadline = datetime.datetime(2026, 12, 1, 22, 59, tzinfo=datetime.UTC)


class PollSlotFactory(DjangoModelFactory):
    class Meta:
        model = PollSlot

    poll = factory.SubFactory(PollFactory)
    starts = factory.Sequence(
        lambda n: datetime.datetime(2026, 12, 1, 8, tzinfo=datetime.UTC) + datetime.timedelta(days=n)
    )
    ends = factory.LazyAttribute(lambda slot: slot.starts + datetime.timedelta(hours=2))


class ReviewFactory(DjangoModelFactory):
    """A draft of the strategy's, on 14 February 2023."""

    class Meta:
        model = Review

    slug = factory.Sequence(lambda n: f"granskning-{n}")
    title_sv = factory.Sequence(lambda n: f"Granskning {n}")
    title_en = factory.Sequence(lambda n: f"Review {n}")
    strategy = factory.SubFactory(StrategyFactory)
    as_of = datetime.date(2023, 2, 14)


class FrozenReviewFactory(ReviewFactory):
    """One that found nothing, since nothing was expected."""

    class Meta:
        skip_postgeneration_save = True

    @factory.post_generation
    def frozen(self: Any, create: bool, extracted: Any, **kwargs: Any) -> None:
        self.content = review_content.gather(self)
        self.fingerprint = review_content.fingerprint(self.content)
        self.frozen_at = datetime.datetime(2023, 2, 14, 12, tzinfo=datetime.UTC)
        self.save()


class AgendaItemFactory(DjangoModelFactory):
    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    position = factory.Sequence(int)
    title = factory.Sequence(lambda n: f"Punkt {n}")


class MinutesFactory(DjangoModelFactory):
    """Being written."""

    class Meta:
        model = Minutes

    meeting = factory.SubFactory(MeetingFactory)


class DecisionFactory(DjangoModelFactory):
    class Meta:
        model = Decision

    item = factory.SubFactory(AgendaItemFactory)
    number = factory.Sequence(lambda n: n + 1)
    text = factory.Sequence(lambda n: f"Vi beslutar {n}")


class ActionFactory(DjangoModelFactory):
    """Open, due on 31 January 2027."""

    class Meta:
        model = Action

    item = factory.SubFactory(AgendaItemFactory)
    text = factory.Sequence(lambda n: f"Gör {n}")
    owner = factory.SubFactory(ActorFactory)
    due = datetime.date(2027, 1, 31)
