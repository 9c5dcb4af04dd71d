"""How the sample counties are made: what bureaus would hand in, and the key of what was planted. Nobody in them is real.

`make sample` writes the finished files into the package and `key/` beside this; nothing here is part of the kit.
"""
