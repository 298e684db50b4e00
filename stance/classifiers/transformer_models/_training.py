"""Training of an encoder's upper layers with plain torch, on states that the lower ones have made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from stance.classifiers.transformer_models._halves import LowerHalf, in_dtype, load_upper

if TYPE_CHECKING:
    import torch

WARM_UP = 0.1  # share of the steps in which the rate grows to what is set; then it falls to 0
WEIGHT_DECAY = 0.01
ALIKE = 16  # batches that are filled by length from as many rows
LONGEST_STEP = 1.0  # gradients are no longer


@dataclass(frozen=True, slots=True)
class Training:
    """How upper layers are trained: epochs, the highest rate, rows a step, and the weight of the auxiliary loss."""

    epochs: int
    learning_rate: float
    batch_size: int
    auxiliary_weight: float


@dataclass(frozen=True, slots=True, eq=False)
class Rows:
    """What is trained on: keys of states; lengths; codes of labels, and of the auxiliary column (-1: none); weights."""

    keys: Sequence[bytes]
    lengths: np.ndarray
    codes: np.ndarray
    auxiliary: np.ndarray
    weights: np.ndarray
    sizes: tuple[int, int] = field(default=(0, 0))  # how many labels, and how many values of the auxiliary column


def train_upper(lower: LowerHalf, rows: Rows, how: Training, seed: int) -> dict[str, np.ndarray]:
    """Train upper layers and their head from `seed`, and return the weights that were trained, in half precision.

    The process's own random numbers are left as they were.
    """
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = make_model(lower, sum(rows.sizes))
        learnt = {name: weights for name, weights in model.named_parameters() if weights.requires_grad}
        optimiser = torch.optim.AdamW(learnt.values(), lr=how.learning_rate, weight_decay=WEIGHT_DECAY)
        n_rows = len(rows.keys)
        n_steps = how.epochs * -(-n_rows // how.batch_size)
        warm = max(1, round(WARM_UP * n_steps))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, (n_steps - step) / max(1, n_steps - warm))
        )
        model.train()
        for _ in range(how.epochs):
            for places in _batches(rows.lengths, how.batch_size):
                optimiser.zero_grad()
                _loss(model, lower, rows, places, how.auxiliary_weight).backward()
                torch.nn.utils.clip_grad_norm_(learnt.values(), LONGEST_STEP)
                optimiser.step()
                schedule.step()
    return {name: weights.detach().numpy().astype(np.float16) for name, weights in learnt.items()}


def predict_upper(lower: LowerHalf, weights: dict[str, np.ndarray], keys: Sequence[bytes], n_labels: int) -> np.ndarray:
    """Return (n_rows, n_labels) probabilities by upper layers with the weights that training returned."""
    import torch

    model = make_model(lower, len(weights["head.bias"]))
    made = {name: torch.from_numpy(np.asarray(of_name, dtype=np.float32)) for name, of_name in weights.items()}
    model.load_state_dict(made, strict=False)
    model.eval()
    parts = []
    with torch.inference_mode(), in_dtype(lower.dtype):
        for start in range(0, len(keys), 64):
            logits = model(*_batch(lower, keys[start : start + 64]))[:, :n_labels]
            parts.append(logits.double().softmax(dim=1).numpy())
    probabilities: np.ndarray = np.vstack(parts) if parts else np.zeros((0, n_labels))
    return probabilities


def make_model(lower: LowerHalf, n_outputs: int) -> "torch.nn.Module":
    """Return upper layers with a linear head on the mean of a text's tokens."""
    import torch

    class Upper(torch.nn.Module):  # type: ignore[misc]  # untyped base
        """Upper layers and their head."""

        def __init__(self) -> None:
            super().__init__()
            self.upper = load_upper(lower.folder, lower.n_lower)
            self.dropout = torch.nn.Dropout(0.1)
            self.head = torch.nn.Linear(lower.config.hidden_size, n_outputs)

        def forward(self, states: Any, mask: Any) -> Any:
            """Return (n_texts, n_outputs) logits."""
            made = self.upper(inputs_embeds=states, attention_mask=mask).last_hidden_state
            said = mask.unsqueeze(2)
            mean = (made * said).sum(dim=1) / said.sum(dim=1)
            return self.head(self.dropout(mean))

    return Upper()


def _batches(lengths: np.ndarray, batch_size: int) -> list[np.ndarray]:
    """Return row numbers in batches, drawn at random, but of rows of like length, so that they hold little padding."""
    import torch

    drawn = torch.randperm(len(lengths)).numpy()
    pools = [drawn[start : start + ALIKE * batch_size] for start in range(0, len(drawn), ALIKE * batch_size)]
    ordered = np.concatenate([pool[np.argsort(lengths[pool], kind="stable")] for pool in pools])
    batches = [ordered[start : start + batch_size] for start in range(0, len(ordered), batch_size)]
    return [batches[place] for place in torch.randperm(len(batches)).tolist()]


def _loss(model: Any, lower: LowerHalf, rows: Rows, places: np.ndarray, auxiliary_weight: float) -> Any:
    import torch
    from torch.nn.functional import cross_entropy

    with in_dtype(lower.dtype):
        logits = model(*_batch(lower, [rows.keys[place] for place in places])).float()
    n_labels, n_values = rows.sizes
    weights = torch.from_numpy(rows.weights[places]).float()
    losses = cross_entropy(logits[:, :n_labels], torch.from_numpy(rows.codes[places]), reduction="none")
    if n_values:
        values = torch.from_numpy(rows.auxiliary[places])
        losses = losses + auxiliary_weight * cross_entropy(
            logits[:, n_labels:], values, reduction="none", ignore_index=-1
        )
    return (losses * weights).sum() / weights.sum().clamp(min=1e-9)


def _batch(lower: LowerHalf, keys: Sequence[bytes]) -> tuple[Any, Any]:
    """Return (n_texts, n_tokens, n_dimensions) states, padded with 0, and (n_texts, n_tokens) 1 where there is one."""
    import torch

    states = lower.read(keys)
    longest = max(map(len, states))
    padded = np.zeros((len(states), longest, states[0].shape[1]), dtype=np.float32)
    mask = np.zeros((len(states), longest), dtype=np.int64)
    for place, of_text in enumerate(states):
        padded[place, : len(of_text)] = of_text
        mask[place, : len(of_text)] = 1
    return torch.from_numpy(padded), torch.from_numpy(mask)
