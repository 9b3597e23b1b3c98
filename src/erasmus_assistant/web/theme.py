"""The look of the Gradio part: the same colours and type as `static/app.css`, nothing from another host."""

from __future__ import annotations

from typing import Any

import gradio as gr
from gradio.themes.utils import colors

_BLUE = colors.Color(
    *("#eef3fc", "#d9e4f8", "#b3c8f0", "#83a4e4", "#4c78d0", "#1f52b8", "#003399"),
    *("#002b80", "#002266", "#001a4d", "#001133"),
    name="eu-blue",
)
_FONTS = ("system-ui", "Segoe UI", "Roboto", "Noto Sans", "DejaVu Sans", "sans-serif")
_MONO = ("ui-monospace", "DejaVu Sans Mono", "monospace")


def theme() -> Any:
    """A Gradio theme; its colours are the custom properties of our own style sheet, in both modes."""
    made = gr.themes.Base(primary_hue=_BLUE, neutral_hue=colors.slate, font=_FONTS, font_mono=_MONO)
    both = {
        "body_background_fill": "var(--page)",
        "body_text_color": "var(--ink)",
        "background_fill_primary": "var(--surface)",
        "background_fill_secondary": "var(--page)",
        "block_background_fill": "transparent",
        "border_color_primary": "var(--line)",
        "link_text_color": "var(--link)",
        "input_background_fill": "var(--surface)",
        "input_placeholder_color": "var(--quiet)",
        "button_primary_background_fill": "var(--accent)",
        "button_primary_text_color": "var(--on-accent)",
    }
    return made.set(**both, **{f"{name}_dark": value for name, value in both.items()})
