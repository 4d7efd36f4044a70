"""Models in the words of the Models pages: does it fit, how fast is it here, how popular, what a download does now.

Plain Python, no Qt. Names from outside pass `outside_text` before they are shown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from desktop_app.process_words import ago
from desktop_app.visible_text import show_hidden
from desktop_app.words import SOURCES, duration_in_words, size_in_words
from router.model_views import CheckView, FitView, HubModelView, QueuedInstall
from router.views import SpecialistView

KINDS = {"language": "Answers", "speech-in": "Listens", "speech-out": "Speaks", "speech-activity": "Listens",
         "encoder": "Helps to choose who answers"}
CANNOT_RUN = frozenset({"no"})
MONTH, YEAR = 30.44 * 86_400, 365.25 * 86_400


@dataclass(frozen=True)
class Verdict:
    """A short word, the colour token and the icon it is shown with, so that colour is never the only sign."""

    words: str
    token: str
    icon: str


VERDICTS = {
    "fits": Verdict("Fits", "positive", "check"),
    "partly": Verdict("Partly on the graphics card", "positive", "check"),
    "tight": Verdict("Tight", "warning", "warning"),
    "no": Verdict("Does not fit", "danger", "close"),
    "unknown": Verdict("", "muted", ""),
}


def outside_text(text: str, most: int = 300) -> str:
    """A name or a line from outside: one line, hidden characters written out, never longer than `most` characters."""
    flat = " ".join(show_hidden(text[: most * 4]).split())
    return flat if len(flat) <= most else flat[: most - 1] + "…"


def breakable(text: str) -> str:
    """The same text, with places where a long word may go on in the next line (zero-width spaces)."""
    return re.sub(r"([-_/:\\])(?=\w)|(\w{12})(?=\w)", lambda found: f"{found[0]}\u200b", text)


def verdict(fit: FitView) -> Verdict:
    """Does it run here?"""
    return VERDICTS.get(fit.level, VERDICTS["unknown"])


def fit_sentence(fit: FitView) -> str:
    """The router's sentence, or one made of its numbers; empty when nothing is known."""
    if fit.sentence:
        return fit.sentence
    if fit.needed and fit.available:
        return f"It needs {size_in_words(fit.needed)}; {size_in_words(fit.available)} can be used for models."
    return f"It needs {size_in_words(fit.needed)}." if fit.needed else ""


def why_not_usable(view: SpecialistView) -> str:
    """The reason as a sentence."""
    if view.state == "refused":
        reason = view.check.problems[0] if view.check.problems else "It did not pass its check."
        return outside_text(reason)
    if view.in_place:
        return f"Its file is not where it was, or has changed: {outside_text(view.path)}"
    return "Its file is damaged or gone."


def speed_in_words(check: CheckView) -> str:
    """`21 tokens/s here`, as measured by its check; empty when it was not."""
    speed = check.writes_per_second
    return f"{speed:.0f} tokens/s here" if speed >= 10 else f"{speed:.1f} tokens/s here" if speed > 0 else ""


def count_in_words(number: int, one: str, many: str = "") -> str:
    """`1.2 M downloads`, `12 k likes`, `1 like`."""
    word = one if number == 1 else many or f"{one}s"
    if number >= 999_500:
        return f"{number / 1e6:.1f}".removesuffix(".0") + f" M {word}"
    if number >= 10_000:
        return f"{number / 1e3:.0f} k {word}"
    return f"{number:,} {word}"


def age_in_words(then: float, now: float) -> str:
    """`3 days ago`, `5 months ago`, `2 years ago`; empty for not known. Seconds since the epoch."""
    if then <= 0 or now - then < 2 * MONTH:
        return ago(then, now)
    if now - then < 1.5 * YEAR:
        return f"{round((now - then) / MONTH)} months ago"
    return f"{round((now - then) / YEAR)} years ago"


def popularity_in_words(model: HubModelView, now: float) -> str:
    """One quiet line about a repository: `1.2 M downloads · 340 likes · 3 days ago · apache-2.0`."""
    words = [count_in_words(model.downloads, "download") if model.downloads else "",
             count_in_words(model.likes, "like") if model.likes else "",
             age_in_words(model.updated, now), outside_text(model.licence, 40)]
    return " · ".join(word for word in words if word)


def download_in_words(line: QueuedInstall) -> str:
    """What a download does just now: `34 MB of 98 MB · 5.2 MB/s · 12 s left · from the Hugging Face Hub`."""
    amount = f"{size_in_words(line.done)} of {size_in_words(line.total)}" if line.total else ""
    if line.state == "waiting":
        return " · ".join(filter(None, ("Waits for its turn", amount if line.done else size_of_line(line))))
    if line.state == "paused":
        return f"Paused · {amount if line.done else 'what was fetched is kept'}"
    if line.state == "failed":
        return f"Stopped at {amount}" if line.done else "Stopped"
    if line.phase in PHASES:
        return PHASES[line.phase] + (f": {share_in_words(line)}" if line.total and line.phase != "asking" else "…")
    words = [amount]
    if line.bytes_per_second > 0:
        left = line.seconds_left or (line.total - line.done) / line.bytes_per_second
        words += [f"{size_in_words(round(line.bytes_per_second))}/s", f"{duration_in_words(left)} left"]
    if line.source:
        words.append(f"from {SOURCES.get(line.source, line.source)}")
    return " · ".join(word for word in words if word) or "Starting…"


PHASES = {"asking": "Asking where it can be had", "joining": "Putting the parts together",
          "waiting": "Waiting for the network, or as long as the server asked",
          "checking": "Checking that nothing is damaged", "testing": "Trying it out before anybody is offered it"}


def share_in_words(line: QueuedInstall) -> str:
    """`34 %`."""
    return f"{int(100 * line.done / line.total) if line.total else 0} %"


def size_of_line(line: QueuedInstall) -> str:
    """`98 MB`, empty for not known."""
    return size_in_words(line.total) if line.total else ""


def short_hash(digest: str) -> str:
    """The beginning of a commit or a checksum, enough to compare by eye."""
    return digest[:12]


def quantisation_in_words(name: str) -> str:
    """What a quantisation means, in a plain word; empty for a name that is none of the usual ones."""
    found = re.match(r"(?:UD-)?(?:I?Q|TQ)(\d)", name.upper())
    if found:
        bits = int(found[1])
        return {1: "smallest, much is lost", 2: "very small, much is lost", 3: "small, some is lost",
                4: "the usual balance", 5: "a little closer to the original", 6: "close to the original",
                8: "nearly the original"}.get(bits, "")
    return "the original, large" if name.upper() in ("F16", "BF16", "FP16", "F32", "FP32") else ""
