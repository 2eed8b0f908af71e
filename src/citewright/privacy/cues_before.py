"""The cues that stand before a name."""

from __future__ import annotations

from citewright.privacy.cues import KIN, MAYBE, SURE, Need, before

_PATIENT = (
    r"(?:patient|client|pt|supervisee|inpatient|outpatient|analysand|service user|tutee|mentee)"
)
_PERSON = (
    rf"(?:{_PATIENT}|{KIN}|man|woman|boy|girl|teen|teenager|adolescent|lady|gentleman|guy"
    rf"|veteran|student"
    r"|colleague|neighbou?r|friend|boss|co-?worker|teacher|couple|someone|somebody|person"
    r"|individual|year-old|yo|y/o|old"
    r"|female|male|survivor|refugee|nurse|soldier|resident|mother of \w{1,6}|father of \w{1,6}"
    r"|worker|him|her|them)"
)
_OPEN = r"[ ]?[(\[\"']?"

BEFORE = (
    before(
        r"(?<!\w)(?:(?:Mrs|Mr|Ms|Mx|Miss|Missus|Mister|Frau|Herr|Madame|Mme|Monsieur|Señora?|Sra"
        r"|Signora?)\.?[ ]|MRS?\.[ ]|mrs?\.[ ]|ms\.[ ])",
        SURE,
        "a name with a title",
        Need.ANY,
        even_cited=True,
        cased=True,
    ),
    before(
        r"\b(?:(?:patient|client|pt|full|first|last|maiden|legal|preferred|family|given"
        r"|middle)(?:'s)?[ -](?:full |first |last )?name"
        r"|name of (?:the )?(?:patient|client|child|guardian|parent)|surname"
        r"|name)(?: on the account)?[ ]?[:?=][ ]{0,8}"
        r"(?:user: |it's |it is |is )?(?:(?:mrs|mr|ms|dr)\.? )?",
        SURE,
        "what is called a name",
        Need.ANY,
        even_cited=True,
    ),
    before(
        rf"(?:\A|[\n>.;|] ?){_PATIENT}[ ]?[:=][ ]{{0,8}}",
        SURE,
        "what is called a patient",
        Need.LIKELY,
        even_cited=True,
    ),
    before(
        r"\b(?:(?:my|his|her|their|patient's|client's|whose|child's|real|true|actual"
        r"|birth) (?:\w{1,10} )?name(?:'s| is| was|,)|name (?:is|was)"
        r"|(?:last|maiden|first) name\?? ?(?:is |was )?|calls? (?:me|him|her|them|himself"
        r"|herself)|named (?:him|her|them|me)"
        r"|call him|call her|called (?:him|her) by|goes by|go by|signed(?: as| by)?"
        r"|let's call (?:him|her|them))(?: dr\.?)?[ :]{1,2}[\"']?",
        SURE,
        "what is called a name",
        Need.ANY,
        even_cited=True,
    ),
    before(
        rf"\b{_PERSON}(?:,? (?:who|that|[a-z]{{1,10}})){{0,4}}?,? (?:named|called|nicknamed"
        rf"|by the name of|name of|we'?ll call|i'?ll call|i call)[ ][\"']?",
        SURE,
        "the name of a person",
        Need.ANY,
        even_cited=True,
    ),
    before(
        rf"\b(?:my|our|former|this|new|current|mine|a|an|one|another|old|recent|complex|young"
        rf"|longtime|long-term|last|first)"
        rf" (?:[a-z-]{{1,14}} ){{0,3}}?{_PATIENT}s?(?: of mine)?(?:,|:| -|,? like|,? such as"
        rf"|, say)?{_OPEN}",
        SURE,
        "the name of a patient",
        Need.ANY,
        even_cited=True,
    ),
    before(
        rf"\b{_PATIENT}s?(?: of mine)?(?: is| was|:| -)?{_OPEN}",
        SURE,
        "the name of a patient",
        Need.LIKELY,
    ),
    before(
        rf"\b{_PATIENT} [(\[\"]",
        MAYBE,
        "perhaps the name of a patient",
        Need.SHOWN,
        also=r"[)\]\",]",
    ),
    before(
        r"(?:\A|\n)(?:re|regarding|attn|subject|referral|patient) ?: ?",
        MAYBE,
        "somebody in whose matter is written",
        Need.LIKELY,
    ),
    before(
        rf"\b{_PATIENT},[ ]",
        MAYBE,
        "perhaps the name of a patient",
        Need.LIKELY,
    ),
    before(
        rf"(?:\b(?:my|his|her|their|our|whose|the|your|a)|'s"
        rf"|s') (?:[a-z-]{{1,12}} ){{0,2}}?{KIN}(?:,|:|,? and|;)?{_OPEN}",
        SURE,
        "the name of a relative",
        Need.SHOWN,
    ),
    before(
        rf"\b(?:my|his|her|their|our) (?:[a-z-]{{1,12}} ){{0,2}}?{KIN} (?:is|was|are) ",
        SURE,
        "the name of a relative",
        Need.LIKELY,
    ),
    before(
        r"\b(?:my|our|his|her|patient's|client's) (?:[a-z-]{1,12} ){0,2}?(?:colleague|student"
        r"|supervisor|boss|employer|manager|therapist"
        r"|doctor|psychiatrist|friend|neighbou?r|co-?worker|teacher|gp|trainee|intern|nurse"
        r"|lawyer|pastor|priest|sponsor|coach|attorney"
        r"|probation officer|case ?worker|social worker|pediatrician|surgeon|ex),?(?: is"
        r"| was)? (?:dr\.? )?",
        MAYBE,
        "the name of somebody around a person",
        Need.SHOWN,
    ),
    before(
        r"\b(?:beneficiary|guardian|emergency contact|next of kin|contact person|spouse|parent"
        r"|mother|father|employer|insured|attention|attn"
        r"|provider|attending|therapist|insured party|responsible party|signature"
        r"|signed)(?: name)? ?(?::|is|was) ?(?:dr\.? )?",
        SURE,
        "the name on a form",
        Need.SHOWN,
    ),
    before(
        r"(?:\A|[.!?\n\"',:] ?|\b)(?:i'm|i am|i was born)[ ]",
        MAYBE,
        "who somebody says to be",
        Need.LIKELY,
    ),
    before(r"\b(?:this is|it's|it was|it is) ", MAYBE, "who somebody says to be", Need.GIVEN),
    before(
        r"\b(?:sp(?:oke|eak|eaking)|talk(?:ed|ing)?|met|meet(?:ing)?|follow(?:ed|ing)?[ -]up"
        r"|sessions?|appointments?|intake|work(?:ed|ing)?|sit(?:ting)?|sat|phone call"
        r"|check(?:ed|ing)?[ -]in|therapy|lives|living|lived|accounts|dating|relationship"
        r"|conversation|rapport|alliance|dealing) with ",
        MAYBE,
        "somebody who was spoken to or worked with",
        Need.LIKELY,
    ),
    before(
        r"\b(?:i|we) (?:\w{1,10} ){0,2}?(?:saw|see|am seeing|was seeing|have been seeing"
        r"|treat(?:ed)?|am treating|discharged|admitted|diagnosed|referred|counsel+ed"
        r"|prescribed|told|asked|called|emailed|texted|visited|evaluated|assessed|helped|taught"
        r"|put|started|placed|supervised?|know|knew|love|gave|encouraged|advised) ",
        MAYBE,
        "somebody who was seen or treated",
        Need.LIKELY,
    ),
    before(
        r"\b(?:re|regarding|concerning|cc|attn|to:|from:|chart of|notes? (?:for|on|about)"
        r"|care (?:of|for)|caring for|behalf of|prescription for"
        r"|records? (?:for|of)|report on|referral (?:for|of)|custody of|diagnosis of|birth of"
        r"|death of|suicide of|session notes?)[:]? ",
        MAYBE,
        "somebody in whose matter is written",
        Need.GIVEN,
    ),
    before(
        r"\b(?:met|meet|meeting|spoke|speak|speaking|talked|talk|work|worked|working|sat|sit"
        r"|follow(?:ed)?[ -]up|session|appointment"
        r"|saw|seeing|treated|treating|happened to|referred|discharged|diagnosed|asked|told"
        r"|called|texted|emailed|visited|evaluated) (?:with )?",
        MAYBE,
        "somebody who was spoken to or worked with",
        Need.SHOWN,
        also=r",? (?:(?:and|but) )?(?:who|he|she|yesterday|today|tonight|on (?:mon|tues|wednes"
        r"|thurs|fri|satur|sun)|last|this|since|weekly|every|again|for (?:a|two|three|four"
        r"|some|many|over|about))\b",
    ),
    before(
        r"\b(?:case|death|suicide|diagnosis|example|story|behavio(?:u)?r|history|mother|father"
        r"|parents|care) of ",
        MAYBE,
        "somebody in whose matter is written",
        Need.SHOWN,
        also=r"\.?,? (?:an? |my |our |who |aged |\d)",
    ),
    before(
        r"(?:\A|[\n\"]|[.!?] )(?:hi|hello|hey|dear|good morning|good afternoon"
        r"|bot: hi)(?: there)?,? (?:dr\.? )?",
        MAYBE,
        "a salutation",
        Need.ANY,
    ),
    before(
        r"\b(?:regards|sincerely|cheers|best(?: wishes)?|thanks|thank you|many thanks|warmly"
        r"|yours(?: truly| faithfully| sincerely)?|respectfully|cordially)"
        r"(?:[,.!-]{1,2}[ ]?|[,.!-]{0,2}[ ]?\n\s{0,4})[-~]{0,2}[ ]?(?:dr\.? )?",
        MAYBE,
        "a signature",
        Need.SHOWN,
    ),
)
