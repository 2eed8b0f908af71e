"""The table of identifiers in a fixed form: numbers of persons and things, addresses on nets."""

from __future__ import annotations

from collections.abc import Iterator

from citewright.privacy import forms
from citewright.privacy.findings import Certainty, Kind
from citewright.privacy.forms import Hit, rule

_IS = r"(?:\s{0,3}(?:(?:is|was|reads?|on file)\b|[#:=(-])){0,3}\s{0,3}"
_NUMBERED = rf"\s{{0,3}}(?:(?:numbers?|num|nr|no|id|identifier|code)\b\.?|#){_IS}"
_PERHAPS = rf"(?:{_NUMBERED}|{_IS})"
_TAIL = r"(?:[-/ ]\d[\da-z]{0,9}|-[a-z]{1,4}(?=-\d)){0,4})\b"
_SHORT = rf"(?P<id>(?:[a-z]{{0,6}}[-/]?)\d[\da-z]{{2,24}}{_TAIL}"
_TOKEN = (
    rf"(?P<id>(?:[a-z]{{0,6}}[-/]?|[a-z]{{2}} )(?!(?:19|20)\d\d(?![\w/-]))\d[\da-z]{{3,24}}{_TAIL}"
)
_LONG = rf"(?P<id>(?:[a-z]{{0,6}}[-/]?)\d[\da-z]{{5,34}}{_TAIL}"
_GROUPED = r"(?P<id>\+?\(?\d(?:[ ./()-]{0,3}\d){6,14})(?!\w|[.-]\d)"
_CARD = r"(?<![\w.])(?P<id>\d(?:[ -]?\d){11,18})(?![\w-]|\.\d)"
_CARD_GROUPS = (
    r"(?<![\w.])(?P<id>\d{12,19}|\d{4}(?P<gap>[ -])\d{4}(?P=gap)\d{4}(?P=gap)\d{1,7}"
    r"|\d{4}(?P<apart>[ -])\d{6}(?P=apart)\d{4,5})(?![\w-]|[. ]\d)"
)
_OWN = r"\b(?:my|his|her|their|our|patient's|client's)\s(?:[a-z]{1,12}\s){0,2}"
_SITE = r"(?:facebook|instagram|twitter|tiktok|snapchat|linkedin|threads|pinterest|tumblr)"
_M, _N = "[ac-hj-kmnp-rt-y]", r"[\dac-hj-kmnp-rt-y]"

EMAIL = rule(
    Kind.EMAIL,
    "an e-mail address",
    r"(?<![\w.+%-])(?P<id>[\w.+%'-]{1,64}(?:@|\s?[(\[]\s?at\s?[)\]]\s?)[\w-]{1,63}"
    r"(?:(?:\.|\s?[(\[]\s?dot\s?[)\]]\s?|\sdot\s)[\w-]{1,63}){1,5}"
    r"|[\w.+-]{1,64}\sat\s[\w-]{1,63}\sdot\s(?:com|org|net|edu|gov|de|uk|fr)\b)",
)

