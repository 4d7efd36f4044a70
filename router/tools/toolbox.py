"""Which tools there are: those that come with Consort, and those that installed packages bring."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import entry_points

from router.errors import UserFacingError
from router.tools.tool import Tool

GROUP = "consort.tools"


@dataclass(frozen=True)
class Toolbox:
    """notices: sentences about packages whose tool could not be taken."""

    tools: tuple[Tool, ...]
    notices: tuple[str, ...] = ()

    def find(self, name: str) -> Tool:
        """Raises UserFacingError when there is none of that name."""
        for one in self.tools:
            if one.name == name:
                return one
        raise UserFacingError(f"There is no tool called “{name}”.", "`consort tools` shows them all.")


def with_tools_of_packages(own: tuple[Tool, ...]) -> Toolbox:
    """Ours and those of other packages; none of theirs takes the name of one of ours."""
    tools, notices = {one.name: one for one in own}, []
    for entry in entry_points(group=GROUP):
        try:
            found = entry.load()
        except Exception as error:          # a stranger's package may fail in any way
            notices.append(f"The tool {entry.name} of another package cannot be used: {error}")
            continue
        if not isinstance(found, Tool) or found.name in tools:
            notices.append(f"The tool {entry.name} of another package cannot be used: it is no tool, or its name is "
                           "taken.")
            continue
        tools[found.name] = found
    return Toolbox(tuple(tools.values()), tuple(notices))
