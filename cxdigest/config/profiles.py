"""The keys of a person: one model for those in the configuration and those in the store."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field, ValidationInfo, field_validator

from cxdigest.config.keys import Keys, raw, unset
from cxdigest.config.values import (
    Address,
    Clock,
    Day,
    Days,
    FilePath,
    LanguageName,
    Line,
    LocaleName,
    Span,
    Switch,
    Whole,
    Zone,
)
from cxdigest.config.wording import wrong
from cxdigest.language import _
from cxdigest.model import Kind, Showing, WishName

Seniority = Literal["entry", "mid", "senior", "lead", "executive"]
WorkplaceName = Literal["remote", "hybrid", "onsite"]


class DeliverConfig(Keys):
    """One way a digest goes to people."""

    channel: Line = Field(description="The name of a channel above.", examples=["mail"])
    to: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(
        description="The mail addresses that receive it; for a channel that knows none, such as a "
        "folder or a webhook, a word of your choice that says whose it is.",
        examples=[["you@example.org"]],
    )
    cc: tuple[Line, ...] = Field(
        default=raw([]),
        description="Addresses that get a copy, such as a coach's; the copy says whose it is.",
        examples=[["coach@example.org"]],
    )


class WishesConfig(Keys):
    """What a person would like to see. Wishes put postings in order; only `hide` hides."""

    titles: tuple[Line, ...] = Field(
        default=raw([]),
        description="Words wished for in a title, any of them: whole words, singular or plural.",
        examples=[["customer experience", "journey"]],
    )
    avoid: tuple[Line, ...] = Field(
        default=raw([]),
        description="Words that should not stand in a title.",
        examples=[["call center", "intern"]],
    )
    seniority: tuple[Seniority, ...] = Field(
        default=raw([]),
        description="Levels, as the title says them: entry, mid, senior, lead or executive. A "
        "title that says none meets all.",
        examples=[["senior", "lead"]],
    )
    places: tuple[Line, ...] = Field(
        default=raw([]),
        description="Towns, parts of countries, countries, or regions such as DACH or Europe. A "
        "remote role meets them too.",
        examples=[["Berlin", "Netherlands"]],
    )
    workplaces: tuple[WorkplaceName, ...] = Field(
        default=raw([]),
        description="Where the work is done: remote, hybrid or onsite.",
        examples=[["remote", "hybrid"]],
    )
    salary_from: Annotated[Whole, Field(ge=1, le=100_000_000)] | None = unset(
        description="The least pay a year that the upper end should reach, in the currency of the "
        "posting; pay by the hour, day, week or month is turned into a year's.",
        examples=[60000],
    )
    salary_unknown: Switch = Field(
        default=True, description="Whether a posting that states no pay meets that wish."
    )
    newest_days: Annotated[Whole, Field(ge=1, le=365)] | None = unset(
        description="Days after which a posting is less wanted.", examples=[7]
    )
    hide: tuple[WishName, ...] = Field(
        default=raw([]),
        description="Wishes whose clear miss hides a posting. What a posting does not say hides "
        "nothing. The digest says how many are hidden and why.",
        examples=[["avoid", "places"]],
    )

    @field_validator("avoid")
    @classmethod
    def _avoids_no_wish(cls, value: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        wished = {word.casefold() for word in info.data.get("titles", ())}
        for word in value:
            if word.casefold() in wished:
                raise wrong(
                    _('"{word}" stands under titles too', word=word), _("keep it in one of the two")
                )
        return value

    @field_validator("hide")
    @classmethod
    def _hides_what_is_wished(
        cls, value: tuple[WishName, ...], info: ValidationInfo
    ) -> tuple[WishName, ...]:
        for wish in value:
            if wish in info.data and not info.data[wish]:
                raise wrong(
                    _('"{wish}" is not among these wishes', wish=wish),
                    _("write {wish}: as well", wish=wish),
                )
        return value


class ReviewConfig(Keys):
    """A look that the coach takes at each digest before it is sent."""

    wait: Annotated[timedelta, Span("minutes", 5, 1200)] = Field(
        default=raw(120),
        description="Minutes that a digest waits for its coach: from the send time, or from when "
        "it was made where that is later.",
    )
    otherwise: Literal["send", "hold"] = Field(
        default="send",
        description="What happens when the time is over and the coach has said nothing: send it, "
        "or hold it until the coach approves.",
    )


class ProfileConfig(Keys):
    """One person who gets a digest each morning."""

    name: Line = Field(description="The person's name, as the digest shows it.", examples=["Ada"])
    sources: Annotated[tuple[Line, ...], Field(min_length=1)] = Field(
        description="The names of the sources that this person's postings come from.",
        examples=[["alerts"]],
    )
    addresses: tuple[Address, ...] = Field(
        default=raw([]),
        description="Mail addresses of this person: of a mailbox that serves several people, the "
        "mails for or from these are this person's. An address belongs to one person.",
        examples=[["ada@example.org", "alerts+ada@example.org"]],
    )
    send_at: Clock = Field(
        default=raw("07:00"),
        json_schema_extra={"shown": '`"07:00"`'},
        description="The time of day at which the digest is sent, in quotes.",
    )
    time_zone: Zone = Field(
        description="The person's time zone, named by region and city.", examples=["Europe/Berlin"]
    )
    days: Days = Field(
        default=raw(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]),
        description="The days on which a digest is sent.",
    )
    language: LanguageName | None = unset(
        json_schema_extra={"shown": "the one above"},
        description="The language of all that this person gets: en for English, de for German. "
        "What postings say stays as it is.",
        examples=["de"],
    )
    dates: LocaleName | None = unset(
        json_schema_extra={"shown": "its language"},
        description="The language of the dates in the digest, with or without a country, where it "
        "is another one.",
        examples=["de-AT"],
    )
    weekly: Day | None = unset(
        description="The day whose digest is the weekly edition, with the trend over eight weeks.",
        examples=["mon"],
    )
    empty_days: Literal["send", "skip"] = Field(
        default="send",
        description="What happens on a day without news: send a short mail, or skip it.",
    )
    deliver: Annotated[tuple[DeliverConfig, ...], Field(min_length=1)] = Field(
        description="Where the digest goes; each entry is one channel and its recipients.",
        examples=[[{"channel": "mail", "to": ["you@example.org"]}]],
    )
    wishes: WishesConfig = Field(
        default=raw({}), description="What this person would like to see, all of it optional."
    )
    hide_employers: tuple[Line, ...] = Field(
        default=raw([]),
        description="Employers and agencies whose postings are never shown, whatever their legal "
        "form. The digest says how many are hidden.",
        examples=[["Acme Ltd"]],
    )
    show: dict[Kind, Showing] = Field(
        default=raw({}),
        description="How postings of a kind are shown: full, compact, or count for their number "
        "alone. Genuine and unclear ones are never only counted.",
        examples=[{"sales": "count"}],
    )
    packs: tuple[FilePath, ...] = Field(
        default=raw([]),
        description="Files with rules for this person alone, beside those of the section rules.",
        examples=[["rules/ada.yaml"]],
    )
    templates: FilePath | None = unset(
        description="A folder with templates for this person's digest; what is not in it comes "
        "from the shipped ones.",
        examples=["templates/ada"],
    )
    lookback: Annotated[timedelta, Span("days", 1, 365)] = Field(
        default=raw(14), description="Days after which a posting is too old to be news in a digest."
    )
    read_pages: Switch = Field(
        default=True,
        description="Whether the pages of this person's postings are asked for the duties, within "
        "what the section pages allows.",
    )
    pages_per_day: Annotated[Whole, Field(ge=0, le=10_000)] = Field(
        default=raw(50), description="So many pages are asked for this person on one day at most."
    )
    coach: Line | None = unset(
        description="The name of the coach, from the section coaches, who looks after this person.",
        examples=["berta"],
    )
    review: ReviewConfig | None = unset(
        description="Whether the coach looks at each digest before it is sent. Without this key "
        "digests are sent as soon as they are made.",
        examples=[{"wait": 120, "otherwise": "send"}],
    )
    paused: Switch = Field(
        default=False, description="Whether no digest is made for now; alerts are still read."
    )

    @field_validator("weekly")
    @classmethod
    def _has_a_digest(cls, value: int | None, info: ValidationInfo) -> int | None:
        if value is not None and value not in info.data.get("days", {value}):
            raise wrong(_("no digest is sent on that day"), _("name a day that stands under days"))
        return value

    @field_validator("show")
    @classmethod
    def _shows_what_counts(cls, value: Mapping[Kind, Showing]) -> Mapping[Kind, Showing]:
        for kind in ("genuine", "unclear"):
            if value.get(kind) == "count":
                what = _("{kind} postings always stand in the digest", kind=kind)
                raise wrong(what, _("write {kind}: compact, or leave it out", kind=kind))
        return value

    @field_validator("addresses")
    @classmethod
    def _named_once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for address in value:
            if value.count(address) > 1:
                raise wrong(_('"{address}" stands twice', address=address), _("keep one"))
        return value
