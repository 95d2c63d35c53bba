"""Real films and people: the yardstick on the real set, and whole episodes with them."""

import gzip
import json
import os
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from dialogue_gym.envs.recommendation.movielens import Ratings, load_movielens, read_ratings
from dialogue_gym.envs.recommendation.movielens.corpus import factorise
from dialogue_gym.envs.recommendation.movielens.ratings import Film
from dialogue_gym.errors import ConfigurationError, CorpusError
from tests.envs.recommendation.movielens.yardstick import chance, item_item, ndcg_at_10, popularity

TEXT = "dialogue_gym/SlateRecommendation-v0"


def real():
    data = os.environ.get("DIALOGUE_GYM_DATA")
    folder = Path(data or "") / "recommendation" / "movielens_latest_small"
    if not data or not folder.is_dir():
        pytest.skip("needs the data folder: set DIALOGUE_GYM_DATA")
    return folder


def write(folder, films=30, users=40):
    """A small set in the same form: odd people like odd films, even people even ones."""
    with gzip.open(folder / "movie_text.jsonl.gz", "wt", encoding="utf-8") as file:
        for film in range(films):
            genres = ["Comedy" if film % 2 else "Drama", "War"][: 1 + film % 3 % 2]
            row = {"movieId": film, "title": f"Film {film} (1999)", "genres": genres, "plot": f"Plot | {film}."}
            file.write(json.dumps(row) + "\n")
    with gzip.open(folder / "ratings.csv.gz", "wt", encoding="utf-8") as file:
        file.write("userId,movieId,rating,timestamp\n")
        for user in range(users):
            for film in range(films):
                file.write(f"{user},{film},{4.5 if (user + film) % 2 == 0 else 2.0},0\n")
    return folder


def test_tastes_are_those_of_the_ratings(tmp_path):
    corpus = load_movielens(str(write(tmp_path)))
    likings = np.array(corpus.people) @ np.array(corpus.catalogue("train").factors).T
    numbers = [int(item.id[1:]) for item in corpus.catalogue("train").items]
    for row, user in enumerate(corpus.ratings.users):
        same = [likings[row, column] for column, film in enumerate(numbers) if (film + user) % 2 == 0]
        other = [likings[row, column] for column, film in enumerate(numbers) if (film + user) % 2]
        assert np.mean(same) > np.mean(other) + 0.5
    assert likings.std(1) == pytest.approx(np.full(len(likings), 1.1), abs=0.02)


def test_people_are_apart_by_split_and_held_out_ratings_are_not_learned_from(tmp_path):
    ratings = read_ratings(write(tmp_path))
    assert not np.any((ratings.kept > 0) & (ratings.held_out > 0))
    share = (ratings.held_out > 0).sum() / ((ratings.held_out > 0) | (ratings.kept > 0)).sum()
    assert 0.15 < share < 0.25
    people, _ = factorise(ratings.kept)
    changed, _ = factorise(ratings.kept.copy())
    assert np.array_equal(people, changed)


def test_episodes_are_played_with_films(tmp_path):
    folder = str(write(tmp_path))
    env = gym.make(TEXT, corpus=folder, split="test")
    text, _ = env.reset(options={"scenario": 2})
    assert "| tags: " in text
    assert "Plot / " in text
    assert "free" in text
    total, ended = 0.0, False
    while not ended:
        view = env.unwrapped.view
        _, reward, terminated, truncated, _ = env.step(view.task.render(view.episode.oracle_acts()))
        total += reward
        ended = terminated or truncated
    assert total > 1
    numeric = gym.make("dialogue_gym/SlateRecommendationActs-v0", corpus=folder)
    observation, _ = numeric.reset(seed=1)
    assert numeric.observation_space.contains(observation)
    assert env.unwrapped.task.name != gym.make(TEXT).unwrapped.task.name


def test_a_missing_folder_and_bad_rows_are_explained(tmp_path, monkeypatch):
    monkeypatch.delenv("DIALOGUE_GYM_DATA", raising=False)
    with pytest.raises(ConfigurationError, match="DIALOGUE_GYM_DATA"):
        load_movielens("movielens")
    with pytest.raises(ConfigurationError, match="nowhere"):
        load_movielens("nowhere")
    write(tmp_path)
    with gzip.open(tmp_path / "ratings.csv.gz", "at", encoding="utf-8") as file:
        file.write("1,2,good,0\n")
    with pytest.raises(CorpusError, match=r"line \d+: expected a number as rating, got 'good'"):
        load_movielens(str(tmp_path))


def test_the_latest_ratings_are_held_out(tmp_path):
    write(tmp_path, films=10, users=3)
    with gzip.open(tmp_path / "ratings.csv.gz", "wt", encoding="utf-8") as file:
        file.write("userId,movieId,rating,timestamp\n")
        for film in range(10):
            file.write(f"0,{film},4,{1000 - film}\n1,{film},3,{film % 2}\n")
    ratings = read_ratings(tmp_path, described=False, latest=True)
    assert [set(np.flatnonzero(row)) for row in ratings.held_out] == [{0, 1}, {7, 9}], "equal times: by number"
    assert not np.any((ratings.kept > 0) & (ratings.held_out > 0))


def test_ndcg_by_hand():
    films = tuple(Film(number, "", (), "") for number in range(12))
    kept, held_out = np.zeros((1, 12), np.float32), np.zeros((1, 12), np.float32)
    kept[0, 0] = 5
    held_out[0, [2, 3, 11]] = 4, 4.5, 5
    scores = np.arange(12.0, 0.0, -1.0)[None]  # known; nothing; liked; liked; ...; the last liked one is the eleventh
    value = ndcg_at_10(Ratings(films, (1,), kept, held_out), lambda ratings: scores)
    assert value == pytest.approx((1 / np.log2(3) + 1 / 2) / (1 + 1 / np.log2(3) + 1 / 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("latest", "expected"),
    [(True, {"item_item": 0.10, "popularity": 0.08}), (False, {"item_item": 0.25, "popularity": 0.17})],
)
def test_the_yardstick_on_the_real_set(latest, expected):
    """NDCG@10 on held-out likes among all films that somebody rated."""
    ratings = read_ratings(real(), described=False, latest=latest)
    values = {ranking.__name__: ndcg_at_10(ratings, ranking) for ranking in (item_item, popularity, chance)}
    print("\nNDCG@10:", "latest" if latest else "drawn", values)
    for name, value in expected.items():
        assert values[name] == pytest.approx(value, abs=0.015)
    assert values["chance"] < 0.005


@pytest.mark.slow
def test_real_people_are_served_better_by_who_knows_them():
    real()
    from dialogue_gym.evaluation import evaluate

    oracle, nobody = (
        evaluate(agent, TEXT, scenarios=10, env_kwargs={"corpus": "movielens"}, anchors=False).measures["return"].mean
        for agent in ("oracle", "random")
    )
    print("\nreturn on MovieLens: oracle", oracle, "random", nobody)
    assert oracle > nobody + 3
