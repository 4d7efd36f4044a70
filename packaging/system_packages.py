"""What Consort needs of the system that Python packages lack: a compiler, Qt's native libraries, the tests' display.

What is missing is found by looking (the dynamic linker, the PATH), never by asking which packages are installed. Root
on a Debian-like system: installed with apt-get, after one sentence. Anyone else: stops with the line to type. No sudo.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import steps

# The Qt libraries the window loads, and the plugin that draws on an X display. Found with ldd in a bare Debian 12.
QT_FILES = ("lib/libQt6Widgets.so.6", "lib/libQt6Svg.so.6", "lib/libQt6Multimedia.so.6",
            "plugins/multimedia/libffmpegmediaplugin.so", "plugins/platforms/libqxcb.so",
            "plugins/platforms/libqoffscreen.so")
DEBIAN_PACKAGE = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libOpenGL.so.0": "libopengl0",
    "libglib-2.0.so.0": "libglib2.0-0", "libgthread-2.0.so.0": "libglib2.0-0", "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1", "libfreetype.so.6": "libfreetype6", "libz.so.1": "zlib1g",
    "libxkbcommon.so.0": "libxkbcommon0", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libpulse.so.0": "libpulse0", "libX11.so.6": "libx11-6", "libX11-xcb.so.1": "libx11-xcb1", "libxcb.so.1": "libxcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0", "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0", "libxcb-shm.so.0": "libxcb-shm0", "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1", "libxcb-xfixes.so.0": "libxcb-xfixes0", "libxcb-xkb.so.1": "libxcb-xkb1",
}
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}
NOT_FOUND = re.compile(r"^\s*(\S+) => not found", re.MULTILINE)


def need_for_build() -> None:
    """A C and a C++ compiler. Raises steps.CannotGoOn."""
    if os.name == "nt" or (os.environ.get("CC") and os.environ.get("CXX")):
        return                                   # Visual Studio is found by CMake itself, in no PATH
    if sys.platform == "darwin":
        if shutil.which("clang++") is None:
            raise steps.CannotGoOn("The model engine is compiled on this Mac, which has no compiler yet.",
                                   "xcode-select --install")
        return
    lacking = [package for names, package in ((("cc", "gcc", "clang"), "gcc"), (("c++", "g++", "clang++"), "g++"))
               if not any(map(shutil.which, names))]
    _install(lacking, "a compiler for the model engine")


def need_for_window(site_packages: Path) -> None:
    """The native libraries Qt loads. Raises steps.CannotGoOn."""
    if sys.platform.startswith("linux"):
        _install(_lacking_for_qt(site_packages), "the libraries a window needs")


def need_for_tests(site_packages: Path) -> None:
    """Qt's libraries, and a display in memory with a program that types on it. Raises steps.CannotGoOn."""
    if sys.platform.startswith("linux"):
        programs = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
        _install([*_lacking_for_qt(site_packages), *programs], "what the window's tests need")


def missing_libraries(ldd_output: str) -> list[str]:
    """The libraries `ldd` did not find, each once, sorted."""
    return sorted(set(NOT_FOUND.findall(ldd_output)))


def packages_for(libraries: Iterable[str]) -> list[str]:
    """The Debian packages that bring the libraries; a library we do not know stands for itself."""
    return sorted({DEBIAN_PACKAGE.get(library, library) for library in libraries})


def _lacking_for_qt(site_packages: Path) -> list[str]:
    files = [str(site_packages / "PySide6" / "Qt" / name) for name in QT_FILES]
    if shutil.which("ldd") is None:              # not glibc: nothing to look with
        return []
    found = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    return packages_for(missing_libraries(found.stdout))


def _install(packages: list[str], what: str) -> None:
    if not packages:
        return
    line = "apt-get install " + " ".join(packages)
    if shutil.which("apt-get") is None:
        raise steps.CannotGoOn(f"This system lacks {what}.",
                               f"install what your system calls these Debian packages: {' '.join(packages)}")
    if os.geteuid() != 0:
        raise steps.CannotGoOn(f"This system lacks {what}.", f"sudo {line}")
    steps.say(f"Installing {what} with apt-get: {' '.join(packages)}")
    apt = ["apt-get", "-q", "-y", "-o", "Dpkg::Use-Pty=0"]
    install = [*apt, "install", "--no-install-recommends", *packages]
    # A fresh machine has no package lists, and apt-get then fails at once; where there are lists, no slow update.
    for command in (install, [*apt, "update"], install):
        done = subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
        if command is install and done.returncode == 0:
            return
    print(done.stdout, file=sys.stderr)
    raise steps.CannotGoOn(f"apt-get could not install {what}.", line)
