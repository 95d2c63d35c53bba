"""Logs: written and read back, and errors that name the line."""

import re
from pathlib import Path

import pytest

from dialogue_gym.errors import CorpusError
from dialogue_gym.logs import LoggedDialogue, read_logs, record_dialogues, write_logs

DIALOGUE = LoggedDialogue(
    [{"role": "user", "content": "Hi, là"}, {"role": "assistant", "content": "Hello."}],
    "# Desk",
    [{"type": "function"}],
    {"scenario": 3, "outcome": {"success": True}},
)


@pytest.mark.parametrize("name", ["log.jsonl", "log.jsonl.gz"])
def test_logs_come_back_as_written(name: str, tmp_path: Path) -> None:
    assert write_logs(tmp_path / name, [DIALOGUE, DIALOGUE]) == 2
    read = one, other = read_logs(tmp_path / name)
    assert read == [DIALOGUE, DIALOGUE]
    assert one.tools is other.tools, "thousands of dialogues hold one copy"
    assert one.instructions is other.instructions


def test_consecutive_messages_of_the_assistant_are_one_turn(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hi"}, *({"role": "assistant", "content": c} for c in "ab")]
    write_logs(tmp_path / "log", [LoggedDialogue(messages)])
    assert read_logs(tmp_path / "log")[0].messages[1:] == [{"role": "assistant", "content": "a\nb"}]


def test_weights_are_kept_and_further_fields_of_messages_are_not(tmp_path: Path) -> None:
    messages = [{"role": "user", "content": "Hi", "name": "x"}, {"role": "assistant", "content": "a", "weight": 0}]
    write_logs(tmp_path / "log", [LoggedDialogue(messages)])
    assert read_logs(tmp_path / "log")[0].messages == [{"role": "user", "content": "Hi"}, messages[1]]


@pytest.mark.parametrize("weights", [(0, 1), (1, 0), (0, None)])
def test_a_joined_turn_with_a_mistake_in_it_is_not_imitated(weights: tuple[int | None, ...], tmp_path: Path) -> None:
    parts = [{"role": "assistant", "content": "a", "weight": weight} for weight in weights]
    write_logs(tmp_path / "log", [LoggedDialogue([{"role": "user", "content": "Hi", "weight": None}, *parts])])
    hi, turn = read_logs(tmp_path / "log")[0].messages
    assert hi == {"role": "user", "content": "Hi"}, "null is no weight"
    assert turn == {"role": "assistant", "content": "a\na", "weight": 0}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "line 2: expected a JSON object"),
        ('{"text": "no messages"}', 'line 2: expected an object with "messages"'),
        ('{"messages": [{"role": "robot", "content": ""}]}', "roles among system, user, assistant, tool"),
        ('{"messages": [{"role": "assistant", "content": "Hi", "weight": 2}]}', '"weight" of 0 or 1'),
        ('{"messages": [{"role": "user", "content": "Hi"}]}', "at least one message of the assistant"),
    ],
)
def test_a_bad_line_is_named(line: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    write_logs(path, [DIALOGUE])
    path.write_text(path.read_text(encoding="utf-8") + line + "\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=message):
        read_logs(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(CorpusError, match="Expected a file of logged dialogues at"):
        read_logs(tmp_path / "none")


def test_the_careless_agent_plays_the_same_in_any_batch_and_not_too_well() -> None:
    def dialogues(batch: int) -> list[LoggedDialogue]:
        made = record_dialogues("dialogue_gym/CustomerService-v0", 80, env_kwargs={"difficulty": "easy"}, batch=batch)
        return sorted(made, key=lambda dialogue: dialogue.details["scenario"])

    small, large = dialogues(7), dialogues(32)
    assert [d.messages for d in small] == [d.messages for d in large]
    assert 0.3 <= sum(d.success for d in small) / len(small) <= 0.7


def test_what_the_careless_agent_did_while_mistaken_has_weight_0() -> None:
    made = list(record_dialogues("dialogue_gym/CustomerService-v0", 60, env_kwargs={"difficulty": "easy"}))
    mended = 0
    for messages in (dialogue.messages for dialogue in made):
        turns = [message for message in messages if message["role"] == "assistant"]
        kinds = [re.match(r"<think>(\w+)", turn["content"]) for turn in turns]
        weights = [turn.get("weight", 1) for turn in turns]
        assert weights == sorted(weights), "a mistake that was mended is not made again"
        named = {kind[1] for kind, weight in zip(kinds, weights, strict=True) if weight and kind}
        wrong = {kind[1] for kind, weight in zip(kinds, weights, strict=True) if not weight and kind}
        assert not named & wrong
        mended += bool(named and wrong)
    assert 3 <= mended <= 30


def test_what_the_agent_thinks_opens_its_messages_and_changes_nothing_else() -> None:
    def dialogues(thoughts: bool) -> list[LoggedDialogue]:
        env = "dialogue_gym/CustomerService-v0"
        return list(record_dialogues(env, 20, env_kwargs={"difficulty": "easy"}, thoughts=thoughts))

    thought_of = set()
    for plain, thinking in zip(dialogues(False), dialogues(True), strict=True):
        for said, thought in zip(plain.messages, thinking.messages, strict=True):
            assert said["role"] == thought["role"]
            assert "<think>" not in said["content"]
            mark, _, rest = thought["content"].rpartition("</think>")
            assert rest == said["content"]
            assert mark.startswith("<think>") == (said["role"] == "assistant")
            thought_of.add(mark.removeprefix("<think>"))
    kinds = {re.split(r": | \{", thought)[0] for thought in thought_of}
    assert {"", "cancel_order", "product_question"} <= kinds
    assert thought_of & {
        f"cancel_order: {reason}" for reason in ("no longer needed", "ordered by mistake", "found cheaper")
    }
