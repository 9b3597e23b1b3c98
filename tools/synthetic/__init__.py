"""A synthetic programme guide: content, the languages it is written in, and the formats it is saved in."""
