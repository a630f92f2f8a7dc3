"""`python -m atoll_supervisor`: the command `atoll` of just this interpreter."""

from atoll_supervisor.entry import main

main()
