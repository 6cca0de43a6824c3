"""Numbers that are written as words, in English and German."""

NUMBER_WORDS = {
    word: number
    for number, words in enumerate(
        (
            "two zwei",
            "three drei",
            "four vier",
            "five fünf",
            "six sechs",
            "seven sieben",
            "eight acht",
            "nine neun",
            "ten zehn",
            "eleven elf",
            "twelve zwölf",
        ),
        start=2,
    )
    for word in words.split()
}
"""From two on: what counts as one, or none, depends on what is read."""
