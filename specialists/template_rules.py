"""What a chat template must not do, read from its source without running it. Pure.

A template is a program that comes with a model and sees every message, so it can be a back door that no look at the
weights finds: it may reach out of its sandbox, or say something else to the model when a message holds a certain
phrase. Real templates put role marks around messages; they look into contents only for the marks of thoughts and tool
calls. Each rule gives a sentence for a person; `specialists.template_trial` finds by rendering what reading misses.

The syntax tree is Jinja's own (`jinja2.nodes`).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from jinja2 import nodes

from specialists.template_sandbox import Sandbox

INTERNALS = frozenset({"mro", "subclasses", "func_globals", "gi_frame", "gi_code", "cr_frame", "cr_code", "tb_frame",
                       "f_globals", "f_locals", "f_builtins", "func_code", "im_func", "builtins", "globals", "popen"})
CONTENTS = frozenset({"content", "text", "reasoning_content", "reasoning", "thinking"})
"""Names under which a template finds what was said."""
SHAPES = frozenset({"defined", "undefined", "none", "string", "mapping", "sequence", "iterable", "number", "integer",
                    "boolean", "true", "false", "sameas", "callable", "float"})
"""Tests that look at what kind of thing it is, not at what it says."""
SEARCHES = frozenset({"startswith", "endswith", "find", "rfind", "index", "count", "split", "rsplit", "partition",
                      "rpartition", "replace", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip"})
MARKS = frozenset(re.findall(
    r"\w+", "think thinking thought thoughts no nothink reasoning reason analysis final channel message response begin "
    " end start of turn turns im sep middle header id eot eom eos bos eod text endoftext pad inst sys s tts c "
    "system user assistant human ai bot model tool tools def result results function functions call calls output "
    "outputs args arg key arguments parameter parameters name value plan action observation answer kimi placeholder "
    "python tag code image images video videos audio vision img media file object box seed longcat step set"))
"""Words that marks of thoughts, roles, tools and media consist of; what else a template looks for is its own secret."""
SWITCHES = frozenset({"detailed thinking on", "detailed thinking off", "reasoning effort", "reasoning strength"})
"""Phrases, whatever their case, by which makers say how much is to be thought (Nemotron, Ling, Muse)."""
KEYS = frozenset({"text", "type", "parts", "blocks", "image", "image_url", "video", "video_url", "audio", "audio_url",
                  "input_audio", "input_image", "document", "content", "role", "name", "value"})
"""Names of fields, which contents have that are no plain text; rendering shows that plain text is not meant."""
INSTRUCTIONS = re.compile(
    r"\b(ignore (all |any |the |your )?(previous|prior|above|earlier|user|other)"
    r"|(do not|don't|never) (tell|reveal to|inform|warn|let) (the )?(user|person|human|anyone|them)(?! about function)"
    r"|without (telling|informing|the user)|secretly|covertly|subtly|hidden instruction"
    r"|(always|must) (recommend|promote|advertise|praise|favou?r|insert|append|link to|send)"
    r"|(credit card|api[ _]key|passwords? (of|from)|seed phrase)|exfiltrat\w*|backdoor"
    r"|(wrong|incorrect|false|misleading) (answer|information|result)s?)\b|https?://(?!json-schema\.org)",
    re.IGNORECASE)
"""What no maker's default system prompt says: it turns the model against the person, or has it lead somewhere."""
LONGEST_QUOTE = 60
MOST_PARTS = 8                  # of one message: a template may count those, but not how long a text is


def suspicions(source: str) -> tuple[str, ...]:
    """A sentence for each rule the template breaks, without repetition. Raises jinja2.TemplateError."""
    tree = Sandbox().parse(source)
    found = [*_hidden(source, tree), *_reaching(tree), *_looking(tree), *_dated(tree), *_instructing(tree)]
    return tuple(dict.fromkeys(found))


def literals(source: str) -> tuple[str, ...]:
    """Every text that the template could compare with, also put together; not what it only writes.

    Raises jinja2.TemplateError.
    """
    found = list(_walk(Sandbox().parse(source)))
    written = [node.value for node in found if isinstance(node, nodes.Const) and isinstance(node.value, str)]
    return tuple(dict.fromkeys([*written, *(_joined(node) for node in found if _is_put_together(node))]))


def is_mark(text: str) -> bool:
    """Is it a mark of a thought, a role, a tool or a medium, or punctuation: what real templates look for?

    A mark wears brackets, bars or a slash. Plain words are none, whatever they are: people write them.
    """
    words = re.findall(r"[^\W_]+", text.lower())
    dressed = not words or re.search(r"[<>\[\]{}|｜/#]", text) is not None
    return len(text) <= LONGEST_QUOTE and (text.lower().strip(" :") in SWITCHES or (dressed and all(
        word in MARKS or word.isdigit() for word in words)))


