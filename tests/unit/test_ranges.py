"""What servers say about parts of files, hostile ones too: it is understood, or it costs one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.library.byte_set import Stretch
from router.library.partial import Identity
from router.library.ranges import Changed, Interrupted, read_answer, request_headers, seconds_asked
from router.library.sources import SourceFailed

URL = "http://a/model"
KNOWN = Identity("0" * 64, 1000, '"v1"', URL)
PART = Stretch(100, 300)


def test_a_part_is_asked_for_only_of_the_version_that_was_begun() -> None:
    assert request_headers(PART, KNOWN, URL, begun=True) == {"Range": "bytes=100-299", "If-Range": '"v1"'}
    assert request_headers(PART, KNOWN, "http://b/model", begun=True) == {"Range": "bytes=100-299"}
    assert request_headers(Stretch(100, 1000), KNOWN, URL, begun=False) == {"Range": "bytes=100-"}
    assert request_headers(Stretch(0, 1000), KNOWN, URL, begun=False) == {}


def test_a_part_is_put_where_the_server_says_it_begins() -> None:
    answer = read_answer(206, {"content-range": "bytes 100-299/1000", "etag": '"v1"'}, PART, KNOWN, URL)
    assert (answer.start, answer.size, answer.in_parts) == (100, 1000, True)
    whole = read_answer(200, {"content-length": "1000", "etag": '"v1"'}, PART, KNOWN, URL)
    assert (whole.start, whole.in_parts) == (0, False)
    with pytest.raises(SourceFailed, match="different part"):
        read_answer(206, {"content-range": "bytes 0-299/1000"}, PART, KNOWN, URL)


@pytest.mark.parametrize(("status", "headers"), [
    (200, {"etag": '"v2"'}), (206, {"content-range": "bytes 100-299/1000", "etag": '"v2"'}),
    (416, {"content-range": "bytes */1000"})])
def test_another_version_is_noticed(status: int, headers: dict[str, str]) -> None:
    with pytest.raises(Changed):
        read_answer(status, headers, PART, KNOWN, URL)


def test_nothing_behind_the_last_byte_is_the_end() -> None:
    unknown = Identity("0" * 64)
    assert read_answer(416, {"content-range": "bytes */1000"}, Stretch(1000, 2000), unknown, URL).size == 1000
    assert read_answer(416, {}, Stretch(1000, 2000), unknown, URL).size == 1000


@pytest.mark.parametrize(("text", "seconds"), [
    ("7", 7), ("Thu, 01 Jan 1970 00:01:40 GMT", 90), ("Thu, 01 Jan 1970 00:00:01 GMT", 0), ("soon", 0), ("", 0),
    ("-3", 0), ("²", 0), ("9" * 5000, 0)])
def test_how_long_a_server_asks_to_wait(text: str, seconds: float) -> None:
    assert seconds_asked(text, now=10) == seconds


NUMBER = st.one_of(st.integers(0, 10**30), st.sampled_from(["*", "", "100", "1000"]))
VALUE = st.one_of(st.builds("bytes {}-{}/{}".format, NUMBER, NUMBER, NUMBER), st.text("0123456789²x-* \"", max_size=12))
NAMES = ("content-range", "content-length", "etag", "retry-after")
HEADERS = st.fixed_dictionaries({}, optional=dict.fromkeys(NAMES, VALUE))


@given(st.sampled_from([100, 200, 206, 301, 404, 408, 416, 429, 500, 999]), HEADERS)
def test_whatever_a_server_answers_is_an_answer_or_a_sentence(status: int, headers: dict[str, str]) -> None:
    try:
        answer = read_answer(status, headers, PART, KNOWN, URL)
    except (SourceFailed, Interrupted, Changed):
        return
    assert answer.start in (0, PART.start) and answer.size in (0, 1000)
