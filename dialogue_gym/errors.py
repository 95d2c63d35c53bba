"""The exceptions that a user of the package can meet: one small tree.

Each also inherits the built-in that fits, so that `except ValueError` goes on working. A message says what was
expected, what came, and what to do.
"""

from collections.abc import Iterable
from difflib import get_close_matches

_LISTED = 120
"""Names that a message lists: all that are ours, and of a user's thousands enough to see what they are like."""


class DialogueGymError(Exception):
    """Base of everything that dialogue_gym raises on purpose."""


class ConfigurationError(DialogueGymError, ValueError):
    """An argument, an option or a combination of them cannot work."""


class UnknownNameError(DialogueGymError, LookupError):
    """A name that nothing is registered under. The message offers the near miss and what there is."""

    def __init__(self, kind: str, name: str, available: Iterable[str]) -> None:
        known = sorted(available)
        close = get_close_matches(str(name), known, n=1)
        hint = f" Did you mean {close[0]!r}?" if close else ""
        listed = [*known[:_LISTED], *([f"and {len(known) - _LISTED} more"] if len(known) > _LISTED else [])]
        super().__init__(f"Unknown {kind} {name!r}.{hint} Available: {', '.join(listed) or 'none'}.")
        self._parts = (kind, name, tuple(known))

    def __reduce__(self) -> tuple[type["UnknownNameError"], tuple[str, str, tuple[str, ...]]]:
        return type(self), self._parts  # worker processes send errors back by pickle


class ActionTypeError(DialogueGymError, TypeError):
    """An action of the wrong Python type. A malformed *string* is part of the task, never an error."""


class EpisodeOverError(DialogueGymError, RuntimeError):
    """A step on an episode that has ended or has not begun."""


class RewardError(DialogueGymError, RuntimeError):
    """A reward failed or gave something that is not a reward; names the reward, environment, scenario and turn."""


class CorpusError(DialogueGymError, ValueError):
    """A corpus file or folder cannot be read; names the file and the line."""
