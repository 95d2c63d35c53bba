"""A chat template and what was found out about it: what it takes, and how it goes on after a turn.

Templates are programs, so nothing is read off their source: they are rendered with marks for messages
(`_rendering`), and what comes out is looked at.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dialogue_gym.agents.llm._rendering import (
    ChatTemplateError,
    Message,
    Pieces,
    mark,
    marked,
    slots,
    split_marks,
    try_render,
)

# `enable_thinking` is the switch of Qwen3 and its kin; `date_string` that of Llama 3, whose templates would
# otherwise write today's date, so that a run resumed tomorrow would differ.
TEMPLATE_ARGUMENTS = {"enable_thinking": False, "date_string": "26 Jul 2024"}

_PROBE_TOOL = {
    "type": "function",
    "function": {
        "name": "probe_of_tools",
        "description": "Probe.",
        "parameters": {"type": "object", "properties": {"x": {"type": "string", "description": "Probe."}}},
    },
}


class Template:
    """A chat template, probed.

    Args:
        tokenizer: Renders it.
        text: Jinja text; None for the tokenizer's own.
        arguments: Variables for the template, over `TEMPLATE_ARGUMENTS`.

    Attributes:
        uses_tag: It shows the variable `tag`.
        takes_system: It shows a system message.
        takes_tools: It shows tools.
    """

    def __init__(self, tokenizer: Any, text: str | None, arguments: Mapping[str, Any]) -> None:
        if text is None and not tokenizer.chat_template:
            raise ChatTemplateError(
                f"Expected a tokenizer with a chat template, got {tokenizer.name_or_path!r} without one. "
                "Pass template=... or take an instruction-tuned model."
            )
        self._tokenizer = tokenizer
        # Of several templates the one for tools serves every rendering: increments must fit the prompt.
        self._text = text or tokenizer.get_chat_template(tools=[_PROBE_TOOL])
        self._arguments = {**TEMPLATE_ARGUMENTS, **arguments}
        self._prompts: dict[Any, Pieces] = {}
        self._increments: dict[tuple[str, ...], Pieces | None] = {}

        user = [{"role": "user", "content": mark(0)}]
        with_system = [{"role": "system", "content": mark(1)}, *user]
        self.uses_tag = self._render(user, tag="probe_a") != self._render(user, tag="probe_b")
        rendered = self._render(with_system)
        self.takes_system = rendered is not None and sorted(slots(split_marks(rendered))) == [0, 1]
        with_tools = self._render(with_system if self.takes_system else user, tools=[_PROBE_TOOL])
        self.takes_tools = with_tools is not None and "probe_of_tools" in with_tools

    def opens(self, roles: tuple[str, ...]) -> bool:
        """Whether a dialogue can open with messages of these roles."""
        rendered = self._render(marked(roles))
        return rendered is not None and slots(split_marks(rendered)) == list(range(len(roles)))

    def prompt(self, roles: tuple[str, ...], instructed: bool, tools: Sequence[Message] | None) -> Pieces:
        """The prompt, with slots for the messages and, if `instructed`, one more for the instructions."""
        key = roles, instructed, json.dumps(tools)
        if key not in self._prompts:
            messages, tag = marked(roles), ""
            if instructed and self.uses_tag:
                tag = mark(len(roles))
            elif instructed and self.takes_system:
                messages = [{"role": "system", "content": mark(len(roles))}, *messages]
            elif instructed:
                messages[0]["content"] = f"{mark(len(roles))}\n\n{messages[0]['content']}"
            rendered = self._render(messages, tools=tools or None, tag=tag)
            pieces = split_marks(rendered or "", trusted=len(roles))
            if sorted(slots(pieces)) != list(range(len(roles) + instructed)):
                raise ChatTemplateError(
                    f"Expected a chat template that opens a dialogue with roles {roles}"
                    f"{' after instructions' if instructed else ''}, got one that refuses to or leaves "
                    "something out. Pass another template=..."
                )
            self._prompts[key] = pieces
        return self._prompts[key]

    def increment(self, roles: tuple[str, ...]) -> Pieces | None:
        """What follows an assistant message, with slots for the new ones; None where it cannot be written so.

        Raises:
            ChatTemplateError: Not even a user message can follow in one and the same way.
        """
        if roles not in self._increments:
            short = [{"role": "user", "content": "Hello."}]
            long = [
                *([{"role": "system", "content": "Be brief."}] if self.takes_system else []),
                *short,
                {"role": "assistant", "content": "Good day."},
                {"role": "user", "content": "A word."},
            ]
            one, other = (self._after_sentinel(history, roles) for history in (short, long))
            if roles == ("user",) and one is None:
                raise ChatTemplateError(
                    "Expected a chat template that continues a dialogue with a user message, got one that "
                    "refuses to or leaves the message out. Pass another template=..."
                )
            if roles == ("user",) and one != other:
                raise ChatTemplateError(
                    "Expected a chat template that continues a dialogue in one way, whatever came before, "
                    f"got {_shown(one)} after one exchange and {_shown(other)} after two. Tokens that were "
                    "sampled cannot be rewritten: no policy can be trained on this. Pass another template=..."
                )
            self._increments[roles] = one if one == other else None
        return self._increments[roles]

    def reply_lead(self) -> str:
        """What stands between the generation prompt and an answer: a space in some, mostly nothing."""
        user = [{"role": "user", "content": "Hello."}]
        prompt = self._render(user)
        whole = self._render([*user, {"role": "assistant", "content": mark(0)}], generate=False)
        before = "" if whole is None else str(split_marks(whole)[0])
        return before[len(prompt) :] if prompt and before.startswith(prompt) else ""

    def _render(
        self, messages: Sequence[Message], *, tools: Any = None, generate: bool = True, **more: Any
    ) -> str | None:
        """The rendered messages, or None where the template refuses them."""
        if not messages:
            return None
        return try_render(
            lambda: self._tokenizer.apply_chat_template(
                list(messages),
                tools=tools,
                chat_template=self._text,
                tokenize=False,
                add_generation_prompt=generate,
                **{**self._arguments, **more},
            )
        )

    def _after_sentinel(self, history: Sequence[Message], roles: tuple[str, ...]) -> Pieces | None:
        """Pieces behind a sentinel assistant message, slots numbered from 0."""
        sentinel = {"role": "assistant", "content": mark(len(roles))}
        rendered = self._render([*history, sentinel, *marked(roles)])
        if rendered is None or slots(split_marks(rendered)) != [len(roles), *range(len(roles))]:
            return None
        return split_marks(rendered)[2:]


def _shown(pieces: Pieces | None) -> str:
    """Pieces for an error message."""
    if pieces is None:
        return "a refusal"
    return repr("".join(piece if isinstance(piece, str) else "<message>" for piece in pieces))
