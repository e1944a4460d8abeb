"""A template that somebody wrote to reach out, or that never ends, costs its own mail alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from cxdigest.errors import RenderError
from cxdigest.render import sandbox
from cxdigest.render.templates import TEXT, environment, fill
from tests import days

_REACHING = {
    "class": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "globals": "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "globals of a macro": "{% macro m() %}{% endmacro %}{{ m.__call__.__globals__ }}",
    "filter": "{{ ''|attr('__class__') }}",
    "item": "{{ mail['__class__'] }}",
    "format": "{{ '{0.__class__.__init__}'.format(mail) }}",
    "format by a filter": "{{ ['{0.__class__}']|map('attr', 'format')|first }}{{ ''.__class__ }}",
    "format of a map": "{{ '{a.__class__}'.format_map({'a': mail}) }}",
    "sorted by": "{{ [mail]|map(attribute='__class__')|first }}",
    "grouped by": "{{ [mail]|groupby('__class__')|first|first }}",
    "context": "{{ self._TemplateReference__context }}",
    "brand": "{{ brand.painted.__globals__ }}",
    "brand's function": "{{ brand.painted.__func__ }}",
    "change": "{{ brand.__setattr__('name', 'x') }}",
    "file": "{% include '/etc/passwd' %}",
    "file above": "{% include '../../../../../../../../etc/passwd' %}",
    "brand file": "{% include 'brand.yaml' %}",
    "statement": "{% debug %}",
}
_ENDLESS = {
    "range": "{% for x in range(10 ** 9) %}{% endfor %}",
    "loops": "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
    "macro": "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
    "itself": "{% include 'digest.txt.j2' %}",
    "power": "{{ 9 ** 9 ** 9 }}",
    "times": "{{ 'x' * 10 ** 10 }}",
    "times the other way": "{{ (10 ** 10) * ['x'] }}",
    "centred": "{{ 'x'.center(10 ** 10) }}",
    "centred by a filter": "{{ 'x'|center(10 ** 10) }}",
    "indented": "{{ ('x\n' * 1000)|indent(10 ** 8) }}",
    "replaced": "{{ ('x' * 100000).replace('x', 'y' * 100000) }}",
    "replaced by a filter": "{{ ('x' * 100000)|replace('x', 'y' * 100000) }}",
    "joined": "{{ ('x' * 100000).join(['y'] * 100000) }}",
    "joined by a filter": "{{ (['y'] * 100000)|join('x' * 100000) }}",
    "format": "{{ '{:1000000000d}'.format(1) }}",
    "format of a width": "{{ '{:{}d}'.format(1, 10 ** 9) }}",
    "percent": "{{ '%1000000000d' % 1 }}",
    "percent by a filter": "{{ '%1000000000d'|format(1) }}",
    "words": "{{ lipsum(n=100000, max=20000) }}",
}


@pytest.mark.parametrize("source", [pytest.param(one, id=name) for name, one in _REACHING.items()])
def test_a_template_reaches_nothing_but_its_mail(tmp_path: Path, source: str):
    (tmp_path / "digest.txt.j2").write_text("fine\n" + source)
    with pytest.raises(RenderError, match=r"unsafe|no such template|unknown tag|no attribute"):
        fill(environment(tmp_path), TEXT, mail=days.empty())


@pytest.mark.parametrize("source", [pytest.param(one, id=name) for name, one in _ENDLESS.items()])
def test_a_template_comes_to_an_end(tmp_path: Path, source: str, monkeypatch):
    monkeypatch.setattr(sandbox, "STEPS", 5_000)
    (tmp_path / "digest.txt.j2").write_text(source)
    with pytest.raises(RenderError, match=r"too (much|big)|turns of loops|recursion|undefined"):
        fill(environment(tmp_path), TEXT, mail=days.empty())


def test_the_steps_of_one_mail_are_not_those_of_the_next(tmp_path: Path, monkeypatch):
    monkeypatch.setattr(sandbox, "STEPS", 1_000)
    (tmp_path / "digest.txt.j2").write_text("{% for a in range(900) %}{% endfor %}fine")
    own = environment(tmp_path)
    assert {fill(own, TEXT) for _ in range(2)} == {"fine"}


def test_what_formats_usually_is_not_refused(tmp_path: Path):
    (tmp_path / "digest.txt.j2").write_text(
        "{{ '** %s **' % 10117 }} {{ '{0:>8}'.format('x') }} {{ '10117 {}'.format(1) }} {{ 'a, b'|replace(',', ';') }} {{ '-' * 40 }}"
    )
    text = fill(environment(tmp_path), TEXT)
    assert text == f"** 10117 **        x 10117 1 a; b {'-' * 40}"
