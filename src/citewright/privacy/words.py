"""Words the rules for names know: common given names, and words in capitals that are no names."""

from __future__ import annotations


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_COMMON = _set(
    """
    aaron abby abigail adam adrian adriana agnes ahmed aisha alan alba albert alberto alejandra
    alejandro alex alexa alexandra alexandre alexis alfonso alfred ali alice alicia alina alison
    alma amanda amelia amelie amina amir amy ana anastasia anders andre andrea andreas andrei
    andrew andy angela angelica angelina anita anja ann anna anne annette annika anthony anton
    antonio anya arjun arturo asha ashley astrid aurora ava axel ayesha barbara beatrice beatriz
    becky belinda ben bernadette bernd beth betty bianca birgit bob bogdan bonnie boris brad
    brandon brenda brian bridget brigitte brittany bryan caitlin camila camille carla carlos
    carmen carolina caroline carrie catarina catherine cathy cecilia celine chantal charlie
    chelsea cheryl chiara chloe chris christa christina christine christopher cindy claire
    clara claudia claudio clement colette colin colleen connor constance corinne courtney
    cristina cynthia daisy damian dan daniela daniele danielle danny daphne daria dave dawit
    deborah debbie debra deepa delphine denise dennis derek diana diane diego dieter dimitri
    dina dmitri dolores dominic dominik donald donna doris dorothy dylan ebony eddie edith
    eduardo edward edwin eileen elaine elena eleni eli eliza elizabeth elena ella ellen ellie
    elsa emil emilia emily emma enrique eric erica erik erika erin ernesto esther ethan eugenia
    eva evan eve evelyn ezra fabian fabio fatima fatou federico felicia felipe felix fernando
    fiona francesca francesco francine francisco franco francois franziska freddy frederick
    frida fritz gabriel gabriela gabriele gaby gareth gavin gemma geoffrey georgina gerald gerard
    gertrude giovanni giulia giuseppe gloria gonzalo greg gregory greta guido guillermo gunnar
    gustavo hana hanna hannah hans harold harriet harry hassan heather heidi heinz helen helena
    helga henrik hilda hiroshi holly hugo hussein ian ibrahim ilse imran ines inga ingrid irene
    irina isaac isabel isabella isabelle ivan ivana jackie jacob jacqueline jacques jaime jake
    jamal jamie jan jana jane janet janice jasmine jason javier jean jeanette jeff jeffrey jen
    jenna jennifer jenny jeremy jerry jesse jessica jesus jill jim jimmy joan joana joanna joanne
    joao jochen jodie joe joel johan johanna johannes john johnny jonas jonathan jorge jose
    josef josefina joseph josephine joshua josie juan juana juanita judith judy julia julian
    juliana julie juliet juliette julio jun jürgen justin justine kaja karen karin karina karl
    karla kasia kate katharina katherine kathleen kathryn kathy katie katja katrin katrina kayla
    keiko keisha keith kelsey ken kenji kenneth kerstin kevin khadija khalid kim kimberly kirsten
    klaus klara kofi konstantin krista kristen kristin kristina krystal kurt kwame kyle lakshmi
    lamar larissa larry lars laszlo latoya laura lauren laurence laurent lea leah leif leila
    lena leo leon leonardo leslie leticia lidia liam lila lilly lily lin linda lindsay lisa
    lorenzo lori lotte louis louisa louise luca lucas lucia luciana lucie lucy luigi luis luisa
    lukas luke lydia lynn mackenzie magda magdalena maggie mahmoud malik manuel manuela marc
    marcel marcela marcelo marcia marco marcos marcus margaret margarita margot maria mariam
    mariana marianne marie marilyn mario marisa marisol marjorie marlene marta martha martina
    mary mateo mathias mathilde matteo matthew matthias maureen mauricio max maxim maya megan
    mehmet mei melanie melissa mercedes meredith mia michaela michal michel michele michelle
    miguel mikhail mila milan milena mina mira miriam mohamed mohammed moira molly mona monica
    monika monique muhammad mustafa nadia nadine nancy naomi natalia natalie natasha nathalie
    nathan nathaniel ngozi nicholas nick nicola nicolas nicole nigel nikita nikolai nina noah
    noelle noemi nora nour octavio olaf olga oliver olivia omar oscar oskar otto owen pablo
    paola paolo patricia patrick patrizia paula pauline pavel pedro peggy penelope penny pete
    petra philip philippe phoebe phyllis pierre pilar piotr polly priya rachel rafael rahul
    raj rajesh ralf ramon randy raphael raquel rashid ravi rebecca regina renate rene ricardo
    riccardo richard rita robert roberta roberto robin rocio roger roland roman ronald ronnie
    rosa rosalie rosario rosemary rosie roxana rudolf ruth ryan sabine sabrina sadie said
    sally salma salvador sam samantha samir samuel sandra sandy sanjay santiago sara sarah
    sasha saskia savannah sean sebastian selena sergei sergio shannon sharon sheila shirley
    sibylle silvia simone sofia sofie sonia sonja sophia sophie stacy stan stefan stefanie
    stella stephan stephanie steve steven sue suleiman sunita susan susana susanne suzanne
    svetlana sven svenja sylvia tamara tamika tania tanya tara tatiana ted terence teresa terry
    theo theodore theresa thorsten tiffany tim timothy tina tobias toby todd tomas tommy toni
    tony tracey tracy travis trevor tricia tyler tyrone uma ursula ute uwe valentina valeria
    valerie vanessa vera verena veronica veronika vicky victor vijay vikram vincent viola
    vivian vladimir wanda wendy werner wilhelm wolfgang xavier xiomara yasmin yolanda yuki
    yusuf yvonne zachary zahra zoe zoey zofia björn søren zoë chloë andré josé rené renée
    françois hélène jérôme léa maría sofía lucía martín zainab kamal amara chidi emeka
    ada adele agatha aidan aileen alastair alba alfie amelie ariana ariel arnav arthur audrey
    august bastian beatrix benedict bernard bertha bertram boaz bronwyn callum candace cara carter
    casper cecile cedric cesar charlene charlotte ciara clarissa clifford cody cora cordelia
    curtis dalia damien dario darren deirdre delia della demetrius desmond devin dieudonne dmitry
    dora dorian edgar edna edwina elif elijah elise ella elliot eloise elsie emeline emmanuel enid
    enzo ernest errol esme estelle eugene eunice ezekiel faisal farah faye fergus finn fletcher
    florian fred freya gail gary gerda gilda gina ginny giorgio glenda goran gwen hamza hank harvey
    hector heloise henrietta herman hortense ida ignacio igor ike imogen imelda ingeborg isaiah
    isla ismail isolde ivy jace jamila janelle jared jarvis javon jayden jemima jethro joaquin
    jocelyn jolene josephina joyce kareem karim kayleigh keira kelvin kendra kendrick kieran kiran
    kirk kirstin kobe lachlan lamont lana lara lena leona leonie leopold leroy liesl lilian lloyd
    lola lonnie loretta lorna lorraine lotta lucinda ludmila luther lynette mabel madeleine maeve
    magnus mahalia malcolm malik mandy marek margarete marguerite mariah marin marjan marlon marta
    marvin matilda maud mavis merle mikael mildred millie milos moritz moses muriel myra myrtle
    nancy nanette nasir ned nell niamh niels nikola noel noreen norma odette oksana ola olena oleg
    ophelia oren orla orlando oskar ottilie otis padma pam pascal patty pearl percy petros
    pietro portia prudence quentin quincy ralph ramona raoul rasheed reggie reinhard reza rhoda
    rhonda rhys rocco rodrigo roisin rosalind rowan roy ruben rufus rupert sasha saul selma seth
    shanice shauna shawn shelby siegfried sienna sigrid silas simon siobhan soren spencer stavros
    sven tabitha taiwo talia tamsin tatyana tess thea thelma theodora thora tilda tove trent trudy
    tomasz ulrich ulrike ulysses valentin vera vikki violeta vlad wade walid wanjiru wilbur willa
    wilma winifred xochitl yael yara yasmine yosef yvette zane zara zeynep zora zuzana thandiwe
    thandi sipho aaliyah deshawn darnell jada tasha trinity wei xin ming hui jing ling
    satoshi takeshi haruka sakura minh linh thuy nguyet jin soo hyun
    """
)

