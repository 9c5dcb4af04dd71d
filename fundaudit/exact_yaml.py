"""YAML that people write: exact decimals, no duplicate keys, no references; every slip is one Chinese line."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

LARGEST = 1_000_000  # bytes of a parameter file or of a check


class ParameterError(Exception):
    """What people wrote and cannot be used; `str()` is one Chinese line per problem."""


_STAR = '不支持 * 引用；星号本身请加引号，如 sheet: "*"'


class ExactLoader(yaml.SafeLoader):
    """Safe YAML with exact decimals, without duplicate keys and without references (a few lines of which fill a memory)."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
            raise ParameterError(f"第 {line} 行：{_STAR}")
        return super().compose_node(parent, index)


def _mapping(loader: ExactLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key_node, _ in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            raise ParameterError(f"第 {line} 行：键应是一个词，不能是列表或另一组键")
        key = loader.construct_object(key_node)
        if key in seen:
            raise ParameterError(f"第 {line} 行：键 {key} 重复出现，请只保留一个")
        seen.add(key)
    return yaml.SafeLoader.construct_mapping(loader, node, deep=True)


def _decimal(loader: ExactLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(str(loader.construct_scalar(node)).replace("_", ""))


ExactLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def _as_written(loader: ExactLoader, node: yaml.ScalarNode) -> str:
    """A day stays the text that it is: whoever needs one reads it, and can name the key where it is none."""
    return str(loader.construct_scalar(node))


ExactLoader.add_constructor("tag:yaml.org,2002:float", _decimal)
ExactLoader.add_constructor("tag:yaml.org,2002:timestamp", _as_written)


def nearest(name: str, names: Iterable[str]) -> str:
    """The hint that ends an error on an unknown name."""
    names = list(names)
    close = difflib.get_close_matches(name[:100], names, n=1, cutoff=0.5)
    return f"最接近的是 {close[0]}" if close else "可用的有：" + "、".join(names[:20])


def shown(value: Any, most: int = 60) -> str:
    """A value in a message: on one line, without what a terminal would obey, cut off after `most` characters."""
    try:
        text = "".join(
            c if c.isprintable() or unicodedata.category(c) == "Zs" else "�" for c in str(value) if not 0xD800 <= ord(c) < 0xE000
        )
    except ValueError:  # a number of more digits than Python writes
        return "（位数过多的数）"
    return text if len(text) <= most else text[:most] + "…"


class ReferringLoader(ExactLoader):
    """The same, with references: cases share tables."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        return super(ExactLoader, self).compose_node(parent, index)


def load_yaml(text: str, references: bool = False) -> Any:
    """YAML as the project reads it. ParameterError says in Chinese in which line it stops; the caller names the file."""
    try:
        content = yaml.load(text, Loader=ReferringLoader if references else ExactLoader)  # noqa: S506 safe loaders of our own
        _refuse_odd_text(content)
        return content
    except RecursionError:
        raise ParameterError("层次太深，不是参数的写法") from None
    except (yaml.YAMLError, ArithmeticError, ValueError, TypeError, AttributeError) as error:
        line = getattr(getattr(error, "problem_mark", None), "line", None)
        where = f"第 {line + 1} 行" if line is not None else "文件"
        if getattr(error, "context", None) == "while scanning an alias":  # a star alone
            raise ParameterError(f"{where}：{_STAR}") from None
        raise ParameterError(f"{where}不是可读的 YAML，请检查缩进、冒号、引号和日期、数的写法") from None


def line_of(text: str, keys: Iterable[Any]) -> int:
    """In which line of a YAML text (from 1) the value under these keys and places of lists stands, as far as they lead."""
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    line = 1
    for key in keys:
        if isinstance(node, yaml.MappingNode):
            found = next(((k, v) for k, v in node.value if k.value == str(key)), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(key, int) and key < len(node.value):
            node = node.value[key]
            line = node.start_mark.line + 1
    return line


def _refuse_odd_text(content: Any, key: str = "") -> None:
    """ParameterError where a text holds characters that no file name, header or message may hold."""
    if isinstance(content, dict):
        for name, value in content.items():
            _refuse_odd_text(name, f"{key}.{shown(name)}".lstrip("."))
            _refuse_odd_text(value, f"{key}.{shown(name)}".lstrip("."))
    elif isinstance(content, list):
        for place, value in enumerate(content, 1):
            _refuse_odd_text(value, f"{key}[{place}]")
    elif isinstance(content, str) and any(unicodedata.category(c) in ("Cs", "Cc") and c not in "\n\t" for c in content):
        raise ParameterError(f"键 {key} 的文字里有控制字符，请删去重新填写")


def decoded(path: Path) -> str:
    """A small text file in UTF-8 (with or without BOM) or GBK. ParameterError where it is neither, or no such file."""
    try:
        if path.stat().st_size > LARGEST:
            raise ParameterError(f"{path}：有 {path.stat().st_size:,} 字节，超过 {LARGEST:,} 字节，不是参数或检查的说明")
        content = path.read_bytes()
    except OSError as error:
        what = "是文件夹，应是文件" if path.is_dir() else f"无法读取（{type(error).__name__}），请检查文件和权限"
        raise ParameterError(f"{path}：{what}") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ParameterError(f"{path}：既不是 UTF-8 也不是 GBK 编码的文本，请另存为 UTF-8")
