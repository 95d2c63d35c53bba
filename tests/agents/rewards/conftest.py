"""Tiny checkpoints made on the spot, and an endpoint on this machine that says what it is told to."""

import json
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers, processors
from transformers import BertConfig, BertForSequenceClassification, BertModel, PreTrainedTokenizerFast

WORDS = "[PAD] [UNK] [CLS] [SEP] good bad thanks refund where is my order the a sorry hello".split()


def save_tokenizer(path: Path) -> None:
    core = Tokenizer(models.WordLevel({word: i for i, word in enumerate(WORDS)}, unk_token="[UNK]"))
    core.pre_tokenizer = pre_tokenizers.Whitespace()
    core.post_processor = processors.TemplateProcessing("[CLS] $A [SEP]", None, [("[CLS]", 2), ("[SEP]", 3)])
    PreTrainedTokenizerFast(tokenizer_object=core, pad_token="[PAD]", unk_token="[UNK]").save_pretrained(path)


def tiny_config(**more: Any) -> BertConfig:
    return BertConfig(
        vocab_size=len(WORDS),
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=32,
        **more,
    )


@pytest.fixture(scope="session")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three labels, random weights, dropout that evaluation has to switch off."""
    path = tmp_path_factory.mktemp("classifier")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        labels = {0: "good", 1: "bad", 2: "other"}
        config = tiny_config(id2label=labels, label2id={name: i for i, name in labels.items()})
        model = BertForSequenceClassification(config)
        model.classifier.weight.data.normal_(0, 3)
        model.save_pretrained(path)
    save_tokenizer(path)
    return path


@pytest.fixture(scope="session")
def regressor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regressor")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        BertForSequenceClassification(tiny_config(num_labels=1)).save_pretrained(path)
    save_tokenizer(path)
    return path


@pytest.fixture(scope="session")
def embedder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("embedder")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        BertModel(tiny_config()).save_pretrained(path)
    save_tokenizer(path)
    return path


class FakeEndpoint:
    """Answers each request by `answer(body)`: a text, or a status to fail with.

    Attributes:
        url: Where it is.
        bodies: The requests that came, as JSON.
        headers: Their headers.
    """

    def __init__(self) -> None:
        self.answer: Callable[[dict[str, Any]], str | int | bytes] = lambda body: '{"score": 10}'
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        fake = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                fake.bodies.append(body)
                fake.headers.append(dict(self.headers))
                said = fake.answer(body)
                content = said if isinstance(said, bytes) else fake.completion(said)
                self.send_response(said if isinstance(said, int) else 200)
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *arguments: object) -> None:
                pass

        class Server(HTTPServer):
            def handle_error(self, request: object, client_address: object) -> None:
                """A client that has stopped waiting is part of the tests, and no news."""

        self._server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    @staticmethod
    def completion(said: str | int) -> bytes:
        choice = {"message": {"role": "assistant", "content": said}}
        usage = {"prompt_tokens": 100, "completion_tokens": 10}
        return json.dumps({"choices": [choice], "usage": usage}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def endpoint() -> Iterator[FakeEndpoint]:
    fake = FakeEndpoint()
    yield fake
    fake.close()