def quoted(text: str) -> str:
    """In a sentence: short, on one line, nothing invisible."""
    shown = "".join(each if each.isprintable() else " " for each in " ".join(text.split()))
    return f"“{shown[:LONGEST_QUOTE]}{'…' if len(shown) > LONGEST_QUOTE else ''}”"


def phrase(text: str) -> str:
    """The sentence for a phrase that changes what the template does."""
    return f"Its chat template behaves differently when a message contains {quoted(text)}."


def _walk(tree: nodes.Node) -> Iterator[nodes.Node]:
    """Every node, in no particular order, without recursion: a hostile tree may be deep."""
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(node.iter_child_nodes())


# ── characters nobody sees ───────────────────────────────────────────────────────────────────────────────────────────
def _hidden(source: str, tree: nodes.Template) -> Iterator[str]:
    """Zero-width and direction marks, tag characters: in the source, or written as escapes."""
    texts = [source, *(node.value for node in _walk(tree) if isinstance(node, nodes.Const)
                       and isinstance(node.value, str))]
    for character in dict.fromkeys("".join(texts)):
        if unicodedata.category(character) in ("Cf", "Co", "Cs") or "\ufe00" <= character <= "\ufe0f" \
                or "\U000e0100" <= character <= "\U000e01ef":
            yield f"Its chat template holds invisible characters (U+{ord(character):04X})."
            return


# ── reaching for what no chat format needs ───────────────────────────────────────────────────────────────────────────
def _reaching(tree: nodes.Template) -> Iterator[str]:
    for node in _walk(tree):
        if isinstance(node, nodes.Include | nodes.Import | nodes.FromImport | nodes.Extends):
            yield "Its chat template wants to read another file."
        elif isinstance(node, nodes.Filter) and node.name == "attr":
            yield "Its chat template reaches for attributes by name (“attr”), which no chat format needs."
        elif isinstance(node, nodes.Filter) and _is_put_together(node) and _is_internal(_joined(node)):
            yield _internal(_joined(node))
        elif isinstance(node, nodes.Getitem) and _is_put_together(node.arg):
            yield "Its chat template puts together the name of what it reaches for, which hides what that is."
        name = node.attr if isinstance(node, nodes.Getattr) else \
            node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else \
            node.name if isinstance(node, nodes.Name) else ""
        if _is_internal(name):
            yield _internal(name)


def _internal(name: str) -> str:
    return f"Its chat template reaches for Python’s own machinery ({quoted(name)}), which no chat format needs."


def _is_internal(name: str) -> bool:
    return re.search(r"__\w+__|\bos\.|\bimport\b.*\bos\b", name) is not None or name in INTERNALS


def _is_put_together(node: nodes.Node | None) -> bool:
    """A text made of other texts, where a plain one would do."""
    if isinstance(node, nodes.Concat | nodes.Add | nodes.Mul | nodes.Mod):
        leaves = [each for each in _walk(node) if not list(each.iter_child_nodes())]
        return all(isinstance(each, nodes.Const) for each in leaves) and any(
            isinstance(each, nodes.Const) and isinstance(each.value, str) for each in leaves)
    return isinstance(node, nodes.Filter) and node.name in ("join", "reverse", "replace", "format", "lower", "upper") \
        and isinstance(node.node, nodes.Const | nodes.List | nodes.Tuple)


def _joined(node: nodes.Node) -> str:
    return "".join(str(each.value) for each in reversed(list(_walk(node))) if isinstance(each, nodes.Const))


# ── looking into messages ────────────────────────────────────────────────────────────────────────────────────────────
def _looking(tree: nodes.Template) -> Iterator[str]:
    said = _Said(tree)
    for node in _walk(tree):
        match node:
            case nodes.Compare():
                sides = [node.expr, *(operand.expr for operand in node.ops)]
                if any(map(said.holds, sides)):
                    yield from _wanted([side for side in sides if not said.holds(side)])
                if any(map(said.measures, sides)) and any(
                        isinstance(side, nodes.Const) and side.value not in range(MOST_PARTS + 1) for side in sides):
                    yield "Its chat template behaves differently for messages of a certain length."
            case nodes.Test() if said.holds(node.node) and node.name not in SHAPES:
                yield from _wanted(node.args)
            case nodes.Call(node=nodes.Getattr() as method) if method.attr in SEARCHES and said.holds(method.node):
                yield from _wanted(node.args[:1])
            case nodes.Filter(name="replace") if said.holds(node.node):
                yield from _wanted(node.args[:1])
            case nodes.Filter(name="select" | "reject") if said.holds(node.node):
                yield from _wanted(node.args[1:])
            case nodes.Filter(name="selectattr" | "rejectattr") if _names_contents(node.args[:1]):
                yield from _wanted(node.args[2:])


