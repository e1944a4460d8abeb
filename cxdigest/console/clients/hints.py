"""What each field of a profile's form means, where the configuration's own words say it best.

Plain data. The same sentences as the schema has, marked here to be said in other languages; a test
holds both to one another.
"""

from __future__ import annotations

from collections.abc import Mapping

from cxdigest.language import marked

#: By the key of the field.
HINTS: Mapping[str, str] = {
    "name": marked("The person's name, as the digest shows it."),
    "addresses": marked(
        "Mail addresses of this person: of a mailbox that serves several people, the mails "
        "for or from these are this person's. An address belongs to one person."
    ),
    "coach": marked(
        "The name of the coach, from the section coaches, who looks after this person."
    ),
    "sources": marked("The names of the sources that this person's postings come from."),
    "read_pages": marked(
        "Whether the pages of this person's postings are asked for the duties, within what "
        "the section pages allows."
    ),
    "pages_per_day": marked("So many pages are asked for this person on one day at most."),
    "review": marked(
        "Whether the coach looks at each digest before it is sent. Without this key digests "
        "are sent as soon as they are made."
    ),
    "review.wait": marked(
        "Minutes that a digest waits for its coach: from the send time, or from when it was "
        "made where that is later."
    ),
    "time_zone": marked("The person's time zone, named by region and city."),
    "days": marked("The days on which a digest is sent."),
    "weekly": marked(
        "The day whose digest is the weekly edition, with the trend over eight weeks."
    ),
    "empty_days": marked("What happens on a day without news: send a short mail, or skip it."),
    "language": marked(
        "The language of all that this person gets: en for English, de for German. What "
        "postings say stays as it is."
    ),
    "dates": marked(
        "The language of the dates in the digest, with or without a country, where it is "
        "another one."
    ),
    "lookback": marked("Days after which a posting is too old to be news in a digest."),
    "wishes.titles": marked(
        "Words wished for in a title, any of them: whole words, singular or plural."
    ),
    "wishes.avoid": marked("Words that should not stand in a title."),
    "wishes.places": marked(
        "Towns, parts of countries, countries, or regions such as DACH or Europe. A remote "
        "role meets them too."
    ),
    "wishes.salary_from": marked(
        "The least pay a year that the upper end should reach, in the currency of the "
        "posting; pay by the hour, day, week or month is turned into a year's."
    ),
    "wishes.salary_unknown": marked("Whether a posting that states no pay meets that wish."),
    "wishes.newest_days": marked("Days after which a posting is less wanted."),
    "wishes.hide": marked(
        "Wishes whose clear miss hides a posting. What a posting does not say hides nothing. "
        "The digest says how many are hidden and why."
    ),
    "hide_employers": marked(
        "Employers and agencies whose postings are never shown, whatever their legal form. "
        "The digest says how many are hidden."
    ),
    "packs": marked("Files with rules for this person alone, beside those of the section rules."),
    "templates": marked(
        "A folder with templates for this person's digest; what is not in it comes from the "
        "shipped ones."
    ),
    "paused": marked("Whether no digest is made for now; alerts are still read."),
}
