"""`python app.py`: the chat on http://127.0.0.1:7860; ERASMUS_HOST and ERASMUS_PORT change the address."""

from __future__ import annotations

import sys

from erasmus_assistant.cli import main

if __name__ == "__main__":
    sys.exit(main(["serve", *sys.argv[1:]]))
