"""The cues that stand behind a name, and what makes it an author's."""

from __future__ import annotations

import re

from citewright.privacy.cues import KIN, MAYBE, SURE, Need, behind

_AGE = (
    r"(?:\d{1,3}[- ]?(?:years?|yrs?|months?|weeks?|yr)[- ]?old|\d{1,3}[- ]?y[./]?o\b"
    r"|\d{1,3} years of age|\d{1,2}[- ]?[mf]\b)"
)

BEHIND = (
    behind(
        r" as (?:a |my |the |his |her |their )?(?:\w{1,10} )?(?:beneficiary|guardian"
        r"|emergency contact|next of kin|dependent|contact|parent|proxy|spouse)\b",
        SURE,
        "a name and its part on a form",
        Need.SHOWN,
    ),
    behind(
        rf"(?:,|,? (?:is|was|who is|who was|just turned|turned|aged?|-))?[ ]?\(?(?:is "
        rf"|now )?(?:an? )?(?:[a-z]{{1,12}} )?(?:\w{{1,12}} )?{_AGE}",
        SURE,
        "a name with an age",
        Need.SHOWN,
    ),
    behind(
        r"(?:, | \()?(?:, | )?(?:aged?|who is|is|was|turned|who just turned"
        r"|just turned) \d{1,3}(?=[.,;)!]|\Z| (?:and|who|when|with|now|this|next|last)\b)"
        r"| \(\d{1,2} ?(?:y|f|m)|, \d{1,2}, (?:who|has|had|was|is|came|presented|lives|works"
        r"|told|a|an)\b",
        SURE,
        "a name with an age",
        Need.LIKELY,
    ),
    behind(r", \d{2}, (?!\d)", MAYBE, "a name with an age", Need.LIKELY),
    behind(
        r"[?.!,]? (?:who|he|she|they) (?:is|was|are|were) (?:one of )?(?:my|our) ",
        SURE,
        "the name of a patient",
        Need.SHOWN,
    ),
    behind(
        r" was (?:\w{1,12} )?(?:hospitali[sz]ed|sectioned|discharged|intubated"
        r"|institutionali[sz]ed|bullied|raped)\b",
        MAYBE,
        "a name with what happens to patients",
        Need.ANY,
    ),
    behind(
        rf" [a-z]{{3,10}} (?:her|his) (?:[a-z]{{1,10}} )?(?:{KIN}|therapist|doctor|job|boss|meds"
        rf"|medication|diagnosis|ex)\b",
        MAYBE,
        "a name with what persons do",
        Need.SHOWN,
    ),
    behind(r", \d{1,2},|, \d{1,2}\)| \(\d{1,2},", SURE, "a name with an age", Need.GIVEN),
    behind(
        r" (?:shared|realized|realised|noticed|admitted|explained|described|complained|mentioned"
        r"|thought|decided|learned|wished) (?:that |how )?(?:she|he|they|her|his)\b",
        MAYBE,
        "a name with what persons do",
        Need.SHOWN,
    ),
    behind(r" \(\d{2}\)", MAYBE, "a name with an age", Need.GIVEN),
    behind(
        r",?[ ]?[(\[-]?[ ]?(?:dob|d\.o\.b|mrn|ssn|date of birth|born (?:on )?\d|patient id"
        r"|medical record|nhs n|(?:phone|ph|cell|tel)\b[.:]? ?[\d+(]|he/him|she/her|they/them"
        r"|ssn|#\d{4})",
        SURE,
        "a name with an identifier",
        Need.SHOWN,
    ),
    behind(
        r",? (?:who |has |had |recently |first |initially |just |then "
        r"|later ){0,3}(?:presented (?:to|with|at|for|in)|presents (?:to|with|at|for|in)"
        r"|was (?:\w{1,12} )?(?:admitted|discharged|diagnosed"
        r"|hospitali[sz]ed|sectioned|prescribed|raped|intubated|abused)"
        r"|been (?:\w{1,12} )?(?:admitted|discharged|diagnosed|hospitali[sz]ed|prescribed)"
        r"|told (?:me|us)|called me|texted me"
        r"|emailed me|asked me|came to (?:see me|my|our|me|therapy|session|clinic|the (?:clinic"
        r"|er|ed|session))|attempted suicide|overdosed|no-showed"
        r"|is (?:a |an )?(?:\w{1,12} )?(?:patient|client)\b"
        r"|is (?:one of )?my (?:\w{1,12} )?(?:patient|client)|disclosed|confided|(?:reported"
        r"|said|reports|says|denied|denies|stated|states) (?:that )?(?:she|he|they) )",
        SURE,
        "a name with what happens to patients",
        Need.LIKELY,
    ),
    behind(
        r" (?:told me|told us|called me|texted me|emailed me|asked me|cried|wept|sobbed|hung up"
        r"|killed (?:him|her)self|burst into tears|no-showed"
        r"|was (?:\w{1,12} )?(?:admitted to (?:the |our |my )?(?:hospital|ward|unit|er|icu"
        r"|inpatient|psych)|discharged (?:from|home|on|to|last|yesterday|today)))",
        MAYBE,
        "a name with what happens to patients",
        Need.ANY,
    ),
    behind(
        r",? (?:who |has |had |is |was |also |often |still |recently |finally |just |now "
        r"|currently |always |never |really ){0,3}"
        r"(?:lives?|lived|living|works?|worked|working|moved|complain(?:s|ed)|denie[sd]"
        r"|endorse[sd]|missed|didn't|did not|doesn't|suffers?|suffered|suffering|struggl(?:es|ed"
        r"|ing)"
        r"|died|passed away|drinks|drinking|smokes|flew|lost|divorced|married|feels|felt|feeling"
        r"|cried|cries|crying|broke|wants|wanted|takes|taking|started|stopped|began|came|comes"
        r"|coming|attended"
        r"|attends|arrived|relapsed|responded|improved|scored|seen|seeing|referred|been"
        r"|diagnosed|admitted|treated|told|calls|called|texted|hates|loves|loved|blames|blamed"
        r"|cut|cutting|hurt|hears|heard"
        r"|worries|worried|anxious|depressed|suicidal|pregnant|my |in (?:my|our) "
        r"|on (?:\w{1,14} )?\d|born|raised|grew up|agreed|asked|said|says|tells|goes|went"
        r"|has (?:a|an|two|three|severe|chronic|no)|lying|sleeping|sober)\b",
        MAYBE,
        "a name with what persons do",
        Need.GIVEN,
    ),
    behind(
        r"(?:'s|') (?:\w{1,12} )?(?:chart|dob|mrn|phone|medications?|meds|insurance|appointment"
        r"|social security|home address|address|e-?mail|date of birth|birthday|discharge"
        r"|admission|case ?worker)\b",
        SURE,
        "a name with what patients have",
        Need.SHOWN,
    ),
    behind(
        rf"(?:'s|') (?:\w{{1,12}} ){{0,2}}?(?:{KIN}|parents?|family|session|sessions|therapist"
        rf"|symptoms?|diagnosis|treatment|progress|boss|employer|house|home|school|panic|suicide"
        rf"|killers?"
        r"|teacher|room|file|number|relapse|mood|sleep|anger|grief|shame|fears?|drinking|eating"
        r"|marriage|divorce|trauma|case|life|pain|story|goals?|anxiety|depression|behaviou?r"
        r"|ptsd|ocd|apartment)\b",
        MAYBE,
        "a name with what persons have",
        Need.GIVEN,
    ),
)

