"""A second start of the window: the first one is asked to come to the front, and the second ends.

Asked before anything is shown, so it imports next to nothing when nobody owns the data folder.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import platformdirs

if TYPE_CHECKING:
    from router.ownership import Address

PATIENCE = 3.0      # s the first window has to answer


def raise_first_window(data_dir: Path | None = None) -> bool:
    """True: another Consort with this data folder has a window, and it is in front now.

    False: there is none, or it does not answer (a stale note, or a command line that will end by itself).
    """
    folder = data_dir or platformdirs.user_data_path("consort", appauthor=False)
    if not (folder / "owner.json").exists():
        return False
    import asyncio

    from router.ownership import owner_address
    address = owner_address(folder)
    return address is not None and asyncio.run(_ask(address))


async def _ask(address: Address) -> bool:
    import asyncio

    from router.joining import JoinedCore
    from router.messages import Event, RaiseWindow, Refused, WindowRaised

    answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def heard(event: Event) -> None:
        if isinstance(event, WindowRaised | Refused) and not answered.done():
            answered.set_result(isinstance(event, WindowRaised))

    try:
        core = await JoinedCore.join(address)
    except (OSError, TimeoutError):
        return False
    core.subscribe(heard)
    core.send(RaiseWindow("second start"))
    try:
        return await asyncio.wait_for(answered, PATIENCE)
    except TimeoutError:
        return False
    finally:
        await core.close()
