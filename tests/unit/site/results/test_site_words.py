"""Words of the site: every one that pages and scripts ask for is there, and none is left over."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from escrutinio.site import LANGUAGES, load_language
from tests.unit.site.results.whole_sites import whole_site

#: Names of values in a sentence.
_HOLE = re.compile(r"\{([a-z_0-9]+)\}")
both_languages = pytest.mark.parametrize("language", LANGUAGES)


def _keys_in_use(repository: Path) -> set[str]:
    """Give every literal key of the templates, the modules and the scripts of the site.

    One that ends in a point or an underscore is the beginning of several.
    """
    site = repository / "src" / "escrutinio" / "site"
    texts = [path.read_text("utf-8") for path in [*site.rglob("*.py"), *site.rglob("*.j2")]]
    keys = {key for text in texts for key in re.findall(r"""["'](site\.[a-z0-9_.]*)""", text)}
    # What scripts name otherwise (files, selectors) begins with none of these words.
    words = load_language("en").words
    groups = {key.split(".")[2] for key in words if key.startswith("site.script.")}
    pattern = rf"""["`]((?:{"|".join(sorted(groups))})\.[a-z0-9_.]*)["`$]"""
    for path in (site / "assets").glob("*.js"):
        found = re.findall(pattern, path.read_text("utf-8"))
        keys |= {f"site.script.{key}" for key in found}
    return keys


@both_languages
def test_every_word_that_a_page_asks_for_is_in_the_catalogue(
    repository: Path, language: str
) -> None:
    words = load_language(language).words
    missing = [
        key
        for key in _keys_in_use(repository)
        # Styles and scripts have names that look like keys.
        if not key.endswith((".", "_", ".css", ".js"))
        and key not in words
        and not any(word.startswith(f"{key}.") for word in words)
    ]
    assert missing == []


@both_languages
def test_every_word_of_the_site_is_used(repository: Path, language: str) -> None:
    """A sentence nobody shows is a sentence nobody corrects."""
    used = _keys_in_use(repository) - {"site.script."}
    starts = tuple(key for key in used if key.endswith((".", "_")))
    unused = [
        name
        for name in load_language(language).words
        if name.startswith("site.") and name not in used and not name.startswith(starts)
    ]
    assert unused == []


@both_languages
def test_scripts_get_their_words_as_the_catalogue_has_them(language: str) -> None:
    """Their values have the same names in every language, and numbers are written its way."""
    script = whole_site(60, 7).files[f"assets/words-{language}.js"].decode("ascii")
    found = re.fullmatch(r"escrutinio\.words = (\{.*\});\n", script, re.DOTALL)
    assert found
    words = load_language(language).words
    said = json.loads(found[1])
    assert said["number.group"] == words["number.group"]
    for key, sentence in said.items():
        assert sentence == words.get(f"site.script.{key}", words.get(key))
        english = load_language("en").words.get(f"site.script.{key}", "")
        if key.startswith("number."):
            continue
        assert sorted(_HOLE.findall(sentence)) == sorted(_HOLE.findall(english))


def test_no_script_has_words_of_its_own(repository: Path) -> None:
    """A language is a catalogue file; a sentence in a script would stay English."""
    assets = repository / "src" / "escrutinio" / "site" / "assets"
    for name in ("site", "log", "qr", "proof", "search", "compare", "witnesses"):
        text = (assets / f"{name}.js").read_text("utf-8")
        code = re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE)
        sentences = re.findall(r'"([A-Z][a-z]+ [a-z]+[^"]*)"', code)
        assert sentences == [], name
