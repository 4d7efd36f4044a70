"""What can be done with a model from any page, with the questions that come first: each verb is a function.

Terms are agreed to before anything is fetched; what cannot be brought back is confirmed with its name and size.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from desktop_app.desk import Desk
from desktop_app.dialogs import confirm
from desktop_app.model_words import outside_text
from desktop_app.queue_state import IMPORT, INSTALL
from desktop_app.storage_state import CHECK, VERIFY
from desktop_app.words import size_in_words
from router import messages as m
from router.views import SpecialistView

MODEL_FILES = "Models (*.gguf)"


def install(desk: Desk, parent: QWidget, specialist: str) -> bool:
    """Order a specialist, a quantisation (`id:QUANTISATION`) or a repository of the Hub. False: not agreed."""
    view = desk.state.specialists.get(specialist) or desk.state.specialists.get(specialist.partition(":")[0])
    needs = view is not None and view.licence_opt_in
    if view is not None and needs and not agreed_to_terms(parent, view):
        return False
    desk.send(m.Install(specialist, agreed=needs, request=INSTALL + specialist))
    return True


def agreed_to_terms(parent: QWidget, view: SpecialistView) -> bool:
    """Whether the person says yes to the maker's own terms."""
    return confirm(parent.window(), f"Terms of {view.name}",
                   f"{view.name} comes under its maker's own terms ({outside_text(view.licence, 80)}). Read them "
                   f"at:\n\n{outside_text(view.licence_terms)}\n\nInstalling it means that you agree to them.",
                   "I agree, install")


def update(desk: Desk, specialist: str) -> None:
    """Fetch the newer version; the old one stays until that has passed its check."""
    desk.send(m.UpdateModel(specialist, request=INSTALL + specialist))


def remove(desk: Desk, parent: QWidget, specialist: str, size: int = 0) -> bool:
    """Delete a model's file, or forget one that lies elsewhere. False: the person changed their mind."""
    view = desk.state.specialists.get(specialist)
    name, size = desk.state.name_of(specialist), size or (view.size if view else 0)
    if view is not None and view.in_place:
        agreed = confirm(parent.window(), f"Forget {name}?",
                         "Consort no longer uses it. Its file stays where it is, and your chats stay, too.",
                         f"Forget {name}")
    elif view is not None and view.state in ("absent", "partial", "installing"):
        agreed = confirm(parent.window(), f"Stop installing {name}?",
                         "What was fetched of it so far is deleted.", "Delete what was fetched", danger=True)
    else:
        frees = f" and frees {size_in_words(size)}" if size else ""
        again = ", and it can be installed again" if view is None or view.sources else ""
        agreed = confirm(parent.window(), f"Remove {name}?", f"This deletes its file{frees}. Your chats stay{again}.",
                         f"Remove {name}", danger=True)
    if agreed:
        desk.send(m.Remove(specialist, request=f"remove:{specialist}"))
    return agreed


def ask_once(desk: Desk, command: m.Command) -> None:
    """Send it, unless the same is under way. The button stays as it is meanwhile, so that the keys stay with it."""
    if getattr(command, "request", "") not in desk.state.storage.busy:
        desk.send(command)


def verify(desk: Desk, specialist: str = "") -> None:
    """Compare files with their checksums; all of them without a name."""
    ask_once(desk, m.VerifyModel(specialist, request=VERIFY + specialist))


def check(desk: Desk, specialist: str) -> None:
    """Open it in a process of its own once more."""
    ask_once(desk, m.CheckModel(specialist, request=CHECK + specialist))


def use_file(desk: Desk, parent: QWidget) -> None:
    """A file of the person's own, where it lies."""
    chosen = QFileDialog.getOpenFileName(parent.window(), "Use a model file of mine", "", MODEL_FILES)[0]
    use_paths(desk, [chosen] if chosen else [])


def use_folder(desk: Desk, parent: QWidget) -> None:
    """Every model in a folder of the person's own."""
    chosen = QFileDialog.getExistingDirectory(parent.window(), "Use the models in a folder of mine")
    use_paths(desk, [chosen] if chosen else [])


def attach_adapter(desk: Desk, parent: QWidget, base: str) -> None:
    """A LoRA adapter of the person's own becomes a specialist of its own on top of `base`."""
    chosen = QFileDialog.getOpenFileName(parent.window(), f"An adapter for {desk.state.name_of(base)}", "",
                                         MODEL_FILES)[0]
    if chosen:
        desk.send(m.ImportModel(chosen, base=base, request=IMPORT + chosen))


def use_paths(desk: Desk, paths: Iterable[str]) -> None:
    """Files and folders, used where they lie."""
    for path in paths:
        desk.send(m.ImportModel(path, request=IMPORT + path))


def find_file_again(desk: Desk, parent: QWidget, view: SpecialistView) -> None:
    """The file of a model has moved: where is it now?"""
    folder = str(Path(view.path).parent) if view.path else ""
    chosen = QFileDialog.getOpenFileName(parent.window(), f"Where is {view.name} now?", folder, MODEL_FILES)[0]
    if chosen:
        desk.send(m.ImportModel(chosen, instead_of=view.id, request=IMPORT + chosen))
