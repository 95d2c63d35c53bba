"""One recorded dialogue per environment, so that no change of observations, rewards or dynamics goes unnoticed.

The records are tests/golden/<environment>.json. Where a change is meant, renew them and say why:

    DIALOGUE_GYM_RENEW_GOLDEN="why they changed" python -m pytest tests/conformance/test_golden.py

The recorded actions are played anew as long as they still fit; an environment without a record, or one whose acts
have changed, gets a new dialogue. Read the difference before it is committed: it is the list of what changed.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

GOLDEN = Path(__file__).parent.parent / "golden"
RENEW = "DIALOGUE_GYM_RENEW_GOLDEN"
PLAY = {"split": "val", "difficulty": "medium"}
SCENARIO, TRIAL = 17, 1
SCRAPS = ("Hmm, let me see what can be done about W00000.", '<tool_call>{"name": "look", "arguments": {}')
"""What no scripted agent writes: put into the text view's dialogue after its first action."""


def record(env: Any, actions: list[Any], tools: Any) -> dict[str, Any]:
    """What the environment makes of the actions, in plain values."""
    seen = tools.replay(env, actions, SCENARIO, TRIAL)
    task = env.unwrapped.task
    dialogue = env.unwrapped.view.dialogue
    turns = [{"sees": shown(seen[0], task)}]
    for action, step in zip(actions, seen[1:], strict=False):
        terms = {name: round(value, 9) for name, value in step.info["reward_terms"].items()}
        turns.append({"does": action, "sees": shown(step, task), "reward": round(step.reward, 9), "terms": terms})
        if not isinstance(action, str):
            turns[-1]["does"] = tools.in_names(task, action)
    return {
        "task": task.name,
        "version": task.version,
        "turns": turns,
        "messages": dialogue.messages(),
        "stop_reason": seen[-1].info.get("stop_reason"),
        "outcome": {
            name: round(value, 9) if isinstance(value, float) else value
            for name, value in (seen[-1].info.get("outcome") or {}).items()
        },
    }


def shown(step: Any, task: Any) -> Any:
    """The text, or the belief by name: features that are not 0, and legal acts."""
    if isinstance(step.observation, str):
        return step.observation
    features = zip(task.feature_names, step.observation.tolist(), strict=True)
    legal = zip(task.act_names, step.info["action_mask"], strict=True)
    return {
        "features": {name: round(value, 4) for name, value in features if value},
        "legal": " ".join(name for name, possible in legal if possible),
    }


def new_actions(env: Any, tools: Any) -> list[Any]:
    def choose(view: Any, stream: Any) -> Any:
        return tools.choices["oracle" if stream.chance(0.85) else "random"](view, stream)

    actions, _ = tools.play(env, choose, SCENARIO, TRIAL)
    return [actions[0], *SCRAPS, *actions[1:]] if isinstance(actions[0], str) else actions


def numbered(actions: list[Any], task: Any, text: bool, tools: Any) -> list[Any]:
    return actions if text else [tools.in_numbers(task, names) for names in actions]


def test_the_recorded_dialogue_is_played_again(env_id, make, tools):
    path = GOLDEN / f"{tools.label(env_id)}.json"
    env = make(env_id, **PLAY)
    text = isinstance(env.action_space.sample(), str)
    why = os.environ.get(RENEW)
    golden = json.loads(path.read_text(encoding="utf-8")) if path.exists() else None
    if why:
        renew(path, golden, why, env, text, tools)
        return
    assert golden is not None, f"There is no {path.name}: make it as this module's docstring says."
    assert golden["why"].strip()
    names = [turn["does"] for turn in golden["turns"][1:]]
    got = json.loads(json.dumps(record(env, numbered(names, env.unwrapped.task, text, tools), tools)))
    for name, value in got.items():
        assert value == golden[name], f"{name}: not as recorded in {path.name} (renewed because: {golden['why']})"


def renew(path: Path, golden: Any, why: str, env: Any, text: bool, tools: Any) -> None:
    try:
        actions = numbered([turn["does"] for turn in golden["turns"][1:]], env.unwrapped.task, text, tools)
    except (TypeError, ValueError):  # no record, or acts that are called otherwise now
        actions = new_actions(env, tools)
    made = record(env, actions, tools)
    if made["stop_reason"] is None:  # the old actions lead nowhere any more
        made = record(env, new_actions(env, tools), tools)
    if golden is not None and json.loads(json.dumps(made)) == {k: v for k, v in golden.items() if k != "why"}:
        pytest.skip("as recorded: nothing to renew")
    path.write_text(json.dumps({"why": why, **made}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
