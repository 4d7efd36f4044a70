"""The Hugging Face Hub as a source: what a file is (checksum, size, commit) and where it lies; and a way to ask more.

huggingface_hub is imported only here and in the files beside (`hub_*.py`), inside functions: it is slow to import and
reads its settings from the environment at that moment. It does not fetch files (`router.library.download` does).
"""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import lru_cache

from router.library.hub_refusals import wait_in_words
from router.library.hub_session import QUIET, HubSession, open_session
from router.library.hub_token import HubToken
from router.library.network import BUNDLE_VARIABLES, Patience, certificates
from router.library.sources import Found, SourceFailed, Unreachable
from specialists.manifest import HubSource

__all__ = ["QUIET", "Hub"]
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT = re.compile(r"[0-9a-f]{40}")      # of a small file: SHA-1 over git's header and its content


@dataclass(frozen=True)
class Hub:
    """`endpoint`: the Hub's address, empty for the person's HF_ENDPOINT or the public one. `timeout` in seconds.
    token: where the person's access token is."""

    endpoint: str = ""
    timeout: float = 5.0
    token: HubToken = field(default_factory=HubToken)

    @asynccontextmanager
    async def session(self) -> AsyncIterator[HubSession]:
        """A connection for questions about models. Raises UserFacingError."""
        patience = Patience(connect=self.timeout, stall=3 * self.timeout)
        async with open_session(self.endpoint, await self.token.read(), patience) as session:
            yield session

    async def find(self, source: HubSource, known: str = "") -> Found:
        """What the Hub says about the file now. Raises SourceFailed when it cannot be asked or does not have it.

        known: the file's sha256, which the Hub does not state of small files that lie in git itself.
        """
        return await asyncio.to_thread(self._find, source, known, await self.token.read())

    def _find(self, source: HubSource, known: str, token: str) -> Found:
        os.environ.update(QUIET)
        import httpx2
        from huggingface_hub import errors as hub_errors
        from huggingface_hub import get_hf_file_metadata, hf_hub_url

        _trust(tuple(os.environ.get(name, "") for name in BUNDLE_VARIABLES))
        endpoint = self.endpoint or os.environ.get("HF_ENDPOINT") or None
        try:
            url = hf_hub_url(source.repo, source.file, revision=source.revision, endpoint=endpoint)
            metadata = get_hf_file_metadata(url, token=token or False, timeout=self.timeout, endpoint=endpoint)
            commit = metadata.commit_hash or ""
            pinned = hf_hub_url(source.repo, source.file, revision=commit or source.revision, endpoint=endpoint)
        except hub_errors.GatedRepoError as error:
            raise SourceFailed("the file needs an agreement: accept it on the model's page, then give Consort an "
                               "access token with `consort hub token --set`") from error
        except hub_errors.RepositoryNotFoundError as error:
            raise SourceFailed(f"there is no repository {source.repo} that everybody may read") from error
        except (hub_errors.EntryNotFoundError, hub_errors.RevisionNotFoundError) as error:
            raise SourceFailed(f"the repository {source.repo} does not have the file {source.file}") from error
        except hub_errors.OfflineModeIsEnabled as error:
            raise SourceFailed("it is switched off (HF_HUB_OFFLINE is set)") from error
        except hub_errors.HfHubHTTPError as error:
            if error.response.status_code == 429:
                raise SourceFailed(f"it asks to wait {wait_in_words(error.response.headers)}") from error
            raise SourceFailed(f"it answered with HTTP {error.response.status_code}") from error
        except (httpx2.HTTPError, OSError, ValueError, hub_errors.FileMetadataError) as error:
            raise _failure(error) from error
        stated = (metadata.etag or "").strip('"')
        sha256 = known if _GIT.fullmatch(stated) else stated
        if not _SHA256.fullmatch(sha256):
            raise SourceFailed("it does not state the file's checksum")
        return Found(pinned, sha256, metadata.size or 0, commit, {"Authorization": f"Bearer {token}"} if token else {})


@lru_cache(maxsize=1)
def _trust(bundles: tuple[str, ...]) -> None:
    """Have huggingface_hub trust whom downloads trust: also the bundles in the environment that it does not know of."""
    import httpx2
    from huggingface_hub import constants, errors, set_client_factory

    def stay_offline(request: httpx2.Request) -> None:      # as huggingface_hub's own client does
        if constants.is_offline_mode():
            raise errors.OfflineModeIsEnabled(f"{request.url} is not asked")

    set_client_factory(lambda: httpx2.Client(verify=certificates(), follow_redirects=True, timeout=None,
                                             event_hooks={"request": [stay_offline]}))


def _failure(error: Exception) -> SourceFailed:
    if "certificate" in str(error).lower():
        return SourceFailed("its certificate could not be verified")
    if type(error).__name__ in ("ConnectTimeout", "ReadTimeout", "PoolTimeout", "TimeoutError"):
        return Unreachable("it did not answer")
    if type(error).__name__ in ("ConnectError", "ProxyError", "NetworkError", "ReadError"):
        return Unreachable("it could not be reached")
    return SourceFailed("its answer could not be understood")
