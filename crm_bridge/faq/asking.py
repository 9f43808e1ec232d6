"""Whether a text asks or addresses us, by the grammar of its language. Pure.

Without a question mark, which few people write in a chat, what is left are question words, verbs
before their subject ("har dere …"), endings that ask ("voiko …") and verbs in the second person
("sprzedajecie …"). Only the beginning of a clause counts: "who" in its middle asks nothing.
"""

import re
from collections.abc import Mapping

from parsing.fold import fold_text

_BEGINNINGS: Mapping[str, str] = {
    "en": r"(?:what|which|who|whom|whose|when|where|why|how|until when|till when|since when|is|are"
    r"|am|do|does|did|can|could|will|would|should|may|show|tell|explain"
    r"|(?:has|have) (?:you|your|it|there|anyone|anybody)|any chance|what's|how's|who's|where's)",
    "sl": r"(?:ali|a|kaj|kdo|koga|komu|cigav\w?|kdaj|kje|kam|kako|kaks\w+|kater\w+|koliko|zakaj|cemu"
    r"|kolik\w+|(?:do|od|za|pri|s|z|na|v|po|iz) (?:kdaj|koliko|kom|kaj|koga|cem|kater\w+|kaks\w+)"
    r"|ste|boste|\w{2,}te|je mogoce|se da|mi lahko)",
    "he": r"(?:האם|מי|מה|מתי|איפה|היכן|איך|כיצד|כמה|למה|מדוע|לאן|מאיפה|מהיכן|איזה|איזו|אילו|אלו|למי"
    r"|לכמה|בכמה|ממתי|ממי|במה|עם מי|עד מתי|עד כמה|אתם|יש לכם|אפשר|ניתן|תוכלו|\w{2,}תם|ת\w{2,}ו)",
    "fi": r"(?:mika|mita|mitka|kuka|keta|ketka|kenen|kenelle|kenella|kehen|milloin|koska|missa|mista"
    r"|mihin|minne|miten|kuinka|paljonko|montako|milla|millai\w+|minkalai\w+|miksi|kumpi|kauanko"
    r"|kerro|nayta\w*|\w{3,}k[oö])",
    "nb": r"(?:hva|hvem|hvor|hvordan|hvorfor|nar|hvilke\w?|hvilket|hvis noe|\w{2,} (?:dere|du)"
    r"|(?:er|har|kan|vil|skal|far|ma|blir|finnes|fins|gar|koster|gjor|kommer|virker|fungerer|passer)"
    r" (?:det|den|de|dette|vi|jeg|man|noen)|fortell|vis)",
    "pl": r"(?:czy|co|kto|kogo|komu|kim|czyj\w?|kiedy|gdzie|dokad|skad|jak|jaki\w*|jaka|jakim\w*|ktor\w+"
    r"|ile|ilu|dlaczego|czemu|po co|(?:do|na|od|za|z|ze|dla|w|u|przez|po)"
    r" (?:kiedy|jak|kim|kogo|czego|czym|ile|co|ktor\w+|jaki\w*)|da sie|mozna|jest jak\w+|\w{2,}cie)",
}
_CLAUSE = r"(?:^|[.!?;,:\n]\s{0,3})(?:\w{1,12}[ ,]{1,2})?"  # one word may stand before: "hi, …"


def _compiled(beginning: str) -> re.Pattern[str]:
    return re.compile(rf"{_CLAUSE}(?:{beginning})(?!\w)")


_PATTERNS = {language: _compiled(beginning) for language, beginning in _BEGINNINGS.items()}


def addresses(text: str, *, language: str) -> bool:
    """Whether a clause of the text begins as a question to us does. False for a language
    whose grammar is not known here."""
    pattern = _PATTERNS.get(language)
    return pattern is not None and pattern.search(fold_text(text).strip()) is not None
