"""Conversations about real films: what is read, whose taste, whose words. Tests of the real sets skip without them."""

import gzip
import json
import os
from pathlib import Path

import gymnasium as gym
import pytest

from dialogue_gym.acts import Act
from dialogue_gym.agents import make_agent
from dialogue_gym.envs.recommendation.conversation.levels import LEVELS, TAKES, WORTH_HAVING
from dialogue_gym.envs.recommendation.conversation.task import load_task
from dialogue_gym.envs.recommendation.films.redial import Redial
from dialogue_gym.envs.recommendation.films.schema import FILMS, READER, ranked_taste, tags_of
from dialogue_gym.errors import ConfigurationError, CorpusError, UnknownNameError
from tests.playing import episode

TEXT, ACTS = "dialogue_gym/Recommendation-v0", "dialogue_gym/RecommendationActs-v0"
REAL = ("movielens", "redial")


def real(corpus):
    data = os.environ.get("DIALOGUE_GYM_DATA")
    folder = "movielens_latest_small" if corpus == "movielens" else corpus
    if not data or not (Path(data) / "recommendation" / folder).is_dir():
        pytest.skip("needs the data folder: set DIALOGUE_GYM_DATA")


@pytest.mark.parametrize(
    ("title", "genres", "tags"),
    [
        ("Alien (1979)", ("horror", "sci-fi", "thriller"), ("horror", "sci-fi", "seventies")),
        ("Toy Story (1995)", ("adventure", "animation", "children"), ("animation", "adventure", "family", "nineties")),
        ("Heat", ("action", "crime", "drama"), ("action", "crime")),
        ("A musical (2016)", ("musical",), None),
    ],
)  # fmt: skip
def test_tags_by_hand(title, genres, tags):
    assert tags_of(title, genres) == tags


def test_tastes_follow_the_order():
    taste = ranked_taste(FILMS.facets["theme"], ("recent", "vintage"))
    of = {tag: taste[FILMS.number[tag]] for tag in FILMS.tags}
    assert (of["adventure"], of["biography"], of["western"]) == (1.5, 1.1, -1.2)
    assert (of["recent"], of["vintage"], of["comedy"]) == (0.5, -0.5, 0.0)
    assert READER.by_name("Sci-Fi of the nineties, no westerns") == ("sci-fi", "nineties", "western")


def write(folder):
    """Twenty dialogues of people who like the crime films of two kinds and dislike romances."""
    with gzip.open(folder / "items.jsonl.gz", "wt", encoding="utf-8") as file:
        for film in range(40):
            genre = ["comedy" if film % 2 else "drama", "crime" if film % 4 < 2 else "romance"]
            row = {"id": str(film), "name": f"Film {film} ({1960 + film})", "genre": genre, "plot": f"Plot {film}."}
            file.write(json.dumps(row) + "\n")
    with gzip.open(folder / "dialogues.jsonl.gz", "wt", encoding="utf-8") as file:
        for number in range(20):
            films = [str((number * 3 + step) % 40) for step in range(8)]
            forms = {film: {"suggested": 1, "seen": 1, "liked": int(int(film) % 4 < 2)} for film in films[:6]}
            said = ["Hi, I'm looking for a good <genre> movie", "I don't like <genre>", "I love <genre> and <genre>"]
            messages = [{"role": "seeker", "masked_text": text} for text in said]
            messages.append({"role": "recommender", "masked_text": "I like <genre>"})
            row = {"conversationId": str(number), "movieMentions": dict.fromkeys(films, ""), "messages": messages}
            row["initiatorQuestions"] = forms if number % 7 else []
            file.write(json.dumps(row) + "\n")
    return folder


def test_redial_is_read_as_it_is_meant(tmp_path):
    corpus = Redial(write(tmp_path))
    items = corpus.catalogue("train").items
    assert len(items) == 40
    assert items[0].tags == ("drama", "crime", "vintage")
    liked, disliked = items[1], items[3]
    assert liked.stars > disliked.stars
    assert liked.quality > 0 > disliked.quality
    for split in ("train", "val", "test"):
        for scenario in range(5):
            person = corpus.person(scenario, split)
            assert person.taste[FILMS.number["crime"]] == 1.5
            assert person.taste[FILMS.number["romance"]] == -1.2
            assert len(corpus.had(scenario, split, 0.1, None)) == 6
    forms = [form.text for form in corpus.wording("train").sections["look.category"]]
    assert forms == ["Hi, I'm looking for a good {category} movie."], "what the seekers say, once, and as a sentence"
    assert len(corpus.wording("train").sections["inform.theme"]) == 2, "built-in where seekers say nothing"
    assert corpus.fingerprint() == Redial(tmp_path).fingerprint()


