"""What real customers wrote: published data sets by name, and one's own folder.

| corpus | domains | what it brings |
|---|---|---|
| "banking77" | banking | messages for the 77 intents |
| "clinc150_oos" | all | messages that are out of scope |
| "star" | all | first messages: of a compromised card (banking), and out of scope |
| a folder | all | messages for any kinds of matter, logged dialogues; see `messages` |
| a folder | banking | articles that the search finds, and which of them messages need; see `articles` |

Names joined by "+" are taken together: "banking77+clinc150_oos". A kind of matter that a corpus has messages for is put
in these words alone, when it is brought up and when it is said again; all else stays in the built-in wording.
Articles likewise: a kind of matter whose messages name articles is answered from these alone, and so is one on whose
topic there are articles; of the built-in articles, only those stay that answer the other kinds.
"""

from dialogue_gym.envs.customer_service.corpora.corpus import Corpus, load_corpus, with_corpus
from dialogue_gym.envs.customer_service.corpora.published import PUBLISHED

__all__ = ["PUBLISHED", "Corpus", "load_corpus", "with_corpus"]
