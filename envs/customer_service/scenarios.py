"""Drawing who calls and with how many matters: what scenario makers of different desks have in common.

The web shop drew these in its own module before there was a second desk, and keeps doing so: its task hash covers it.
"""

from collections.abc import Callable, Collection, Sequence

from dialogue_gym.draws import Stream
from dialogue_gym.envs.customer_service.database import Row
from dialogue_gym.envs.customer_service.matters import Profile


def draw_kinds(
    stream: Stream, names: Sequence[str], count: int, alone: Collection[str], fits: Callable[[str], bool]
) -> list[str]:
    """Different kinds of matter for one conversation, equally likely.

    Args:
        stream: Where the chances come from.
        names: All kinds; at least one of them fits.
        count: How many, where there are so many.
        alone: Kinds that come without others.
        fits: Whether a kind may come up at all.
    """
    count = at_most(count, [name for name in names if fits(name)], alone)
    chosen: list[str] = []
    while len(chosen) < count:
        name = stream.choice(names)
        if name in chosen or not fits(name) or (chosen and name in alone):
            continue
        chosen.append(name)
        if name in alone:
            break
    return chosen


def at_most(count: int, names: Collection[str], alone: Collection[str]) -> int:
    """How many of the given kinds, at most `count`, can come up together: one, if all of them come alone."""
    return min(count, max(1, sum(name not in alone for name in names)))


def draw_profile(stream: Stream, key: str, row: Row, slips: float, *, impostor: bool) -> Profile:
    """How a caller identifies: as the owner of an account, by email or by name and postcode, or wrongly.

    Args:
        stream: Where the chances come from.
        key: The account's row.
        row: The account: name, email, zip.
        slips: Probability that the email is misspelt at first.
        impostor: They claim to be somebody whose data they do not know.
    """
    knows_email, slip = stream.chance(0.5), stream.chance(slips)
    email = row["email"] if knows_email else ""
    if not impostor:
        domain = email.rpartition("@")[2]
        misspelt = email.replace(domain, domain.replace("a", "aa", 1)) if slip else ""
        return Profile(key, row["name"], email, row["zip"], misspelt)
    guessed = email.replace("@", f"{stream.below(9) + 1}@")
    return Profile(None, row["name"], guessed, f"{99_999 - int(row['zip']):05d}")