CITED = re.compile(
    r"(?:'s?)?(?:,? et al\b|,? (?:and|&) (?:colleagues|co-?workers|associates|others|coauthors"
    r"|co-authors)"
    r"|,? ?[(\[]?(?:19|20)\d\d[a-z]?\b|(?:,? (?:&|and|y|und)|,) (?:[\w.'-]{1,24}[ ,]{1,2}(?:(?:&"
    r"|and) )?){1,7}[(\[]?(?:19|20)\d\d"
    r"|, (?:[a-z]\.[ -]?){1,3}|'s (?:\w{1,14} ){0,3}(?:\((?:19|20)\d\d|theor|work|model|book"
    r"|paper|study|review|scale|framework|concept|article|research|trial)"
    r"|,? (?:phd|ph\.d|md|psyd|editors?|eds?\.))"
)
"""What behind a name makes it an author's: "et al.", a year, initials, a work of theirs."""

CLINICAL = re.compile(
    r"\b(?:my (?:\w{1,12} )?(?:patients?|clients?|caseload|practice|supervisee|clinic|group"
    r"|office|last session)|in session|i (?:run|lead|facilitate|co-?lead) |our (?:last "
    r"|first )?sessions?"
    r"|caseload|i (?:saw|see|treat|treated|work with|worked with|am seeing)|in my (?:care"
    r"|practice|clinic)|this (?:patient|client))\b"
)
"""A sentence in which somebody writes of their own patients."""
