"""Which time suits best, whatever is answered."""

from hypothesis import given
from hypothesis import strategies as st

from meetings import ranking

ANSWERS = st.sampled_from([ranking.YES, ranking.IF_NEEDED, ranking.NO])
ACTORS = st.integers(0, 6)
GIVEN = st.lists(st.tuples(ACTORS, ANSWERS), max_size=12)
POLLS = st.dictionaries(st.integers(0, 9), GIVEN, max_size=6)
QUORUM = st.integers(1, 5)


@given(POLLS, QUORUM)
def test_every_time_is_ranked_once_and_worse_never_before_better(answers, quorum):
    found = ranking.ranked(answers, quorum=quorum)
    assert sorted(tally.slot for tally in found) == sorted(answers)
    assert [tally.worth for tally in found] == sorted((t.worth for t in found), reverse=True)
    best = ranking.best(found)
    assert best == [t.slot for t in found[: len(best)]]
    assert all(t.able for t in found[: len(best)])
    if not best:
        assert not any(t.able for t in found)


@given(GIVEN, QUORUM)
def test_an_actor_counts_once_and_the_order_of_answers_does_not_matter(given_answers, quorum):
    found = ranking.tally("x", given_answers, quorum=quorum)
    assert found == ranking.tally("x", reversed(given_answers), quorum=quorum)
    assert found == ranking.tally("x", given_answers * 2, quorum=quorum)
    assert found.yes + found.if_needed + found.no == len({actor for actor, _answer in given_answers})
    assert found.quorum == (found.able >= quorum)


@given(GIVEN, QUORUM, ACTORS)
def test_one_more_yes_never_makes_a_time_worse(given_answers, quorum, actor):
    before = ranking.tally("x", given_answers, quorum=quorum)
    after = ranking.tally("x", [*given_answers, (actor, ranking.YES)], quorum=quorum)
    assert after.worth >= before.worth


@given(POLLS, QUORUM)
def test_a_met_quorum_goes_before_any_number_of_yes_without_it(answers, quorum):
    met = [tally.quorum for tally in ranking.ranked(answers, quorum=quorum)]
    assert met == sorted(met, reverse=True)
