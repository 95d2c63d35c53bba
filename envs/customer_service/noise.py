"""The numeric view's imperfect hearing: dialogue acts that are lost or mistaken, at a given rate."""

from collections.abc import Sequence

from dialogue_gym.acts import Act
from dialogue_gym.draws import Stream
from dialogue_gym.episode import Event

_NOTHING = (Act("noise"),)
_SHORT_WORDS = ("thank", "wait", "negate", "lost_thread", "nudge", "complain")


def misheard(heard: Sequence[Event], stream: Stream, error: float, kinds: Sequence[str]) -> Sequence[Event]:
    """What a listener with the given error rate makes of the events.

    Each act of the customer is mistaken with probability `error`: the kind of a matter is taken for another kind, any
    other act is lost. And with the same probability per act something is heard that was not said, as text recognisers
    do about as often. Tool results arrive as they are.
    """
    if len(heard) == 1:
        event = heard[0]
        return heard if event.role == "tool" else (_mistaken(event, stream, error, kinds),)
    return [event if event.role == "tool" else _mistaken(event, stream, error, kinds) for event in heard]


def _mistaken(event: Event, stream: Stream, error: float, kinds: Sequence[str]) -> Event:
    content = event.content
    chances = [stream.uniform() for _ in content]
    if min(chances) >= 2 * error:
        return event
    acts: list[Act] = []
    for act, chance in zip(content, chances, strict=True):
        if chance >= error:
            acts.append(act)
            if chance < 2 * error:
                acts.append(_invented(stream, kinds))
        elif "kind" in act.args:
            acts.append(Act(act.name, {**act.args, "kind": stream.choice(kinds)}))
    return Event("user", tuple(acts) or _NOTHING, str)


def _invented(stream: Stream, kinds: Sequence[str]) -> Act:
    """Something that nobody said: half of the time a matter, else a short word."""
    if stream.chance(0.5):
        return Act("restate", {"kind": stream.choice(kinds)})
    return Act(stream.choice(_SHORT_WORDS))
