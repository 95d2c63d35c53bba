"""Exchanged names: everywhere in a dialogue or nowhere, and nothing else changes."""

import re

from dialogue_gym.agents.llm.trainer.renaming import rename
from dialogue_gym.logs import LoggedDialogue

DIALOGUE = LoggedDialogue(
    [
        {"role": "user", "content": "Mara Lind here, W10234. The red lamp in S is mara's."},
        {
            "role": "assistant",
            "content": '<tool_call>{"email": "mara.lind7@example.com", "item": "red lamp"}</tool_call>',
        },
        {"role": "tool", "content": '{"name": "Mara Lind", "items": ["red lamp"]}'},
    ],
    details={"scenario": 3},
)
WORDS = {"mara", "lind", "red", "s"}


def test_a_name_is_exchanged_in_all_its_places_and_keeps_its_capital() -> None:
    exchanged = set()
    for renamed in rename([DIALOGUE] * 200, WORDS, seed=1):
        heard, said, shown = (message["content"] for message in renamed.messages)
        found = re.fullmatch(r"(\w+) (\w+) here, W10234\. The (\w+) lamp in S is (\w+)'s\.", heard)
        assert found is not None, heard
        first, last, colour, again = found.groups()
        assert again == first.lower()
        assert first[0].isupper()
        email = f"{first.lower()}.{last.lower()}7@example.com"
        assert said == f'<tool_call>{{"email": "{email}", "item": "{colour} lamp"}}</tool_call>'
        assert shown == f'{{"name": "{first} {last}", "items": ["{colour} lamp"]}}'
        assert renamed.details == DIALOGUE.details
        exchanged.update({first: "Mara", last: "Lind", colour: "red"}.items())
    changed = [new for new, old in exchanged if new != old]
    assert len(changed) > 200, "each dialogue has names of its own"
    assert {"Mara", "Lind", "red"} <= {new for new, _ in exchanged}, "some keep theirs"


def test_the_same_seed_gives_the_same_names() -> None:
    assert rename([DIALOGUE] * 5, WORDS) == rename([DIALOGUE] * 5, WORDS)
    assert rename([DIALOGUE] * 5, WORDS) != rename([DIALOGUE] * 5, WORDS, seed=1)
    assert rename([DIALOGUE], set()) == [DIALOGUE]
