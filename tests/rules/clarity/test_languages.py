"""Rules in Spanish, French, German and Portuguese: topics, negation, word order, polarity, and the two halves of their labels."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from rules.clarity import RuleText, read, read_rule
from rules.clarity.answers import NOT_TOLD
from rules.clarity.language import recognise
from rules.clarity.lexicon import TOPICS
from rules.clarity.reader import examine, read_examined
from rules.clarity.training.data import HERE, LETTERS

FOREIGN = ("es", "fr", "de", "pt")
CRISIS, MEDICAL, RESPECT, PRIVACY = TOPICS[:4]
WARNINGS, PROMOTION, MISINFORMATION, MINORS = TOPICS[4:8]
CONTACT, REPORTING, ILLEGAL, METHODS = TOPICS[8:12]
MODERATORS, ANONYMITY = TOPICS[12:]

SAID = [
    ("es", CRISIS, "Nadie atiende emergencias en este chat: llama al 112 si tu vida corre peligro."),
    ("es", MEDICAL, "Los mensajes de este foro nunca sustituyen a tu psiquiatra."),
    ("es", RESPECT, "Ninguna burla ni menosprecio hacia quien llega nuevo."),
    ("es", PRIVACY, "Nunca copies fuera de aquí datos personales de nadie."),
    ("es", WARNINGS, "Los relatos muy explícitos deben ir marcados con un aviso."),
    ("es", PROMOTION, "Quedan vetados los anuncios de talleres y de consultas privadas."),
    ("es", MISINFORMATION, "Toda afirmación sobre un tratamiento necesita una fuente fiable."),
    ("es", MINORS, "Hay que haber cumplido dieciséis años para inscribirse."),
    ("es", CONTACT, "Antes de mandar mensajes privados a otra persona, pide permiso en el hilo."),
    ("es", REPORTING, "Quien incumpla las normas dos veces quedará suspendido un mes."),
    ("es", ILLEGAL, "Cumple las leyes de tu país mientras estés con nosotros."),
    ("es", METHODS, "No expliques con qué te autolesionas ni muestres las heridas."),
    ("es", MODERATORS, "Las moderadoras son voluntarias y han recibido formación."),
    ("es", ANONYMITY, "Tu nombre real no hace falta para participar."),
    ("fr", CRISIS, "Personne ne répond aux urgences sur ce salon : appelez le 112 si votre vie est en danger."),
    ("fr", MEDICAL, "Les réponses du forum ne remplacent jamais un psychiatre."),
    ("fr", RESPECT, "Aucun mépris ni moquerie envers les nouveaux."),
    ("fr", PRIVACY, "Ne recopiez nulle part les données personnelles d'un membre."),
    ("fr", WARNINGS, "Les récits très explicites doivent être précédés d'un avertissement de contenu."),
    ("fr", PROMOTION, "Les annonces commerciales et les stages payants sont refusés."),
    ("fr", MISINFORMATION, "Toute affirmation sur un traitement doit être appuyée par une étude sérieuse."),
    ("fr", MINORS, "L'inscription est possible à partir de 16 ans."),
    ("fr", CONTACT, "Demandez toujours avant d'envoyer un message privé non sollicité."),
    ("fr", REPORTING, "Le non-respect de la charte entraîne une suspension d'un mois."),
    ("fr", ILLEGAL, "Respectez les lois en vigueur dans votre pays."),
    ("fr", METHODS, "N'expliquez pas avec quoi vous vous automutilez."),
    ("fr", MODERATORS, "Les modératrices sont bénévoles et formées à l'écoute."),
    ("fr", ANONYMITY, "Votre vrai nom n'est pas nécessaire pour participer."),
    ("de", CRISIS, "Notfälle können wir hier nicht auffangen: Wähle die 112, wenn dein Leben in Gefahr ist."),
    ("de", MEDICAL, "Beiträge in diesem Forum ersetzen niemals deine Psychiaterin oder eine Therapie."),
    ("de", RESPECT, "Wer neu ist, wird weder verspottet noch beleidigt."),
    ("de", PRIVACY, "Persönliche Daten anderer dürfen nirgendwohin kopiert werden."),
    ("de", WARNINGS, "Sehr explizite Inhalte müssen als solche gekennzeichnet werden."),
    ("de", PROMOTION, "Anzeigen für Kurse und Praxen werden nicht angenommen, auch keine Werbelinks."),
    ("de", MISINFORMATION, "Behauptungen über eine Behandlung brauchen einen seriösen Beleg."),
    ("de", MINORS, "Anmelden darf man sich ab 16 Jahren."),
    ("de", CONTACT, "Unaufgeforderte Nachrichten an andere Mitglieder sind nicht erwünscht."),
    ("de", REPORTING, "Verstöße gegen die Regeln führen zu einer Sperre von einem Monat."),
    ("de", ILLEGAL, "Haltet euch an die Gesetze eures Landes."),
    ("de", METHODS, "Schildere nicht, wie du dich verletzt, und zeig keine Wunden."),
    ("de", MODERATORS, "Die Moderatorinnen arbeiten ehrenamtlich und sind geschult."),
    ("de", ANONYMITY, "Deinen richtigen Namen brauchst du hier nicht."),
    ("pt", CRISIS, "Ninguém responde a emergências nesta sala: ligue 192 se a sua vida corre perigo."),
    ("pt", MEDICAL, "As respostas do fórum nunca substituem o seu psiquiatra."),
    ("pt", RESPECT, "Nenhum deboche nem desprezo por quem acaba de chegar."),
    ("pt", PRIVACY, "Nunca copie para fora os dados pessoais de um membro."),
    ("pt", WARNINGS, "Relatos muito explícitos devem vir com aviso de conteúdo."),
    ("pt", PROMOTION, "Anúncios de cursos e de consultas particulares não são aceitos."),
    ("pt", MISINFORMATION, "Toda afirmação sobre um tratamento precisa de uma fonte confiável."),
    ("pt", MINORS, "A inscrição é possível a partir de 16 anos."),
    ("pt", CONTACT, "Peça licença antes de mandar mensagens privadas não solicitadas."),
    ("pt", REPORTING, "Quem descumprir as regras duas vezes será suspenso por um mês."),
    ("pt", ILLEGAL, "Cumpra as leis do seu país enquanto estiver conosco."),
    ("pt", METHODS, "Não explique como você se corta nem mostre ferimentos."),
    ("pt", MODERATORS, "As moderadoras são voluntárias e foram treinadas."),
    ("pt", ANONYMITY, "Seu nome verdadeiro não é necessário para participar."),
]

UNSAID = [
    ("es", RESPECT, "Respeta la ley de tu país."),
    ("es", PROMOTION, "Prohibida la promoción del odio."),
    ("es", ANONYMITY, "Cada usuario elige el color de su página."),
    ("es", PRIVACY, "Se respeta la identidad de género de cada cual."),
    ("fr", RESPECT, "Respectez la loi française."),
    ("fr", PROMOTION, "Aucun appel à la haine ni promotion de la violence."),
    ("fr", MODERATORS, "Pas de sondage sans l'accord de l'équipe."),
    ("de", RESPECT, "In diesem Bereich geht es um Schlaf und Träume."),
    ("de", ILLEGAL, "Der Beitrag wird auf unsichtbar gesetzt."),
    ("de", MINORS, "Die Bedingungen gelten mindestens 14 Tage vorher."),
    ("pt", RESPECT, "Respeite as leis do seu país."),
    ("pt", PROMOTION, "É proibida a promoção do nazismo e da violência."),
    ("pt", CRISIS, "Não se fala aqui da crise climática."),
]

PERMITTED = [
    ("es", "Aquí puedes decir cualquier grosería a los demás."),
    ("es", "No eliminamos insultos, cada uno sabrá."),
    ("es", "No usamos avisos de contenido en este foro."),
    ("fr", "Ici, rien n'est modéré, défendez-vous."),
    ("fr", "Vous pouvez partager ici vos calories et vos kilos."),
    ("de", "Beleidigungen sind hier herzlich willkommen."),
    ("de", "Wir brauchen keine Triggerwarnungen."),
    ("pt", "Aqui vale tudo, ninguém reclama."),
    ("pt", "Não removemos insultos nesta comunidade."),
]

FORBIDDEN = [
    ("es", "No se puede insultar a los demás, aunque quieras."),
    ("es", "La publicidad no es bienvenida en el grupo."),
    ("es", "Los menores no son bienvenidos sin sus padres."),
    ("es", "No se permite contenido violento sin avisos de contenido."),
    ("es", "No dejes tu medicación sin hablarlo con tu médica."),
    ("fr", "Ne partagez pas vos calories ni votre poids avec les autres."),
    ("fr", "N'arrêtez pas vos médicaments sans avis médical."),
    ("fr", "La publicité n'est pas la bienvenue, les mineurs ne sont pas les bienvenus."),
    ("fr", "Vous ne pouvez pas insulter un autre membre."),
    ("de", "Werbung ist unerwünscht, willkommen sind eure Erfahrungen."),
    ("de", "Keine Bilder ohne Triggerwarnung hier."),
    ("de", "Niemand darf andere beschimpfen, und nichts Illegales, sonst wird gelöscht."),
    ("de", "Minderjährige sind hier nicht willkommen."),
    ("de", "Setzt eure Medikamente nicht ohne den Arzt ab."),
    ("pt", "Não compartilhe seu peso nem suas calorias com os outros."),
    ("pt", "Não pare de tomar os remédios sem falar com o médico."),
    ("pt", "Não se pode xingar qualquer membro do grupo."),
    ("pt", "Propaganda não é bem-vinda, nem menores."),
]


def read_in(language: str, text: str):
    """The reading of a rule in a set of that language."""
    return read_examined(examine(RuleText("", text), language=language))


def covered() -> set[tuple[str, str]]:
    return {(language, topic) for language, topic, _ in SAID}


def test_every_topic_has_a_sentence_in_every_language():
    assert covered() == {(language, topic) for language in FOREIGN for topic in TOPICS}


@pytest.mark.parametrize(("language", "topic", "text"), SAID)
def test_a_topic_is_read(language, topic, text):
    assert topic in {found.topic for found in read_in(language, text).topics}


@pytest.mark.parametrize(("language", "topic", "text"), UNSAID)
def test_a_word_of_a_topic_is_not_the_topic(language, topic, text):
    assert topic not in {found.topic for found in read_in(language, text).topics}


@pytest.mark.parametrize(("language", "text"), PERMITTED)
def test_a_rule_that_permits_the_harm_is_inverted(language, text):
    assert read_in(language, text).inverted


@pytest.mark.parametrize(("language", "text"), FORBIDDEN)
def test_a_rule_that_forbids_the_harm_in_like_words_is_not_inverted(language, text):
    assert not read_in(language, text).inverted


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Prohibido el acoso.", "es"),
        ("¡Cuidado!", "es"),
        ("Contenu interdit", "fr"),
        ("Aucun propos haineux", "fr"),
        ("Keine Werbung", "de"),
        ("Freundlicher Umgang", "de"),
        ("Proibido spam", "pt"),
        ("Não às ofensas", "pt"),
        ("Spoilers", "unknown"),
        ("NSFW memes", "unknown"),
        ("Don't post memes, etc.", "unknown"),
        ("No s'admet cap mena d'assetjament a usuaris", "other"),
    ],
)
def test_a_word_or_two_of_its_own_tell_a_language(text, language):
    assert recognise(text) == language


def test_a_rule_whose_language_cannot_be_told_is_read_in_that_of_its_set():
    rules = [
        RuleText("Spam", ""),
        RuleText("", "Trata bien a quienes escriben en este grupo, y no insultes a nadie."),
        RuleText("", "Emergencias: 112"),
    ]
    assert [reading.language for reading in read(rules).readings] == ["es", "es", "es"]


def test_rules_in_a_language_that_cannot_be_told_are_not_silently_absent():
    sentence = "Byddwch yn garedig wrth bawb sydd yma a pheidiwch dweud beth mae pobl yn rhannu tu allan."
    assert read([RuleText("", sentence)]).facts()["respect"] == (None, (), NOT_TOLD)
    assert read([RuleText("Memes", "")]).facts()["respect"][0] == "absent"


def test_a_rule_of_any_of_the_four_says_its_language():
    assert read_rule("", "Bitte keine Beleidigungen.").language == "de"


def _rows(name: str) -> list[list[str]]:
    return [line.split("\t") for line in (HERE / name).read_text("utf-8").splitlines()]


def test_labels_of_foreign_rules_are_well_formed():
    labelled, written = _rows("languages.tsv"), _rows("languages_written.tsv")
    assert len({row[0] for row in labelled}) == len(labelled)
    rows = [row[1:] for row in labelled] + [row[:3] for row in written]
    for language, half, letters in rows:
        assert language in FOREIGN
        assert half in ("dev", "held_out")
        assert letters == "-" or set(letters) <= set(LETTERS)
    halves = Counter((language, half) for language, half, _ in rows)
    assert min(halves.values()) > 90


def test_no_community_is_in_both_halves(shared_data):
    halves = {row[0]: row[2] for row in _rows("languages.tsv")}
    seen: dict[str, set[str]] = {}
    with (shared_data / "rules" / "unlabelled.jsonl").open(encoding="utf-8") as file:
        for one in map(json.loads, file):
            if one["id"] in halves:
                seen.setdefault(one["community"], set()).add(halves[one["id"]])
    assert seen
    assert all(len(found) == 1 for found in seen.values())
