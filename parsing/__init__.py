"""Free text to values, in six languages. Pure: no clock, no I/O, no Rasa.

One module a kind, each with one `parse` of the shape that `parsing.values` gives:

    when      dates, times, windows, parts of day, exclusions      -> When
    duration  lengths of time                                      -> Span
    timeline  when a project should be done                        -> Timeline
    number    cardinals and decimals, in digits and in words       -> Decimal
    people    team sizes and ranges                                -> People
    money     budgets and ranges                                   -> Money
    email, phone, person, company                                  -> Email, Phone, str, str
    option    one of a list of options; a place in a list          -> str, int
    yes_no    yes or no                                            -> bool
    language  which language a text is in, or asks for             -> LanguageGuess
    act       short dialogue acts (refuse, wait, hand-off …)       -> Act
    correction  what is taken back, and what stands instead        -> Correction

The languages are data: `lexicons/<language>.<subject>.yml`, and the letter n-grams of
`lexicons/ngrams.gz`, which `benchmarks/language_profile.py` counts.
"""
