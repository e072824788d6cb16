"""Learnt: what `ivr escalation learn` made of the examples, kept as one file beside them.

Room       Arrays, read and written. The file is numpy's own and holds numbers and short texts, nothing that runs.
Why        A server starts with what was learnt, and was measured, when somebody looked; it learns nothing by itself.
"""

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from ivr.answers.escalation.book import Books
from ivr.answers.escalation.wording import WIDTH
from ivr.answers.space import Matrix
from ivr.vocabulary.errors import ConfigError

FILE: Final = "learnt.npz"
FORM: Final = 1
"Of the file and of the features: what was learnt by another one is of no use."

LARGEST: Final = 64 * 2**20
"Bytes of such a file, and of what is in it."

AGAIN: Final = "run `ivr escalation learn`"


@dataclass(frozen=True, slots=True)
class Weights:
    """What each feature says for each class: biases (classes,), wording (WIDTH, classes).

    meaning  (dimensions, classes), for a unit vector; without rows where the wording decides alone.
    """

    biases: Matrix
    wording: Matrix
    meaning: Matrix


@dataclass(frozen=True, slots=True)
class Learnt:
    """Everything that scores a turn.

    names     the classes: reasons, hints, and last "none".
    embedder  whose vectors `both` stands on.
    digest    of the examples, and `languages` that they are in.
    rare      (WIDTH,): how much each feature of the wording counts.
    both      for a turn with its vector; `alone` without one.
    """

    names: tuple[str, ...]
    embedder: str
    digest: str
    languages: tuple[str, ...]
    rare: Matrix
    both: Weights
    alone: Weights


def digest(books: Books) -> str:
    """What tells whether examples were edited since: it knows nothing of their order, or of how they are laid out."""
    told = [
        [tag, name, kind, sorted(texts)]
        for tag, book in sorted(books.items())
        for name, listed in sorted(book.reasons.items())
        for kind, texts in (("examples", listed.examples), ("counter", listed.counter))
    ]
    told += [[tag, "", "others", sorted(book.others)] for tag, book in sorted(books.items())]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]


def save(learnt: Learnt, file: Path) -> None:
    """Write it, whole or not at all. Raises ConfigError where nothing can be written."""
    arrays: dict[str, Any] = {"rare": learnt.rare.astype(np.float16)}
    for name, weights in (("both", learnt.both), ("alone", learnt.alone)):
        arrays[f"{name}_biases"] = weights.biases
        arrays[f"{name}_meaning"] = weights.meaning.astype(np.float16)
        most = np.maximum(np.abs(weights.wording).max(axis=0), 1e-9)
        arrays[f"{name}_most"] = most.astype(np.float32)
        arrays[f"{name}_wording"] = np.round(weights.wording / most * 127).astype(np.int8)
    facts = {
        "form": FORM,
        "names": learnt.names,
        "embedder": learnt.embedder,
        "digest": learnt.digest,
        "languages": learnt.languages,
    }
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), dtype=np.uint8)
    packed = io.BytesIO()
    np.savez_compressed(packed, **arrays)
    beside = file.with_name(file.name + ".new")
    try:
        beside.write_bytes(packed.getvalue())
        beside.replace(file)
    except OSError as error:
        fix = "make the folder writable, or copy it and set IVR_ESCALATION to the copy"
        raise ConfigError(f"what was learnt cannot be written ({error.strerror})", where=str(file), fix=fix) from error


def load(file: Path) -> Learnt | None:
    """Read it; None when there is none. Raises ConfigError when it is no such file."""
    try:
        if file.stat().st_size > LARGEST:
            raise ConfigError("the file is far too large", where=str(file), fix=AGAIN)
        with zipfile.ZipFile(file) as packed:
            if sum(each.file_size for each in packed.infolist()) > LARGEST:
                raise ConfigError("what is in the file is far too large", where=str(file), fix=AGAIN)
        with np.load(file, allow_pickle=False) as arrays:
            return _read({name: arrays[name] for name in arrays.files})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, zipfile.BadZipFile) as error:
        raise ConfigError("this is nothing that was learnt from examples", where=str(file), fix=AGAIN) from error


def _read(arrays: Mapping[str, Any]) -> Learnt:
    """Raises ValueError or KeyError where something is missing, or does not fit."""
    facts = json.loads(arrays["facts"].tobytes())
    if facts["form"] != FORM:
        raise ValueError(f"form {facts['form']}")
    names, languages = (tuple(str(each) for each in facts[key]) for key in ("names", "languages"))
    rare = arrays["rare"].astype(np.float32)
    both, alone = (_weights(arrays, name, len(names)) for name in ("both", "alone"))
    if rare.shape != (WIDTH,) or len(names) < 2:
        raise ValueError("of another shape")
    return Learnt(names, str(facts["embedder"]), str(facts["digest"]), languages, rare, both, alone)


def _weights(arrays: Mapping[str, Any], name: str, classes: int) -> Weights:
    wording = arrays[f"{name}_wording"].astype(np.float32) * (arrays[f"{name}_most"] / 127)
    meaning = arrays[f"{name}_meaning"].astype(np.float32)
    biases = arrays[f"{name}_biases"].astype(np.float32)
    if wording.shape != (WIDTH, classes) or meaning.shape[1:] != (classes,) or biases.shape != (classes,):
        raise ValueError("of another shape")
    if not all(np.isfinite(each).all() for each in (wording, meaning, biases)):
        raise ValueError("no numbers")
    return Weights(biases, wording, meaning)
