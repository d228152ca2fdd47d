"""Checks of words and numbers: terms, labels, untranslated sentences, and length."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache

from course.checks.contexts import Pair
from course.checks.finding import WARNING, Found
from course.checks.registry import register
from course.formats.glossary import Glossary, fold
from course.markdown.outline import NUMBER, Outline, digits
from course.text import phrase

# The label of a remark: `**Note:** …`, `**Note**: …`, or GitHub's `[!NOTE]`.
LABEL = re.compile(
    r"(?:\W{0,3}\*\*\s*(?P<bold>[^\W\d_][^*\n]{0,30}?)\s*[:：]?\s*\*\*[^\S\n]*"
    r"(?P<colon>[:：]?)"
    r"|\[!(?P<alert>[A-Za-z]+)\])"
)
# Words that open remarks in languages that the course may not have (yet).
LABELS = frozenset(
    (
        "note tip warning important caution hint example exercise remark attention"
        " merk obs tips advarsel viktig eksempel"
        " uwaga wskazówka ostrzeżenie ważne przykład ćwiczenie"
        " remarque astuce conseil avertissement exemple exercice"
        " 注意 注 注释 提示 警告 示例 练习"
        " 注記 ヒント 例 備考 演習"
        " hinweis achtung tipp beispiel warnung anmerkung opmerking"
        " nota consejo advertencia ejemplo dica aviso exemplo"
        " примечание совет внимание пример ملاحظة تنبيه 참고"
    ).split()
)
# Words that distinguish English from other languages in Latin script.
ENGLISH = frozenset(
    (
        "the of and are that this these those with from it its be not has have which when"
        " where how what why can they their our your than then there because into each every"
        " only been does were you by would should could before after between more"
    ).split()
)
NUMBERS = (
    "zero=0 one=1 two=2 three=3 four=4 five=5 six=6 seven=7 eight=8 nine=9 ten=10 eleven=11"
    " twelve=12 half=2 twice=2 once=1 third=3 thirds=3 quarter=4 quarters=4 both=2 hundred=100"
    " thousand=1000 thousandth=1000 million=1000000 millionth=1000000 first=1 second=2 dozen=12"
)
NUMBER_WORDS = dict(pair.split("=") for pair in NUMBERS.split())
RUN = re.compile(r"(?<![A-Za-z'’-])[A-Za-z][A-Za-z'’-]*(?:[ ,;]+[A-Za-z][A-Za-z'’-]*){4,}")
WORD = re.compile(r"[^\W\d_]+")
ASIDE = re.compile(r"[(（「『«“\"„][^)）」』»”\"]{0,300}[)）」』»”\"]")
# Code, formulas and the targets of links.
MARKED = re.compile(r"`[^`\n]+`|\$\$?[^$\n]+\$\$?|\]\([^)\s]{0,500}\)")
# A gloss of the preceding word: in brackets, with or without more, or in quotation marks.
GLOSS = re.compile(
    r"[^\S\n]?(?:\([^()\n]{1,80}\)|（[^（）\n]{1,80}）|«[^«»\n]{1,60}»|[“„][^“”„\n]{1,60}[“”]"
    r"|‘[^‘’\n]{1,60}’|「[^「」\n]{1,60}」|『[^『』\n]{1,60}』|\"[^\"\n]{1,60}\")"
)
LONG, MANY = 60, 4  # letters and words from which a comparison is meaningful


@register("number", Pair)
def numbers(pair: Pair) -> Iterator[Found]:
    """Numbers in digits are those of the English, regardless of digit grouping."""
    english, text = pair.english, pair.text
    if english.numbers == text.numbers or english.digit_runs == text.digit_runs:
        return
    words = {word.casefold() for word in WORD.findall(english.visible)}
    spelled = {value for word, value in NUMBER_WORDS.items() if word in words}
    for number in (english.numbers - text.numbers).elements():
        yield Found("number missing", number, "write it as the English does")
    for number in (text.numbers - english.numbers).elements():
        if number not in spelled:
            places = (m.start() for m in NUMBER.finditer(text.visible) if digits(m[0]) == number)
            at = next(places, 0)
            yield Found(
                "number that the English does not have",
                number,
                "write it as the English does",
                text.line_of(at),
            )


@register("untranslated", Pair, implies=("english", "alt"))
def untranslated(pair: Pair) -> Iterator[Found]:
    """No paragraph is an unchanged copy of the English."""
    if pair.cell.keep:
        return
    english = {block.content.strip() for block in pair.english.blocks}
    for block in pair.text.blocks:
        words = WORD.findall(re.sub(r"`[^`]*`|\$[^$]*\$|\]\([^)]{0,500}\)", " ", block.content))
        if block.content.strip() in english and len(words) >= MANY:
            yield Found("paragraph in English", block.content[:40], "translate it", block.line)


@register("english", Pair)
def english_left(pair: Pair) -> Iterator[Found]:
    """No sentence is in English, except in block quotes, quotation marks and brackets."""
    if pair.cell.keep:
        return
    for block in pair.text.blocks:
        if block.quoted:
            continue
        prose = re.sub(r"`[^`]*`|\$[^$]*\$|\]\([^)]{0,500}\)", " . ", block.content)
        for match in RUN.finditer(ASIDE.sub(" . ", prose)):
            words = [word.casefold() for word in WORD.findall(match[0])]
            if sum(word in ENGLISH for word in words) >= max(3, len(words) / 4):
                line = block.line + block.content.count("\n", 0, block.content.find(match[0][:12]))
                yield Found("sentence in English", match[0][:40], "translate it", line)


@register("term", Pair)
def terms(pair: Pair) -> Iterator[Found]:
    """A term of the glossary is translated as the glossary has it."""
    yield from missing_terms(pair.language.glossary, pair.english.visible, pair.text.visible)


def missing_terms(glossary: Glossary, english: str, text: str) -> Iterator[Found]:
    """Yield a finding for each term of an English text that has no glossary form in `text`."""
    text = fold(text)
    for term in glossary.find_terms(english):
        if not any(glossary.pattern(form).search(text) for form in term.forms):
            yield Found(
                "term not translated as in the glossary",
                f"{term.term} → {term.forms[0]}",
                "use it, or change the glossary",
            )


@register("forbidden-term", Pair)
def forbidden_terms(pair: Pair) -> Iterator[Found]:
    """No form that the glossary forbids occurs, except as a gloss after the right one."""
    glossary, text = pair.language.glossary, pair.text.visible
    for found, offset in forbidden_forms(glossary, pair.english.visible, text):
        yield found._replace(line=pair.text.line_of(offset))


def forbidden_forms(glossary: Glossary, english: str, text: str) -> Iterator[tuple[Found, int]]:
    """Yield a finding and its offset for each forbidden form in a text that is not a gloss.

    A gloss is in brackets or quotation marks directly after a form of a term of the text:
    `utfylling (engelsk «padding»)`.
    """
    text, found = fold(text), glossary.find_terms(english)
    glosses = [
        span for term in found for form in term.forms for span in _glosses(glossary, form, text)
    ]
    for term in found:
        for form in term.forbidden:
            for match in glossary.pattern(form).finditer(text):
                if not any(start < match.start() and match.end() < end for start, end in glosses):
                    remedy = phrase("the glossary has {form}", form=repr(term.forms[0]))
                    what = phrase("forbidden for {term}", term=repr(term.term))
                    yield Found(what, match[0], remedy), match.start()
                    break


def _glosses(glossary: Glossary, form: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each gloss after a form."""
    for match in glossary.pattern(form).finditer(text):
        if gloss := GLOSS.match(text, match.end()):
            yield gloss.span()


