"""Give text that was scraped without line breaks its lines back.

"… at global scale Lead, develop and …", "… as appropriateHandles inquiries …": a bullet that lost
its break still begins with a capital, and with one of the words that English bullets begin with. A
break takes the place of a space; only glued words are moved apart. Pure.
"""

from __future__ import annotations

import re

#: Characters a line may have without being suspected of holding several bullets.
LONG_LINE = 240
#: What people are asked to do.
_VERBS = """
Achieve Act Adhere Administer Advise Advocate Agree Analyse Analyze Answer Apply Approve Arrange
Assess Assist Attend Audit Balance Book Build Calculate Carry Champion Check Coach Collaborate
Collect Communicate Complete Comply Conduct Consult Contribute Coordinate Create Deal Define
Deliver Demonstrate Deploy Design Develop Direct Discuss Document Drive Educate Empower Enable
Engage Enhance Ensure Enter Escalate Establish Evaluate Execute Facilitate Find Follow Foster
Gather Generate Greet Grow Guide Handle Help Hire Identify Implement Improve Influence Inform
Inspire Install Interact Investigate Keep Lead Learn Leverage Liaise Listen Log Maintain Make
Manage Map Measure Meet Mentor Monitor Negotiate Observe Offer Open Operate Optimise Optimize
Order Organise Organize Oversee Own Participate Partner Perform Plan Prepare Present Prioritise
Prioritize Process Produce Promote Protect Provide Purchase Receive Recommend Record Recruit
Report Represent Research Resolve Respond Review Route Run Schedule Sell Send Serve Set Share
Solve Source Spearhead Streamline Supervise Support Take Test Track Train Translate Troubleshoot
Understand Undertake Update Use Utilise Utilize Verify Welcome Work Write
"""
#: What is asked of them.
_DEMANDS = """
Ability Able Advanced Associate's Bachelor's Bachelors Comfortable Competitive Deep Degree Detail
Education Effective Excellent Exceptional Experience Experienced Extensive Familiarity Fluency
Fluent Good Great High Highly Knowledge Minimum Must Outstanding Passion Passionate Positive
Preferred Previous Prior Proficiency Proficient Proven Qualifications Relevant Required
Requirements Responsibilities Responsible Self Skilled Solid Strong Superior Understanding Valid
Willing Willingness You You'll Your
"""


def _forms(verb: str) -> tuple[str, str, str]:
    """Return the verb as bullets write it: Manage, Manages, Managing."""
    third = f"{verb}es" if verb.endswith(("s", "sh", "ch")) else f"{verb}s"
    stem = verb[:-1] if verb.endswith("e") and not verb.endswith("ee") else verb
    doubled = verb[-1] if verb in {"Plan", "Log", "Map", "Run", "Set"} else ""
    return verb, re.sub("lys$", "lies", third), f"{stem}{doubled}ing"


#: Openers that stand within names, too: "Customer Experience", "Technical Support".
_NAMES = """
Advanced Design Education Experience Lead Learning Offer Operating Order Partner Plan Planning
Process Purchase Purchasing Record Recruiting Report Reporting Research Schedule Scheduling Self
Share Source Support Test Testing Track Tracking Training Writing
"""
_IN_NAMES = frozenset(_NAMES.split())
_OPENERS = frozenset(form for verb in _VERBS.split() for form in _forms(verb)) | {*_DEMANDS.split()}
_LETTERS = 3  #: small ones before a glued word, unlike in names such as "PayPal Holdings"
#: A capitalised word after a space but no stop, so that a sentence was cut, or glued to letters.
_CAPITALISED = re.compile(
    rf"[A-Z](?:(?<=[a-z0-9)%][ ].)|(?<=[^\W\d_]{{{_LETTERS}}}.))[a-z']+(?![A-Za-z0-9])"
)


def parted(line: str) -> str:
    """Return *line* with breaks where bullets must have stood, untouched where it is short."""
    if len(line) <= LONG_LINE:
        return line
    pieces = []
    start = 0
    for found in _CAPITALISED.finditer(line):
        if found[0] not in _OPENERS:
            continue
        at = found.start()
        if line[at - 1] == " ":
            if found[0] in _IN_NAMES and _follows_a_capital(line, at):
                continue
            pieces.append(line[start : at - 1])
            start = at
        elif _is_glued(line, at, found.end()):
            pieces.append(line[start:at])
            start = at
    return "\n".join([*pieces, line[start:]])


def _follows_a_capital(line: str, at: int) -> bool:
    before = line.rfind(" ", 0, at - 1) + 1
    return line[before : before + 1].isupper()


def _is_glued(line: str, start: int, end: int) -> bool:
    before = line[start - _LETTERS : start]
    return before.isalpha() and before.islower() and line[end : end + 1] == " "
