"""The clairvoyant reference: it knows what the customer wants and does just that, by the policy.

It plays through the same acts as everybody, so it still has to verify, to ask for what must be *said* (identity, a
reason) and to wait for a yes.
"""

from collections.abc import Collection
from typing import TYPE_CHECKING

from dialogue_gym.acts import Act

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode


def next_acts(episode: "CustomerServiceEpisode") -> tuple[Act, ...]:
    """The oracle's next action."""
    return (_next_act(episode),)


def proposal(change: Act, unspoken: Collection[str]) -> Act:
    """The act of asking a yes for a tool call.

    Args:
        change: The call.
        unspoken: Arguments that mean nothing to a customer, and are left out.
    """
    return Act("propose", {"tool": change.name, **{k: v for k, v in change.args.items() if k not in unspoken}})


def _next_act(episode: "CustomerServiceEpisode") -> Act:
    customer = episode.customer
    matter = customer.matter
    if customer.upset:
        return Act("apologise")
    if matter is None:
        return Act("offer_more")
    goal, domain = matter.goal, episode.domain
    if domain.answering and matter.answer != goal.kind:
        if matter.hinted:
            return Act("ask", {"slot": "matter"})
        return Act(domain.answering, {domain.answer_argument: goal.kind}, True)
    if goal.refusal == "not_verified":
        return Act("refuse", {"clause": goal.refusal}) if episode.evident(goal) else _verify(episode)
    if goal.identity and episode.desk.customer is None:
        return _verify(episode)
    for lookup in goal.lookups:
        if not episode.looked_up(lookup, goal):
            return lookup
    if goal.transfer is not None:
        return Act("transfer_to_human", {"department": goal.transfer}, True)
    if goal.refusal is not None:
        return Act("refuse", {"clause": goal.refusal})
    for change in goal.changes:
        if change in episode.calls:
            continue
        for slot in domain.stated.get(change.name, ()):
            if not customer.has_said(slot, goal.slots[slot]):
                return Act("ask", {"slot": slot})
        return change if change.name in matter.agreed else proposal(change, domain.unspoken)
    outstanding = [fact for fact in goal.tells if matter.told.get(fact) != episode.true_facts(goal)[fact]]
    return Act("tell", {outstanding[0]: episode.true_facts(goal)[outstanding[0]]}) if outstanding else Act("offer_more")


def _verify(episode: "CustomerServiceEpisode") -> Act:
    customer = episode.customer
    if len(episode.progress.attempts) < customer.identified:
        return Act(episode.domain.identify, dict(customer.identification), True)
    return Act("ask", {"slot": "identity"})
