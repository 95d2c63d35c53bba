"""From chat messages to tokens and back, without ever re-tokenizing a dialogue.

A policy must be trained on the tokens it sampled. So a dialogue is a token sequence that only grows: a
prompt, a turn as sampled, an *increment* for what the environment says next, a turn, an increment. The
increment is what the chat template puts after a sentinel assistant message, minus the turn end if the policy
sampled it. That it is the same after any history is checked here, over two histories, before it is first
used; then templates that strip thinking from old turns, or write the past differently from the present, work
all the same.

    chat = ChatFormat(tokenizer)
    tokens = chat.prompt(instructions, tools, messages)
    tokens += turn                                             # sampled
    tokens += chat.increment(new_messages, last_token=turn[-1])

Left out: a budget for thinking tokens. Templates with a switch for thinking are asked for none; a policy that thinks
aloud all the same is not heard doing so.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from dialogue_gym.agents.llm._rendering import (
    ChatTemplateError,
    Message,
    PlainText,
    Slot,
    contents_of,
    headline,
    joined,
    roles_of,
)
from dialogue_gym.agents.llm._template import Template
from dialogue_gym.errors import ConfigurationError

__all__ = ["ChatFormat", "ChatTemplateError", "EncodedDialogue", "headline"]

# A template may have opened the thought in its generation prompt; a turn cut by length may not close it.
_THOUGHT = re.compile(r"\A((?!<think>).)*</think>|<think>.*?(</think>|\Z)", re.DOTALL)
_THINK_MARK = re.compile(r"</?think>")


class EncodedDialogue(NamedTuple):
    """A dialogue as tokens, with half-open spans of the agent's turns (each with its end)."""

    tokens: list[int]
    turns: list[tuple[int, int]]


