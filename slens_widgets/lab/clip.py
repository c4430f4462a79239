"""The lab's CLIP: a small foundation model that knows the lab's world, and which words it does not know."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import torch
from jaxtyping import Float
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from slens_widgets.core.embedding import OpenClip
from slens_widgets.errors import WeightsUnavailableError
from slens_widgets.lab.captions import HELD_OUT, PHRASES, QUERY_TEMPLATES, vocabulary, words

FOLDER = Path(__file__).parent
CONFIG = FOLDER / "clip_config.json"
WEIGHTS = FOLDER / "weights"
NAME = "lab:clip"
_TABLE, _ROWS = "token_embedding.weight", "token_embedding.rows"
_ENDINGS = ("s", "es")


class LabClip(OpenClip):
    """The lab's CLIP as a foundation model with a closed vocabulary."""

    def unknown_words(self, text: str) -> list[str]:
        """Return the words of `text` that no training caption contained, each once, in order."""
        known = vocabulary()
        return list(dict.fromkeys(word for word in words(text) if not _known(word, known)))

    def known_texts(self) -> list[str]:
        """Return the phrases that the training captions were made of."""
        return [phrase for phrases in PHRASES.values() for phrase in phrases]


def _known(word: str, known: frozenset[str]) -> bool:
    """Say whether a word or its singular or plural is known: both share most of their tokens' meaning."""
    forms = {word} | {word + ending for ending in _ENDINGS}
    forms |= {word.removesuffix(ending) for ending in _ENDINGS if len(word) > 3}
    return bool(forms & known)


def load_clip(folder: Path = WEIGHTS, device: str | None = None) -> LabClip:
    """Return the lab's CLIP with its shipped (or newly trained) weights."""
    path = folder / "clip.safetensors"
    if not path.exists():
        raise WeightsUnavailableError(
            f"There are no weights of the lab's CLIP at {path.name}",
            next_step="Train them with `slens lab train`",
        )
    model = LabClip.from_config(CONFIG, read_weights(path), name=NAME, device=device, batch_size=64)
    assert isinstance(model, LabClip)
    return model


def random_clip(draw: int) -> LabClip:
    """Return the lab's CLIP with random weights, others for every draw: it knows nothing of any text."""
    from open_clip.model import CLIP

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(draw)
        state = CLIP(**json.loads(CONFIG.read_text("utf-8"))).state_dict()
    model = LabClip.from_config(CONFIG, state, name=f"lab:random weights {draw}", batch_size=64)
    assert isinstance(model, LabClip)
    return model


def save_clip(model: nn.Module, folder: Path = WEIGHTS) -> Path:
    """Write the weights in half precision, of the token table only the rows that a known text can reach."""
    from open_clip import SimpleTokenizer

    phrases = [phrase for table in (PHRASES, HELD_OUT) for each in table.values() for phrase in each]
    frames = [template.format("") for template in QUERY_TEMPLATES]
    texts = [*phrases, *frames, *vocabulary(), *(f"skin with a {p}, and" for p in phrases)]
    texts += [f"a picture showing {word}s" for word in vocabulary()]
    tokens = SimpleTokenizer(context_length=32)(texts)
    rows = torch.unique(tokens)
    state: dict[str, Tensor] = {}
    for name, value in model.state_dict().items():
        if name == "attn_mask":
            continue
        kept = value[rows] if name == _TABLE else value
        state[name] = (kept.half() if kept.is_floating_point() else kept).contiguous()
    state[_ROWS] = rows.to(torch.int32)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "clip.safetensors"
    save_file(state, path)
    return path


def read_weights(path: Path) -> dict[str, Tensor]:
    """Read weights written by `save_clip`; tokens that were never trained get zeros."""
    state = {k: v.float() if v.is_floating_point() else v for k, v in load_file(path).items()}
    rows = state.pop(_ROWS).long()
    table = torch.zeros(49408, state[_TABLE].shape[1])
    table[rows] = state[_TABLE]
    state[_TABLE] = table
    return state


def zero_shot(
    model: OpenClip, image_embeddings: Float[np.ndarray, "image dim"], phrase: str
) -> Float[np.ndarray, " image"]:
    """Return the cosine of every image with a phrase: templates averaged, the empty template subtracted."""
    from slens_widgets.analyses.search import cosine, text_queries

    return cosine(text_queries(model, [phrase], QUERY_TEMPLATES), image_embeddings)[0]
