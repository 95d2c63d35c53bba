"""An OpenAI-compatible chat endpoint: one question, one answer, retried while it is down."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from dialogue_gym.errors import ConfigurationError, DialogueGymError

RETRIED = frozenset({408, 409, 425, 429, 500, 502, 503, 504})
"""Answers that another try may turn into better ones."""


class EndpointError(DialogueGymError, ConnectionError):
    """An endpoint that does not answer, or not in the way that was agreed on."""


class Answer(NamedTuple):
    """What an endpoint said.

    Attributes:
        text: The assistant's message.
        prompt_tokens: Tokens read, as the endpoint counts them; 0 if it does not say.
        completion_tokens: Tokens written.
    """

    text: str
    prompt_tokens: int
    completion_tokens: int


class Endpoint:
    """A model behind `<url>/chat/completions`.

    Args:
        model: Its name there.
        url: Up to the version: "http://localhost:8000/v1".
        key_env: Environment variable with the key; sent if it is set.
        timeout: Seconds that one try may take.
        retries: Further tries after a failed one.
        backoff: Seconds before the first of them; each later one waits twice as long.
    """

    def __init__(self, model: str, url: str, *, key_env: str, timeout: float, retries: int, backoff: float) -> None:
        if not url.startswith(("http://", "https://")):
            raise ConfigurationError(f"Expected the url of an endpoint like http://localhost:8000/v1, got {url!r}.")
        self.model, self.url = model, url.rstrip("/") + "/chat/completions"
        self.key_env, self.timeout, self.retries, self.backoff = key_env, timeout, retries, backoff

    def ask(self, messages: Sequence[Mapping[str, str]], max_tokens: int) -> Answer:
        """The answer, at temperature 0.

        Raises:
            EndpointError: It is down after all tries, or refuses, or what comes is no chat completion.
        """
        body = {"model": self.model, "messages": list(messages), "temperature": 0, "max_tokens": max_tokens}
        problem = ""
        for attempt in range(self.retries + 1):
            try:
                return _read(self._post(body), self.url)
            except HTTPError as error:
                problem = f"status {error.code}: {error.read(300).decode('utf-8', 'replace')!r}"
                if error.code not in RETRIED:
                    raise EndpointError(f"Expected an answer of {self.url}, got {problem}.") from None
            except (URLError, TimeoutError, ConnectionError) as error:
                problem = str(getattr(error, "reason", error))
            if attempt < self.retries:
                time.sleep(self.backoff * 2**attempt)
        raise EndpointError(
            f"Expected an answer of {self.url}, got none in {self.retries + 1} tries; the last: {problem}. "
            "Is it running? What was scored so far is kept; go on when it is up."
        )

    def _post(self, body: Mapping[str, Any]) -> bytes:
        headers = {"Content-Type": "application/json"}
        key = os.environ.get(self.key_env)
        if key:
            headers["Authorization"] = f"Bearer {key}"
        request = Request(self.url, json.dumps(body).encode(), headers)
        with urlopen(request, timeout=self.timeout) as response:
            content: bytes = response.read()
        return content


def _read(content: bytes, url: str) -> Answer:
    try:
        document = json.loads(content)
        text = document["choices"][0]["message"]["content"]
        usage = document.get("usage") or {}
        answer = Answer(text, int(usage.get("prompt_tokens", 0)), int(usage.get("completion_tokens", 0)))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError):
        raise EndpointError(f"Expected a chat completion of {url}, got {content[:200]!r}.") from None
    if not isinstance(text, str):
        raise EndpointError(f"Expected a text as answer of {url}, got {text!r}.")
    return answer
