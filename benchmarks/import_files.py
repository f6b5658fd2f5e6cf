"""Invented files of items for `benchmarks.bench_import`: a turn and a reply each, of a given length."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from pathlib import Path

# Sentences as such texts have them; the words in braces are drawn.
SENTENCES = (
    "I can't sleep since {who} left, and I'm so tired of {thing}.",
    "My {kin} says I should just {deed}, but it isn't that easy.",
    "It’s been {n} weeks now and I still cry about {thing}.",
    "I don't know who to talk to about {thing}.",
    "When I am at work I keep thinking about {thing}, and then my chest gets tight.",
    "Last night I lay awake again, and everything felt pointless.",
    "I've tried to {deed}; it helps a little, never for long.",
    "Nobody at school notices, or they don't want to.",
    "Thank you for telling me about {thing}, that took courage.",
    "It sounds like {thing} has been weighing on you for a long time.",
    "You're not weak because you couldn't {deed}.",
    "Have you been able to talk with your {kin} about how you feel?",
    "Perhaps you could {deed} for ten minutes tomorrow, and see what changes.",
    "If you ever feel unsafe, please reach out to people near you right away.",
    "What would it mean for you to {deed} again?",
    "I hear how lonely that is, and I'm glad you wrote.",
    "Sometimes {who} comes by, but we never speak about {thing}.",
    "They changed my medication to {n} mg, and since then {thing} got worse.",
)
TELLING = (
    "My name is {name} and I am {n} years old.",
    "You can call me on 07700 900{n}1 after work.",
    "It began on {n} March 2021, when {thing} came back.",
    "Write to {small}{n}@example.org if you want.",
    "My sister {name} knows about {thing}.",
)
WORDS = {
    "who": ("my best friend", "he", "she", "the neighbour", "my old class", "somebody from work"),
    "thing": ("the exams", "my divorce", "the panic", "money", "the grief", "my anger", "food"),
    "kin": ("mother", "brother", "partner", "doctor", "teacher", "daughter"),
    "deed": ("go for a walk", "eat breakfast", "call a friend", "write it down", "breathe slowly", "let go"),
    "name": ("Ann", "Tomas", "Leila", "Ngozi", "Marek"),
    "small": ("ann", "tomas", "leila", "ngozi", "marek"),
}
# One item in eight holds something that may tell who somebody is.
ONE_IN = 8


def _text(drawn: random.Random, letters: int, *, tells: bool) -> str:
    sentences = [_filled(drawn, drawn.choice(TELLING))] if tells else []
    length = 0
    while length < letters:
        sentences.append(_filled(drawn, drawn.choice(SENTENCES)))
        length += len(sentences[-1]) + 1
    drawn.shuffle(sentences)
    return " ".join(sentences)


def _filled(drawn: random.Random, sentence: str) -> str:
    chosen = {name: drawn.choice(words) for name, words in WORDS.items()}
    return sentence.format(n=drawn.randrange(10, 99), **chosen)


def made_items(n: int, said: int, replied: int) -> Iterator[dict[str, str]]:
    """Items of a turn of about `said` and a reply of about `replied` characters, the same at every run."""
    drawn = random.Random(20)
    for number in range(n):
        tells = number % ONE_IN == 0
        yield {
            "item": f"item-{number:06d}",
            "prompt": _text(drawn, said, tells=tells),
            "response": _text(drawn, replied, tells=False),
            "source_kind": "ai" if number % 2 else "human",
            "source_name": f"model-{number % 5}",
            "factor:topic": ("sleep", "work", "grief")[number % 3],
        }


def write_csv(path: Path, items: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        first = next(items)
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(items)


def write_jsonl(path: Path, items: Iterator[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(f"{json.dumps(item, ensure_ascii=False)}\n" for item in items)
