"""The words of the made-up company's page, in six languages."""

from typing import Final, NamedTuple


class PageTexts(NamedTuple):
    """Everything the page says; `offers` are (title, line) pairs."""

    title: str
    nav: tuple[str, str, str]
    claim: str
    lead: str
    offers: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    figures: tuple[tuple[str, str], tuple[str, str], tuple[str, str]]
    hint: str
    foot: str


TEXTS: Final[dict[str, PageTexts]] = {
    "en": PageTexts(
        "Polaris Consulting",
        ("Services", "Work", "About"),
        "Customers you know by name, again",
        "We put CRM, marketing automation and chatbots to work for companies that would rather talk to people than to spreadsheets.",
        (
            (
                "CRM that is used",
                "One place for every customer, set up around how your people sell.",
            ),
            (
                "Marketing that listens",
                "Campaigns that react to what somebody did, not to the calendar.",
            ),
            ("Chat that books", "A visitor asks at midnight and has a meeting by five past."),
        ),
        (("140+", "projects"), ("6", "languages"), ("11 weeks", "to the first result")),
        "Questions? The chat in the corner knows the answer, or the person who does.",
        "Polaris Consulting is made up for this demonstration.",
    ),
    "sl": PageTexts(
        "Polaris Consulting",
        ("Storitve", "Projekti", "O nas"),
        "Stranke, ki jih spet poznate po imenu",
        "CRM, avtomatizacijo trženja in klepetalnike uvajamo v podjetja, ki se raje pogovarjajo z ljudmi kot s preglednicami.",
        (
            (
                "CRM, ki ga uporabljajo",
                "Vse stranke na enem mestu, prilagojeno načinu, kako vaši ljudje prodajajo.",
            ),
            ("Trženje, ki posluša", "Kampanje, ki se odzovejo na dejanja strank, ne na koledar."),
            (
                "Klepet, ki naroči sestanek",
                "Obiskovalec vpraša opolnoči in ima pet minut pozneje sestanek.",
            ),
        ),
        (("140+", "projektov"), ("6", "jezikov"), ("11 tednov", "do prvega rezultata")),
        "Imate vprašanje? Klepet v kotu pozna odgovor ali pa človeka, ki ga pozna.",
        "Podjetje Polaris Consulting je za to predstavitev izmišljeno.",
    ),
    "he": PageTexts(
        "Polaris Consulting",
        ("שירותים", "פרויקטים", "מי אנחנו"),
        "להכיר שוב כל לקוח בשמו",
        "אנחנו מטמיעים CRM, אוטומציה שיווקית וצ׳אטבוטים בחברות שמעדיפות לדבר עם אנשים ולא עם גיליונות אלקטרוניים.",
        (
            ("CRM שבאמת משתמשים בו", "מקום אחד לכל הלקוחות, בנוי סביב הדרך שבה הצוות שלך מוכר."),
            ("שיווק שמקשיב", "קמפיינים שמגיבים למה שהלקוח עשה, לא לתאריך בלוח השנה."),
            ("צ׳אט שקובע פגישות", "שאלה בחצות, ופגישה ביומן חמש דקות אחר כך."),
        ),
        (("+140", "פרויקטים"), ("6", "שפות"), ("11 שבועות", "עד התוצאה הראשונה")),
        "יש שאלה? הצ׳אט בפינה יודע את התשובה, או מכיר את מי שיודע.",
        "Polaris Consulting היא חברה בדויה לצורך ההדגמה.",
    ),
    "fi": PageTexts(
        "Polaris Consulting",
        ("Palvelut", "Työmme", "Meistä"),
        "Tunne asiakkaasi taas nimeltä",
        "Otamme CRM:n, markkinoinnin automaation ja chatbotit käyttöön yrityksissä, jotka puhuvat mieluummin ihmisille kuin taulukoille.",
        (
            (
                "CRM, jota käytetään",
                "Kaikki asiakkaat yhdessä paikassa, juuri teidän myyntityöhönne sovitettuna.",
            ),
            (
                "Markkinointi, joka kuuntelee",
                "Kampanjat reagoivat siihen, mitä asiakas teki, eivät kalenteriin.",
            ),
            (
                "Chat, joka varaa ajan",
                "Kävijä kysyy keskiyöllä, ja viiden minuutin päästä tapaaminen on sovittu.",
            ),
        ),
        (("140+", "projektia"), ("6", "kieltä"), ("11 viikkoa", "ensimmäiseen tulokseen")),
        "Kysyttävää? Kulman chat tietää vastauksen tai ihmisen, joka tietää.",
        "Polaris Consulting on keksitty tätä esittelyä varten.",
    ),
    "nb": PageTexts(
        "Polaris Consulting",
        ("Tjenester", "Prosjekter", "Om oss"),
        "Kjenn kundene ved navn igjen",
        "Vi tar i bruk CRM, automatisert markedsføring og chatboter i bedrifter som heller snakker med mennesker enn med regneark.",
        (
            ("CRM som blir brukt", "Alle kunder på ett sted, satt opp rundt måten dere selger på."),
            (
                "Markedsføring som lytter",
                "Kampanjer som svarer på det kunden gjorde, ikke på kalenderen.",
            ),
            (
                "Chat som avtaler møter",
                "En besøkende spør ved midnatt og har et møte fem minutter senere.",
            ),
        ),
        (("140+", "prosjekter"), ("6", "språk"), ("11 uker", "til første resultat")),
        "Spørsmål? Chatten i hjørnet vet svaret, eller hvem som vet det.",
        "Polaris Consulting er oppdiktet for denne demonstrasjonen.",
    ),
    "pl": PageTexts(
        "Polaris Consulting",
        ("Usługi", "Realizacje", "O nas"),
        "Klienci, których znów znasz z imienia",
        "Wdrażamy CRM, automatyzację marketingu i chatboty w firmach, które wolą rozmawiać z ludźmi niż z arkuszami.",
        (
            (
                "CRM, z którego się korzysta",
                "Jedno miejsce dla wszystkich klientów, dopasowane do tego, jak sprzedaje Twój zespół.",
            ),
            (
                "Marketing, który słucha",
                "Kampanie reagują na to, co zrobił klient, a nie na kalendarz.",
            ),
            (
                "Czat, który umawia spotkania",
                "Pytanie o północy, a pięć minut później spotkanie w kalendarzu.",
            ),
        ),
        (("140+", "projektów"), ("6", "języków"), ("11 tygodni", "do pierwszego efektu")),
        "Pytania? Czat w rogu zna odpowiedź albo osobę, która ją zna.",
        "Firma Polaris Consulting została wymyślona na potrzeby tej prezentacji.",
    ),
}
