"""`python -m erasmus_assistant` is `erasmus-assistant`."""

import sys

from erasmus_assistant.cli import main

sys.exit(main())