def _names_contents(arguments: list[nodes.Expr]) -> bool:
    return any(isinstance(one, nodes.Const) and one.value in CONTENTS for one in arguments)


def _wanted(sought: list[nodes.Expr]) -> Iterator[str]:
    """What a message is searched for or compared with, where that is no mark."""
    for one in sought:
        if _is_put_together(one):
            yield phrase(_joined(one))
        for node in _walk(one):
            if isinstance(node, nodes.Const) and isinstance(node.value, str) \
                    and node.value not in KEYS and not is_mark(node.value):
                yield phrase(node.value)


class _Said:
    """Which expressions hold what was said: contents, and whatever is made of them."""

    def __init__(self, tree: nodes.Template) -> None:
        self._names: set[str] = set(CONTENTS)
        before = -1
        while before != len(self._names):               # an assignment may come before the one it depends on
            before = len(self._names)
            for node in _walk(tree):
                if isinstance(node, nodes.Assign) and self.holds(node.node):
                    self._names |= _targets(node.target)

    def holds(self, node: nodes.Node | None) -> bool:
        """Is it a content, a part of one, or a text made with one?"""
        match node:
            case nodes.Name():
                return node.name in self._names
            case nodes.NSRef():
                return f"{node.name}.{node.attr}" in self._names
            case nodes.Getattr():
                return node.attr in CONTENTS or _full_name(node) in self._names
            case nodes.Getitem(arg=nodes.Const(value=str() as key)):
                return key in CONTENTS
            case nodes.Getitem():
                return self.holds(node.node)
            case nodes.Filter():
                return node.name not in ("length", "count", "tojson") and node.node is not None and (
                    self.holds(node.node) or (node.name in ("map", "join") and _names_contents(
                        [*node.args, *(each.value for each in node.kwargs)])))
            case nodes.Call(node=nodes.Getattr() as method):
                return self.holds(method.node) and method.attr not in ("items", "keys")
            case nodes.Concat():
                return any(map(self.holds, node.nodes))
            case nodes.Add():
                return self.holds(node.left) or self.holds(node.right)
            case nodes.CondExpr():
                return self.holds(node.expr1) or self.holds(node.expr2)
        return False

    def measures(self, node: nodes.Node) -> bool:
        """Is it the length of what was said?"""
        return isinstance(node, nodes.Filter) and node.name in ("length", "count") and self.holds(node.node)


def _full_name(node: nodes.Getattr) -> str:
    return f"{node.node.name}.{node.attr}" if isinstance(node.node, nodes.Name) else ""


def _targets(target: nodes.Node) -> set[str]:
    if isinstance(target, nodes.NSRef):
        return {f"{target.name}.{target.attr}"}
    return {node.name for node in _walk(target) if isinstance(node, nodes.Name)}


# ── dates ────────────────────────────────────────────────────────────────────────────────────────────────────────────
def _dated(tree: nodes.Template) -> Iterator[str]:
    """A date may be written into a prompt, never decided by."""
    dates: set[str] = set()

    def dated(node: nodes.Node | None) -> bool:
        return node is not None and any(
            (isinstance(each, nodes.Call) and isinstance(each.node, nodes.Name) and each.node.name == "strftime_now")
            or (isinstance(each, nodes.Name) and each.name in dates) for each in _walk(node))

    for _ in range(2):
        for node in _walk(tree):
            if isinstance(node, nodes.Assign) and isinstance(node.target, nodes.Name) and dated(node.node):
                dates.add(node.target.name)
    for node in _walk(tree):
        decided = isinstance(node, nodes.Compare) and dated(node)
        if isinstance(node, nodes.If | nodes.CondExpr):
            decided = any(isinstance(each, nodes.Call) and dated(each) for each in _walk(node.test))
        if decided:
            yield "Its chat template behaves differently on certain dates."
            return


# ── instructions of its own ──────────────────────────────────────────────────────────────────────────────────────────
def _instructing(tree: nodes.Template) -> Iterator[str]:
    for node in _walk(tree):
        text = node.data if isinstance(node, nodes.TemplateData) else \
            node.value if isinstance(node, nodes.Const) and isinstance(node.value, str) else ""
        if found := INSTRUCTIONS.search(text):
            start = max(text.rfind("\n", 0, found.start()), text.rfind(". ", 0, found.start())) + 1
            yield f"Its chat template gives the model orders of its own: {quoted(text[start:])}."