SURNAMES_TOO = _set(
    """
    alexander allen andrew anthony arnold barbara barry ben benjamin blake bruce clement constance
    craig daniel david dennis duncan edward elliott erik eric felix francis franco gabriel george
    gerald gerard gilbert gordon gregory harry henry howard ian isaac jacob jacques james jean
    jerome john joseph karl keith kelly ken kenneth kim laurence leon leslie lewis lin linda louis
    luke marc marcel marcus margaret martin matthew max maxim michel milan mina minh ming nathan
    neil nicholas oliver oscar owen patrick paul peter philip phoebe raphael ray rene richard
    robert robin roger roland roman ross ryan samuel sally sandy scott sebastian simon stella
    stephan stephen steven stuart thomas todd tom tracy trinity tyler uma victor vincent viola
    vivian walter warren wei william xin hui jing ling jin jun mei soo hyun tim yuki daisy gloria
    regina aurora dominic said ali mira lea lila mona anna anne felix
    arthur bernard bertram carter charlotte clifford curtis desmond ernest eugene fletcher fred
    gary harvey herman joyce kirk leroy lloyd luther malcolm magnus marvin noel orlando pascal
    pearl ralph roy rowan rupert seth shelby spencer wade wilbur ivy ada dora elliot august ariel
    benedict ida ike emmanuel enid callum cody cora
    """
)
"""Given names that often stand alone for an author, a place or a word: alone they say nothing."""

