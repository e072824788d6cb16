"""`python -m ivr` is the `ivr` command."""

from ivr.cli import app

if __name__ == "__main__":
    app()
