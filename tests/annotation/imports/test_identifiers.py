"""Finding what may tell who somebody is: shapes of four languages, and what must not be taken for them."""

from __future__ import annotations

import time

import pytest

from annotation.imports.checks.identifiers import context_of, find_identifiers, masked


def found(text: str) -> list[tuple[str, str]]:
    return [(one.kind.value, one.words) for one in find_identifiers(text)]


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        # Names by their cues.
        ("Hello, my name is sarah and I can't sleep.", "name", "sarah"),
        ("I'm Mary-Jane O'Neil, by the way.", "name", "Mary-Jane O'Neil"),
        ("I saw Dr. Ludwig van Beck about it.", "name", "Ludwig van Beck"),
        ("My husband Tom's job is at risk.", "name", "Tom"),
        ("Hi Priya, thank you for writing.", "name", "Priya"),
        ("I hope you rest.\n\nKind regards,\nJ. Smith", "name", "J. Smith"),
        ("Me llamo Lucía Fernández de la Vega y no duermo.", "name", "Lucía Fernández de la Vega"),
        ("La Sra. Núñez me llamó ayer.", "name", "Núñez"),
        ("Querida Ana, siento mucho lo que cuentas.", "name", "Ana"),
        ("Mi hijo Pablo no come.", "name", "Pablo"),
        ("Ich heiße Jürgen Müller und bin müde.", "name", "Jürgen Müller"),
        ("Gestern hat Frau Özdemir angerufen.", "name", "Özdemir"),
        ("Ich bin die Anna.", "name", "Anna"),
        ("Meine Schwester Lena hilft mir.\nLiebe Grüße\nPaul", "name", "Lena"),
        ("اسمي محمد العلي وأنا متعب", "name", "محمد العلي"),
        ("قالت الدكتورة سلمى إن الأمر طبيعي", "name", "سلمى"),
        # Telephone numbers.
        ("Call me on 07700 900123 tonight", "phone", "07700 900123"),
        ("It's (212) 555-0123.", "phone", "(212) 555-0123"),
        ("+1 415-555-0132 works", "phone", "+1 415-555-0132"),
        ("Tel. 612 345 678", "phone", "612 345 678"),
        ("Mi móvil: +34 612 34 56 78", "phone", "+34 612 34 56 78"),
        ("Handy 0171/2345678", "phone", "0171/2345678"),
        ("رقمي ٠٥٠١٢٣٤٥٦٧ اتصل بي", "phone", "٠٥٠١٢٣٤٥٦٧"),
        ("جوال +966\u200e 50 123 4567", "phone", "+966\u200e 50 123 4567"),
        # E-mail, addresses of pages and people, computers.
        ("mail: jo.p+x@mail.example.org, ok", "email", "jo.p+x@mail.example.org"),
        ("jo [at] example [dot] org", "email", "jo [at] example [dot] org"),
        ("see https://example.org/a?b=1).", "url", "https://example.org/a?b=1"),
        ("facebook.com/jane.doe knows", "url", "facebook.com/jane.doe"),
        ("I'm on it as @jane_doe.", "handle", "@jane_doe"),
        ("ask u/quiet-one about it", "handle", "u/quiet-one"),
        ("from 192.168.3.24 it came", "ip", "192.168.3.24"),
        ("from 2001:db8::8a2e:370:7334 it came", "ip", "2001:db8::8a2e:370:7334"),
        # Postal addresses.
        ("I live at 12 Hill Street, Flat 3 now", "address", "12 Hill Street, Flat 3"),
        ("near SW1A 2AA in London", "address", "SW1A 2AA"),
        ("Springfield, IL 62704", "address", "IL 62704"),
        ("vivo en la calle de la Luna 5, 28004 Madrid.", "address", "calle de la Luna 5, 28004 Madrid"),
        ("Ich wohne Lindenstraße 5a, 10969 Berlin.", "address", "Lindenstraße 5a, 10969 Berlin"),
        ("أسكن في شارع الملك فهد، مبنى 12 هنا", "address", "شارع الملك فهد، مبنى 12"),
        # Exact dates.
        ("since 2021-03-05 I", "date", "2021-03-05"),
        ("born 5/13/1990 in", "date", "5/13/1990"),
        ("am 12. März 1981 geboren", "date", "12. März 1981"),
        ("seit dem 3.4.2021 krank", "date", "3.4.2021"),
        ("el 12 de marzo de 2021 murió", "date", "12 de marzo de 2021"),
        ("on March 5th, 2021 he left", "date", "March 5th, 2021"),
        ("on 5 March he left", "date", "5 March"),
        ("يوم ١٢ مارس ٢٠٢١ مات", "date", "١٢ مارس ٢٠٢١"),
        # Numbers: the published examples of their checksums.
        ("IBAN DE89 3704 0044 0532 0130 00 UND so", "number", "DE89 3704 0044 0532 0130 00"),
        ("GB82WEST12345698765432", "number", "GB82WEST12345698765432"),
        ("card 4111 1111 1111 1111", "number", "4111 1111 1111 1111"),
        ("SSN is 123-45-6789", "number", "123-45-6789"),
        ("DNI 12345678Z", "number", "12345678Z"),
        ("NIE X1234567L", "number", "X1234567L"),
        ("NHS 943 476 5919", "number", "943 476 5919"),
        ("RVNR 15 070649 C 103", "number", "15 070649 C 103"),
        ("MRN: 00482913", "number", "00482913"),
        ("Aktenzeichen 12345/21 liegt vor", "number", "12345/21"),
    ],
)
def test_find_identifiers_with_one_in_the_text_finds_it(text: str, kind: str, words: str) -> None:
    assert (kind, words) in found(text)
    assert all(text[one.start : one.end] == one.words for one in find_identifiers(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I'm Sorry. I'm American, I'm OK, and I'm Bipolar.",
        "Hi there, Hello again! Dear all, Thank you so much.",
        "My name is not important. I signed up. My mother is ill; my Doctor says so.",
        "Hola a todos, soy muy tímida. Mi madre no lo sabe. Buenos días.",
        "Ich bin Lehrerin. Im Moment geht es. Liebe Leute, Viele Grüße. Ich heiße das nicht gut.",
        "صديقي العزيز، أنا متعب من العمل في الليل",
        "I slept 3 hours in 2019-2020, took 50 mg twice, and paid $1,000,000 for 24/7 care at 12:30:45.",
        "About 600 000 000 people, version 3.11.7, ratio 1:2, page 12, 7 of 10.",
        "Call 988, 116 123, 0800 111 0 111, 900 123 456 or 1-800-273-8255 when you need help.",
        "GB82WEST12345698765433, 4111 1111 1111 1112, 12345678A, 000-12-3456",
        "It was March. In May 2020, and/or in the spring of '99, at 5 in the morning, 45.13.2020.",
        "He/she said e.g. this; see ch. 3/4, and std::vector, a::b.",
        "I may 5 times a day walk down the Street. Die Straße 5 mal gegangen.",
    ],
)
def test_find_identifiers_in_words_that_tell_nobody_finds_nothing(text: str) -> None:
    assert found(text) == []


