"""Each environment's docstring is its documentation page."""

import inspect

import gymnasium as gym
from gymnasium.envs.registration import load_env_creator

HEADINGS = (
    "Description",
    "Action Space",
    "Observation Space",
    "Rewards",
    "Starting State",
    "Episode End",
    "Information",
    "Arguments",
    "References",
    "Version History",
)


def test_the_headings_are_all_there_in_order(env_id):
    page = inspect.getdoc(load_env_creator(gym.spec(env_id).entry_point)) or ""
    headings = [line.removeprefix("## ") for line in page.splitlines() if line.startswith("## ")]
    assert tuple(headings) == HEADINGS


def test_no_section_is_empty(env_id):
    page = inspect.getdoc(load_env_creator(gym.spec(env_id).entry_point)) or ""
    sections = page.split("\n## ")
    assert len(sections[0].strip().splitlines()[0]) > 10, "a first line says what it is"
    for section in sections[1:]:
        heading, _, text = section.partition("\n")
        assert text.strip(), heading


def test_the_version_history_mentions_the_version(env_id):
    page = inspect.getdoc(load_env_creator(gym.spec(env_id).entry_point)) or ""
    assert f"v{gym.spec(env_id).version}" in page.partition("## Version History")[2]


def test_every_argument_is_documented(env_id):
    entry = load_env_creator(gym.spec(env_id).entry_point)
    page = inspect.getdoc(entry) or ""
    section = page.partition("## Arguments")[2].partition("\n## ")[0]
    if "Those of the text view" in section or "As `" in section:
        text = load_env_creator(gym.spec(env_id.replace("Acts-v", "-v")).entry_point)
        section += (inspect.getdoc(text) or "").partition("## Arguments")[2].partition("\n## ")[0]
    for name, parameter in inspect.signature(entry).parameters.items():
        row = next((line for line in section.splitlines() if line.strip().startswith(f"| {name} |")), None)
        assert row is not None, name
        default = f'"{parameter.default}"' if isinstance(parameter.default, str) else str(parameter.default)
        assert row.split("|")[2].strip() == default, row
