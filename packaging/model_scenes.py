"""What a router would say about models, for the screenshots of the Models pages. Names and sizes are examples."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from desktop_app.window import Window
from router import messages as m
from router.model_views import (
    CheckView,
    FitView,
    HubModelDetail,
    HubModelView,
    QuantisationView,
    QueuedInstall,
    Recommendation,
    SharedModel,
    StoredModel,
)
from router.views import SpecialistView

MB, GB, DAY = 10**6, 10**9, 86_400
ROOM = 11_500 * MB
CHECKED = CheckView("passed", (), "Of course. Here is a function that reverses a list without copying it:", 2.4,
                    1_502 * MB, 148.0, 21.4, "own", time.time() - 2 * DAY)
CARD = """---
license: apache-2.0
---
# Qwen3 4B Instruct GGUF

<p align="center"><img src="https://example.com/banner.png"></p>

A model of **4 billion parameters** for answers, code and reasoning in more than 100 languages.

| Quantisation | Size | Lost |
|---|---:|---|
| Q8_0 | 4.3 GB | hardly anything |
| Q4_K_M | 2.5 GB | a little |

```python
print("It runs with llama.cpp.")
```
"""


def fit(needed: float, level: str = "fits") -> FitView:
    """Whether so many GB fit into the room of the example computer."""
    size = round(needed * GB)
    words = {"fits": f"It needs {needed:.1f} GB; 11.5 GB can be used for models.",
             "tight": f"It needs {needed:.1f} GB of 11.5 GB, so nothing else can stay in memory beside it.",
             "no": f"It needs {needed:.1f} GB; 11.5 GB can be used for models."}
    return FitView(level, size, ROOM, 8192, True, words.get(level, ""))  # type: ignore[arg-type]


def one(name: str, what: str, skills: str, parameters: str, size: int, level: str = "fits", state: str = "absent",
        kind: str = "language", licence: str = "Apache-2.0", **more: object) -> SpecialistView:
    """A specialist of the example catalogue."""
    key = name.lower().replace(" ", "-")
    needed = size * 1.25 / GB
    quant = "" if kind in ("speech-in", "speech-out") else "Q4_K_M"
    return SpecialistView(key, name, what, kind, tuple(skills.split()), state, parameters, quant, size,  # type: ignore[arg-type]
                          32768 if kind == "language" else 0, licence, sources=("hub",), fit=fit(needed, level),
                          **more)  # type: ignore[arg-type]


def variants(key: str, base: float) -> tuple[QuantisationView, ...]:
    """The usual quantisations of a model with a Q4_K_M of `base` GB."""
    made = []
    for name, factor in (("Q2_K", 0.66), ("Q4_K_M", 1.0), ("Q5_K_M", 1.16), ("Q6_K", 1.33), ("Q8_0", 1.72),
                         ("F16", 3.2)):
        size = base * factor
        level = "fits" if size * 1.25 < 8 else "tight" if size * 1.25 < 11 else "no"
        made.append(QuantisationView(f"{key}:{name}", name, round(size * GB), (), fit(size * 1.25, level)))
    return tuple(made)


def catalogue() -> tuple[SpecialistView, ...]:
    """What the example computer has and could have."""
    coder = one("Qwen2.5 Coder", "Writes, explains and repairs code in more than forty programming languages.", "code",
                "1.5B", 1_120 * MB, state="installed", served_by="hub",
                commit="5f2e9a1b7c3d4e5f60718293a4b5c6d7e8f90a1b",
                sha256="b1946ac92492d2347c6235b4d2611184" * 2, check=CHECKED, languages=("en", "zh"),
                strengths={"code": 0.71, "reasoning": 0.48, "math": 0.44, "general": 0.39},
                strengths_source="60 mixed requests on this computer",
                path="/home/anna/.local/share/consort/models/qwen2.5-coder-1.5b-instruct-q4_k_m.gguf")
    return (
        one("SmolLM2", "Small and quick; good for first steps and short answers.", "general", "135M", 98 * MB,
            state="ready", starter=True, check=replace(CHECKED, writes_per_second=118.0)),
        replace(coder, variants=tuple(replace(each, installed=each.name == "Q4_K_M")
                                      for each in variants("qwen2.5-coder", 1.12))),
        replace(one("Qwen3 4B", "Answers, reasons and writes well for its size; thinks first when a question is hard.",
                    "general reasoning", "4B", 2_497 * MB), variants=variants("qwen3-4b", 2.5)),
        one("Gemma 3 4B", "Many languages, and it reads pictures.", "general vision", "4B", 2_489 * MB,
            licence="Gemma terms", licence_terms="https://ai.google.dev/gemma/terms", licence_opt_in=True),
        one("Qwen2.5 Coder 7B", "The better programmer, for a computer with more memory.", "code", "7B", 4_683 * MB),
        one("Phi-4 mini", "Mathematics and reasoning, in English first.", "math reasoning", "3.8B", 2_491 * MB,
            licence="MIT"),
        one("DeepSeek R1 Distill 8B", "Thinks at length before it answers.", "reasoning math", "8B", 4_920 * MB,
            licence="MIT"),
        one("Mistral Small 24B", "For long texts and careful writing.", "writing general", "24B", 14_334 * MB, "no"),
        one("Gemma 3 12B", "Writes well in many languages and reads pictures.", "writing vision", "12B", 7_300 * MB,
            "tight", licence="Gemma terms", licence_terms="https://ai.google.dev/gemma/terms", licence_opt_in=True),
        one("Whisper small", "Understands what you say, in ninety-nine languages.", "speech-in", "244M", 488 * MB,
            kind="speech-in", licence="MIT", state="installed"),
        one("Piper Amy", "A calm English voice.", "speech-out", "", 63 * MB, kind="speech-out", licence="MIT"),
        one("MiniLM L6", "Tells what a request means, so that the right specialist gets it.", "encoder", "22M",
            25 * MB, kind="encoder", state="installed"),
    )


def unsound() -> tuple[SpecialistView, ...]:
    """Two that are here and cannot be used."""
    refused = CheckView("refused", ("Its chat template carries words that no template needs, so it is not trusted.",),
                        template="refused")
    return (replace(one("Friendly Helper 3B", "", "general", "3B", 2_019 * MB, state="refused"), check=refused),
            replace(one("My finetune", "", "general", "7B", 4_368 * MB, state="broken"), in_place=True, sources=(),
                    path="/media/disk/models/my-finetune-q4.gguf"))


SETS = (
    Recommendation("With 16 GB: answers, code and speech", ("qwen3-4b", "qwen2.5-coder-7b", "whisper-small",
                                                            "piper-amy"),
                   "The best that fits together: a question, a program and your voice, without anyone having to leave "
                   "the memory.", 7_731 * MB),
    Recommendation("With 16 GB: small and quick", ("smollm2", "qwen2.5-coder"), "Answers at once.", 1_218 * MB),
)


def hub_models(now: float) -> tuple[HubModelView, ...]:
    """A page of results."""
    rows = (("unsloth/Qwen3-4B-Instruct-2507-GGUF", "apache-2.0", 412_311, 318, 4, False, "4B"),
            ("bartowski/Qwen_Qwen3-4B-GGUF", "apache-2.0", 98_112, 77, 40, False, "4B"),
            ("google/gemma-3-4b-it-qat-q4_0-gguf", "gemma", 1_204_000, 902, 120, True, "4B"),
            ("Qwen/Qwen3-4B-GGUF", "apache-2.0", 230_400, 211, 150, False, "4B"),
            ("someone/Qwen3-4B-a-name-that-goes-on-and-on-far-beyond-what-anyone-would-call-reasonable-GGUF", "other",
             812, 3, 9, False, "4B"),
            ("lmstudio-community/Qwen3-4B-Thinking-2507-GGUF", "apache-2.0", 65_901, 41, 21, False, "4B"))
    return tuple(HubModelView(repo, licence, downloads, likes, now - age * DAY, gated, False, ("general",), parameters)
                 for repo, licence, downloads, likes, age, gated, parameters in rows)


def models_here(window: Window, start: Callable[[Window], None], *, trouble: bool = False) -> None:
    """All of the above, on the Models page."""
    start(window)
    window.take(m.SpecialistsListed(catalogue() + (unsound() if trouble else ())))
    window.show_page("models")


def discover(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start)
    window.show_page("discover")
    window.take(m.Recommended(SETS, "hub:recommend"))
    downloads(window)


def searched(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start)
    window.show_page("discover")
    page = window.models.discover
    page.search.field.setText("qwen3 4b")
    page.search.hub.click()
    asked = window.desk.state.hub.asked
    window.take(m.HubSearched("qwen3 4b", hub_models(time.time()), "next", asked.request if asked else ""))


def offline(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start)
    window.show_page("discover")
    window.models.discover.search.hub.click()
    asked = window.desk.state.hub.asked
    window.take(m.Refused("The Hugging Face Hub cannot be reached.", "Check the connection, then try again.",
                          asked.request if asked else ""))


def downloads(window: Window) -> None:
    """Three downloads in their order."""
    window.take(m.QueueChanged((
        QueuedInstall("qwen3-4b", "Qwen3 4B", "running", "fetching", 1_240 * MB, 2_497 * MB, 11_800_000, 106, "hub"),
        QueuedInstall("piper-amy", "Piper Amy", "waiting", total=63 * MB),
        QueuedInstall("phi-4-mini", "Phi-4 mini", "paused", "fetching", 620 * MB, 2_491 * MB))))


def queue(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start)
    downloads(window)
    window.take(m.Refused("The disk is full: 7.3 GB are needed, 3.1 GB are free.",
                          "Make room on the Storage page, or move the models to another disk.",
                          "install:gemma-3-12b", "gemma-3-12b"))
    window.show_page("downloads")


def model(window: Window, start: Callable[[Window], None], key: str = "specialist:qwen2.5-coder") -> None:
    models_here(window, start)
    window.show_model(key)


def repository(window: Window, start: Callable[[Window], None], *, gated: bool = False) -> None:
    models_here(window, start)
    found = hub_models(time.time())[2 if gated else 0]
    window.show_model(f"repo:{found.repo}")
    window.take(m.HubModelOpened(HubModelDetail(
        found, "9217f5db79a29953eb74d5343926648285ec7e67", CARD, () if gated else variants(found.repo, 2.5),
        "" if gated else "qwen3", 0 if gated else 262_144, True, usual="Q4_K_M",
        why="Q4_K_M is the usual balance of size and quality."), f"hub:open:{found.repo}"))


def storage(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start)
    window.show_page("storage")
    now = time.time()
    window.take(m.StorageListed("/home/anna/.local/share/consort/models", (
        StoredModel("qwen2.5-coder-7b", "Qwen2.5 Coder 7B", "installed", 4_683 * MB, "", now - 3 * DAY, False,
                    "Q4_K_M"),
        StoredModel("qwen3-4b", "Qwen3 4B", "installed", 2_497 * MB, "", now - 3_000, False, "Q4_K_M"),
        StoredModel("qwen2.5-coder", "Qwen2.5 Coder", "installed", 1_120 * MB, "", now - 60 * DAY, False, "Q4_K_M"),
        StoredModel("whisper-small", "Whisper small", "installed", 488 * MB, "", now - DAY),
        StoredModel("smollm2", "SmolLM2", "installed", 98 * MB, "", now - 100, False, "Q4_1"),
        StoredModel("my-finetune", "My finetune", "installed", 4_368 * MB, "/media/disk/models/my-finetune-q4.gguf", 0,
                    True),
        StoredModel("phi-4-mini", "Phi-4 mini", "unfinished", 620 * MB)), 41_200 * MB, 512_000 * MB, 640 * MB,
        "storage:list"))
    window.take(m.VerifyMoved("qwen2.5-coder-7b", 3_100 * MB, 8_886 * MB))


def shared(window: Window, start: Callable[[Window], None]) -> None:
    models_here(window, start, trouble=True)
    window.take(m.SharedModelsFound((
        SharedModel("/home/anna/.lmstudio/models/lmstudio-community/Llama-3.2-3B-GGUF/model.gguf", "Llama 3.2 3B",
                    "LM Studio", 2_019 * MB),
        SharedModel("/home/anna/.ollama/models/blobs/sha256-6a0746a1ec1a", "llama3.1:8b", "Ollama", 4_920 * MB)),
        "storage:shared"))