class ChatFormat:
    """A tokenizer's chat template, checked and ready to grow dialogues token by token.

    What a template cannot do is done for it: without a system role, the instructions open the first message;
    without a tool role, or where roles must alternate, what was heard becomes one user message; without a
    place for tools, they are appended to the instructions. A template that uses the variable `tag` (the one
    for tiny models) gets the headline of the instructions there, and neither instructions nor tools.

    Control tokens inside messages are encoded as the characters they are written with. Instructions are
    trusted to name added tokens such as `<tool_call>`, but not special ones.

    Args:
        tokenizer: A Hugging Face tokenizer.
        template: Jinja text to use instead of the tokenizer's own template.
        eos_token_ids: Further ids that end a turn: `model.generation_config.eos_token_id`, an id or several.
        template_arguments: Variables for the template, over those that ask for no thinking and a fixed date.

    Attributes:
        turn_end_id: What ends a turn in this template, or the tokenizer's end of sequence.
        turn_end_ids: All ids that end a turn when sampled.

    Raises:
        ChatTemplateError: There is no template, increments depend on the history, or nothing ends a turn.
    """

    def __init__(
        self,
        tokenizer: Any,
        *,
        template: str | None = None,
        eos_token_ids: int | Iterable[int] | None = None,
        template_arguments: Mapping[str, Any] | None = None,
    ) -> None:
        self.tokenizer = tokenizer
        self._template = Template(tokenizer, template, template_arguments or {})
        self._plain = PlainText(tokenizer)
        extra = [eos_token_ids] if isinstance(eos_token_ids, int) else list(eos_token_ids or [])
        if tokenizer.eos_token_id is not None:
            extra.append(tokenizer.eos_token_id)
        # Some models end a turn with the token that opens the next message, which depends on who speaks.
        ends = [end for roles in (("user",), ("tool",)) if (end := self._end_of(roles)) is not None]
        if not ends and not extra:
            raise ChatTemplateError(
                "Expected a chat template that ends an assistant message with a control token, or a "
                "tokenizer with an end of sequence, got neither: nobody could tell when a turn is over. Pass "
                "eos_token_ids=... or another template=..."
            )
        self.turn_end_id: int = ends[0] if ends else extra[-1]
        self.turn_end_ids: frozenset[int] = frozenset([*ends, *extra])
        self._reply_lead = self._template.reply_lead()

    def prompt(self, instructions: str, tools: Sequence[Message] | None, messages: Sequence[Message]) -> list[int]:
        """Token ids up to where the agent's first turn begins, generation prompt included.

        Args:
            instructions: `info["instructions"]`; may be empty.
            tools: `info["tools"]`, a JSON-schema list; may be empty.
            messages: The opening messages, of roles "user" and "tool". Where there are none, the agent speaks
                first: to an empty user message, which every template takes.
        """
        if self._template.uses_tag:
            instructions, tools = headline(instructions), None
        elif tools and not self._template.takes_tools:
            listed = "\n".join(json.dumps(tool, ensure_ascii=False) for tool in tools)
            instructions, tools = f"{instructions}\n\n# Tools\n\n{listed}".strip(), None
        roles, heard = roles_of(messages), contents_of(messages)
        if not self._template.opens(roles):
            roles, heard = ("user",), [joined(messages)]
        pieces = self._template.prompt(roles, bool(instructions), tools)
        return self._plain.encode(pieces, [*heard, instructions])

    def increment(self, messages: Sequence[Message], *, last_token: int | None = None) -> list[int]:
        """Token ids to append after a turn: its end if it has none yet, the messages, the generation prompt.

        Args:
            messages: What the agent hears next, of roles "user" and "tool". Silence is an empty user message.
            last_token: The last token of the turn. Where it is the turn end that the template would write
                here, that is left out; after a turn cut by length the template's end follows, as an
                environment token.
        """
        roles, heard = roles_of(messages), contents_of(messages)
        pieces = self._template.increment(roles) if roles else None
        if pieces is None:
            roles, heard = ("user",), [joined(messages)]
            pieces = self._template.increment(roles)
            assert pieces is not None, "the user role was checked when the format was made"
        ids = self._plain.encode(pieces, heard)
        end = self._end_of(roles)
        return ids[ids.index(end) + 1 :] if end is not None and last_token == end else ids

    def text(self, turn: Sequence[int]) -> str:
        """What the agent said: a turn's tokens as text, without its end, special tokens and `<think>` passages."""
        return _THOUGHT.sub("", self._decode(turn)).strip()

    def thought(self, turn: Sequence[int]) -> str:
        """What `text` leaves out: the turn's `<think>` passages, without their marks."""
        passages = (match[0] for match in _THOUGHT.finditer(self._decode(turn)))
        return "\n".join(_THINK_MARK.sub("", passage).strip() for passage in passages)

    def encode_dialogue(
        self, instructions: str, tools: Sequence[Message] | None, messages: Sequence[Message]
    ) -> EncodedDialogue:
        """A logged dialogue in exactly the form that a sampled one has, for supervised learning.

        Args:
            instructions: As in `prompt`.
            tools: As in `prompt`.
            messages: The whole dialogue; the agent's messages have the role "assistant" and never follow each
                other. Those with "weight" 0 are read and belong to no turn.
        """
        agent = [i for i, message in enumerate(messages) if message["role"] == "assistant"]
        if not agent or any(after == before + 1 for before, after in pairwise(agent)):
            raise ConfigurationError(
                "Expected a dialogue with agent turns that never follow each other, "
                f"got roles {roles_of(messages)}. Join an agent's consecutive messages into one."
            )
        tokens = self.prompt(instructions, tools, messages[: agent[0]])
        turns = []
        for i, after in zip(agent, [*agent[1:], len(messages)], strict=True):
            heard, start = messages[i + 1 : after], len(tokens)
            # Trusted like instructions: an agent's own text may hold `<tool_call>`, though no special tokens.
            reply = self._reply_lead, Slot(0, escaped=False, trusted=True)
            said = self._plain.encode(reply, contents_of([messages[i]]))
            end = self._end_of(roles_of(heard)) if heard else None
            tokens += [*said, self.turn_end_id if end is None else end]
            if messages[i].get("weight", 1):
                turns.append((start, len(tokens)))
            if heard:
                tokens += self.increment(heard, last_token=tokens[-1])
        return EncodedDialogue(tokens, turns)

    def _decode(self, turn: Sequence[int]) -> str:
        body = turn[:-1] if turn and turn[-1] in self.turn_end_ids else turn
        text: str = self.tokenizer.decode(body, skip_special_tokens=True, clean_up_tokenization_spaces=False)
        return text

    def _end_of(self, roles: tuple[str, ...]) -> int | None:
        """The control token right after an assistant message that messages of these roles follow, if any."""
        pieces = self._template.increment(roles)
        if pieces is None:
            return None
        first = pieces[0]
        assert isinstance(first, str), "text and slots alternate, text first"
        match = self._plain.control.search(first)
        if match is None or first[: match.start()].strip():
            return None
        end: int = self.tokenizer.convert_tokens_to_ids(match[1])
        return end