_PERSONS = (
    rule(
        Kind.SSN,
        "the form of a social security number",
        r"(?<![\w-])(?P<id>\d{3}-\d\d-\d{4})(?![\w-])",
    ),
    rule(
        Kind.SSN,
        "a number called a social security or national one",
        r"\b(?:ssn|soc(?:ial)?\.? sec(?:urity)?|itin|national insurance|sozialversicherungs\w{0,6}"
        rf"|national id|social insurance|tax (?:file|id)|aadhaar|nino)\b{_PERHAPS}"
        r"(?P<id>[a-z]{0,2} ?\d(?:[ .-]?\d){5,11}(?: ?[a-z])?|[x*]{3}[ -][x*]{2}[ -]\d{4})\b",
    ),
    rule(
        Kind.SSN,
        "the last digits of a social security number",
        r"\b(?:ssn|social(?: security)?)\b[^\n]{0,25}?\b(?:ending|ends|last (?:4|four))\b"
        r"[^\d\n]{0,12}(?P<id>\d{4})\b",
    ),
    rule(
        Kind.RECORD,
        "a number called one of a medical record",
        rf"\b(?:mrns?|(?:medical|health)[ -]record|uhid|nhs){_PERHAPS}{_SHORT}",
    ),
    rule(
        Kind.RECORD,
        "a number called one of a record",
        r"\b(?:mr|emr|ehr|urn|hospital|chart|(?:patient|pt|client)(?:'s)?"
        r"(?: (?:file|record|chart))?|record|case|encounter|accession|admission|specimen|file"
        rf"|visit|referral|study subject){_NUMBERED}{_TOKEN}",
    ),
    rule(
        Kind.RECORD,
        "a number called one of a record",
        r"\b(?:chart|(?:patient|pt|client)(?:'s)? (?:file|record|chart|id))\b[ :#]{1,3}"
        rf"{_TOKEN}",
    ),
    rule(
        Kind.PLAN,
        "the form of a Medicare number",
        rf"(?<![\w-])(?P<id>[1-9]{_M}{_N}\d-?{_M}{_N}\d-?{_M}{{2}}\d\d)(?![\w-])",
    ),
    rule(
        Kind.PLAN,
        "a number called one of a health plan",
        r"\b(?:member(?:ship)?|subscriber|policy|beneficiary|insurance|insured|medicaid|medicare"
        r"|hicn|mbi|health[ -]?plan|health[ -]?card|ohip|blue (?:cross|shield)|aetna|cigna|kaiser"
        r"|plan|group|enrollee|versicherten\w{0,6})(?: (?:card|policy|member|plan)){0,2}"
        rf"{_NUMBERED}{_TOKEN}",
    ),
    rule(
        Kind.PLAN,
        "a number called one of a health plan",
        r"\b(?:medicaid|medicare|health[ -]?card|ohip|subscriber|insurance policy|aetna|cigna)\b"
        rf"[ :#]{{1,3}}{_LONG}",
    ),
    rule(
        Kind.ACCOUNT,
        "a number called one of an account",
        rf"\b(?:account|acct|a/c|billing|invoice|claim|routing|sort|loan)\.?{_NUMBERED}{_TOKEN}",
    ),
    rule(
        Kind.ACCOUNT,
        "a number called one of an account",
        rf"\b(?:(?:bank )?account|acct|iban)\b\.?[ :#]{{1,3}}{_LONG}",
    ),
    rule(
        Kind.ACCOUNT,
        "the form of an international account number",
        r"(?<!\w)(?P<id>[a-z]{2}\d\d(?: ?[a-z\d]{4}){2,7}(?: ?[a-z\d]{1,4})?)(?!\w)",
        holds=lambda number: number.isascii() and forms.iban(number),
    ),
    rule(
        Kind.CARD,
        "the form and check digit of a payment card",
        _CARD_GROUPS,
        holds=forms.card,
    ),
    rule(
        Kind.CARD,
        "a number called one of a card",
        r"\b(?:card|cc|visa|mastercard|master card|amex|american express|discover|credit|debit)\b"
        rf"[^\d\n]{{0,25}}{_CARD}",
    ),
    rule(
        Kind.LICENCE,
        "a number called one of a licence",
        r"\b(?:driv(?:er|ing)(?:'?s)?'? licen[cs]e|dl|passport|licen[cs]e|dea|npi|certificate"
        rf"|permit|visa){_NUMBERED}{_TOKEN}",
    ),
    rule(
        Kind.LICENCE,
        "a number called one of a licence",
        rf"\b(?:driv(?:er|ing)(?:'?s)?'? licen[cs]e|passport)\b{_IS}{_TOKEN}",
    ),
)

_THINGS = (
    rule(
        Kind.VEHICLE,
        "a licence plate",
        r"\b(?:(?:licen[cs]e|number|registration) plate|plates?|(?:car|vehicle) (?:registration"
        r"|tag)"
        rf"|kennzeichen){_PERHAPS}(?P<id>[a-z\d]{{1,4}}(?:[ -]?[a-z\d]{{1,4}}){{1,2}})\b",
        holds=forms.mixed,
    ),
    rule(
        Kind.VEHICLE,
        "the form of a vehicle identification number",
        r"(?<![\w-])(?P<id>[a-hj-npr-z\d]{12}\d{5})(?![\w-])",
        holds=forms.vehicle,
    ),
    rule(
        Kind.VEHICLE,
        "a number called a vehicle's",
        rf"\b(?:vin|vehicle identification){_PERHAPS}(?P<id>[a-z\d]{{11,17}})\b",
        holds=forms.mixed,
    ),
    rule(
        Kind.DEVICE,
        "a number called one of a device",
        r"\b(?:serial|s/n|imei|udi|meid|(?:device|pacemaker|implant|icd|pump|stimulator|monitor)"
        r"(?: (?:serial|model|device))?)(?: (?:serial|model))?"
        rf"{_NUMBERED}(?P<id>(?:[a-z]{{0,6}}[-/]?)\d[\da-z-]{{3,24}})\b",
    ),
    rule(
        Kind.DEVICE,
        "a number called one of a device",
        rf"\b(?:imei|meid|udi|serial){_IS}(?P<id>(?:[a-z]{{0,6}}[-/]?)\d[\da-z-]{{4,24}})\b",
    ),
    rule(
        Kind.DEVICE,
        "the form of a network card's address",
        r"(?<![\w:-])(?P<id>[\da-f]{2}(?:[:-][\da-f]{2}){5})(?![\w:-])",
    ),
    rule(
        Kind.IP,
        "the form of an IP address",
        r"(?<!section )(?<!version )(?<!table )(?<!figure )(?<![\w.])"
        r"(?P<id>\d{1,3}(?:\.\d{1,3}){3})(?!\w|\.\d)",
        holds=forms.address_of_net,
    ),
    rule(
        Kind.IP,
        "the form of an IP address",
        r"(?<![\w:])(?P<id>(?:[\da-f]{0,4}:){3,7}[\da-f]{0,4})(?![\w:])",
        holds=forms.address_of_net,
    ),
    rule(
        Kind.URL,
        "a page that is called a person's",
        rf"{_OWN}(?:website|web site|homepage|home page|blog|profile|page|channel|youtube|url"
        r"|instagram|facebook|portfolio)(?: page| profile| account)?(?: is|:| at)? {0,2}"
        r"(?P<id>(?:https?://|www\.)[^\s<>\"]{3,200}"
        r"|[\w-]{2,60}\.(?:com|org|net|me|io|de|co)(?:/[^\s<>\"]{0,100})?)",
    ),
    rule(
        Kind.URL,
        "a profile of a person",
        rf"(?P<id>(?:https?://|www\.)?(?<!\w)(?:\w{{1,5}}\.)?{_SITE}\.(?:com|net)/(?:in/)?"
        r"[@\w.-]{2,60}|https?://(?:www\.)?(?:x\.com|t\.me|fb\.com)/[@\w.-]{2,60})",
    ),
    rule(
        Kind.URL,
        "a name on a network",
        r"\b(?:instagram|insta|ig|twitter|handle|snapchat|snap|skype|discord|tiktok|user ?name"
        r"|screen ?name|telegram|facebook|venmo|kik)\b(?: (?:is|handle|name|id|account|as|under))"
        r"{0,3}[ :(]{1,3}(?P<id>@[\w.-]{2,40}|[a-z]{1,20}[._\d][\w.-]{1,40})",
    ),
    rule(
        Kind.URL,
        "a name on a network",
        r"(?<![\w@/.])(?P<id>@[a-z][\w.]{3,30})\b",
        Certainty.POSSIBLE,
    ),
)

