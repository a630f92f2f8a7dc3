"""`python -m atoll.location NAME FRAMES_FD BELL_FD STACK_FILE`: for the supervisor's use."""

import sys

from atoll.location.process import main

main(sys.argv[1:])
