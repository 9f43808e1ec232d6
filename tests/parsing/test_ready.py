"""After `make_ready` nobody waits for words to be read."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# in a process of its own: other tests have read every lexicon by now
SCRIPT = """
from datetime import UTC, datetime
from parsing import act, company, correction, email, money, number, people, person
from parsing import option, phone, timeline, when, yes_no
from parsing.lexicon import load
from parsing.ready import make_ready

make_ready("fi")
read = load.cache_info().misses
assert read > 5, read
said = "ei, tarkoitin 50 henkeä, ensi tiistaina kello 15, 20 000 euroa, anna@acme.fi"
for kind in (act, company, correction, email, money, number, people, person, yes_no):
    kind.parse(said, language="fi")
option.parse(said, language="fi", options={"a": ("Pankki",)})
phone.parse(said, language="fi")
now = datetime(2026, 1, 5, tzinfo=UTC)
timeline.parse(said, language="fi", now=now)
when.parse(said, language="fi", now=now)
assert load.cache_info().misses == read, load.cache_info()
"""


def test_every_lexicon_of_a_language_is_read() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
