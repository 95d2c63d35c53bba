"""The clairvoyant reference: it knows what the customer wants and does just that, by the policy.

It plays through the same acts as everybody, so it still has to verify, to ask for what must be *said* (identity, a
reason) and to wait for a yes.
"""

from typing import TYPE_CHECKING

from dialogue_gym.acts import Act

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode

UNSPOKEN = frozenset({"payment_id"})
"""Arguments that mean nothing to a customer, and are left out of a proposal."""


def next_acts(episode: "CustomerServiceEpisode") -> tuple[Act, ...]:
    """The oracle's next action."""
    return (_next_act(episode),)


def proposal(change: Act) -> Act:
    """The act of asking a yes for a tool call."""
    return Act("propose", {"tool": change.name, **{k: v for k, v in change.args.items() if k not in UNSPOKEN}})


def _next_act(episode: "CustomerServiceEpisode") -> Act:
    customer = episode.customer
    matter = customer.matter
    if customer.upset:
        return Act("apologise")
    if matter is None:
        return Act("offer_more")
    goal = matter.goal
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
        reason = change.args.get("reason")
        if reason is not None and not customer.has_said("reason", reason):
            return Act("ask", {"slot": "reason"})
        return change if change.name in matter.agreed else proposal(change)
    outstanding = [fact for fact in goal.tells if matter.told.get(fact) != episode.true_facts(goal)[fact]]
    return Act("tell", {outstanding[0]: episode.true_facts(goal)[outstanding[0]]}) if outstanding else Act("offer_more")


def _verify(episode: "CustomerServiceEpisode") -> Act:
    customer = episode.customer
    if len(episode.progress.attempts) < customer.identified:
        return Act(episode.domain.identify, dict(customer.identification), True)
    return Act("ask", {"slot": "identity"})
