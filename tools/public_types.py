"""`sdk/src/atoll/__init__.pyi`: the public names for type checkers and editors.

The package itself loads each name when it is first asked for, which no type checker follows.
"""

from __future__ import annotations

from atoll.public_names import BY_MODULE

_HEAD = '''"""Define data assets in isolated code locations: what user code imports."""

# Made by `make gen` of public_names.py.

'''


def document() -> bytes:
    """The stub file."""
    lines = []
    for module in sorted(BY_MODULE):
        names = sorted(BY_MODULE[module].split(), key=lambda name: (name.lower(), name))
        lines.append(f"from atoll.{module} import (")
        lines += [f"    {name} as {name}," for name in names]
        lines.append(")")
    return (_HEAD + "\n".join(lines) + "\n\n__version__: str\n__all__: list[str]\n").encode()