def test_find_identifiers_that_overlap_keeps_the_first_claim_in_the_order_of_the_text() -> None:
    text = "Liebe Anna, IBAN DE89370400440532013000, anna@example.org"
    assert [kind for kind, _ in found(text)] == ["name", "number", "email"]


# What a pattern may stumble over when it stands there without end.
PIECES = [
    *("a", "1", "1 ", "a.", "A ", "@", "a@", ":", "1:", "Hi ", "my name is ", "Calle A "),
    *("1-", "(1)", "MRN ", " ", "my a", "A1", "1 A ", "http://", "شارع ا", "-1", "1.", "Am A 1"),
]


@pytest.mark.parametrize("piece", [*PIECES, "\n", "[at]", "u/", "I'm A-", "\u200e1"])
def test_find_identifiers_in_a_text_made_to_be_slow_takes_linear_time(piece: str) -> None:
    text = piece * (60_000 // len(piece))
    before = time.process_time()
    find_identifiers(text)
    # Quadratic would be minutes; linear is a fifth of a second.
    assert time.process_time() - before < 5


def test_masked_of_some_kinds_leaves_the_others() -> None:
    text = "I'm Ann, ann@example.org"
    assert masked(text, find_identifiers(text)) == "I'm [name], [email]"
    assert masked(text, find_identifiers(text), ["name"]) == "I'm [name], ann@example.org"


def test_context_of_an_identifier_masks_it_and_its_neighbours_even_where_they_are_cut() -> None:
    text = f"I'm Ann Lee and mail to someone.with.a.rather.long.name@example.org {'x' * 60}"
    every = find_identifiers(text)
    assert context_of(text, every, every[0], letters=20) == "I'm [name] and mail to…"
    assert "someone" not in context_of(text, every, every[1], letters=5)
    assert context_of(text, every, every[1], letters=4) == "…to [email] xxx…"
