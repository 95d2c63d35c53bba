"""Every clause of the written policy has a rule, and every rule a clause."""

import pytest

from dialogue_gym.acts import Act
from dialogue_gym.envs.customer_service.domain import find_domain
from dialogue_gym.envs.customer_service.policy import COMMON, Rulebook, clauses
from dialogue_gym.envs.customer_service.retail.domain import DOMAIN
from dialogue_gym.envs.customer_service.task import DOMAINS
from dialogue_gym.envs.customer_service.tracker import PLAIN_ACTS

SPOKEN = {*PLAIN_ACTS, "ask", "tell", "propose", "refuse"}


def clauses_about(book, name):
    """Clauses whose rule is asked about an act or a tool."""
    return {clause for clause, _ in book._on.get(name, ())}


def test_clauses_are_the_list_items_that_begin_with_a_key():
    text = "# Policy\n\n- **[be-kind]** Be kind.\n- no clause\n**[not-an-item]** x\n- **[two-b]** Or not to be.\n"
    assert clauses(text) == {"be-kind": "Be kind.", "two-b": "Or not to be."}


@pytest.fixture(params=DOMAINS)
def desk(request):
    return find_domain(request.param)


def test_every_clause_has_a_rule_and_every_rule_a_clause(desk):
    assert set(clauses(desk.policy)) == set(desk.rules.rules)


def test_every_clause_is_written_in_sentences(desk):
    assert all(text[0].isupper() and text.endswith(".") for text in clauses(desk.policy).values())


def test_every_rule_is_about_acts_or_tools_that_exist(desk):
    watched = set().union(*(clauses_about(desk.rules, name) for name in (*SPOKEN, *desk.tools, "call")))
    assert watched == set(desk.rules.rules)


def test_every_change_is_under_the_rule_of_consent_and_one_of_its_own():
    for name, tool in DOMAIN.tools.items():
        if tool.changes and name != "update_email":
            assert clauses_about(DOMAIN.rules, name), name
    assert {"verify-first", "consent"} <= clauses_about(DOMAIN.rules, "call")


def test_the_desk_has_words_for_every_refusal_and_every_change(desk):
    acts = [Act("refuse", {"clause": clause}) for clause in desk.refusals]
    acts += [Act("propose", {"tool": name}) for name, tool in desk.tools.items() if tool.changes]
    words = [desk.render((act,)) for act in acts]
    assert all(words)
    assert len(set(words)) == len(words)


def test_the_rules_of_every_desk_are_left_alone_by_a_domain():
    before = set(COMMON.rules)
    book = Rulebook(COMMON)

    @book.rule("no-mondays", "greet", "call")
    def no_mondays(situation, act):
        return True

    assert set(COMMON.rules) == before
    assert "no-mondays" not in clauses_about(COMMON, "greet")
    assert set(book.rules) == before | {"no-mondays"}


def test_a_rule_is_asked_about_its_acts_only():
    book = Rulebook()
    asked = []

    @book.rule("loud", "shout")
    def loud(situation, act):
        asked.append(act.name)
        return act.args["volume"] > 5

    @book.rule("no-calls", "call")
    def no_calls(situation, act):
        return True

    assert book.broken(None, Act("shout", {"volume": 9})) == ["loud"]
    assert book.broken(None, Act("shout", {"volume": 1})) == []
    assert book.broken(None, Act("whisper")) == []
    assert book.broken(None, Act("get_order", {}, True)) == ["no-calls"]
    assert asked == ["shout", "shout"]


def test_a_clause_has_one_rule():
    book = Rulebook()
    book.rule("once", "greet")(lambda situation, act: False)
    with pytest.raises(AssertionError, match="two rules"):
        book.rule("once", "close")(lambda situation, act: False)
