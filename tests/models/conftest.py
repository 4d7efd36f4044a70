"""Fixtures: the real models, as paths. `tests/installed_models.py` brings them here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.installed_models import model_file


@pytest.fixture(scope="session")
def smollm2(request: pytest.FixtureRequest) -> Path:
    """SmolLM2-135M-Instruct, 98 MB: small, quick, with a chat template."""
    return model_file("smollm2-135m", request.config)


@pytest.fixture(scope="session")
def gemma(request: pytest.FixtureRequest) -> Path:
    """Gemma 3 270M, 253 MB: a base model, so without a chat template."""
    return model_file("gemma-3-270m", request.config)


@pytest.fixture(scope="session")
def minilm(request: pytest.FixtureRequest) -> Path:
    """all-MiniLM-L6-v2, converted here from its published weights: 84 MB to fetch, 25 MB."""
    return model_file("minilm-l6", request.config)


@pytest.fixture(scope="session")
def qwen(request: pytest.FixtureRequest) -> Path:
    """Qwen2.5-Coder-1.5B-Instruct, 1.1 GB, in 22 parts. Mark tests that use it with `qwen`."""
    return model_file("qwen2.5-coder-1.5b", request.config)
