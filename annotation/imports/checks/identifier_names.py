"""Names of people by the words around them: introductions, titles, greetings, signatures, relations.

Nothing else tells a name from a noun without a list of all names, which would miss most of the world's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from annotation.imports.checks.identifier_looks import Span, last_words, lowered, words_before_capitals


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Kinds of cues.
_BEING, _TITLES, _KIN, _MI, _MEIN = "being", "titles", "kin", "mi", "mein"
_GREETS, _SIGNS, _SPEAKS = "greets", "signs", "speaks"

# After these a name stands, even where it is written small.
_STRONG = re.compile(
    r"(?<!\w)(?:my (?:full |real |first |last )?name(?: is|'s)"
    r"|mi nombre(?: completo)? es|me llamo|ich hei(?:ß|ss)e|mein name ist)[:,]? {1,3}",
    re.IGNORECASE,
)
# After these only a word that begins with a capital, and is none of the words below.
_CAPITALISED: tuple[tuple[str, re.Pattern[str]], ...] = (
    (
        _BEING,
        re.compile(
            r"(?<!\w)(?:[Ii]'m|[Ii] am|[Cc]alled?(?: me)?|[Nn]amed|[Nn]ame(?: is|'s| was)|[Ss]oy"
            r"|[Ll]lamarme|[Ll]lama(?:ba)?|[Nn]ombre es"
            r"|[Nn]enn(?:t|en Sie)? mich|[Hh]ei(?:ß|ss)t|[Nn]amens|[Ii]ch bin(?:'?s,?)?(?: die| der)?"
            r"|[Hh]ier (?:ist|spricht)) {1,3}"
        ),
    ),
    (
        _TITLES,
        re.compile(
            r"(?<!\w)(?:Mr|Mrs|Ms|Mx|Miss|Dr|Prof|Professor|Doctor|Nurse|Pastor|Rabbi|Imam|Father"
            r"|Sister|Coach|Officer"
            r"|Sr|Sra|Srta|Dra|Don|Doña|Doctora|Señor|Señora|Señorita|se[ñn]or|se[ñn]ora|Profesora?"
            r"|Herrn?|Frau|Fräulein|Doktor|Professorin|Pfarrer|Schwester)\.? {1,3}(?:Dr\. |Prof\. )?"
        ),
    ),
    (
        _KIN,
        re.compile(
            r"(?<!\w)(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur) (?:\w{1,12} )?(?:husband|wife|partner|boyfriend"
            r"|girlfriend|fianc[ée]e?|son|daughter"
            r"|brother|sister|mum|mom|mother|dad|father|friend|best friend|boss|manager|therapist"
            r"|counsell?or|doctor"
            r"|psychiatrist|teacher|cousin|uncle|aunt|niece|nephew|roommate|flatmate|neighbou?r|ex|colleague)"
            r"(?:,|, called| called| is called)? {1,3}"
        ),
    ),
    (
        _MI,
        re.compile(
            r"(?<!\w)[Mm]is? (?:marido|esposo|esposa|mujer|novio|novia|pareja|hijo|hija|hermano|hermana"
            r"|madre|padre"
            r"|mam[áa]|pap[áa]|amigo|amiga|jefe|jefa|terapeuta|psic[óo]log[oa]|m[ée]dic[oa]|profesora?"
            r"|primo|prima|t[íi]o|t[íi]a"
            r"|abuelo|abuela|vecin[oa]|ex)(?:,| se llama)? {1,3}"
        ),
    ),
    (
        _MEIN,
        re.compile(
            r"(?<!\w)[Mm]ein(?:e[mnr]?)? (?:Mann|Frau|Freund|Freundin|Sohn|Tochter|Bruder|Schwester"
            r"|Mutter|Mama|Vater|Papa|Chefin?"
            r"|Therapeutin?|Ärztin|Arzt|Lehrerin?|Cousine?|Onkel|Tante|Oma|Opa|Partnerin?|Kolleg(?:e"
            r"|in)|Nachbarin?|Ex)"
            r"(?:,| heißt)? {1,3}"
        ),
    ),
)
# A greeting or thanks, and then a mark or the end of the line: “Hi Sam,”.
_GREETING = re.compile(
    r"(?:^|(?<=[.!?\n…] )|(?<=[\n:\"“]))(?:hi|hello|hey|dear|good morning|good evening|thanks|thank you"
    r"|hola|querid[oa]|estimad[oa]"
    r"|buenos d[íi]as|buenas tardes|gracias|hallo|liebe[rs]?|guten (?:tag|morgen|abend)|danke"
    r"|sehr geehrte[rs]?),? {1,3}",
    re.IGNORECASE | re.MULTILINE,
)
_GREETING_ENDS = re.compile(r" ?(?:[,!.:;?…\n-]|$)")
_SIGNED = re.compile(
    r"(?:^|(?<=[.!?] ))(?:(?:best|kind|warm|yours?)? ?(?:regards|wishes|sincerely|truly)|sincerely|love"
    r"|cheers|take care|best|xx?o?"
    r"|un abrazo|abrazos|saludos|atentamente|(?:liebe|viele|herzliche|beste) gr(?:ü|ue)(?:ß|ss)e|lg|vg"
    r"|mit freundlichen gr(?:ü|ue)(?:ß|ss)en)[,.!]? {0,3}\n{1,2} {0,3}",
    re.IGNORECASE | re.MULTILINE,
)
_SPEAKING = re.compile(r"(?<!\w)(?:[Tt]his is|[Ii]t's|[Aa]qu[íi]|[Hh]abla) {1,3}")
_SPEAKING_ENDS = re.compile(r",? (?:here|speaking|again|from)(?!\w)")
_ARABIC = re.compile(
    r"(?<!\w)(?:(?:أنا |انا )?[إا]سمي(?: هو)?|[إا]سم(?:ه|ها)(?: هو| هي)?|[يت]دعى|السيدة?|الأستاذة?"
    r"|الدكتورة?|دكتورة?|د\.|عزيزي|عزيزتي"
    r"|الشيخ|المدعوة?) {1,3}"
)
_ARABIC_LETTER = r"[\u0621-\u064a\u066e-\u06d3]"
_ARABIC_NAME = re.compile(
    rf"(?:عبد |أبو |ابو |أم |بنت |بن )?{_ARABIC_LETTER}{{2,20}}(?: (?:(?:بن|بنت|أبو|ابو|آل"
    rf"|عبد) {_ARABIC_LETTER}{{2,20}}|ال{_ARABIC_LETTER}{{2,20}}))?"
)
_ARABIC_OTHER = _words("الطبيب الطبيبة القارئ الفاضل الفاضلة المستخدم صديقي صديقتي أنا من في على لا هو هي يا")

_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['-](?=[^\W\d_]))*")
_PARTICLES = _words("de del la las los der den dem van von zu zur bin ibn al el da di do dos du le y e")
_MAX_WORDS = 6

# Words that stand after a cue and are no names: feelings, nations, roles, beginnings of sentences.
_OTHER = _words(
    """
    a an the i i'm im it its it's my you your yours he she we they this that these those there here not now
    no yes ok okay all again everyone everybody guys folks friend friends team sir madam mam ma'am dear love
    so just very really still always never only also and or but if when where what who why how because since
    for from with in on at to of by as is am are was were be been being do does did have has had can could
    will would should may might must let please thanks thank sorry sure god lord jesus christ allah happy sad
    glad fine good bad sick tired lost alone afraid done going american african asian european british
    english irish scottish welsh french german spanish italian dutch polish turkish russian ukrainian chinese
    japanese korean indian pakistani arab arabic iranian israeli mexican canadian australian latino latina
    hispanic black white muslim christian jewish catholic hindu buddhist atheist gay lesbian bi trans queer
    autistic bipolar adhd ptsd ocd bpd ed dm dr mr mrs ms christmas easter monday tuesday wednesday thursday
    friday saturday sunday january february march april june july august september october november december
    ai gpt chatgpt claude siri alexa seeker supporter therapist doctor nurse counselor counsellor professor
    teacher mom mum mother dad father husband wife sister brother son daughter facebook instagram google
    whatsapp reddit yo tú tu usted el la los las un una sí si que qué y o pero muy más tan de del en con por
    para al es soy estoy todos todas todo amigo amiga señor señora doctora dios ich du er sie wir ihr ein
    eine der die das den dem und oder aber nicht kein keine sehr ganz nur noch auch hier da jetzt immer nie
    mit von zu auf für wegen gott zusammen leute alle kollegen kolleginnen damen herren grüße grüsse gruß
    güte doktor herr frau mutter vater student studentin schüler schülerin lehrer lehrerin arzt ärztin
    therapeut therapeutin psychologe psychologin krankenschwester pfleger pflegerin patient patientin rentner
    rentnerin single witwe witwer christin muslima deutscher deutsche türke türkin österreicher schweizer
    ausländer alkoholiker alkoholikerin autist autistin mensch mann mädchen junge kind opfer ende anfang teil
    schuld azubi chef chefin hausfrau mama papa oma opa fan
    """
)


# The words with which cues end, small: where none of them stands before a capital, no cue is searched for.
_CUE_ENDINGS = {
    _BEING: "'m am calle called me named is name's was soy llamarme llama llamaba es mich heißt heisst namens"
    " bin bins bin's die der ist spricht",
    _TITLES: "mr mrs ms mx miss dr prof professor doctor nurse pastor rabbi imam father sister coach officer"
    " sr sra srta dra don doña doctora señor señora señorita senor senora profesor profesora herr herrn frau"
    " fräulein doktor professorin pfarrer schwester",
    _KIN: "husband wife partner boyfriend girlfriend fiance fiancé fiancee fiancée son daughter brother"
    " sister mum mom mother dad father friend boss manager therapist counselor counsellor doctor psychiatrist"
    " teacher cousin uncle aunt niece nephew roommate flatmate neighbor neighbour ex colleague called",
    _MI: "marido esposo esposa mujer novio novia pareja hijo hija hermano hermana madre padre mamá mama papá"
    " papa amigo amiga jefe jefa terapeuta psicóloga psicólogo psicologa psicologo médica médico medica"
    " medico profesor profesora primo prima tío tio tía tia abuelo abuela vecino vecina ex llama",
    _MEIN: "mann frau freund freundin sohn tochter bruder schwester mutter mama vater papa chef chefi chefin"
    " therapeuti therapeutin ärztin arzt lehreri lehrerin cousin cousine onkel tante oma opa partneri"
    " partnerin kollege kollegin nachbari nachbarin ex heißt",
    _GREETS: "hi hello hey dear morning evening thanks you hola querido querida estimado estimada días dias"
    " tardes gracias hallo liebe lieber liebes tag morgen abend danke geehrte geehrter geehrtes",
    _SIGNS: "regards wishes sincerely truly love cheers care best x xo xx xxo abrazo abrazos saludos"
    " atentamente grüße grüsse grueße gruesse lg vg grüßen grüssen grueßen gruessen",
    _SPEAKS: "is it's aquí aqui habla",
}
CUE_WORDS = {
    word: frozenset(kind for kind, words in _CUE_ENDINGS.items() if word in last_words(words.split()))
    for words in _CUE_ENDINGS.values()
    for word in last_words(words.split())
}
STRONG_HINTS = ("name is", "name's", "name ist", "nombre", "llamo", "ich hei")
# More than stands before a hint: “my first ”, “mein ”.
_BEFORE_HINT = 24
_HAS_ARABIC = re.compile(_ARABIC_LETTER)
_LINE_ENDS = re.compile(r"[ .!]{0,3}(?:\n|$)")


def named_spans(text: str, small: str) -> Iterator[Span]:
    """Names after introductions, titles, greetings, signatures and words of kinship.

    Args:
        small: the text in small letters.
    """
    first = min([place for hint in STRONG_HINTS if (place := small.find(hint)) >= 0], default=-1)
    if first >= 0:
        yield from _after(_STRONG, text, needs_capital=False, start=max(first - _BEFORE_HINT, 0))
    cues = _cues_before_names(text, small)
    for cue, pattern in _CAPITALISED:
        if cue in cues:
            yield from _after(pattern, text)
    if _GREETS in cues:
        yield from _after(_GREETING, text, ends=_GREETING_ENDS)
    if _SIGNS in cues:
        yield from _after(_SIGNED, text, ends=_LINE_ENDS)
    if _SPEAKS in cues:
        yield from _after(_SPEAKING, text, ends=_SPEAKING_ENDS)
    if not text.isascii() and _HAS_ARABIC.search(text):
        yield from _arabic(text)


def has_cue(text: str) -> bool:
    """Whether a word that leads to a name stands before what can be one."""
    return bool(_cues_before_names(text, lowered(text)))


def _cues_before_names(text: str, small: str) -> set[str]:
    """The kinds of cues whose last word stands before what can be a name: only these are searched for."""
    cues = {_TITLES} if "señor" in small or "senor" in small else set()
    for word, place in words_before_capitals(text):
        kinds = CUE_WORDS.get(word)
        if kinds and not kinds <= cues and _end_of_name(text, place, needs_capital=True) > place:
            cues |= kinds
    return cues


def _arabic(text: str) -> Iterator[Span]:
    for match in _ARABIC.finditer(text):
        name = _ARABIC_NAME.match(text, match.end())
        if name is not None and name.group().split()[0] not in _ARABIC_OTHER:
            yield name.span()


def _after(
    cue: re.Pattern[str],
    text: str,
    *,
    needs_capital: bool = True,
    ends: re.Pattern[str] | None = None,
    start: int = 0,
) -> Iterator[Span]:
    for match in cue.finditer(text, start):
        end = _end_of_name(text, match.end(), needs_capital=needs_capital)
        if end > match.end() and (ends is None or ends.match(text, end)):
            yield match.end(), end


def _end_of_name(text: str, start: int, *, needs_capital: bool) -> int:
    """Where a name that begins at `start` ends; `start` where none does."""
    end, place = start, start
    for number in range(_MAX_WORDS):
        word = _WORD.match(text, place, place + 40)
        if word is None:
            break
        small = word.group().lower()
        is_name = word.group()[0].isupper() or (number == 0 and not needs_capital)
        if is_name and small not in _OTHER and not word.group().endswith(("'m", "'s", "'ve", "'ll")):
            end = word.end()
        elif (
            number == 0 and word.group()[0].isupper() and word.group().endswith("'s") and small not in _OTHER
        ):
            end = word.end() - 2
            break
        elif small not in _PARTICLES or number == 0:
            break
        if text[word.end() : word.end() + 1] == "." and len(word.group()) == 1:
            place = word.end() + 1
        else:
            place = word.end()
        if text[place : place + 1] != " ":
            break
        place += 1
    return end
