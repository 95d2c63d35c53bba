"""Understanding customers' text: what an agent on the text view hears, as dialogue acts.

The simulator says acts in words; this package reads the acts back from the words, as an agent has to. It knows the
train wording and the domain's vocabulary, never the val or test wording, so its errors are an honest measure of how
hard the customers' language is (`benchmarks/listening_error.py`).

    listener = Listener(domain)
    listener.listen([{"role": "user", "content": "Please cancel my order. It's W40213."}])[0].content
    # (Act("open", {"kind": "cancel_order", "order_id": "W40213"}),)

- `values`: finds ids, names and products in a text and leaves placeholders.
- `classifier`: a linear model from a sentence to a section of the wording.
- `reading`: splits a message into utterances and makes acts of them.
- `results`: tells which call a tool's result belongs to.
- `expectation`: what customers tend to answer to what the agent said, where that is known.
"""

from dialogue_gym.envs.customer_service.listening.listener import Listener

__all__ = ["Listener"]
