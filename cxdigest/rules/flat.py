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


_OPENERS = "|".join(
    [*(form for verb in _VERBS.split() for form in _forms(verb)), *_DEMANDS.split()]
)
_LOST_BREAK = re.compile(rf"(?<=[a-z0-9)%]) (?=(?:{_OPENERS})\b)")
_GLUED = re.compile(rf"(?<=[a-z]{{3}})(?=(?:{_OPENERS}) )")


def parted(line: str) -> str:
    """Return *line* with breaks where bullets must have stood, untouched where it is short."""
    if len(line) <= LONG_LINE:
        return line
    return _LOST_BREAK.sub("\n", _GLUED.sub("\n", line))
