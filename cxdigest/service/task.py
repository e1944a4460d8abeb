"""The task of a program for the Task Scheduler of Windows, as XML. Pure.

How arguments are quoted is the C library's way, as programs there read their command line. The
scheduler itself fills in ``%NAME%`` and ``$(Arg0)`` and knows no way to write them as they stand.
"""

from __future__ import annotations

import re
import subprocess
from xml.etree import ElementTree as ET

from cxdigest.errors import WrongUseError
from cxdigest.language import _
from cxdigest.service.program import ABOUT, MADE_BY, Program, require_plain

_NAMESPACE = "http://schemas.microsoft.com/windows/2004/02/mit/task"
_FILLED_IN = re.compile(r"%[^%]+%|\$\(")
_SETTINGS = (
    ("MultipleInstancesPolicy", "IgnoreNew"),
    ("DisallowStartIfOnBatteries", "false"),
    ("StopIfGoingOnBatteries", "false"),
    ("StartWhenAvailable", "true"),
    ("Hidden", "false"),
    ("ExecutionTimeLimit", "PT0S"),  # none
)


def task(program: Program, user: str) -> str:
    r"""Return the XML; *user*, as ``MACHINE\name``, runs it from signing in to signing out.

    Raises:
        WrongUseError: a path holds what no task can say.
    """
    require_plain(program)
    for path in (program.interpreter, program.config):
        if found := _FILLED_IN.search(str(path)):
            raise WrongUseError(
                _(
                    "{path}: the Task Scheduler would replace {found} in it by something "
                    "else; rename the folder or file",
                    path=path,
                    found=found[0],
                )
            )
    root = ET.Element("Task", version="1.2", xmlns=_NAMESPACE)
    about = ET.SubElement(root, "RegistrationInfo")
    ET.SubElement(about, "Author").text = MADE_BY
    ET.SubElement(about, "Description").text = ABOUT
    trigger = ET.SubElement(ET.SubElement(root, "Triggers"), "LogonTrigger")
    ET.SubElement(trigger, "UserId").text = user
    principal = ET.SubElement(ET.SubElement(root, "Principals"), "Principal", id="Author")
    ET.SubElement(principal, "UserId").text = user
    ET.SubElement(principal, "LogonType").text = "InteractiveToken"
    ET.SubElement(principal, "RunLevel").text = "LeastPrivilege"
    settings = ET.SubElement(root, "Settings")
    for name, value in _SETTINGS:
        ET.SubElement(settings, name).text = value
    again = ET.SubElement(settings, "RestartOnFailure")
    ET.SubElement(again, "Interval").text = "PT1M"
    ET.SubElement(again, "Count").text = "999"
    action = ET.SubElement(ET.SubElement(root, "Actions", Context="Author"), "Exec")
    ET.SubElement(action, "Command").text = str(program.interpreter)
    ET.SubElement(action, "Arguments").text = subprocess.list2cmdline(program.arguments)
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-16"?>\n{written}\n'


def told_by(xml: str) -> tuple[str, str, bool]:
    """Return command and arguments of a task as the scheduler shows it, and whether it is ours.

    Raises:
        ValueError: it is no task.
    """
    try:
        # Told by the system itself. What it says of its encoding was so before it was printed.
        root = ET.fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", xml.lstrip("\ufeff")))  # noqa: S314
    except ET.ParseError as error:
        raise ValueError("no XML") from error
    found = {one.tag.rpartition("}")[2]: (one.text or "").strip() for one in root.iter()}
    return found.get("Command", ""), found.get("Arguments", ""), found.get("Author") == MADE_BY
