"""`stance train` from a checkout: the command is `stance.commands.train`."""

import sys

from stance.commands.train import main

if __name__ == "__main__":
    sys.exit(main())
