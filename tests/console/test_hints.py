"""What the form of a profile says of its fields is what the schema says."""

from cxdigest.console.clients.form_fields import described
from cxdigest.console.clients.hints import HINTS


def test_the_form_and_the_schema_say_the_same():
    assert {key: described(key) for key in HINTS} == dict(HINTS)
