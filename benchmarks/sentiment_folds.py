"""The linear model on real texts, by grouped five-fold cross-validation through the environment's own interface.

    DIALOGUE_GYM_DATA=data OMP_NUM_THREADS=1 python benchmarks/sentiment_folds.py sentfin twitter_financial

Groups of near-duplicates, and all entities of a headline, stay in one fold. Each fold is a corpus with a column
"split" whose test part is the fold: the agent `tfidf` learns from the train split and plays every scenario of test. The
yardsticks are .79 accuracy on SEntFiN's entities and .82 on the tweets.
"""

import argparse
import csv
from collections.abc import Sequence
from pathlib import Path
from statistics import fmean
from tempfile import TemporaryDirectory

from dialogue_gym.corpora import data_folder
from dialogue_gym.draws import name_key
from dialogue_gym.envs.sentiment.corpora import Item
from dialogue_gym.envs.sentiment.corpora.published import read_published
from dialogue_gym.envs.sentiment.corpora.splits import near_duplicates
from dialogue_gym.evaluation import evaluate

ENV = "dialogue_gym/SentimentClassification-v0"
FOLDS = 5
FIGURES = ("accuracy", "macro_f1", "weighted_f1", "mcc")


def fold_of(items: Sequence[Item]) -> list[int]:
    """The fold of each item, by the first text of its group."""
    texts = list(dict.fromkeys(item.text for item in items))
    first = dict(zip(texts, near_duplicates(texts), strict=True))
    return [name_key(texts[first[item.text]]) % FOLDS for item in items]


def main() -> None:
    """Prints a row for each fold, and their means."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("corpora", nargs="+", help="sentfin, twitter_financial or twitter_financial_topics")
    parser.add_argument("--data-dir", help="folder of published data sets, in place of DIALOGUE_GYM_DATA")
    options = parser.parse_args()
    print(f"| corpus | fold | texts | {' | '.join(FIGURES)} |")
    print("|---|---|---|" + "---|" * len(FIGURES))
    for name in options.corpora:
        items = list(dict.fromkeys(read_published(name, data_folder(options.data_dir))))
        folds = fold_of(items)
        found = [measured(name, items, folds, fold) for fold in range(FOLDS)]
        means = " | ".join(f"{fmean(figures):.3f}" for figures in zip(*found, strict=True))
        print(f"| {name} | mean | {len(items)} | {means} |", flush=True)


def measured(name: str, items: Sequence[Item], folds: Sequence[int], fold: int) -> list[float]:
    """The figures on one fold, printed as a row."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}_{fold}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(Item._fields)
            for item, own in zip(items, folds, strict=True):
                # val is the same as test: it must be there, and nothing is chosen by it
                for split in ("val", "test") if own == fold else ("train",):
                    writer.writerow(item._replace(split=split))
        count = folds.count(fold)
        kwargs = {"corpus": str(path)}
        measures = evaluate("tfidf", ENV, scenarios=count, env_kwargs=kwargs, batch=100, anchors=False).measures
    field = "sentiment" if items[0].sentiment else "topic"
    figures = [measures[f"{field}_{figure}"].mean for figure in FIGURES]
    print(f"| {name} | {fold} | {count} | {' | '.join(f'{figure:.3f}' for figure in figures)} |", flush=True)
    return figures


if __name__ == "__main__":
    main()
