"""What the visitors of the turn benchmark say: the same to us and to the stock bot.

Every visitor is another person, so that nothing can be answered from a cache.
"""

from collections.abc import Iterator
from itertools import cycle, islice

NEEDS = (
    "we want a chatbot that qualifies leads on our website",
    "looking for a CRM for our sales people",
    "marketing automation, mostly newsletters and scoring",
    "our customer data is a mess and needs cleaning up",
)
INDUSTRIES = ("Retail", "manufacturing", "we are in logistics", "Healthcare", "a law firm")
PEOPLE = ("Jane Doe", "Marko Novak", "Aino Virtanen", "Kari Nordmann", "Piotr Zieliński")
COMPANIES = ("Acme Ltd", "Petrol d.d.", "Nordlys AS", "Kivi Oy", "Zielona sp. z o.o.")
TIMES = ("within 3 months", "as soon as possible", "by the end of June", "in half a year")
DIGRESSIONS = (
    "how much does it cost?",
    "why do you need to know that?",
    "what happens to my data?",
    "are you a robot or a person?",
    "does it work with Gmail and Outlook?",
    "what are your opening hours?",
    "who are you exactly?",
)


def interview(number: int) -> list[str]:
    """The messages of visitor `number`: a greeting, nine answers, two digressions."""
    person = PEOPLE[number % len(PEOPLE)]
    company = f"{COMPANIES[number % len(COMPANIES)]}"
    return [
        "Hi there",
        NEEDS[number % len(NEEDS)],
        INDUSTRIES[number % len(INDUSTRIES)],
        f"about {12 + 7 * number} people",
        DIGRESSIONS[number % len(DIGRESSIONS)],
        f"{10 + number}-{20 + number}k euros",
        TIMES[number % len(TIMES)],
        DIGRESSIONS[(number + 3) % len(DIGRESSIONS)],
        person,
        company,
        f"{person.split()[0].lower()}{number}@company-{number}.io",
        f"+44 20 7946 0{number % 1000:03d}",
    ]


def long_talk(turns: int) -> Iterator[str]:
    """A visitor who only asks, for ever: `turns` messages after a greeting."""
    yield "Hi there"
    yield from islice(cycle(DIGRESSIONS), turns - 1)
