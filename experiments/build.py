"""`stance build` from a checkout: the command is `stance.commands.build`."""

import sys

from stance.commands.build import main

if __name__ == "__main__":
    sys.exit(main())
