"""Words that carry meaning a reviewer must not overlook, by kind and sense.

Each sense has the forms that say the same, as regular expressions: replacing one by another is
no change of meaning. English only.
"""

from __future__ import annotations

NEGATION = {
    "not": "not|cannot|never|no|none|nor|neither|nobody|nothing|nowhere|non",
    "without": "without|lack(?:s|ed|ing)?(?:\\sof)?|absence\\sof|absent|free\\s(?:of|from)|devoid",
    "fail": "fail(?:s|ed|ing|ure)?(?:\\sto)?|unable|inability",
    "exclude": "exclud(?:e|es|ed|ing)|except(?:ing)?|excepting|rule[sd]?\\sout",
}
HEDGING = {
    "may": "may|might|could|can\\spossibly",
    "can": "can|(?:is|are|be)\\sable\\sto",
    "should": "should|ought\\sto|recommend(?:s|ed|ing)?|advis(?:e|es|ed|able)|ideally|preferably",
    "must": "must|ha(?:s|ve|d)\\sto|required?\\sto|mandatory|essential|obliged|obligatory|compelled"
    "|compulsory",
    "suggest": "suggest(?:s|ed|ing|ive)?|indicat(?:e|es|ed|ing)(?!\\sfor)|impl(?:y|ies|ied)",
    "appear": "appear(?:s|ed|ing)?(?:\\sto)?|seem(?:s|ed|ing|ingly)?(?:\\sto)?|apparent(?:ly)?",
    "show": "(?<!\\d\\s)show(?:s|ed|n|ing)?(?!\\sin\\s(?:fig|table|box))"
    "|demonstrat(?:e|es|ed|ing)|prov(?:e|es|ed|en|ing)"
    "|establish(?:es|ed)?|confirm(?:s|ed|ing)?",
    "possible": "(?<!best\\s)(?<!worst\\s)(?<!\\bas\\s)possibl[ey]|possibility|perhaps|maybe"
    "|potential(?:ly)?|conceivabl[ey]",
    "likely": "likely|probabl[ey]|presumabl[ey]|probability",
    "believe": "believe[sd]?|assum(?:e|es|ed|ing)|thought\\sto|hypothesi[sz]e[sd]?|propose[sd]?",
    "about": "about(?=\\s\\d)|approximately|roughly|around(?=\\s\\d)|nearly|almost",
    "certain": "certain(?:ly)?|clearly|definite(?:ly)?|undoubtedly|proof",
    "always": "always|invariably",
    "usually": "usually|generally|typically|mostly|often|frequently|commonly|in\\smost\\scases"
    "|tends?\\sto|apt\\sto",
    "sometimes": "sometimes|occasionally|at\\stimes|in\\ssome\\scases",
    "rarely": "rarely|seldom|hardly|scarcely",
    "limited": "limited|preliminary|tentative(?:ly)?|inconclusive|mixed|insufficient|weak",
    "strong": "strong(?:ly)?|robust(?:ly)?|convincing(?:ly)?|compelling|substantial(?:ly)?",
    "unknown": "unclear|unknown|uncertain(?:ty)?|not\\syet",
    "to some extent": "partly|partial(?:ly)?|somewhat|slightly|to\\ssome\\s(?:extent|degree)",
    "all": "all(?!\\sof\\s(?:this|these|it)\\b)|every|entire(?:ly)?|complete(?:ly)?|fully",
    "some": "some|several|certain\\s(?:people|patients)|a\\sfew",
    "most": "most\\sof|most(?=\\s\\w+s\\b)|majority",
    "few": "few",
    "only": "only|solely|exclusively|merely",
}
CAUSAL = {
    "cause": "caus(?:e|es|ed|ing|al|ally|ation)|lead(?:s|ing)?\\sto|led\\sto"
    "|result(?:s|ed|ing)?\\sin|due(?!\\s(?:date|course))(?:\\sto)?|because|owing\\sto|produc(?:e|es|ed|ing)\\s(?:an?\\s)?"
    "(?:change|effect|increase|decrease|reduction)|induc(?:e|es|ed|ing)|triggers?|bring\\sabout",
    "associated": "associat(?:ed|es|ions?|ing)(?:\\swith)?|correlat(?:e|es|ed|ions?|ing)"
    "|link(?:s|ed)?\\s(?:to|with|between)|relat(?:ed|es)\\sto|relationships?"
    "|predict(?:s|ed|ors?|ive|ing)?",
    "prevent": "prevent(?:s|ed|ing|ion|ive)?|protect(?:s|ed|ing|ive)?",
}
EFFECTS = {
    "increase": "increas(?:e|es|ed|ing|ingly)|rais(?:e|es|ed|ing)|higher|greater|more"
    "|elevat(?:e|es|ed|ing)|rises?|rose|risen",
    "decrease": "decreas(?:e|es|ed|ing)|reduc(?:e|es|ed|ing|tions?)|lower(?:s|ed|ing)?|fewer|less"
    "|declin(?:e|es|ed|ing)|diminish(?:es|ed|ing)?|lessen(?:s|ed|ing)?",
    "improve": "improv(?:e|es|ed|ing|ements?)|better|benefits?|benefit(?:ed|ing)|beneficial"
    "|ameliorat(?:e|es|ed|ing)|enhanc(?:e|es|ed|ing)|alleviat(?:e|es|ed|ing)",
    "worsen": "worsen(?:s|ed|ing)?|worse|harm(?:s|ed|ful|ing)?|deteriorat(?:e|es|ed|ing|ion)"
    "|aggravat(?:e|es|ed|ing)|impair(?:s|ed|ing|ments?)?",
    "effect": "effective(?:ly|ness)?|efficac(?:y|ious)",
    "significant": "significant(?:ly)?",
}
POPULATION = {
    "adults": "adults?|grown-?ups?|adulthood",
    "children": "child(?:ren|hood)?|paediatric|pediatric|kids?",
    "girls": "girls?",
    "boys": "boys?",
    "adolescents": "adolescen(?:ts?|ce)|teen(?:s|agers?|aged?)?|youths?|young\\s(?:people|persons)"
    "|juveniles?",
    "infants": "infants?|babies|baby|newborns?|neonat(?:es?|al)",
    "toddlers": "toddlers?|preschoolers?",
    "older people": "older|elderly|geriatric|seniors?|aged\\s(?:people|patients)",
    "younger people": "young(?:er)?",
    "pregnancy": "pregnan(?:t|cy)|postpartum|perinatal|prenatal|antenatal|postnatal",
    "mothers": "mothers?|maternal",
    "fathers": "fathers?|paternal",
    "women": "wom[ae]n|females?",
    "men": "m[ae]n|males?",
    "inpatients": "in-?patients?|hospitali[sz]ed|in\\s(?:a\\s|the\\s)?hospital",
    "outpatients": "out-?patients?|ambulatory",
    "at home": "at\\shome|home-based",
    "patients": "patients?|cases|sufferers",
    "participants": "participants?|subjects|respondents?|volunteers|sample",
    "people": "people|persons?|individuals|population",
    "controls": "controls(?!\\sfor)"
    "|control\\s(?:groups?|arms?|conditions?|participants|subjects|sites?)|wait(?:ing)?[\\s-]?list|placebo|comparison\\sgroup",
    "intervention": "(?:intervention|treatment|experimental)\\s(?:group|arm|condition)",
    "healthy": "healthy|non-?clinical|community\\ssample|general\\spopulation|the\\spublic",
    "students": "students?|undergraduates?|pupils?",
    "clinicians": "clinicians?|practitioners?|professionals?|staff",
    "therapists": "(?:psycho)?therapists?|psychologists?|counsell?ors?",
    "nurses": "nurses?",
    "physicians": "physicians?|doctors?|gps?",
    "teachers": "teachers?",
    "parents": "parents?",
    "carers": "carers?|caregivers?",
    "families": "families|family\\smembers?",
    "couples": "couples?|spouses?",
    "veterans": "veterans?|soldiers?|military|service\\smembers?",
    "civilians": "civilians?",
    "refugees": "refugees?|migrants?|immigrants?|asylum\\sseekers?",
    "survivors": "survivors?|victims?",
    "prisoners": "prisoners?|inmates?|offenders?|detainees",
    "employees": "employees?|workers?",
    "depression": "depress(?:ion|ed|ive)|mdd|dysthymi[ac]",
    "anxiety": "anxi(?:ety|ous)|gad|panic|phobi(?:a|as|c)",
    "ptsd": "ptsd|post-?\\s?traumatic\\sstress(?:\\sdisorder)?|traumati[sz]ed",
    "psychosis": "psycho(?:sis|tic|ses)|schizophreni[ac]|schizoaffective",
    "bipolar": "bipolar|mani[ac]|manic",
    "ocd": "ocd|obsessive[\\s-]compulsive(?:\\sdisorder)?",
    "personality": "borderline|bpd|personality\\sdisorders?",
    "eating disorder": "eating\\sdisorders?|anorexi[ac]|bulimi[ac]|binge(?:\\seating)?"
    "|obes(?:e|ity)|overweight",
    "substance use": "substance\\s(?:use|abuse)|alcohol(?:ic|ism)?|addict(?:s|ed|ion)|opioids?"
    "|smok(?:ers?|ing)|drinkers?",
    "autism": "autis(?:m|tic)|asperger(?:['\u2019]s)?",
    "adhd": "adhd|attention[\\s-]deficit",
    "dementia": "dementia|alzheimer(?:['\u2019]s)?|cognitive\\simpairment",
    "insomnia": "insomnia(?:cs?)?",
    "pain": "chronic\\spain|fibromyalgia",
    "cancer": "cancers?|oncolog(?:y|ical|ic)|tumou?rs?",
    "diabetes": "diabet(?:es|ics?)",
    "heart": "(?:cardiac|heart|cardiovascular)\\s(?:disease|failure)|hypertensi(?:on|ve)|stroke",
    "severe": "severe(?:ly)?",
    "moderate": "moderate(?:ly)?",
    "mild": "mild(?:ly)?",
    "African": "african(?:s|-americans?)?|black",
    "European": "european(?:s|-americans?)?|white|caucasians?",
    "Asian": "asians?|chinese|japanese|indian",
    "Hispanic": "hispanics?|latin[oa]s?",
    "indigenous": "indigenous|aboriginal|native",
}
