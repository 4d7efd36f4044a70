"""A repository becomes a specialist: the usual quantisation is chosen by fit and explained, everything pinned."""

from __future__ import annotations

import pytest

from router.errors import UserFacingError
from router.library.from_hub import manifest_of, usual
from router.library.header import ModelFacts
from router.library.hub_answers import HubFile, HubModel
from router.library.hub_files import quantisations
from router.library.manifest_rules import complaint_about
from router.library.naming import in_quantisation
from router.model_views import FitView

COMMIT = "c" * 40
MODEL = HubModel("Maker/Tiny-Coder-7B-Instruct-GGUF", COMMIT, "apache-2.0", pipeline="text-generation")
FACTS = ModelFacts("qwen2", 28, 32_768, 151_936, 14_336, 151_387, 7_615_616_512, "Q4_K_M", True)
FILES = [HubFile("tiny-Q2_K.gguf", 2, "1" * 64), HubFile("tiny-Q4_K_M.gguf", 4, "2" * 64),
         HubFile("q8/tiny-Q8_0-00001-of-00002.gguf", 5, "3" * 64),
         HubFile("q8/tiny-Q8_0-00002-of-00002.gguf", 3, "4" * 64), HubFile("mmproj-tiny-f16.gguf", 1, "5" * 64)]
WAYS = quantisations(FILES)


def fits(**levels: str) -> dict[str, FitView]:
    return {name: FitView(level) for name, level in levels.items()}  # type: ignore[arg-type]


def test_four_bits_are_usual_where_they_fit_and_the_largest_that_fits_is_named() -> None:
    best, why = usual(WAYS, fits(Q2_K="fits", Q4_K_M="fits", Q8_0="fits"))
    assert best.name == "Q4_K_M"
    assert why == ("Q4_K_M is the usual balance of size and quality; Q8_0 is the largest that fits, a little better "
                   "and slower.")
    best, why = usual(WAYS, fits(Q2_K="fits", Q4_K_M="fits", Q8_0="no"))
    assert best.name == "Q4_K_M" and "Q8_0" not in why


def test_where_they_do_not_fit_the_largest_that_runs_is_taken_and_else_the_smallest() -> None:
    assert usual(WAYS, fits(Q2_K="fits", Q4_K_M="no", Q8_0="no"))[1] == "Q2_K is the largest that runs here."
    assert usual(WAYS, fits(Q2_K="no", Q4_K_M="no", Q8_0="no"))[1] == "Q2_K is the smallest; none fits here."
    assert usual(WAYS, fits(Q2_K="tight", Q4_K_M="no", Q8_0="no"))[0].name == "Q2_K"
    assert usual(WAYS, {})[0].name == "Q4_K_M", "of sizes that nobody knows the usual one"
    assert usual(WAYS[:1], {})[1] == "There is only Q2_K."
    with pytest.raises(UserFacingError, match="no GGUF file"):
        usual((), {})


def test_the_manifest_is_pinned_and_has_every_file_with_its_checksum() -> None:
    manifest = manifest_of(MODEL, WAYS, WAYS[1], FACTS)
    assert complaint_about(manifest) == ""
    assert (manifest.id, manifest.name) == ("maker--tiny-coder-7b-instruct-gguf", "Tiny-Coder-7B-Instruct")
    assert (manifest.quantisation, manifest.size, manifest.sha256) == ("Q4_K_M", 4, "2" * 64)
    assert manifest.sources.hub is not None and manifest.sources.hub.revision == COMMIT
    assert (manifest.parameters, manifest.trained_context, manifest.skills) == ("7.62B", 32_768, ("code",))
    assert (manifest.kind, manifest.engine, manifest.licence.name) == ("language", "llama", "apache-2.0")
    assert [one.role for one in manifest.companions] == ["projector"]
    split = in_quantisation(manifest, "Q8_0")
    assert split.file_name == "tiny-Q8_0-00001-of-00002.gguf" and split.size == 5
    assert split.sources.hub is not None and split.sources.hub.file == "q8/tiny-Q8_0-00001-of-00002.gguf"
    assert [(one.role, one.file, one.sha256) for one in split.companions] == [
        ("part", "q8/tiny-Q8_0-00002-of-00002.gguf", "4" * 64), ("projector", "mmproj-tiny-f16.gguf", "5" * 64)]


def test_a_sentence_encoder_is_no_answerer() -> None:
    manifest = manifest_of(MODEL, WAYS, WAYS[0], ModelFacts("bert"))
    assert (manifest.kind, manifest.engine) == ("encoder", "llama-encoder") and complaint_about(manifest) == ""
