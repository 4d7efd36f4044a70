"""`python -m specialists.probe`: what the model engine of this installation was built with, as one JSON line.

Runs in a process of its own; a library that cannot be loaded fails here and nowhere else.
"""

from __future__ import annotations

import json


def main() -> None:
    """Print version, features and whether a GPU can be used. Raises whatever importing the engine raises."""
    from specialists.engines import llama_model as llama

    print(json.dumps(llama.build_facts()))


if __name__ == "__main__":
    main()
