"""What a front-end gets to see of models: on the Hub, on the way, on disk. Frozen values inside events. No behaviour.

Sizes in bytes, contexts in tokens, times in seconds since the epoch; 0 or empty is "not known".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class FitView:
    """Would the model run here, with `context` tokens? `needed` of `available` bytes, and an honest sentence.

    partly: some of its layers fit on the graphics card. exact: from the model's own header; else from its size alone.
    """

    level: Literal["fits", "partly", "tight", "no", "unknown"] = "unknown"
    needed: int = 0
    available: int = 0
    context: int = 0
    exact: bool = False
    sentence: str = ""


@dataclass(frozen=True)
class QuantisationView:
    """One way to have a model: `id` is what `Install` takes. files: all of it, a projector or parts included."""

    id: str
    name: str
    size: int = 0
    files: tuple[str, ...] = ()
    fit: FitView = FitView()
    installed: bool = False


@dataclass(frozen=True)
class HubModelView:
    """A repository of the Hub in a list of results. gated: its owner wants an agreement first; then a token is needed.

    specialist: the catalogue's or this computer's id of the same repository, if there is one.
    """

    repo: str
    licence: str = ""
    downloads: int = 0
    likes: int = 0
    updated: float = 0.0
    gated: bool = False
    private: bool = False
    skills: tuple[str, ...] = ()
    parameters: str = ""
    specialist: str = ""


@dataclass(frozen=True)
class HubModelDetail:
    """A repository opened: its files as quantisations, and its card as Markdown from outside (never as HTML).

    architecture, trained_context, template: from the header of its smallest file, read without fetching the rest.
    trouble: why it would not run here, as a sentence. usual: the name of the quantisation to take unless a person says
    another, and why.
    """

    model: HubModelView
    commit: str = ""
    card: str = ""
    quantisations: tuple[QuantisationView, ...] = ()
    architecture: str = ""
    trained_context: int = 0
    has_template: bool = False
    trouble: str = ""
    usual: str = ""
    why: str = ""


@dataclass(frozen=True)
class QueuedInstall:
    """One line of the queue of downloads, in its order. phase: as in InstallMoved, where it runs; `waiting` is for the
    network. bytes_per_second, seconds_left: over the last seconds. error, hint: why it failed, or was paused by itself.
    """

    specialist: str
    name: str
    state: Literal["running", "waiting", "paused", "failed"]
    phase: str = ""
    done: int = 0
    total: int = 0
    bytes_per_second: float = 0.0
    seconds_left: float = 0.0
    source: str = ""
    error: str = ""
    hint: str = ""


@dataclass(frozen=True)
class CheckView:
    """What opening a model in a process of its own showed, before anybody was offered it.

    problems: sentences, the first one the reason when it is refused. notes: sentences worth knowing. Speeds in tokens
    per second.
    sample: what it wrote. template: `own`, `none` (it continues text), or `refused`.
    """

    state: Literal["unchecked", "checking", "passed", "refused"] = "unchecked"
    problems: tuple[str, ...] = ()
    sample: str = ""
    load_seconds: float = 0.0
    memory: int = 0
    reads_per_second: float = 0.0
    writes_per_second: float = 0.0
    template: str = ""
    at: float = 0.0
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class StoredModel:
    """What one model takes on disk. in_place: a file of the person's own, which Consort never deletes.

    state: `installed`, `unfinished` (a download that can go on), `missing` (its file has gone or changed).
    """

    specialist: str
    name: str
    state: Literal["installed", "unfinished", "missing"]
    size: int = 0
    path: str = ""
    last_used: float = 0.0
    in_place: bool = False
    quantisation: str = ""


@dataclass(frozen=True)
class SharedModel:
    """A model file that another program keeps on this computer. specialist: the id, if it is used here already.

    known_as: the catalogue's id of the very same file, where the program's checksum tells.
    """

    path: str
    name: str
    program: str
    size: int = 0
    specialist: str = ""
    known_as: str = ""


@dataclass(frozen=True)
class UpdateView:
    """A newer version of an installed model. size: what there is to fetch."""

    specialist: str
    name: str
    commit: str = ""
    size: int = 0
    changed: float = 0.0


@dataclass(frozen=True)
class Recommendation:
    """A set of specialists for this computer, that can be installed as a whole. title: “With 16 GB: …”."""

    title: str
    specialists: tuple[str, ...] = ()
    why: str = ""
    size: int = 0
