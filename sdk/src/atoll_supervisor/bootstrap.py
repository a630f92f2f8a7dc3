"""What a location's interpreter executes first; it runs without any package of ours in sight.

Arguments: folder that lends the SDK, then those of `atoll.location`. The SDK is named, not
imported, so that the supervisor stays free of it.
"""

import sys

if sys.version_info < (3, 8):  # noqa: UP036  # old interpreters read this file, too
    sys.stderr.write("this is Python %d.%d; a location needs 3.8 or newer\n" % sys.version_info[:2])
    sys.exit(78)  # `lend.TOO_OLD_EXIT`, by which the supervisor knows

import importlib
from importlib.machinery import PathFinder


def main():
    # type: () -> None
    sys.path.pop(0)  # this file's folder, which is none of the user's business
    lent = sys.argv.pop(1)
    if PathFinder.find_spec("atoll") is None:
        sys.path.append(lent)
    importlib.import_module("atoll.location.process").main(sys.argv[1:])


if __name__ == "__main__":
    main()
