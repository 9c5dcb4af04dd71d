"""The sample counties: files as bureaus hand them in, and a key of what was planted. Nobody in them is real."""

from fundaudit.sample.write import COUNTIES, write_samples

__all__ = ["COUNTIES", "write_samples"]
