"""A repository of the Hub as a specialist: which of its quantisations is the usual one here, and its manifest. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.hub_answers import HubModel
from router.library.hub_files import Quantisation
from router.library.hub_search import claimed_parameters, parameters_in_words, skills_of
from router.library.naming import id_of_repository
from router.model_views import FitView
from specialists.manifest import Companion, HubSource, Kind, Licence, Manifest, Sources, Variant

PREFERRED = ("Q4_K_M", "UD-Q4_K_XL", "Q4_K_S", "IQ4_XS", "IQ4_NL", "Q4_0", "Q4_1", "MXFP4", "Q5_K_M", "Q5_K_S")
RUNS = ("fits", "partly", "tight")
ENCODERS = ("bert", "nomic-bert", "nomic-bert-moe", "jina-bert-v2", "jina-bert-v3", "modern-bert", "gemma-embedding")


def usual(ways: Sequence[Quantisation], fits: Mapping[str, FitView]) -> tuple[Quantisation, str]:
    """The quantisation to take unless a person says another, and why, in a sentence.

    About four bits a weight is where a model loses little and is smallest, so one of PREFERRED, the first that runs
    here; else the largest that does; else the smallest there is. Raises UserFacingError when there is none.
    """
    if not ways:
        raise UserFacingError("There is no GGUF file in this repository that Consort can use.",
                              "Look for one whose name ends in GGUF: `consort search` lists only those.")
    if len(ways) == 1:
        return ways[0], f"There is only {ways[0].name}."
    level = {one.name: fits[one.name].level if one.name in fits else "unknown" for one in ways}
    running = [one for one in ways if level[one.name] in RUNS]
    by_name = {one.name.upper(): one for one in running or (one for one in ways if level[one.name] == "unknown")}
    largest = max((one for one in ways if level[one.name] == "fits"), key=lambda one: one.size, default=None)
    for name in PREFERRED:
        if name in by_name:
            more = f"; {largest.name} is the largest that fits, a little better and slower" if (
                largest is not None and largest.size > by_name[name].size) else ""
            return by_name[name], f"{by_name[name].name} is the usual balance of size and quality{more}."
    if running:
        best = max(running, key=lambda one: (level[one.name] != "tight", one.size))
        return best, f"{best.name} is the largest that runs here."
    return ways[0], f"{ways[0].name} is the smallest; none fits here."


def manifest_of(model: HubModel, ways: Sequence[Quantisation], usual: Quantisation, facts: ModelFacts) -> Manifest:
    """The repository as a specialist, pinned to the commit that was looked at, with all its quantisations."""
    source = HubSource(model.repo, usual.parts[0].path, model.commit)
    name = model.repo.rpartition("/")[2]
    plain = name[:-5] if name.lower().endswith(("-gguf", "_gguf", ".gguf")) else name
    weights = model.parameters or facts.parameters or claimed_parameters(model.repo)
    kind: Kind = "encoder" if facts.architecture in ENCODERS or model.architecture in ENCODERS else "language"
    return Manifest(
        id=id_of_repository(model.repo), name=plain, description=f"From the Hugging Face Hub: {model.repo}.", kind=kind,
        skills=skills_of(model) or ("general",), engine="llama" if kind == "language" else "llama-encoder",
        parameters=parameters_in_words(weights), quantisation=usual.name, file_name=_name(usual.parts[0].path),
        size=usual.parts[0].size, sha256=usual.parts[0].sha256, trained_context=facts.trained_context,
        licence=Licence(model.licence or "unknown"), sources=Sources(hub=source, order=("hub",)),
        companions=companions(usual),
        variants=tuple(Variant(one.name, _name(one.parts[0].path), one.parts[0].size, one.parts[0].sha256,
                               HubSource(model.repo, one.parts[0].path, model.commit), companions(one))
                       for one in ways if one is not usual))


def companions(one: Quantisation) -> tuple[Companion, ...]:
    """What lies beside the first part."""
    parts = tuple(Companion("part", _name(file.path), file.size, file.sha256, file.path) for file in one.parts[1:])
    if one.projector is None:
        return parts
    eye = one.projector
    return (*parts, Companion("projector", _name(eye.path), eye.size, eye.sha256, eye.path))


def _name(path: str) -> str:
    return PurePosixPath(path).name
