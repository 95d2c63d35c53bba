"""The agent behind "llm:": what it says does not depend on who else talks, or since when."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from dialogue_gym.agents.llm.agent import LLMAgent
from dialogue_gym.agents.llm.chat import ChatFormat
from dialogue_gym.agents.llm.policy import Policy


def heard(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def opening(text: str) -> dict[str, Any]:
    return {"instructions": "Count on.", "tools": [], **heard(text)}


@pytest.mark.parametrize("kind", ["llama", "mistral_with_window"])
def test_rows_may_join_later(make_policy: Callable[..., Policy], chat: ChatFormat, kind: str) -> None:
    policy = make_policy(kind)

    def agent() -> LLMAgent:
        return LLMAgent(policy, chat, seed=5, max_turn_tokens=8, context=200)

    openings, answers = [opening(text) for text in ("from 0", "from 7, please", "12")], [heard("no")] * 3
    together = agent()
    together.reset(np.ones(3, np.bool_))
    first, second = together.act([""] * 3, openings), together.act([""] * 3, answers)

    joined = agent()
    joined.reset(np.ones(1, np.bool_))
    assert joined.act([""], openings[:1]) == first[:1]
    joined.reset(np.array([False, True, True]))
    assert joined.act([""] * 3, [answers[0], *openings[1:]]) == [second[0], *first[1:]]
    assert joined.act([""] * 3, [{}, *answers[1:]]) == ["", *second[1:]]
