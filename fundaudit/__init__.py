"""fundaudit: inspection and audit of earmarked county funds. Importing it loads nothing heavy."""

__version__ = "0.1.0"