def test_bad_rows_and_missing_data_are_explained(tmp_path, monkeypatch):
    with pytest.raises(UnknownNameError, match="redial"):
        load_task("easy", "redail")
    monkeypatch.delenv("DIALOGUE_GYM_DATA", raising=False)
    for corpus in REAL:
        with pytest.raises(ConfigurationError, match="DIALOGUE_GYM_DATA"):
            load_task.__wrapped__("hard", corpus)
    write(tmp_path)
    with gzip.open(tmp_path / "dialogues.jsonl.gz", "at", encoding="utf-8") as file:
        file.write('{"conversationId": "1"}\n')
    with pytest.raises(CorpusError, match="line 21: expected movieMentions"):
        Redial(tmp_path)


@pytest.mark.parametrize("corpus", REAL)
def test_real_films_are_played_on_both_views(corpus):
    real(corpus)
    task = load_task("medium", corpus)
    episode, successes, heard = task.episode(), 0, set()
    for scenario in range(20):
        episode.start("test", scenario)
        assert all(
            episode.shopper.wish.category in task.corpus.catalogue("test").items[n].tags for n in episode.shopper.best()
        )
        while episode.stop_reason is None:
            acts = episode.oracle_acts()
            assert task.parse(task.render(acts)) == acts
            turn = episode.apply(acts)
            heard |= {act.name for event in turn.heard for act in event.content}
        successes += episode.dialogue.outcome["success"]
    assert successes >= 16
    assert {"curious", "wonder", "taken", "critique"} <= heard
    numeric = gym.make(ACTS, corpus=corpus, split="test")
    observation, info = numeric.reset(seed=1)
    assert numeric.observation_space.contains(observation)
    assert len(info["action_mask"]) == numeric.action_space.n
    names = [tool["function"]["parameters"]["properties"] for tool in task.tools]
    assert names[0]["category"]["enum"] == list(FILMS.facets["category"])
    assert task.content_hash() != load_task("medium").content_hash()


@pytest.mark.parametrize("corpus", REAL)
@pytest.mark.parametrize("difficulty", LEVELS)
def test_what_people_look_for_is_there(corpus, difficulty):
    """A wish has a film that is worth having; who finds none looks for one thing, and something is worth taking."""
    real(corpus)
    episode = load_task(difficulty, corpus).episode()
    for scenario in range(60):
        episode.start("val", scenario)
        shopper, least = episode.shopper, []
        for wish in shopper.wishes:
            shopper._want(wish)
            least.append(shopper.worth(shopper.best()[0]))
        assert min(least) >= (WORTH_HAVING if len(least) > 1 else TAKES)


def test_people_speak_of_subjects_that_films_have():
    """MovieLens has no biographies, for example."""
    real("movielens")
    corpus = load_task("medium", "movielens").corpus
    there = {tag for item in corpus.catalogue("test").items for tag in item.tags}
    assert "biography" not in there
    for scenario in range(30):
        taste = corpus.person(scenario, "test").taste
        liked = sorted(FILMS.facets["theme"], key=lambda tag: -taste[FILMS.number[tag]])
        assert {*liked[:2], liked[-1]} <= there


@pytest.mark.parametrize("difficulty", ["easy", "medium", "hard"])
def test_people_know_what_they_have_rated(difficulty):
    """At every difficulty: nobody looks for a film that they are on record as having seen."""
    real("movielens")
    task = load_task(difficulty, "movielens")
    rated = task.corpus._films.ratings.kept > 0
    for scenario in range(5):
        episode = task.episode()
        episode.start("test", scenario)
        row = task.corpus._films.row(episode._scenario_key, "test")
        known = episode.shopper.user.opened
        assert 3 < len(known) < len(task.catalogue("test"))
        assert known == {number for number, film in enumerate(task.corpus._rows) if rated[row, film]}
        assert all(episode.shopper.worth(number) == -1.0 for number in known)


@pytest.mark.parametrize("name", ["movielens", "redial"])
def test_nobody_is_asked_for_what_no_film_has(name):
    real(name)
    env = gym.make(ACTS, corpus=name, difficulty="easy", split="test")
    names = env.unwrapped.task.act_names
    agent = make_agent("rule", env=env)
    asked = set()
    for scenario in range(10):
        actions, infos = episode(env, agent, scenario)
        asked |= {names[action] for action in actions}
        for info in infos[:-1]:
            illegal = {act for act, legal in zip(names, info["action_mask"], strict=True) if not legal}
            assert {"ask:tone", "ask:budget", "answer:tone", "answer:price"} <= illegal
            assert not {"ask:theme", "ask:style", "ask:avoid"} & illegal
    questions = {act for act in asked if act.startswith("ask:")} - {"ask:category"}  # most say that by themselves
    assert questions == {"ask:theme", "ask:avoid", "ask:style"}


def test_seekers_words_open_conversations():
    real("redial")
    env = gym.make(TEXT, corpus="redial", split="train", difficulty="easy")
    openings = {env.reset(options={"scenario": scenario})[0].split("\n")[-1] for scenario in range(60)}
    assert len({text.lower().replace("hi ", "") for text in openings}) > 25
    task = env.unwrapped.task
    (event,) = task.listen([{"role": "user", "content": "Can you recommend a good horror movie?"}])
    assert event.content == (Act("inform", {"category": "horror"}),)
