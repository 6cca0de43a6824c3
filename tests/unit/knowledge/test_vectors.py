"""Static embeddings read from the package's own files."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from political_monitoring.knowledge import vectors
from political_monitoring.knowledge.vectors import (
    Encoder,
    cosines,
    differing_signs,
    open_encoder,
    passage_text,
    quantise,
    sketch,
    unit,
)
from political_monitoring.settings import GraphSettings


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    opened = open_encoder(GraphSettings())
    assert opened is not None, "the development environment has the packages"
    return opened


def test_like_texts_have_like_vectors(encoder: Encoder) -> None:
    bill, paraphrase, other = encoder.encode(
        [
            "The bill raises taxes on tobacco.",
            "A law to increase cigarette duties.",
            "Ferries in the north sea.",
        ]
    )
    assert bill @ paraphrase > bill @ other


def test_vectors_have_length_one_and_a_text_without_tokens_has_none(encoder: Encoder) -> None:
    found = encoder.encode(["tariffs", ""])
    assert found.shape == (2, 256)
    assert np.linalg.norm(found[0]) == pytest.approx(1, abs=0.01)
    assert not found[1].any()


def test_one_text_alone_is_encoded_as_among_many(encoder: Encoder) -> None:
    many = encoder.encode(["tariffs on steel"] + ["filler"] * 600)
    assert np.array_equal(encoder.encode(["tariffs on steel"])[0], many[0])


def test_without_the_package_there_is_no_encoder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vectors, "find_spec", lambda name: None)
    assert open_encoder(GraphSettings()) is None


def test_looking_for_the_encoder_imports_nothing_heavy() -> None:
    code = (
        "import sys; from political_monitoring.knowledge.vectors import open_encoder; "
        "from political_monitoring.settings import GraphSettings; open_encoder(GraphSettings()); "
        "print(sorted({'wordllama', 'tokenizers', 'safetensors'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    assert done.stdout.strip() == "[]"


def test_what_is_embedded_begins_with_the_title() -> None:
    assert passage_text("Title", "", "Text") == "Title. Text"
    assert passage_text("", "Article 1", "Text") == "Article 1. Text"


@pytest.mark.parametrize("dimensions", [3, 64, 100, 256])
def test_quantised_vectors_keep_their_angles(dimensions: int) -> None:
    rows = unit(np.random.default_rng(1).standard_normal((50, dimensions), np.float32))
    assert cosines(quantise(rows), rows[0]) == pytest.approx(rows @ rows[0], abs=0.01)


def test_a_row_of_zeros_is_like_nothing() -> None:
    rows = np.zeros((1, 8), np.float32)
    assert cosines(quantise(rows), unit(np.ones((1, 8), np.float32))[0]).tolist() == [0]


@pytest.mark.parametrize("dimensions", [3, 64, 100, 256])
def test_signs_that_differ_are_counted(dimensions: int) -> None:
    rows = np.random.default_rng(2).standard_normal((50, dimensions)).astype(np.float32)
    expected = ((rows > 0) != (rows[7] > 0)).sum(axis=1)
    assert differing_signs(sketch(rows), rows[7]).tolist() == expected.tolist()
