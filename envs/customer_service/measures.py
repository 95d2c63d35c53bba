"""What is measured of a desk that chooses answers: which ones, what was retrieved for them, and what was asked in vain.

| entry of the outcome | meaning |
|---|---|
| answered | every matter has the right answer |
| answers | a line "right answer TAB chosen answer" for each matter; nothing after the tab where none was chosen |
| documents_needed, documents_found | articles that the matters required, and how many of them a search brought up |
| searches | how often the articles were searched |
| questions, needless_questions | what the customer was asked, and how much of it was beside the point or known |
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dialogue_gym.envs.customer_service.customer import OpenMatter
from dialogue_gym.metrics import Metric, classification, ratio

if TYPE_CHECKING:
    from dialogue_gym.envs.customer_service.episode import CustomerServiceEpisode


def measures(episode: "CustomerServiceEpisode", matters: Sequence[OpenMatter]) -> dict[str, Any]:
    """The entries above.

    Args:
        episode: One that has ended.
        matters: All of its matters, in the order they came up.
    """
    needed = {document for matter in episode.matters for document in matter.documents}
    return {
        "answered": all(matter.answer == matter.goal.kind for matter in matters),
        "answers": "\n".join(f"{matter.goal.kind}\t{matter.answer}" for matter in matters),
        "documents_needed": len(needed),
        "documents_found": len(needed & episode.opened),
        "searches": sum(call.name == episode.domain.search for call in episode.calls),
        "questions": episode.customer.questions,
        "needless_questions": episode.customer.needless,
    }


def answer_metrics(kinds: Sequence[str], hits: int) -> tuple[Metric, ...]:
    """Accuracy, macro precision, recall and F1 of the answers, recall of the required articles, needless questions.

    Args:
        kinds: All kinds of matter, which are the answers' names.
        hits: How many articles a search opens.
    """
    return (
        *classification("answer", kinds, _answers),
        ratio(f"recall_at_{hits}", "documents_found", "documents_needed"),
        ratio("needless_question_share", "needless_questions", "questions"),
    )


def _answers(outcome: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for line in outcome["answers"].split("\n"):
        right, _, chosen = line.partition("\t")
        yield right, chosen
