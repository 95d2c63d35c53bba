"""Chat templates as data: the fixed text around each message, and plain text kept apart from control tokens.

A template is rendered once per pattern of roles, with marks in place of the messages. What it puts between
the marks are its *pieces*; filling messages in later is string work. So no message can steer the template
(some look for tags inside messages), and it is known which characters of a prompt came from a message and
which from the template.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from jinja2 import TemplateError

from dialogue_gym.errors import ConfigurationError

# Private-use characters, so that trimming and case changes leave a mark alone; the quote shows whether it was
# escaped.
_MARK = re.compile('\ue000([0-9]+)(\\\\?)"\ue001')


class ChatTemplateError(ConfigurationError):
    """A chat template cannot be used to continue dialogues."""


Message = Mapping[str, Any]


class Slot(NamedTuple):
    """Where a message goes.

    Attributes:
        number: Of the message.
        escaped: The template writes it as the inside of a JSON string.
        trusted: It is the instructions: they may name added tokens such as `<tool_call>`, which a message may
            not.
    """

    number: int
    escaped: bool
    trusted: bool = False

    def fill(self, text: str) -> str:
        """The text as the template would write it."""
        return json.dumps(text, ensure_ascii=False)[1:-1] if self.escaped else text


Pieces = tuple[str | Slot, ...]


def mark(number: int) -> str:
    """Stands in for a message."""
    return f'\ue000{number}"\ue001'


def split_marks(text: str, trusted: int | None = None) -> Pieces:
    """Rendered text as what the template wrote and the slots between; slot number `trusted` is trusted."""
    pieces: list[str | Slot] = []
    last = 0
    for match in _MARK.finditer(text):
        number = int(match[1])
        pieces += [text[last : match.start()], Slot(number, bool(match[2]), number == trusted)]
        last = match.end()
    return (*pieces, text[last:])


def slots(pieces: Pieces) -> list[int]:
    """Numbers of the messages, in the order they appear."""
    return [piece.number for piece in pieces if isinstance(piece, Slot)]


def try_render(render: Callable[[], str]) -> str | None:
    """What `render` gives, or None where the template refuses the messages or stumbles over them."""
    try:
        return render()
    except (TemplateError, TypeError):
        return None


class PlainText:
    """Encodes filled pieces; control tokens come from the template, never from what somebody wrote.

    What somebody wrote like a control token is cut in two and encoded as the characters it is. (Tokenizers that put
    a blank before every text put one there as well.)

    Args:
        tokenizer: A Hugging Face tokenizer.
    """

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer
        added = tokenizer.added_tokens_decoder.values()
        # Runs of blanks are added tokens of some vocabularies; they are ordinary text.
        names = [token.content for token in added if token.content.strip() and len(token.content) > 1]
        special = [token.content for token in added if token.special and token.content in names]
        self._reach = max(map(len, names), default=0)
        self.control = _any_of(names)
        self._special = _any_of(special)

    def encode(self, pieces: Pieces, contents: Sequence[str]) -> list[int]:
        """Token ids of the pieces with `contents` in their slots."""
        text = ""
        cuts = set()
        spans: list[tuple[int, int, bool]] = []
        for piece in pieces:
            filled = piece.fill(contents[piece.number]) if isinstance(piece, Slot) else piece
            if isinstance(piece, Slot):
                spans.append((len(text), len(text) + len(filled), piece.trusted))
            text += filled
        for start, stop, trusted in spans:
            cuts |= self._cuts(text, start, stop, self._special if trusted else self.control)
        # The tokenizer sees no control token whose characters it never gets in one string.
        edges = [0, *sorted(cuts), len(text)]
        return [token for start, stop in pairwise(edges) for token in self._tokens(text[start:stop])]

    def _cuts(self, text: str, start: int, stop: int, control: re.Pattern[str]) -> set[int]:
        """Where to cut so that no control token reaches into [start, stop): behind its first character."""
        near = control.finditer(text, max(0, start - self._reach), stop + self._reach)
        hits = [(match.start(), match.start() + len(match[1])) for match in near]
        return {max(begin + 1, start) for begin, end in hits if begin < stop and start < end}

    def _tokens(self, text: str) -> list[int]:
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False)
        return ids


def _any_of(names: Sequence[str]) -> re.Pattern[str]:
    """Matches where one of the names starts and consumes nothing, so that overlapping names are all found."""
    longest_first = sorted(names, key=len, reverse=True)
    return re.compile(f"(?=({'|'.join(map(re.escape, longest_first))}))" if names else "(?!)()")


def headline(instructions: str) -> str:
    r"""The first line that says something, without heading marks: a tag for models too small for the rest.

    >>> headline("# Retail service desk\n\nYou are ...")
    'Retail service desk'
    """
    lines = (line.strip("#*= \t") for line in instructions.splitlines())
    return next((line for line in lines if line), "")[:60]


def marked(roles: tuple[str, ...]) -> list[dict[str, str]]:
    """Messages of these roles, with marks for contents."""
    return [{"role": role, "content": mark(i)} for i, role in enumerate(roles)]


def roles_of(messages: Sequence[Message]) -> tuple[str, ...]:
    """Who speaks, message by message."""
    return tuple(message["role"] for message in messages)


def contents_of(messages: Sequence[Message]) -> list[str]:
    """Texts without outer blanks: some templates strip them, and no speaker means anything by them."""
    return [message["content"].strip() for message in messages]


def joined(messages: Sequence[Message]) -> str:
    """All that was heard as one user message, for templates that want nothing else."""
    wrap = {"tool": "<tool_response>{}</tool_response>"}
    contents = zip(roles_of(messages), contents_of(messages), strict=True)
    return "\n".join(wrap.get(role, "{}").format(content) for role, content in contents)
