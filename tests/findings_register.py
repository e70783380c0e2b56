"""A small register with a finding of most kinds that people decide about. For tests of the pages about findings."""

import datetime
from types import SimpleNamespace

from coordination.base.models import MandateKind
from tests import factories as f

Date = datetime.date
DAY = Date(2023, 2, 14)  # the register's own day
ENDED = Date(2023, 1, 1)


def make() -> SimpleNamespace:
    """On DAY: gap:X1 (the closed agency held it), orphaned:A-1, an unmanaged overlap of B-1 and B-2, and an
    orphaned network; projected_gap and short_term of X2, held by the board until the summer."""
    strategy = f.StrategyFactory(valid_until=Date(2029, 1, 1))
    closed = f.ActorFactory(
        slug="delegationen", name_sv="Delegationen", name_en="The Delegation", valid_until=ENDED
    )
    board = f.ActorFactory(slug="verket", name_sv="Verket", name_en="The Board")
    other = f.ActorFactory(slug="radet", name_sv="Rådet", name_en="The Council")
    lead = f.FunctionFactory(code="samordning", name_sv="Samordning", name_en="Coordination", traits="lead")
    grants = f.FunctionFactory(code="bidrag", name_sv="Bidrag", name_en="Grants", traits="duplicable")
    follow = f.FunctionFactory(code="uppfoljning", name_sv="Uppföljning", name_en="Follow-up")
    mandates = {
        "A-1": f.MandateFactory(
            code="A-1",
            holder=closed,
            function=lead,
            valid_until=ENDED,
            title_sv="Samordna",
            title_en="Coordinate",
            explicit=True,
        ),
        "B-1": f.MandateFactory(code="B-1", holder=board, function=grants),
        "B-2": f.MandateFactory(code="B-2", holder=other, function=grants),
        "C-1": f.MandateFactory(code="C-1", holder=board, function=follow, valid_until=Date(2023, 7, 1)),
    }
    asked = {
        "X1": f.ExpectationFactory(
            code="X1",
            function=lead,
            title_sv="Nationell samordning",
            title_en="National coordination",
            explicit_only=True,
        ),
        "X2": f.ExpectationFactory(code="X2", function=follow, title_sv="Uppföljning", title_en="Follow-up"),
    }
    network = f.NetworkFactory(slug="natverket", name_sv="Nätverket", name_en="The Network")
    f.ConvenerFactory(network=network, actor=closed, valid_until=ENDED)
    document = f.DocumentFactory(slug="beslutet", title_sv="Beslutet")
    return SimpleNamespace(
        strategy=strategy,
        closed=closed,
        board=board,
        other=other,
        lead=lead,
        grants=grants,
        follow=follow,
        mandates=mandates,
        asked=asked,
        network=network,
        document=document,
        kind=MandateKind.objects.get(pk="instruction"),
        reviewer=f.ReviewerFactory(name="Rut Granskare"),
        coordinator=f.CoordinatorFactory(name="Karin Samordnare"),
        member=f.MembershipFactory(actor=board).user,
        stranger=f.MembershipFactory(actor=f.ActorFactory()).user,
        reader=f.UserFactory(),
    )
