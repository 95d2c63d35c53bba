"""The numeric view's imperfect hearing: dialogue acts that are lost or mistaken, at a given rate."""

from collections.abc import Sequence

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.episode import Event

_NOTHING = (Act("noise"),)


def misheard(heard: Sequence[Event], stream: Stream, error: float, kinds: Sequence[str]) -> Sequence[Event]:
    """What a listener with the given error rate makes of the events.

    Each act of the customer is mistaken with probability `error`: the kind of a matter is taken for another kind, any
    other act is lost. Tool results arrive as they are.
    """
    if len(heard) == 1 and heard[0].role == "tool":
        return heard
    return [event if event.role == "tool" else _mistaken(event, stream, error, kinds) for event in heard]


def _mistaken(event: Event, stream: Stream, error: float, kinds: Sequence[str]) -> Event:
    content = event.content
    wrong = [stream.uniform() < error for _ in content]
    if True not in wrong:
        return event
    acts: list[Act] = []
    for act, mistaken in zip(content, wrong, strict=True):
        if not mistaken:
            acts.append(act)
        elif "kind" in act.args:
            acts.append(Act(act.name, {**act.args, "kind": stream.choice(kinds)}))
    return Event("user", tuple(acts) or _NOTHING, str)
