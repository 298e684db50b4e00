"""A sentence encoder taught by pairs of examples, and a logistic regression on its vectors (SetFit)."""

import logging
import random
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils.validation import check_is_fitted

from stance.classifiers.embeddings._columns import ReadsTexts, texts_of
from stance.classifiers.embeddings._model import find_model, without_bars
from stance.errors import InputError

EXTRA = 'pip install "stance-threads[setfit]"'


class SetFitClassifier(ReadsTexts, ClassifierMixin, BaseEstimator):  # type: ignore[misc]  # untyped base
    """Teach an encoder that examples of one label are alike, then fit a logistic regression (Tunstall et al. 2022).

    The settings are those of `stance.classifiers.setfit`; the training is the library's own. Columns in `reads` are
    read as one text, a line each.

    Learned: `classes_`; `weights_`, the encoder's by name, float16, which is the precision that they predict with;
    `head_`, the logistic regression on its vectors.
    """

    costly = ("fit", "predict")  # it takes minutes: what needs no further one must ask for none

    def __init__(
        self,
        model: str,
        pairs: int = 20,
        epochs: int = 1,
        learning_rate: float = 2e-5,
        batch_size: int = 16,
        reads: Sequence[str] = ("text", "target"),
        random_state: int = 0,
    ) -> None:
        self.model = model
        self.pairs = pairs
        self.epochs = epochs
        self.learning_rate = learning_rate
        self.batch_size = batch_size
        self.reads = reads
        self.random_state = random_state

    def fit(self, X: pd.DataFrame, y: Any) -> Self:
        """Train encoder and head. Raises InputError if the model cannot be, or there is one label."""
        self.classes_, codes = np.unique(np.asarray(y), return_inverse=True)
        if len(self.classes_) < 2:
            raise InputError(f"classifier=setfit: expected two labels or more, found {self.classes_.tolist()}")
        # in an order of their own, so that which pairs are drawn does not depend on the order of rows
        rows = sorted(zip(self._texts(X), codes.tolist(), strict=True))
        texts, ordered = [text for text, _ in rows], [code for _, code in rows]
        encoder = _encoder(self.model)
        self._teach(encoder, texts, ordered)
        learnt = {name: of_name for name, of_name in encoder.state_dict().items() if of_name.is_floating_point()}
        self.weights_ = {name: of_name.numpy().astype(np.float16) for name, of_name in learnt.items()}
        vectors = self._vectors(texts)
        self.head_ = LogisticRegression(max_iter=1000).fit(vectors, self.classes_[ordered])
        return self

    def predict(self, X: pd.DataFrame) -> np.ndarray:
        """Return n_rows labels."""
        labels: np.ndarray = self.classes_[self.predict_proba(X).argmax(axis=1)]
        return labels

    def predict_proba(self, X: pd.DataFrame) -> np.ndarray:
        """Return (n_rows, n_labels) probabilities."""
        check_is_fitted(self)
        probabilities: np.ndarray = self.head_.predict_proba(self._vectors(self._texts(X)))
        return probabilities

    def _texts(self, X: pd.DataFrame) -> list[str]:
        columns = [texts_of(X, column) for column in self.reads]
        return ["\n".join(filter(None, said)) for said in zip(*columns, strict=True)]

    def _vectors(self, texts: Sequence[str]) -> np.ndarray:
        """Return (n_texts, n_dimensions) vectors by the encoder with the weights that training returned."""
        import torch

        encoder = _encoder(self.model)
        encoder.load_state_dict(
            {name: torch.from_numpy(of_name.astype(np.float32)) for name, of_name in self.weights_.items()},
            strict=False,
        )
        vectors: np.ndarray = encoder.encode(list(texts), batch_size=32, show_progress_bar=False)
        return vectors

    def _teach(self, encoder: Any, texts: list[str], codes: list[int]) -> None:
        """Train the encoder on pairs of examples. The process's own random numbers are left as they were."""
        setfit = _library()
        from transformers.trainer_callback import PrinterCallback, ProgressCallback

        with tempfile.TemporaryDirectory() as folder, _own_random_numbers():
            arguments = setfit.TrainingArguments(
                output_dir=folder,
                num_iterations=self.pairs,
                num_epochs=self.epochs,
                batch_size=self.batch_size,
                body_learning_rate=self.learning_rate,
                seed=self.random_state,
                report_to="none",
                save_strategy="no",
                logging_strategy="no",
                show_progress_bar=False,
            )
            model = setfit.SetFitModel(model_body=encoder, model_head=LogisticRegression())
            trainer = setfit.Trainer(model=model, args=arguments)
            of_encoder = trainer.st_trainer
            of_encoder.args.dataloader_pin_memory = False  # there is no accelerator to pin it for
            for shown in (ProgressCallback, PrinterCallback):
                of_encoder.remove_callback(shown)
            trainer.train_embeddings(texts, codes)


@contextmanager
def _own_random_numbers() -> Iterator[None]:
    """Leave those of the process as they were: the library seeds all there are."""
    import torch

    python, arrays = random.getstate(), np.random.get_state()
    try:
        with torch.random.fork_rng(devices=[]):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(arrays)


def _library() -> Any:
    try:
        import setfit
    except ImportError:
        raise InputError(f"classifier: expected setfit to be installed, found it missing; {EXTRA}") from None
    # importing it makes both talk of every step
    setfit.logging.set_verbosity_error()
    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    return setfit


def _encoder(name: str) -> Any:
    """Load an encoder of its own, which may be changed."""
    folder = find_model(name)
    _library()
    from sentence_transformers import SentenceTransformer

    without_bars()
    return SentenceTransformer(str(folder), device="cpu", local_files_only=True, model_kwargs={"use_safetensors": True})