@register("keep-word", Pair)
def kept_words(pair: Pair) -> Iterator[Found]:
    """Words under `keep` in the glossary occur in the translation unchanged."""
    for word in pair.language.glossary.keep:
        if not has_word(word, pair.english.visible):
            continue
        if not has_word(word, pair.text.visible, r"[A-Za-z]", r"[a-z]"):
            seen = re.search(re.escape(word), pair.text.visible, re.IGNORECASE)
            value = f"{seen[0]} ≠ {word}" if seen else word
            yield Found("word under `keep` missing", value, "write it as the English does")


def has_word(word: str, text: str, before: str = r"\w", after: str = r"\w") -> bool:
    """Return whether a text has a word without certain characters right before or after it."""
    return word in text and bool(word_pattern(word, before, after).search(text))


@cache
def word_pattern(word: str, before: str, after: str) -> re.Pattern[str]:
    """Return a pattern of a word without these characters right before and after it."""
    return re.compile(rf"(?<!{before}){re.escape(word)}(?!{after})")


@register("place", Pair)
def places(pair: Pair) -> Iterator[Found]:
    """Code, formulas, links, names and terms are in the same line as in the English."""
    sides = [part.split("\n") for part in (pair.source.text, pair.cell.text)]
    if len(sides[0]) != len(sides[1]):
        return
    what, remedy = "in another line than in the English", "translate sentence by sentence"
    seen = [visible_lines(part) for part in (pair.english, pair.text)]
    glossary, everywhere = pair.language.glossary, fold(pair.text.visible)
    for number, (english, text) in enumerate(zip(*sides, strict=True)):
        source, words = seen[0].get(number, ""), fold(seen[1].get(number, ""))
        moved = [
            mark
            for mark in Counter(MARKED.findall(english)) - Counter(MARKED.findall(text))
            if mark in pair.cell.text  # else another check reports it as missing
        ]
        moved += [
            word
            for word in glossary.keep
            if has_word(word, source) and fold(word) not in words and fold(word) in everywhere
        ]
        for term in glossary.find_terms(source):
            patterns = [glossary.pattern(form) for form in term.forms]
            if any(pattern.search(everywhere) for pattern in patterns) and not any(
                pattern.search(words) for pattern in patterns
            ):
                moved.append(term.forms[0])
        for mark in moved:
            yield Found(what, mark, remedy, number)