GIVEN = _COMMON | SURNAMES_TOO
"""Given names that are common in several languages, in lower case; made by hand."""

WORDS_TOO = _set(
    """
    said jean jan holly daisy gloria regina viola uma aurora trinity pilar rosario mercedes jesus
    robin penny sandy amber dawn grace hope faith joy may mark will bill art rose chance max
    ebony savannah asha soo hui ling ming jing wei jin jun mei lin kim stella constance
    dan ben ken stan sue pat rob ted
    """
)
"""Given names that are words: in small letters they are taken for the word."""

NO_NAMES = _set(
    """
    the a an this that these those my our his her their its your your i we he she they it you
    who what when where why how which whose there here if in on at by for from to of with without
    within and or but so yet nor as than then also not no yes all any some each every both few
    many most more other another such only just even after before during since until while because
    although though however therefore thus hence moreover furthermore finally first second third
    last next one two three four five six seven eight nine ten once again today yesterday tomorrow
    now later please thank thanks hi hello dear regards sincerely best yours kind cheers note see
    is are was were be been has have had do does did can could may might must shall should will
    would let everyone everybody nobody someone somebody anyone anybody none neither participants
    people persons women men children adults adolescents students veterans youth teachers parents
    january february march april june july august september october november december jan feb mar
    apr jun jul aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday
    christmas easter ramadan
    patient patients client clients mr mrs ms miss mx dr prof professor doctor sir madam nurse
    therapist psychiatrist psychologist counselor counsellor clinician
    english french german spanish italian portuguese russian chinese japanese korean arabic hindi
    dutch swedish american british canadian australian european african asian latino latina
    hispanic indian mexican irish scottish jewish christian muslim buddhist hindu catholic black
    white native indigenous western eastern northern southern north south east west new old
    america usa uk us eu england britain germany france spain italy canada australia china japan
    india mexico brazil russia europe africa asia london paris berlin boston chicago york
    california texas oxford cambridge harvard stanford yale sydney toronto vienna zurich
    phd md ma ba msc bsc lcsw lmft psyd rn edd mph
    cbt dbt act mbct mbsr msc emdr ptsd adhd ocd bpd mdd gad dsm icd who nice apa nhs fda cdc
    rct rcts ssri covid hiv aids hipaa phi gp er icu ed sci
    llm ai url doi pmid isbn
    table figure appendix chapter section study trial experiment eq equation note box page vol
    brief
    """
)
"""Words, in lower case, that do not begin a person's name even where they have a capital."""

WORKS = _set(
    """
    questionnaire questionnaires inventory inventories scale scales subscale index test tests
    checklist interview schedule battery assessment survey measure measures score scores rating
    therapy therapies psychotherapy psychoanalysis counseling counselling treatment treatments
    intervention program programme protocol model models theory theories framework approach
    approaches method methods technique techniques training workshop course institute university
    college school hospital clinic center centre department foundation association society
    academy press publishing journal review reviews annals archives bulletin handbook manual
    guide guideline guidelines library database collaboration consortium network group task force
    study trial trials experiment paradigm effect effects syndrome disease disorder law alpha
    kappa omega cohen's hedges coefficient correction criterion criteria distribution curve plot
    analysis regression correlation matrix factor factors hypothesis principle principles
    act health medicine psychology psychiatry science sciences research report statement
    declaration convention compassion self mindful mindfulness meditation yoga buddhism stress
    anxiety depression trauma cognitive behavioral behavioural dialectical acceptance commitment
    emotion regulation satisfaction outcome outcomes quality global impression severity symptom
    symptoms problem problems working alliance centered centred focused based rights bill safety
    advocacy care services service support system systems worksheet diary record placement session
    sessions module modules optional efficacy
    """
)
"""Words that make the name around them one of a work, a method or an institution."""

PARTICLES = _set("de del della da dos do di du la le van von der den ten ter bin ibn al el y e zu")
"""Small words inside a name."""

LABELS = _set("name patient client pt surname mr mrs ms miss")
"""Words behind which a name may stand all in capitals."""

NO_NAME_AFTER_IS = _set(
    """
    important unknown listed written spelled spelt changed withheld confidential known common being
    very really kept left removed redacted mentioned given missing wrong incorrect correct never
    always usually often still already now used based derived taken called something anonymous
    back out off up down crazy names
    """
)
"""Words that follow "my name is" or "call me" and are no name."""

VERBS = _set(
    """
    came come comes went goes was were has had have does did told tells said says asked asks called
    calls reports reported presented presents feels felt lives lived works worked wants wanted
    needs needed takes took started stopped began died drinks moved attended attends missed
    disclosed denied denies struggled struggles cried reported about because when while since with
    who whose which for from into over under during before after again today yesterday last next
    this that and but not also then now per via yes age aged
    """
)
"""Words that end a name written in small letters."""
