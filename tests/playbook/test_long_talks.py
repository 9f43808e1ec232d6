"""Twenty turns and more as people talk: answers, questions, second thoughts, a meeting moved."""

import itertools

from tests.playbook.world import Talk, Turn


def never_twice(talk: Talk) -> None:
    said = [turn.said for turn in talk.log]
    assert all(before != after for before, after in itertools.pairwise(said))


def say(talk: Talk, text: str, intent: str | None = None, *, asks: str | None) -> Turn:
    turn = talk.say(text, intent)
    assert talk.question == asks, (text, turn.said)
    return turn


def test_twenty_turns_in_english() -> None:
    talk = Talk("en", faq={"price": "From 900 euros.", "privacy": "Only for this."})
    talk.start()
    say(talk, "Hi there", asks="need")
    say(talk, "how much does it cost?", "faq_price", asks="need")
    say(talk, "we need a chatbot for our shop", asks="company_size")
    assert talk.value("industry") == "retail"
    say(talk, "what do you mean?", asks="company_size")
    say(talk, "we're about 25", asks="budget")
    say(talk, "sorry, I meant 50, not 25", asks="budget")
    assert talk.value("company_size") == {"min": 50, "max": 50}
    say(talk, "I'd rather not say", asks="timeline")
    say(talk, "one moment please", asks="timeline")
    say(talk, "within three months", asks="name")
    say(talk, "Mark Friday", asks="company")
    say(talk, "Stop Ltd", asks="email")
    say(talk, "mark@gmial.com", asks="email")
    say(talk, "yes", asks="phone")
    say(talk, "are you a bot?", asks="phone")
    turn = say(talk, "I don't have one", "refuse", asks="meeting")
    assert turn.starts
    say(talk, "not Thursday, rather next Tuesday after 3pm", asks="meeting")
    say(talk, "the second one", asks=None)
    assert talk.booking is not None
    booked = talk.booking.start
    say(talk, "could we move it to Wednesday instead?", asks="meeting")
    say(talk, "yes please", asks=None)
    assert talk.booking.start != booked
    assert talk.booking.id == "bkg_1"
    say(talk, "thanks, bye", asks=None)
    assert talk.value("email") == "mark@gmail.com"
    assert talk.value("budget") == "declined"
    never_twice(talk)


def test_twenty_turns_in_slovenian_from_an_english_page() -> None:
    talk = Talk("en", faq={"price": "Od 900 evrov.", "privacy": "Samo za to."})
    talk.start()
    say(talk, "Pozdravljeni, rad bi ponudbo za klepetalnika", asks="industry")
    assert talk.language == "sl"
    say(talk, "zakaj to sprašujete?", asks="industry")
    say(talk, "smo trgovina z oblačili", asks="company_size")
    say(talk, "ne vem točno", asks="company_size")
    say(talk, "okoli 30", asks="budget")
    say(talk, "koliko pa stane?", "faq_price", asks="budget")
    say(talk, "od 10 do 15 tisoč evrov", asks="timeline")
    say(talk, "oprostite, mislil sem 20 tisoč evrov", asks="timeline")
    assert talk.value("budget") == {"min": 20000, "max": 20000, "currency": "EUR"}
    say(talk, "xqzt vrrp", asks="timeline")
    say(talk, "čim prej", asks="name")
    say(talk, "Maja Petek", asks="company")
    say(talk, "Danes d.o.o.", asks="email")
    say(talk, "maja@danes", asks="email")
    say(talk, "maja@danes.si", asks="phone")
    say(talk, "prekličite", asks="phone")
    say(talk, "ne, nadaljujmo", asks="phone")
    turn = say(talk, "040/123-456", asks="meeting")
    assert turn.starts
    say(talk, "v torek ob 15h", asks="meeting")
    turn = say(talk, "ja, prosim", asks=None)
    assert "confirm_summary" in turn.tags
    say(talk, "koliko traja sestanek?", "faq_about", asks=None)
    say(talk, "hvala, lep pozdrav", asks=None)
    assert talk.value("name") == "Maja Petek"
    assert talk.value("phone") == "+38640123456"
    assert talk.booking is not None
    never_twice(talk)
