import pytest
from hypothesis import given
from hypothesis import strategies as st

from political_monitoring.extraction.money import find_money


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("EUR 4.125 billion", "4125000000 EUR"),
        ("4,125 Milliarden Euro", "4125000000 EUR"),
        ("€376.36 million", "376360000 EUR"),
        ("376,36 Millionen Euro", "376360000 EUR"),
        ("EUR 237 105 540", "237105540 EUR"),
        ("€1,060,000,000", "1060000000 EUR"),
        ("1.060.000.000 Euro", "1060000000 EUR"),
        ("1,060 million euros", "1060000000 EUR"),
        ("18 million pounds", "18000000 GBP"),
        ("US$39bn", "39000000000 USD"),
        ("52.7 billion US dollars", "52700000000 USD"),
        ("10 Mio. Euro", "10000000 EUR"),
    ],
)
def test_amounts_as_written(text: str, amount: str) -> None:
    found = find_money(f"a fine of {text} was due")

    assert [str(one) for one in found] == [amount]
    assert found[0].span.of(f"a fine of {text} was due") == text


def test_a_shared_unit_counts_for_both() -> None:
    assert [str(one) for one in find_money("von 4,34 auf 4,125 Milliarden Euro")] == [
        "4340000000 EUR",
        "4125000000 EUR",
    ]


@given(st.text(alphabet="0123456789., €$milobn EURo", max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for one in find_money(text):
        assert one.span.of(text)
        assert one.amount >= 0
