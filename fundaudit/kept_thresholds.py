"""Thresholds that somebody tried and keeps: written into the county's parameter file, whose comments and order stay (ruamel.yaml)."""

from __future__ import annotations

import io
import shutil
import tempfile
from codecs import BOM_UTF8
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap
from ruamel.yaml.error import YAMLError

from fundaudit.catalogue import load_catalogue
from fundaudit.exact_yaml import ParameterError, decoded
from fundaudit.parameters import county_files, read_parameters


def keep_thresholds(folder: Path, county: str, code: str, values: Mapping[str, Any]) -> Path:
    """Writes a check's thresholds into `<folder>/<county>.yaml`; the file. ParameterError, the file as it was, where the county then could
    not be run."""
    path = county_files(folder).get(county)
    if path is None:
        raise ParameterError(f"{folder}：没有县 {county} 的参数文件，没有保存")
    before = path.read_bytes()
    try:
        text = _changed(decoded(path), code, values)
    except (YAMLError, TypeError, AttributeError) as error:
        raise ParameterError(f"{path}：不能改写（{type(error).__name__}），没有保存；请先改正文件里 thresholds 的写法") from None
    _try(folder, path, county, text)
    if path.read_bytes() != before:
        raise ParameterError(f"{path}：这时有人改过，没有保存；请重新打开后再试")
    own = path.resolve()  # what a link leads to, not the link
    beside = own.with_name(f".{own.name}.new")
    try:
        beside.write_text(text, encoding="utf-8-sig" if before.startswith(BOM_UTF8) else "utf-8", newline="")
        shutil.copymode(own, beside)
        beside.replace(own)  # the file is there, whole, at every moment
    finally:
        beside.unlink(missing_ok=True)
    return path


def _changed(text: str, code: str, values: Mapping[str, Any]) -> str:
    yaml = YAML()  # round trip: comments, quotes and order stay
    yaml.preserve_quotes = True
    yaml.width = 1_000_000
    yaml.indent(mapping=2, sequence=4, offset=2)
    content = yaml.load(text.replace("\r\n", "\n")) or CommentedMap()
    if content.get("thresholds") is None:
        content["thresholds"] = CommentedMap()
    if content["thresholds"].get(code) is None:
        content["thresholds"][code] = CommentedMap()
    own = content["thresholds"][code]
    if not own:
        own.fa.set_flow_style()
    for name, value in values.items():
        own[name] = YAML().load(str(value)) if not isinstance(value, list | bool) else value  # 0.10 stays 0.10
    stream = io.StringIO(newline="")
    yaml.dump(content, stream)
    return stream.getvalue().replace("\n", "\r\n" if "\r\n" in text else "\n")


def _try(folder: Path, path: Path, county: str, text: str) -> None:
    """Reads the county as it would be, in a folder of its own beside the real one."""
    with tempfile.TemporaryDirectory(dir=folder.resolve().parent, prefix=".parameters-") as aside:
        for other in folder.glob("defaults.y*ml"):
            shutil.copyfile(other, Path(aside) / other.name)
        (Path(aside) / path.name).write_text(text, encoding="utf-8", newline="")
        try:
            (own,) = read_parameters(Path(aside), [county])
            load_catalogue(own.checks, verified=True).thresholds(own)
        except ParameterError as error:
            raise ParameterError(str(error).replace(aside, str(folder))) from None
