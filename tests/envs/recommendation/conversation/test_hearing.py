"""The text listener: right on train words, mostly on others, and told apart by what was asked."""

import gymnasium as gym
import pytest

from dialogue_gym.agent import agent_info
from dialogue_gym.agents import make_agent
from dialogue_gym.envs.recommendation.conversation.hearing import SHOWED, hear
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS
from dialogue_gym.envs.recommendation.conversation.speech import wording
from dialogue_gym.task import SPLITS

EPISODES = 40


def heard(text, asked=""):
    return [(act.name, dict(act.args)) for act in hear({"role": "user", "content": text}, asked).content]


@pytest.mark.parametrize(
    ("text", "asked", "acts"),
    [
        ("I like things about crime, and sometimes food.", "theme", [("inform", {"theme": "crime", "other": "food"})]),
        ("Food makes me run.", "avoid", [("inform", {"avoid": "food"})]),
        ("Food, best of all.", "theme", [("inform", {"theme": "food"})]),
        ("Modern leaves me cold.", SHOWED, [("critique", {"style": "modern"})]),
        ("Modern, please.", "style", [("inform", {"style": "modern"})]),
        ("Up to €30.", "budget", [("inform", {"budget": 30.0})]),
        ("That's too expensive, I want to spend €30 at most.", SHOWED, [("critique", {"budget": 30.0})]),
        ("The price doesn't matter.", "budget", [("inform", {"budget": None})]),
        ("i1042 it is, I'll take it. Thanks. Next, I'm looking for a film.", SHOWED,
         [("taken", {"item": "i1042"}), ("inform", {"category": "film"})]),
        ("Actually, I've changed my mind: cosy would be better.", SHOWED, [("change", {"tone": "cosy"})]),
        ("I would love a film.", "", [("inform", {"category": "film"})]),
        ("Thanks! I'll have to watch i1042. Noted.", SHOWED, [("taken", {"item": "i1042"})]),
        ("Noted, I'll watch i1042.", SHOWED, [("taken", {"item": "i1042"})]),
        ("Nothing beats i1042, I'll take it.", SHOWED, [("taken", {"item": "i1042"})]),
        ("I'll try something else, i1042 bores me.", SHOWED, [("declined", {"item": "i1042"})]),
        ("Not quite.", SHOWED, [("critique", {})]),
    ],
)  # fmt: skip
def test_by_hand(text, asked, acts):
    assert heard(text, asked) == acts


def played(difficulty, split):
    """Dialogues of the rule agent."""
    env = gym.make("dialogue_gym/Recommendation-v0", difficulty=difficulty, split=split)
    agent = make_agent("rule", env=env)
    for scenario in range(EPISODES):
        observation, info = env.reset(options={"scenario": scenario})
        agent.reset([True])
        ended = False
        while not ended:
            (action,) = agent.act([observation], [agent_info(info)])
            observation, _, terminated, truncated, info = env.step(action)
            ended = terminated or truncated
        yield env.unwrapped.view.dialogue


def meaning(act):
    """What matters of an act to the belief."""
    told = tuple(sorted((name, value) for name, value in act.args.items() if name != "did"))
    return ("inform" if act.name in ("look", "next") else act.name, told)


def missed(difficulty, split):
    """Share of the user's acts that the listener does not hear; goodbyes left out."""
    said = lost = 0
    for dialogue in played(difficulty, split):
        events = [*dialogue.opening, *(event for turn in dialogue.turns for event in turn.heard)]
        listened = dialogue.task.listen(dialogue.messages())
        for event, understood in zip(events, listened, strict=True):
            if event.role == "user":
                acts = [meaning(act) for act in event.content if act.args or act.name not in ("look", "next", "done")]
                found = [meaning(act) for act in understood.content]
                said += len(acts)
                lost += sum(act not in found for act in acts)
    return lost / said


@pytest.mark.parametrize("difficulty", LEVELS)
def test_the_error_rate_of_the_numeric_view_is_the_listeners_on_val(difficulty):
    error = missed(difficulty, "val")
    print(f"{difficulty}: {error:.3f}")
    assert error == pytest.approx(LEVELS[difficulty].nlu_error, abs=0.03)


def test_train_words_are_understood():
    assert missed("easy", "train") < 0.02


def test_no_form_is_in_two_splits():
    forms = {
        split: {form.text.lower() for each in wording(split).sections.values() for form in each if len(form.text) > 12}
        for split in SPLITS
    }
    assert not forms["train"] & forms["test"] | forms["train"] & forms["val"] | forms["val"] & forms["test"]


def test_all_splits_say_the_same_things():
    assert wording("train").sections.keys() == wording("val").sections.keys() == wording("test").sections.keys()
