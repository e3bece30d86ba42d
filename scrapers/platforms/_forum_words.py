"""Words by which forum software speaks to its readers, in the languages in which we have met it.

They are looked for only where an engine's declaration says that such words stand: in its statistics, on its team page, in the
place of its boards. None is looked for in what members write.
"""

from __future__ import annotations

import re

from scrapers.snapshot import Members


def _any(*words: str) -> str:
    return "(?:" + "|".join(words) + ")"


# fmt: off
MEMBERS = _any(
    "members?", "users?", "mitglieder", "benutzer", "membres", "utilisateurs", "inscrits", "miembros", "usuarios", "membros",
    "utenti", "iscritti", "membri", "leden", "gebruikers", "użytkowników", "членов", "пользовател(?:и|ей|я)", "участник(?:и|ов|а)",
    "üyeler", "üye", "[کك]اربران", "anggota",
)
# "Active members", "newest member", "members online": other numbers than the total.
OTHERS = _any(
    "active", "newest", "latest", "new", "online", "aktive", "neueste[sr]?", "neue", "nouveaux?", "dernier", "actifs",
    "activos", "nuevos?", "último", "активн\\w+", "нов\\w+", "ultimo", "aktif", "yeni", "guests? and",
)
AFTERWARDS = _any("online", "active", "browsing", "viewing", "sind online", "en ligne", "conectad\\w+", "онлайн")
# "Nobody else can say it": the most specific role first.
ROLES = (
    ("owner", _any("owner", "founder", "gründer", "inhaber", "fondateur", "fundador", "основател")),
    ("moderator", _any(
        "co-?admin", "moderat", "moderád", "modérat", "модератор", "moderador", "moderatör", "s?-?mod\\b", "mods\\b", "مدیران",
    )),
    ("admin", _any("admin", "админ", "yönetici", "site staff")),
)
RULES = _any(
    "rules", "guidelines", "code of conduct", "community standards", "netiquette", "regeln", "verhaltenskodex", "r[eè]gles",
    "r[eè]glement", "charte", "reglas", "normas", "правила", "regolamento", "regulamin", "regels", "regras", "kurallar",
    "قوانین", "peraturan",
)
TERMS = _any(
    "terms", "nutzungsbedingungen", "conditions d.utilisation", "conditions g[eé]n[eé]rales", "t[eé]rminos", "condiciones",
    "условия", "пользовательское соглашение", "condizioni", "termos", "kullanım",
)
CONTACT = _any(
    "contact", "contact[-_]?us", "contacts?", "kontakt", "contacto", "contato", "contatti", "sendmessage", "impressum",
    "imprint", "legal-?notice", "iletisim",
)
LOGIN = _any(
    "must be (?:registered and )?logged[- ]in", "must (?:log|sign) in", "(?:are|being) (?:either )?not logged[- ]in",
    "need to (?:be logged|log|sign)[- ]in", "only registered (?:members|users)", "requires you to be (?:registered|logged)",
    "please (?:log|sign)[- ]in (?:to|or)", "m[uü]ssen (?:sie )?(?:sich )?(?:angemeldet|registriert|anmelden|einloggen)",
    "nicht angemeldet", "devez (?:[eê]tre|vous) (?:connect|enregistr|inscri|identifi)", "debes (?:iniciar|estar|identificarte)",
    "(?:должны|необходимо) (?:быть )?(?:авториз|войти|зарегистр)",
)
CLOSED = _any(
    "(?:currently|temporarily) (?:closed|unavailable|disabled|offline|down)", "(?:in|under|down for|undergoing) maintenance",
    "maintenance mode", "board (?:is|has been) disabled", "wartungs(?:arbeiten|modus)", "vor[uü]bergehend (?:geschlossen|nicht)",
    "actuellement (?:ferm|indisponible|d[eé]sactiv)", "en mantenimiento", "временно (?:закрыт|недоступ|отключ)",
)
ADULTS = _any(
    "(?:are|be|am) (?:over|at least|older than|above) (?:18|21)", "(?:18|21) years (?:of age|old|or older)", "age verification",
    "(?:18|21) or (?:older|over)", "verify your age", "mindestens 18", "[uü]ber 18", "vollj[aä]hrig", "plus de 18 ans",
    "mayor(?:es)? de 18", "старше 18",
)
# What a logo says that says no name.
NAMELESS = _any(
    "\\blogo\\b", "^(?:the )?(?:home|start|main|forum|board|community)s?(?: ?page| index)?$", "^(?:log|sign)[ -]?(?:in|up)$",
    "startseite", "accueil", "inicio", "главная", "anasayfa",
)
MISSING = _any(
    "not be found", "not found", "(?:does|do) ?n.t exist", "does not exist", "no such", "invalid", "no longer (?:exists|available)",
    "nicht gefunden", "existiert nicht", "introuvable", "n.existe pas", "no existe", "не найден", "не существует",
)
# fmt: on

_number = r"\d{1,3}(?:[.,'’\s\u00a0\u202f]\d{3})+(?!\d)|\d+(?:[.,]\d)?\s?[km]\b|\d+(?![.,]?\d)"
_labelled = re.compile(
    rf"(?:\b(?P<before>\w{{1,30}})\s+)?\b{MEMBERS}\s*(?P<colon>:)?\s*(?P<count>{_number})(?!\s*{AFTERWARDS})",
    re.IGNORECASE,
)
_worded = re.compile(
    rf"(?<![\d.,])(?<![^\W\d],\s)(?P<count>{_number})\s+(?:registered\s+|registrierte\s+)?{MEMBERS}\b(?!\s+{AFTERWARDS})",
    re.IGNORECASE,
)
_total = re.compile(rf"(?:\w+\s+)?{MEMBERS}", re.IGNORECASE)
_others = re.compile(OTHERS, re.IGNORECASE)
_roles = tuple((role, re.compile(words, re.IGNORECASE)) for role, words in ROLES)


def members_in(text: str) -> set[Members]:
    """Every total of members that a line of statistics states; more than one means that the line is not understood.

    "Members: 5" is plain. "7 Members 5" could be either and is taken as both; "3 Guests, 2 Users" counts who is online.
    """
    labelled = [match for match in _labelled.finditer(text) if not _others.fullmatch(match["before"] or "")]
    plain = [match for match in labelled if match["colon"]]
    return {_members(match["count"]) for match in plain or [*labelled, *_worded.finditer(text)]}


def members_listed(pairs: list[tuple[str, str]]) -> set[Members]:
    """As `members_in`, of a list of terms with their numbers."""
    told = [members_of(number) for term, number in pairs if _is_total(term)]
    return {members for members in told if members}


def members_of(number: str) -> Members | None:
    """The total of members in a place that holds nothing but their number."""
    match = re.fullmatch(_number, number.strip(), re.IGNORECASE)
    return _members(match[0]) if match else None


def role_of(*texts: str) -> str:
    """The role that the first telling text names; nothing where none does."""
    named = (role for text in texts for role, words in _roles if words.search(text))
    return next(named, "")


def _is_total(term: str) -> bool:
    term = term.strip(" :")
    return bool(_total.fullmatch(term)) and not _others.match(term)


def _members(number: str) -> Members:
    unit = {"k": 1_000, "m": 1_000_000}.get(number[-1].lower())
    if unit is None:
        return Members(int(re.sub(r"\D", "", number)), "users_total")
    digits = number[:-1].strip().replace(",", ".")
    precision = unit // 10 if "." in digits else unit
    return Members(round(float(digits) * unit), "approximate", precision)
