"""What a location's interpreter executes first; it runs without any package of ours in sight.

Arguments: name of the location (for `ps`), folder that lends the SDK, file descriptors of the
frames and of the doorbell, path of the file for stacks.
"""

import sys


def main() -> None:
    name, lent, frames_fd, bell_fd, stack_path = sys.argv[1:6]
    sys.path.pop(0)  # this file's folder, which is none of the user's business
    try:
        import atoll
    except ImportError:
        sys.path.append(lent)
    from atoll.location.process import main as serve

    serve(name, int(frames_fd), int(bell_fd), stack_path)


main()
