"""What a refusal of the Hub means, as a sentence: an agreement that is missing, a wrong token, too many questions.

huggingface_hub tells the kinds apart (by the Hub's X-Error-Code); the words are ours.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

from router.errors import UserFacingError

HUB = "The Hugging Face Hub"
OFFLINE_HINT = "What is installed works without it; `consort list` shows what that is."
LONGEST_WAIT = 24 * 3600        # seconds; a server that asks for more is not believed


def refused(status: int, headers: Mapping[str, str], body: bytes, url: str, subject: str, has_token: bool,
            ) -> UserFacingError:
    """The sentence for an answer with a `status` of 400 or more. subject: the repository that was asked about."""
    import httpx2
    from huggingface_hub import errors, hf_raise_for_status

    who = subject or "This"
    try:
        hf_raise_for_status(httpx2.Response(status, headers=_plain(headers), content=body,
                                            request=httpx2.Request("GET", url)))
    except errors.GatedRepoError:
        return _gated(who, url, has_token)
    except errors.RepositoryNotFoundError:
        hint = ("Check its name; the access token you gave may not open it." if has_token else
                "Check its name. A private one needs an access token: consort hub token --set")
        return UserFacingError(f"There is no repository {who} on the Hub that you may read.", hint)
    except (errors.EntryNotFoundError, errors.RevisionNotFoundError):
        return UserFacingError(f"{who} does not have this file or version any more.", "Search for it again.")
    except errors.HfHubHTTPError:
        pass
    if status == 429:
        return UserFacingError(f"{HUB} asks for patience: too many questions came from here.",
                               f"Try again in {wait_in_words(headers)}.")
    if status == 401:
        return UserFacingError(f"{HUB} does not know the access token.",
                               "Make a new one in your account there, then: consort hub token --set")
    if status == 403:
        return UserFacingError(f"{HUB} does not let you read this.", "The access token may lack the right to.")
    return UserFacingError(f"{HUB} is in trouble (HTTP {status}).", f"Try again later. {OFFLINE_HINT}")


def not_reachable(words: str) -> UserFacingError:
    """Nobody there. words: "could not be reached", part of the sentence."""
    return UserFacingError(f"{HUB} cannot be asked: it {words.removeprefix('the server ').removeprefix('it ')}.",
                           f"Check the connection. {OFFLINE_HINT}")


def switched_off() -> UserFacingError:
    """HF_HUB_OFFLINE is set."""
    return UserFacingError(f"{HUB} is switched off here: HF_HUB_OFFLINE is set.", OFFLINE_HINT)


def unintelligible() -> UserFacingError:
    """An answer that makes no sense."""
    return UserFacingError(f"The answer of {HUB[0].lower()}{HUB[1:]} makes no sense.",
                           "Try again later; HF_ENDPOINT may name another server than you want.")


def _gated(who: str, url: str, has_token: bool) -> UserFacingError:
    page = f"{url.split(who)[0].split('/api/')[0].rstrip('/')}/{who}"
    then = "then try again." if has_token else "then give Consort an access token: consort hub token --set"
    return UserFacingError(f"{who} wants an agreement with its owner first.",
                           f"Sign in and accept it on its page ({page}), {then}")


def wait_in_words(headers: Mapping[str, str]) -> str:
    """The time to wait, in words."""
    text = headers.get("retry-after", "").strip()
    seconds = min(int(text), LONGEST_WAIT) if text.isdigit() and len(text) < 10 else 0
    if not seconds:
        return "some minutes"
    return f"{seconds} seconds" if seconds < 120 else f"{math.ceil(seconds / 60)} minutes"


def _plain(headers: Mapping[str, str]) -> dict[str, str]:
    """Without what describes the transfer: the body is here already."""
    return {name: value for name, value in headers.items()
            if name.lower() in ("x-error-code", "x-error-message", "content-type")}