_CALLED = (
    r"\b(?:tel|telephone|phone|mobile|cell|cellphone|mob|ph|call(?:ed|ing)?|text(?:ed)?|whatsapp"
    r"|signal|reach(?:ed|able)?|dial|ring|sms|voicemail|desk|office|pager|contact|handy|telefon"
    r"|t[ée]l[ée]phone|answering|registered|hotline|number is|number's)\b[^\d\n+(]{0,32}(?<![\d.,])"
)

_PHONES = (
    rule(
        Kind.FAX,
        "a fax number",
        rf"\b(?:tele)?fax\b[^\d\n+(]{{0,20}}{_GROUPED}",
        holds=forms.callable_number,
    ),
    rule(
        Kind.FAX,
        "a fax number",
        rf"(?<![\w.,]){_GROUPED}\W{{0,4}}fax\b",
        holds=forms.callable_number,
    ),
    rule(
        Kind.PHONE,
        "a number to call",
        f"{_CALLED}{_GROUPED}",
        holds=forms.callable_number,
    ),
    rule(
        Kind.PHONE,
        "a number to call",
        rf"(?<![\w.,-]){_GROUPED}[ \t]?[-(:,][ \t]?(?:home|cell|mobile|work|office|desk|phone)\b",
        holds=forms.callable_number,
    ),
    rule(
        Kind.PHONE,
        "the form of an international telephone number",
        r"(?<![\w+])(?P<id>(?:\+|00(?=[1-9]))\d{1,3}(?:[ ./-]{0,2}\(?\d{1,5}\)?){2,6})"
        r"(?!\w|-\d|\.\d)",
        holds=forms.full_number,
    ),
    rule(
        Kind.PHONE,
        "the form of a North American telephone number",
        r"(?<![\w.,/-])(?P<id>(?:\+?1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}"
        r"(?:\s?(?:x|ext\.?)\s?\d{1,6})?)(?![\w-]|\.\d)",
    ),
    rule(
        Kind.PHONE,
        "the form of a national telephone number",
        r"(?<!\d,)(?<![\w./+-])(?P<id>\(?0\d{1,4}\)?(?:[ ./-]\d{2,5}){2,5}"
        r"|\(?0\d{2,5}\)?[ /-]\d{5,8}"
        r"|0\d{9,10}|\(\d{2,4}\) ?\d{3,4}[ -]\d{3,4})(?!\w|[.-]\d)",
        holds=forms.full_number,
    ),
)


def emails(text: str) -> Iterator[Hit]:
    """The e-mail addresses of a folded text, also with "(at)" and "dot"."""
    return forms.hits((EMAIL,), text)


def numbers(text: str) -> Iterator[Hit]:
    """The identifiers in a fixed form in a folded text whose works are blanked."""
    return forms.hits((*_THINGS, *_PERSONS, *_PHONES), text)
