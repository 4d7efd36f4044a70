"""Edit, regenerate, switch, delete, restore: nothing is destroyed and the visible path is one of the branches."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from router.errors import UserFacingError
from router.memory.store import Store
from router.parts import TextPart, plain_text


def ask(store: Store, text: str, conversation: str = "", edited: str = "") -> tuple[str, str, str]:
    question, reply = store.begin(conversation, text, edited=edited)
    store.finish(reply.id, (TextPart(f"answer to {text}"),), "complete")
    return store.conversation_of(reply.id), question.id, reply.id


def shown(store: Store, conversation: str) -> list[str]:
    return [message.id for message in store.path(conversation, limit=10_000)[0]]


def test_an_edited_question_is_a_sibling_and_the_old_branch_stays() -> None:
    store = Store.in_memory()
    conversation, first, first_answer = ask(store, "one")
    _, second, second_answer = ask(store, "two", conversation)
    _, edited, edited_answer = ask(store, "two, better", conversation, edited=second)
    assert shown(store, conversation) == [first, first_answer, edited, edited_answer]
    assert store.path(conversation)[0][2].siblings == (second, edited)
    store.choose_sibling(conversation, second)
    assert shown(store, conversation) == [first, first_answer, second, second_answer]
    assert store.path(conversation)[0][2].siblings == (second, edited)


def test_the_first_question_can_be_edited_too() -> None:
    store = Store.in_memory()
    conversation, first, _ = ask(store, "one")
    _, edited, answer = ask(store, "ONE", conversation, edited=first)
    assert shown(store, conversation) == [edited, answer]
    assert store.path(conversation)[0][0].siblings == (first, edited)


def test_regenerating_adds_an_answer_beside_and_keeps_what_followed() -> None:
    store = Store.in_memory()
    conversation, question, answer = ask(store, "one")
    _, second, second_answer = ask(store, "two", conversation)
    same, again = store.begin_again(conversation, answer)
    assert (same.id, again.parent, again.state) == (question, question, "streaming")
    assert again.siblings == (answer, again.id)
    assert shown(store, conversation) == [question, again.id]
    store.choose_sibling(conversation, answer)
    assert shown(store, conversation) == [question, answer, second, second_answer]


def test_a_question_without_an_answer_is_answered_where_it_stands() -> None:
    store = Store.in_memory()
    conversation, question, answer = ask(store, "one")
    store.delete_message(conversation, answer)
    assert shown(store, conversation) == [question]
    same, again = store.begin_again(conversation, question)
    assert (same.id, again.siblings) == (question, (again.id,))


def test_switching_back_shows_the_branch_last_seen_below() -> None:
    store = Store.in_memory()
    conversation, one, first = ask(store, "one")
    _, two, _ = ask(store, "two", conversation)
    _, third, third_answer = ask(store, "three", conversation)
    store.choose_sibling(conversation, two)                     # no change: it is on the path
    _, other, other_answer = ask(store, "three, other", conversation, edited=third)
    _, again = store.begin_again(conversation, first)
    assert shown(store, conversation) == [one, again.id]
    store.choose_sibling(conversation, first)
    assert shown(store, conversation)[-2:] == [other, other_answer]
    store.choose_sibling(conversation, third)
    assert shown(store, conversation)[-2:] == [third, third_answer]


def test_opening_around_a_message_on_another_branch_switches_to_it() -> None:
    store = Store.in_memory()
    conversation, first, first_answer = ask(store, "one")
    ask(store, "other", conversation, edited=first)
    page, _, _ = store.path(conversation, around=first_answer)
    assert [message.id for message in page] == [first, first_answer]
    assert shown(store, conversation) == [first, first_answer]


def test_a_deleted_message_takes_what_followed_with_it_and_both_come_back() -> None:
    store = Store.in_memory()
    conversation, first, first_answer = ask(store, "one")
    _, second, second_answer = ask(store, "two", conversation)
    store.delete_message(conversation, first_answer)
    assert shown(store, conversation) == [first]
    assert store.search("two") == ()
    store.restore_message(conversation, first_answer)
    assert shown(store, conversation) == [first, first_answer, second, second_answer]
    assert store.search("two")


def test_when_a_version_is_deleted_its_neighbour_takes_its_place() -> None:
    store = Store.in_memory()
    conversation, first, first_answer = ask(store, "one")
    _, second, second_answer = ask(store, "ONE", conversation, edited=first)
    _, third, third_answer = ask(store, "One", conversation, edited=first)
    store.delete_message(conversation, second)
    assert shown(store, conversation) == [third, third_answer], "what is shown stays"
    assert store.path(conversation)[0][0].siblings == (first, third)
    store.delete_message(conversation, third)
    assert shown(store, conversation) == [first, first_answer]
    store.delete_message(conversation, first)
    assert store.path(conversation) == ((), False, False)
    _, fresh, fresh_answer = ask(store, "fresh", conversation)
    assert shown(store, conversation) == [fresh, fresh_answer]
    store.restore_message(conversation, second)
    assert shown(store, conversation) == [second, second_answer]
    assert store.path(conversation)[0][0].siblings == (second, fresh)


def test_deletions_inside_deletions_come_back_one_by_one() -> None:
    store = Store.in_memory()
    conversation, first, first_answer = ask(store, "one")
    _, second, second_answer = ask(store, "two", conversation)
    store.delete_message(conversation, second_answer)
    store.delete_message(conversation, first)
    store.restore_message(conversation, second_answer)          # its question is still hidden
    assert shown(store, conversation) == []
    store.restore_message(conversation, first)
    assert shown(store, conversation) == [first, first_answer, second, second_answer]


class Model:
    """The same tree as plain lists: what the store is compared with."""

    def __init__(self) -> None:
        self.parents: dict[str, str] = {}
        self.deleted: set[str] = set()

    def visible(self, message: str) -> bool:
        while message:
            if message in self.deleted:
                return False
            message = self.parents[message]
        return True

    def versions(self, parent: str) -> tuple[str, ...]:
        return tuple(one for one, above in self.parents.items() if above == parent and self.visible(one))


STEP = st.tuples(st.sampled_from(["ask", "edit", "again", "choose", "delete", "restore"]), st.integers(0, 30))


@settings(max_examples=20, deadline=None)
@given(st.lists(STEP, max_size=16))
def test_whatever_is_done_the_path_is_a_whole_branch_of_visible_messages(steps: list[tuple[str, int]]) -> None:
    store, model = Store.in_memory(), Model()
    conversation, question, answer = ask(store, "start")
    model.parents = {question: "", answer: question}
    for what, number in steps:
        message = list(model.parents)[number % len(model.parents)]
        try:
            if what in ("ask", "edit"):
                _, question, answer = ask(store, what, conversation, edited=message if what == "edit" else "")
                path = [view.id for view in store.history(question)]
                model.parents[question] = model.parents[message] if what == "edit" else (path[-1] if path else "")
                model.parents[answer] = question
            elif what == "again":
                above, reply = store.begin_again(conversation, message)
                model.parents[reply.id] = above.id
            elif what == "choose":
                store.choose_sibling(conversation, message)
                assert message in shown(store, conversation)
            elif what == "delete":
                store.delete_message(conversation, message)
                model.deleted.add(message)
            else:
                store.restore_message(conversation, message)
                model.deleted.discard(message)
        except UserFacingError:
            assert not model.visible(message) or (what == "restore" and message not in model.deleted)
        page, more_before, more_after = store.path(conversation, limit=10_000)
        assert (more_before, more_after) == (False, False)
        assert [view.parent for view in page] == ["", *(view.id for view in page)][:len(page)]
        for view in page:
            assert model.visible(view.id)
            assert view.siblings == model.versions(view.parent)
        end = page[-1].id if page else ""
        assert model.versions(end) == (), "the path goes down to the end of its branch"
        assert all(plain_text(view.parts) or view.state == "streaming" for view in page)
