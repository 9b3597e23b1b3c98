"""The sentences of the synthetic guide in English, German and Latvian; names in braces are filled in."""

from __future__ import annotations

LANGUAGES = ("en", "de", "lv")

FIELDS = {
    "en": [
        "river care",
        "stage craft",
        "rural radio",
        "bee keeping",
        "bridge building",
        "folk dance",
        "street sport",
        "forest schools",
        "bread baking",
        "boat repair",
        "night skies",
        "stone carving",
        "choir singing",
        "wool weaving",
        "first aid",
        "chess clubs",
        "coast watching",
        "robot design",
        "seed saving",
        "film making",
        "mountain rescue",
        "museum guiding",
    ],
    "de": [
        "Flusspflege",
        "Bühnenhandwerk",
        "Landfunk",
        "Bienenhaltung",
        "Brückenbau",
        "Volkstanz",
        "Straßensport",
        "Waldschulen",
        "Brotbacken",
        "Bootsreparatur",
        "Nachthimmel",
        "Steinmetzkunst",
        "Chorgesang",
        "Wollweberei",
        "Ersthilfe",
        "Schachvereine",
        "Küstenbeobachtung",
        "Roboterbau",
        "Saatguterhalt",
        "Filmemachen",
        "Bergrettung",
        "Museumsführung",
    ],
    "lv": [
        "upju kopšana",
        "skatuves amati",
        "lauku radio",
        "biškopība",
        "tiltu būve",
        "tautas dejas",
        "ielu sports",
        "meža skolas",
        "maizes cepšana",
        "laivu remonts",
        "nakts debesis",
        "akmens kalšana",
        "kora dziedāšana",
        "vilnas aušana",
        "pirmā palīdzība",
        "šaha klubi",
        "krasta vērošana",
        "robotu būve",
        "sēklu saglabāšana",
        "filmu veidošana",
        "kalnu glābēji",
        "muzeju gidi",
    ],
}
KINDS = {
    "en": ["exchange", "partnership", "training course", "festival", "network"],
    "de": ["Austausch", "Partnerschaft", "Lehrgang", "Festival", "Netzwerk"],
    "lv": ["apmaiņa", "partnerība", "mācību kurss", "festivāls", "tīkls"],
}
MONTHS = {
    "en": "January February March April May June July August September October November December".split(),
    "de": "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split(),
    # In the dative, which "līdz" asks for.
    "lv": "janvārim februārim martam aprīlim maijam jūnijam jūlijam augustam septembrim oktobrim novembrim decembrim".split(),  # noqa: E501
}
DATE = {"en": "{day} {month} {year}", "de": "{day}. {month} {year}", "lv": "{year}. gada {day}. {month}"}
GROUPS = (
    {"en": "Group {n}", "de": "Gruppe {n}", "lv": "{n}. grupa"},
    {
        "en": [
            "Denmark, Finland, Ireland",
            "Austria, Latvia, Malta",
            "Bulgaria, Croatia, Poland",
            "Estonia, Portugal, Slovakia",
        ],
        "de": [
            "Dänemark, Finnland, Irland",
            "Österreich, Lettland, Malta",
            "Bulgarien, Kroatien, Polen",
            "Estland, Portugal, Slowakei",
        ],
        "lv": [
            "Dānija, Somija, Īrija",
            "Austrija, Latvija, Malta",
            "Bulgārija, Horvātija, Polija",
            "Igaunija, Portugāle, Slovākija",
        ],
    },
)
TITLES = {
    "title": {"en": "Programme Guide {year}", "de": "Programmleitfaden {year}", "lv": "Programmas vadlīnijas {year}"},
    "part": {"en": "Part {n}: {field}", "de": "Teil {n}: {field}", "lv": "{n}. daļa: {field}"},
    "action": {"en": "{Field}: {kind}", "de": "{Field}: {kind}", "lv": "{Field}: {kind}"},
    "aims": {"en": "Aims of the action", "de": "Ziele der Aktion", "lv": "Darbības mērķi"},
    "who": {"en": "Who can apply?", "de": "Wer kann einen Antrag stellen?", "lv": "Kas var pieteikties?"},
    "when": {"en": "When to apply", "de": "Antragsfrist und Dauer", "lv": "Pieteikšanās termiņš un ilgums"},
    "money": {"en": "Funding rates", "de": "Fördersätze", "lv": "Finansējuma likmes"},
    "award": {"en": "Award criteria", "de": "Gewährungskriterien", "lv": "Piešķiršanas kritēriji"},
    "advice": {"en": "Good practice", "de": "Gute Praxis", "lv": "Labā prakse"},
    "glossary": {"en": "Glossary", "de": "Glossar", "lv": "Glosārijs"},
}
FACTS = {
    "deadline": {
        "en": "Applications for the action “{name}” must be submitted by {date} at {hour}:00 Brussels time.",
        "de": "Anträge für die Aktion „{name}“ sind bis zum {date} um {hour}:00 Uhr Brüsseler Zeit einzureichen.",
        "lv": "Pieteikumi darbībai “{name}” jāiesniedz līdz {date} plkst. {hour}.00 pēc Briseles laika.",
    },
    "duration": {
        "en": "A project under “{name}” lasts from {low} to {high} months.",
        "de": "Ein Projekt im Rahmen von „{name}“ dauert zwischen {low} und {high} Monaten.",
        "lv": "Projekts darbībā “{name}” ilgst no {low} līdz {high} mēnešiem.",
    },
    "partners": {
        "en": "The consortium of “{name}” needs at least {partners} organisations from {countries} different countries.",  # noqa: E501
        "de": "Dem Konsortium von „{name}“ müssen mindestens {partners} Einrichtungen aus {countries} verschiedenen Ländern angehören.",  # noqa: E501
        "lv": "Darbības “{name}” konsorcijā jābūt vismaz {partners} organizācijām no {countries} dažādām valstīm.",
    },
    "grant": {
        "en": "The grant for one project under “{name}” is at most {grant} EUR.",
        "de": "Der Zuschuss für ein Projekt im Rahmen von „{name}“ beträgt höchstens {grant} EUR.",
        "lv": "Dotācija vienam projektam darbībā “{name}” ir ne vairāk kā {grant} EUR.",
    },
}
QUESTIONS = {
    "deadline": {
        "en": "What is the deadline for applications to {name}?",
        "de": "Bis wann muss man den Antrag für {name} einreichen?",
        "lv": "Līdz kuram datumam jāiesniedz pieteikums darbībai {name}?",
    },
    "duration": {
        "en": "How many months can a project under {name} last?",
        "de": "Wie viele Monate dauert ein Projekt bei {name}?",
        "lv": "Cik mēnešus var ilgt projekts darbībā {name}?",
    },
    "partners": {
        "en": "How many organisations does the consortium of {name} need?",
        "de": "Wie viele Einrichtungen braucht das Konsortium von {name}?",
        "lv": "Cik organizācijām jābūt darbības {name} konsorcijā?",
    },
    "grant": {
        "en": "What is the highest grant for a project under {name}?",
        "de": "Wie hoch ist der Zuschuss höchstens für ein Projekt bei {name}?",
        "lv": "Kāda ir lielākā dotācija projektam darbībā {name}?",
    },
    "rate": {
        "en": "What is the daily allowance for {country} in {name}?",
        "de": "Wie hoch ist das Tagegeld für {country} bei {name}?",
        "lv": "Cik liela ir dienas nauda darbībā {name}, ja valsts ir {country}?",
    },
    "travel": {
        "en": "How much is paid for travel of {distance} km in {name}?",
        "de": "Wie viel wird bei {name} für eine Reise von {distance} km gezahlt?",
        "lv": "Cik maksā par ceļu {distance} km darbībā {name}?",
    },
}
ABSENT = {
    "en": [
        "Does the programme pay for a driving licence?",
        "What is the parking fee at the airport?",
        "How do I renew my passport?",
        "Which vaccine is needed for a dog?",
        "Who won the song contest?",
    ],
    "de": [
        "Zahlt das Programm den Führerschein?",
        "Was kostet das Parken am Flughafen?",
        "Wie erneuere ich meinen Reisepass?",
        "Welche Impfung braucht ein Hund?",
        "Wer hat den Liederwettbewerb gewonnen?",
    ],
    "lv": [
        "Vai programma apmaksā autovadītāja apliecību?",
        "Cik maksā stāvvieta lidostā?",
        "Kā atjaunot pasi?",
        "Kāda pote vajadzīga sunim?",
        "Kurš uzvarēja dziesmu konkursā?",
    ],
}
TABLES = {
    "rates": {
        "en": ("Table: daily allowances in EUR", ["Country group", "Countries", "Days 1 to 14", "Days 15 to 60"]),
        "de": ("Tabelle: Tagegelder in EUR", ["Ländergruppe", "Länder", "Tag 1 bis 14", "Tag 15 bis 60"]),
        "lv": ("Tabula: dienas nauda EUR", ["Valstu grupa", "Valstis", "1.–14. diena", "15.–60. diena"]),
    },
    "travel": {
        "en": ("Table: travel support in EUR", ["Travel distance", "Standard travel", "Green travel"]),
        "de": ("Tabelle: Reisekosten in EUR", ["Entfernung", "Übliche Reise", "Umweltfreundliche Reise"]),
        "lv": ("Tabula: ceļa atbalsts EUR", ["Ceļa attālums", "Parasts ceļojums", "Zaļš ceļojums"]),
    },
}
BANDS = ((10, 99), (100, 499), (500, 1999), (2000, 2999), (3000, 7999))
NOTE = {
    "en": "Days of travel before and after the activity are counted in “{name}” up to {days} days.",
    "de": "Reisetage vor und nach der Aktivität zählen bei „{name}“ bis zu {days} Tage.",
    "lv": "Ceļa dienas pirms un pēc darbības “{name}” skaita līdz {days} dienām.",
}
LINK = {
    "en": ("Further advice is given on the website of the National Agency.", "website of the National Agency"),
    "de": ("Weiteren Rat gibt die Website der Nationalen Agentur.", "Website der Nationalen Agentur"),
    "lv": ("Papildu padomus sniedz Nacionālās aģentūras vietne.", "Nacionālās aģentūras vietne"),
}
APPLICANTS = {
    "en": (
        "The following may apply for “{name}”:",
        [
            "a school or a college",
            "a town or a region",
            "an association of volunteers",
            "a museum, library or archive",
            "a small enterprise",
            "a group of young people with a coach",
        ],
    ),
    "de": (
        "Einen Antrag für „{name}“ stellen können:",
        [
            "eine Schule oder Hochschule",
            "eine Stadt oder Region",
            "ein Verein von Freiwilligen",
            "ein Museum, eine Bibliothek oder ein Archiv",
            "ein kleines Unternehmen",
            "eine Gruppe junger Menschen mit Begleitung",
        ],
    ),
    "lv": (
        "Darbībai “{name}” var pieteikties:",
        [
            "skola vai augstskola",
            "pilsēta vai reģions",
            "brīvprātīgo biedrība",
            "muzejs, bibliotēka vai arhīvs",
            "mazs uzņēmums",
            "jauniešu grupa ar vadītāju",
        ],
    ),
}
CRITERIA = {
    "en": (
        "Relevance of the project (at most {a} points)",
        "Quality of the work plan (at most {b} points)",
        "Cooperation of the team (at most {c} points)",
    ),
    "de": (
        "Relevanz des Projekts (höchstens {a} Punkte)",
        "Qualität des Arbeitsplans (höchstens {b} Punkte)",
        "Zusammenarbeit des Teams (höchstens {c} Punkte)",
    ),
    "lv": (
        "Projekta nozīmība (ne vairāk kā {a} punkti)",
        "Darba plāna kvalitāte (ne vairāk kā {b} punkti)",
        "Komandas sadarbība (ne vairāk kā {c} punkti)",
    ),
}
FILLER = {
    "en": [
        "Those who {verb} {thing} should keep a short diary of {aspect}.",
        "It helps to {verb} {thing} early, because {aspect} takes time.",
        "The team agrees with its hosts how to {verb} {thing} and who looks after {aspect}.",
        "Experience shows that {aspect} improves when partners {verb} {thing} together.",
        "Before the first meeting the coordinator explains {aspect} and shows how to {verb} {thing}.",
    ],
    "de": [
        "Wer {thing} {verb} will, führt ein kurzes Tagebuch über {aspect}.",
        "Es hilft, {thing} früh zu {verb}, denn es geht auch um {aspect}.",
        "Das Team vereinbart mit den Gastgebern, wie sie {thing} {verb} und wer für {aspect} sorgt.",
        "Die Erfahrung zeigt: Partner, die {thing} gemeinsam {verb}, gewinnen auch für {aspect}.",
        "Vor dem ersten Treffen erklärt die Koordination, wie die Partner {thing} {verb}, und achtet auf {aspect}.",
    ],
    "lv": [
        "Tie, kas vēlas {verb} {thing}, raksta īsu dienasgrāmatu par tematu “{aspect}”.",
        "Ir vērts laikus {verb} {thing}, jo svarīga ir arī {aspect}.",
        "Komanda vienojas ar uzņēmējiem, kā {verb} {thing}, un neaizmirst, ka svarīga ir {aspect}.",
        "Pieredze rāda: ja partneri mēģina kopā {verb} {thing}, uzlabojas {aspect}.",
        "Pirms pirmās tikšanās koordinators skaidro, kāpēc vajadzīga {aspect} un kā {verb} {thing}.",
    ],
}
VERBS = {
    "en": "plan test describe share compare repair record discuss measure present".split(),
    "de": "planen prüfen beschreiben teilen vergleichen verbessern notieren besprechen messen erklären".split(),
    "lv": "plānot pārbaudīt aprakstīt kopīgot salīdzināt uzlabot ierakstīt apspriest izmērīt prezentēt".split(),
}
THINGS = {
    "en": [
        "the timetable",
        "the workshop plan",
        "the list of tools",
        "the meeting rooms",
        "the learning diary",
        "the travel map",
        "the budget sheet",
        "the final show",
        "the guest book",
        "the safety rules",
    ],
    "de": [
        "den Zeitplan",
        "den Werkstattplan",
        "die Werkzeugliste",
        "die Tagungsräume",
        "das Lerntagebuch",
        "die Reisekarte",
        "die Finanzübersicht",
        "die Schlussvorführung",
        "das Gästebuch",
        "die Sicherheitsregeln",
    ],
    "lv": [
        "laika grafiku",
        "darbnīcu plānu",
        "rīku sarakstu",
        "sanāksmju telpas",
        "mācību dienasgrāmatu",
        "ceļojuma karti",
        "budžeta tabulu",
        "noslēguma izrādi",
        "viesu grāmatu",
        "drošības noteikumus",
    ],
}
ASPECTS = {
    "en": [
        "mutual trust",
        "the use of languages",
        "access for everyone",
        "care for the environment",
        "the role of mentors",
        "contact with families",
        "the memory of the place",
        "the joy of learning",
    ],
    "de": [
        "gegenseitiges Vertrauen",
        "den Gebrauch der Sprachen",
        "den Zugang für alle",
        "den Schutz der Umwelt",
        "die Rolle der Mentoren",
        "den Kontakt zu Familien",
        "das Gedächtnis des Ortes",
        "die Freude am Lernen",
    ],
    "lv": [
        "savstarpēja uzticēšanās",
        "valodu lietošana",
        "pieejamība visiem",
        "vides aizsardzība",
        "mentoru loma",
        "saikne ar ģimenēm",
        "vietas atmiņa",
        "mācīšanās prieks",
    ],
}
