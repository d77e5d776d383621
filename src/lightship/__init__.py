"""lightship: Dockerfiles that ship light, with the proof."""

__version__ = "0.1.0"
