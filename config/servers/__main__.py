"""What the Makefile calls: python -m config.servers up|dev|stop|test."""

import sys
from pathlib import Path

from config.servers.checks import check_everything
from config.servers.faults import Fault
from config.servers.up import stop, up

ROOT = Path(__file__).resolve().parents[2]


def main(word: str) -> int:
    """Do what the word says; return the exit code."""
    try:
        match word:
            case "up" | "dev":
                up(ROOT, reload=word == "dev")
            case "stop":
                stop(ROOT)
            case "test":
                return check_everything(ROOT)
            case _:
                print("Usage: python -m config.servers up|dev|stop|test", file=sys.stderr)
                return 2
    except OSError as error:
        print(f"hymnsheet: {error.filename or 'the system'}: {error.strerror}.", file=sys.stderr)
        return 1
    except Fault as fault:
        print(f"hymnsheet: {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(" ".join(sys.argv[1:])))