def visible_lines(anatomy: Outline) -> dict[int, str]:
    """Return the visible text by line of the cell, with a space between the cells of a table."""
    lines: dict[int, str] = {}
    ended: set[int] = set()  # lines whose block has ended; what follows is another cell of a table
    for run in anatomy.runs:
        parts = run.text.split("\n")
        for number, part in enumerate(parts, run.line):
            space = " " if part and number in ended else ""
            lines[number] = lines.get(number, "") + space + part
        ended.update(range(run.line, run.line + len(parts) - 1))
    return lines


@register("label", Pair, intrinsic=True)
def remark_labels(pair: Pair) -> Iterator[Found]:
    """The label of a remark is the locale's own, as in its strings.toml."""
    words = pair.language.words
    own = {value.casefold(): key for key, value in words.items() if key.startswith("labels.")}
    asked = [found for block in pair.english.blocks if (found := label_of(block.content))]
    known = {"note", "tip", "warning", "example", "exercise"}
    for block in pair.text.blocks:
        label = label_of(block.content)
        if label is None:
            continue
        key = asked.pop(0) if asked else None
        if _is_alert(block.content) and label != key:
            remedy = phrase("the English has {wanted}", wanted=f"[!{key}]")
            yield Found("kind of alert", label, remedy, block.line)
        wanted = words.get(f"labels.{key}") if key in known else None
        foreign = label in LABELS | pair.language.foreign_labels and label not in own
        if wanted and label != wanted.casefold() and not _is_alert(block.content):
            remedy = phrase("the locale's is {label}", label=repr(wanted))
            yield Found("label of a remark", label, remedy, block.line)
        elif foreign and not _is_alert(block.content):
            remedy = phrase("use that of {file}", file="strings.toml")
            yield Found("label of another language", label, remedy, block.line)


def label_of(block: str) -> str | None:
    """Return the label of a remark, casefolded, or None.

    >>> label_of("**Note:** the rate falls."), label_of("**Adam**, an optimizer")
    ('note', None)
    """
    match = LABEL.match(block)
    if not match:
        return None
    if match["alert"]:
        return match["alert"].casefold()
    label = match["bold"].strip().casefold()
    with_colon = match["colon"] or match[0].rstrip("* ").endswith((":", "："))
    alone = not block[match.end() :].partition("\n")[0].strip()
    return label if with_colon or (alone and label in LABELS) else None


def _is_alert(block: str) -> bool:
    return block.startswith("[!")


@register("length", Pair, WARNING)
def length(pair: Pair) -> Iterator[Found]:
    """The length of a cell relative to the English is about the median of its locale."""
    usual = pair.language.ratio
    if not usual or pair.english.letters < LONG:
        return
    ratio = pair.text.letters / pair.english.letters / usual
    if not 0.55 <= ratio <= 1.8:
        yield Found(
            "length is unusual for this locale",
            phrase("{share} of the median", share=f"{ratio:.0%}"),
            "check whether something is lost or added",
        )
