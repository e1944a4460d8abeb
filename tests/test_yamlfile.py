"""Strict YAML: what is accepted means the same to every reader, what is refused says why."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from cxdigest.errors import Problem
from cxdigest.yamlfile import DEEPEST, LONGEST, dotted, load
from cxdigest.yamlfile.syntax import explain

FIXTURES = Path(__file__).parent / "config"

USUAL = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
WORDS = st.text(alphabet="0123456789abcdefxABEFnoyesNOYESflugtrinl+-.:_~=<*&! \t", max_size=12)


@given(WORDS)
@example("7:30")
@example("07:30")
@example("1.")
@example("1.5e3")
@example("0o17")
@example("-0")
@example("=")
@example("<<")
@example("2026-11-21 10:00:00")
def test_a_word_that_is_accepted_means_the_same_to_pyyaml(word: str) -> None:
    document = load(f"key: {word}\n".encode(), "x.yaml")
    if not document.problems:
        # As they are printed, since 1, 1.0 and True are equal and yet not the same to a person.
        assert repr(document.data) == repr(yaml.load(f"key: {word}\n", Loader=USUAL))


@given(WORDS)
def test_a_quoted_word_is_always_text(word: str) -> None:
    document = load(f'key: "{word}"\n'.encode(), "x.yaml")
    assert (document.problems, document.data) == ((), {"key": word})


@pytest.mark.parametrize("start", ["9", "-9", "0x9", "0b1", "0", "2026-11-21"])
def test_a_number_of_thousands_of_digits_is_refused_not_read(start: str) -> None:
    word = f"{start} {'1' * 5000}:11:11" if "-11-" in start else start + "1" * 5000
    said = f"these {len(word):,} characters read as a number or a date"
    (problem,) = load(f"key: {word}\n".encode(), "x.yaml").problems
    assert (problem.line, problem.what) == (1, said)
    assert problem.instead == "write fewer, or put them in quotes"
    assert load(f"key: {word}\n".encode(), "x.yaml", literal=True).data == {"key": word}


@given(st.one_of(st.binary(max_size=60), st.text("ab1:-[]{},&*!|>'\"%@#?\n\t <", max_size=40)))
def test_no_bytes_make_it_fall_over(content: bytes | str) -> None:
    document = load(content if isinstance(content, bytes) else content.encode(), "x.yaml")
    for problem in document.problems:
        assert problem.what
        assert problem.instead
        assert problem.line >= 1


@pytest.mark.parametrize(
    "name",
    [
        "tab", "open-quote", "open-brace", "open-list", "colon", "indentation", "text-after-quote",
        "no-space", "sign", "escape", "no-value",
    ],
)  # fmt: skip
def test_both_parsers_of_pyyaml_lead_to_the_same_words(name: str) -> None:
    text = (FIXTURES / f"{name}.yaml").read_text()
    said = set()
    for loader in (yaml.SafeLoader, USUAL):
        with pytest.raises(yaml.MarkedYAMLError) as caught:
            list(yaml.parse(text, Loader=loader))
        said.add(explain(caught.value, text))
    assert len(said) == 1


def test_every_entry_knows_its_line() -> None:
    document = load(b"a:\n  b: 1\n  c:\n    - x\n    -\n      d: 2\n", "x.yaml")
    lines = [
        document.line(path) for path in [("a",), ("a", "b"), ("a", "c", 0), ("a", "c", 1, "d")]
    ]
    assert lines == [1, 2, 4, 6]
    assert document.line(("a", "c", 7, "e")) == 3  # the nearest that is there
    assert document.line(("z",)) == 0


def test_a_merged_entry_knows_the_line_it_was_written_on() -> None:
    document = load(b"one: &one\n  a: 1\n  b: 2\ntwo:\n  <<: *one\n  b: 3\n", "x.yaml")
    assert document.data["two"] == {"a": 1, "b": 3}
    assert document.line(("two", "a")) == 2
    assert document.line(("two", "b")) == 6


def test_of_several_merged_groups_the_first_wins_as_in_pyyaml() -> None:
    text = "a: &a {x: 1}\nb: &b {x: 2, y: 2}\nc: {<<: [*a, *b], y: 3}\n"
    assert load(text.encode(), "x.yaml").data == yaml.safe_load(text)


def test_many_aliases_of_something_small_are_fine_and_few_of_something_large_are_not() -> None:
    thousand = "a: &a [1, 2]\nb: [" + ", ".join(["*a"] * 1000) + "]\n"
    assert load(thousand.encode(), "x.yaml").problems == ()
    laughs = (FIXTURES / "billion-laughs.yaml").read_bytes()
    (problem,) = load(laughs, "x.yaml").problems
    assert "unfolds into more than 500,000 values" in problem.what


def test_nesting_is_allowed_to_a_depth_that_nobody_reaches() -> None:
    assert load(b"[" * DEEPEST + b"]" * DEEPEST, "x.yaml").problems == ()
    for depth in (DEEPEST + 2, 50_000):
        assert load(b"[" * depth, "x.yaml").broken


def test_a_file_beyond_all_reason_is_refused_before_it_is_parsed() -> None:
    (problem,) = load(b" " * (LONGEST + 1), "x.yaml").problems
    assert problem.what == "is larger than 10,000,000 bytes"


def test_a_byte_order_mark_is_no_part_of_the_first_key() -> None:
    assert load(b"\xef\xbb\xbfa: 1\n", "x.yaml").data == {"a": 1}


def test_windows_line_ends_change_neither_values_nor_lines() -> None:
    document = load(b"a: 1\r\nb: x\r\nb: y\r\n", "x.yaml")
    assert document.problems == (
        Problem(where="x.yaml", line=3, key="b", what="stands twice, first in line 2", instead="keep one"),
    )  # fmt: skip


def test_the_value_of_a_secret_key_is_in_no_message() -> None:
    for value in ("0123", "NO", "7:30", "!tag", "*alias", "2026-11-21", "%x", "@x", '"a\\q"'):
        document = load(f"password: {value}\n".encode(), "x.yaml", secrets={"password"})
        said = "\n".join(map(str, document.problems))
        assert said
        assert value not in said.replace(" * ", " ")


@pytest.mark.parametrize("value", ["swordfish #1", "swordfish\t# mine"])
def test_a_secret_is_not_cut_off_by_a_comment(value: str) -> None:
    document = load(f"password: {value}\n".encode(), "x.yaml", secrets={"password"})
    assert [str(problem) for problem in document.problems] == [
        "x.yaml:1: password: ends where a # begins a comment; put the whole of it in quotes"
    ]
    for kept in ('"swordfish #1"', "swordfish#1", "'swordfish' # mine"):
        assert not load(f"password: {kept}\n".encode(), "x.yaml", secrets={"password"}).problems


@pytest.mark.parametrize("word", ["7:30", "024", "1e3", "off", "no", "2026-11-22", "=", "null"])
def test_in_a_literal_file_every_word_is_its_text(word: str) -> None:
    document = load(f"{word}: {word}\n".encode(), "x.yaml", literal=True)
    assert (document.problems, document.data) == ((), {word: word})
    assert document.root.below[word][1].surprising == (word in {"off", "no", "null"})


def test_in_a_literal_file_an_alias_is_refused_once_a_line() -> None:
    document = load(b"a: &a 1\nb: [*a, *a]\nc: *a\n", "x.yaml", literal=True)
    assert [str(problem) for problem in document.problems] == [
        "x.yaml:2: b[1]: an alias (*) stands for this; write it out",
        "x.yaml:3: c: an alias (*) stands for this; write it out",
    ]


def test_positions_in_lists_are_told_from_one() -> None:
    assert dotted(("profiles", "me", "deliver", 0, "to", 1)) == "profiles.me.deliver[1].to[2]"
